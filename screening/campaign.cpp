#include "screening/campaign.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "chem/parse_record.hpp"
#include "chem/suggest.hpp"
#include "screening/campaign_stages.hpp"
#include "screening/site_fields.hpp"
#include "screening/toml_fields.hpp"

namespace digitalis {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

/// What the reader of each table needs: the campaign being filled, where it stands, and whom to tell.
struct Reading {
  Campaign& campaign;
  Findings& findings;
  std::filesystem::path folder;                      // paths in the file are relative to this
  DockingEffort effort = DockingEffort::balanced();  // of docking stages that do not say

  [[nodiscard]] TomlFields fields(const toml::table& table, std::string title) const {
    return {table, std::move(title), campaign.file.string(), findings};
  }
  [[nodiscard]] std::filesystem::path resolve(const std::string& path) const {
    return path == "-" ? std::filesystem::path{path} : (folder / path).lexically_normal();
  }
};

void read_about(Reading& reading, const toml::table& table) {
  TomlFields fields = reading.fields(table, "[campaign]");
  Campaign& campaign = reading.campaign;
  campaign.name = fields.text("name").value_or("");
  if (!fields.has("name")) fields.error("", "[campaign] has no 'name'", "name = \"my-campaign\"");
  campaign.seed = static_cast<std::uint64_t>(fields.whole("seed", 0, kMost).value_or(0));
  campaign.partner = fields.text("partner").value_or("");
  campaign.project = fields.text("project").value_or("");
  if (const auto effort = fields.text("effort")) reading.effort = read_effort(fields, *effort);
  fields.finish();
}

void read_library(const Reading& reading, const toml::table& table) {
  TomlFields fields = reading.fields(table, "[library]");
  Campaign& campaign = reading.campaign;
  for (const auto& path : fields.texts("files")) campaign.library_files.push_back(reading.resolve(path.value).string());
  if (const auto store = fields.text("store")) campaign.store = reading.resolve(*store);
  campaign.smiles_column = fields.text("smiles_column").value_or("");
  campaign.id_column = fields.text("id_column").value_or("");
  PrepareOptions& preparation = campaign.preparation;
  preparation.standardise = fields.flag("standardise").value_or(preparation.standardise);
  preparation.max_heavy_atoms = static_cast<std::uint32_t>(
      fields.whole("max_heavy_atoms", 1, kMaxParsedAtoms).value_or(preparation.max_heavy_atoms));
  preparation.fingerprint.radius =
      static_cast<std::uint32_t>(fields.whole("fingerprint_radius", 0, 10).value_or(preparation.fingerprint.radius));
  preparation.fingerprint.bits =
      static_cast<std::uint32_t>(fields.whole("fingerprint_bits", 64, 65'536).value_or(preparation.fingerprint.bits));
  const bool nothing_listed =
      fields.has("files") && table.get("files")->is_array() && table.get("files")->as_array()->empty();
  if (fields.has("files") == fields.has("store") || nothing_listed)
    fields.error("",
                 fields.has("files") && fields.has("store") ? "[library] has both 'files' and 'store'"
                                                            : "[library] names no compounds",
                 "files = [\"library.smi.gz\"], or store = \"folder made by digitalis prepare\"");
  for (const char* key :
       {"smiles_column", "id_column", "standardise", "max_heavy_atoms", "fingerprint_radius", "fingerprint_bits"})
    if (fields.has("store") && fields.has(key))
      fields.error(key, "'" + std::string{key} + "' has no effect on a prepared store",
                   "give it to 'digitalis prepare', or name 'files'");
  fields.finish();
}

void read_filters(const Reading& reading, const toml::table& table) {
  TomlFields fields = reading.fields(table, "[filters]");
  std::vector<std::string> presets;
  for (const std::string_view name : filter_preset_names()) presets.emplace_back(name);
  for (const auto& preset : fields.texts("preset")) {
    if (auto rules = filter_preset(preset.value)) {
      reading.campaign.filters.push_back(std::move(*rules));
    } else {
      const std::string nearest = nearest_name(preset.value, presets);
      reading.findings.error(preset.place + ": unknown filter preset '" + preset.value + "'; hint: " +
                             (nearest.empty() ? "presets are " + join(presets) : "did you mean '" + nearest + "'?"));
    }
  }
  FilterRules rules;
  const std::vector<std::string> sets{"PAINS", "BRENK", "NIH"};
  for (const auto& set : fields.texts("alerts")) {
    if (std::find(sets.begin(), sets.end(), set.value) == sets.end())
      reading.findings.error(set.place + ": unknown alert set '" + set.value + "'; hint: sets are " + join(sets));
    else
      rules.alert_sets.push_back(set.value);
  }
  for (const auto& smarts : fields.texts("include_smarts")) rules.include_smarts.push_back(smarts.value);
  for (const auto& smarts : fields.texts("exclude_smarts")) rules.exclude_smarts.push_back(smarts.value);
  for (std::size_t i = 0; i < kDescriptorCount; ++i)
    if (const auto range = fields.range(descriptor_table()[i].key))
      rules.ranges.push_back({static_cast<Descriptor>(i), range->first, range->second});
  fields.finish();
  reading.campaign.filters.push_back(std::move(rules));
}

std::vector<TargetSpec::Molecules> read_molecules(const Reading& reading, TomlFields& fields, const char* key) {
  // A file ending says "file" even when it is missing, so that the message can say so.
  static const std::set<std::string> kEndings{".smi", ".smiles", ".ism",  ".csv", ".tsv", ".txt", ".sdf",
                                              ".sd",  ".mol",    ".mol2", ".pdb", ".gz",  ".bz2", ".zst"};
  std::vector<TargetSpec::Molecules> all;
  for (const auto& text : fields.texts(key)) {
    const std::filesystem::path path = reading.resolve(text.value);
    std::error_code ignored;
    const bool is_file = std::filesystem::exists(path, ignored) || kEndings.contains(path.extension().string());
    all.push_back({is_file, is_file ? path.string() : text.value, text.place});
  }
  return all;
}

TargetSpec read_target(const Reading& reading, const toml::table& table) {
  TomlFields fields = reading.fields(table, "[[targets]]");
  TargetSpec target;
  target.place = fields.place();
  const auto name = fields.text("name");
  target.name = name.value_or("");
  const bool usable = !target.name.empty() && target.name.size() <= 64 &&
                      std::all_of(target.name.begin(), target.name.end(),
                                  [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-' || c == '.'; });
  if (!fields.has("name"))
    fields.error("", "[[targets]] has no 'name'", "name = \"EGFR\"");
  else if (name && !usable)
    fields.error("name", "a target's name heads columns and must be 1 to 64 letters, digits, '_', '-' or '.'");
  target.symbol = fields.text("symbol").value_or(target.name);
  target.weight = fields.number("weight", 0.0, 1e9).value_or(1.0);
  if (fields.has("weight") && reading.campaign.outcomes.given())
    fields.error("weight", "weights of targets come from [outcomes] here", "leave out 'weight', or [outcomes]");
  if (fields.has("symbol") && !reading.campaign.outcomes.given())
    fields.error("symbol", "'symbol' has no effect without [outcomes]");
  target.hold_back = fields.number("hold_back", 0.0, 0.95).value_or(0.0);
  const std::size_t errors_before_molecules = reading.findings.errors();
  target.actives = read_molecules(reading, fields, "actives");
  target.shape_query = read_molecules(reading, fields, "shape_query");
  target.site = read_site(fields, reading.folder);
  if (target.actives.empty() && target.shape_query.empty() && !target.has_receptor() &&
      reading.findings.errors() == errors_before_molecules)
    fields.error("", "target '" + target.name + "' has no known actives, no receptor and no shape query",
                 "actives = [\"known.smi\"], or receptor = \"protein.pdb\"");
  fields.finish();
  return target;
}

void read_forms(const Reading& reading, const toml::table& table) {
  TomlFields fields = reading.fields(table, "[forms]");
  FormOptions& forms = reading.campaign.forms;
  forms.ph = fields.number("pH", FormOptions::kLowestPh, FormOptions::kHighestPh);
  forms.most_stereoisomers = static_cast<std::uint32_t>(
      fields.whole("stereoisomers", 1, FormOptions::kMostStereoisomers).value_or(forms.most_stereoisomers));
  forms.most_tautomers = static_cast<std::uint32_t>(
      fields.whole("tautomers", 0, FormOptions::kMostTautomers).value_or(forms.most_tautomers));
  forms.most_forms =
      static_cast<std::uint32_t>(fields.whole("most_forms", 1, FormOptions::kMostForms).value_or(forms.most_forms));
  fields.finish();
}

void read_ranking(const Reading& reading, const toml::table& table) {
  TomlFields fields = reading.fields(table, "[ranking]");
  if (const auto name = fields.text("consensus")) {
    if (const auto consensus = find_consensus(*name))
      reading.campaign.consensus = *consensus;
    else
      fields.error("consensus", "unknown consensus '" + *name + "'", "one of best, weighted, zscore, rank, best_rank");
  }
  if (const auto stages = fields.text("stages")) {
    if (*stages == "last" || *stages == "all")
      reading.campaign.score_all_stages = *stages == "all";
    else
      fields.error("stages", "'stages' is neither \"last\" nor \"all\"");
  }
  fields.finish();
}

void check_targets(const Reading& reading) {
  std::set<std::string> names;
  double weights = 0.0;
  for (const TargetSpec& target : reading.campaign.targets) {
    if (!target.name.empty() && !names.insert(target.name).second)
      reading.findings.error(target.place + ": a second target is named '" + target.name + "'");
    weights += target.weight;
  }
  if (!reading.campaign.targets.empty() && weights <= 0.0)
    reading.findings.error(reading.campaign.targets.front().place +
                           ": all target weights are zero; hint: weight = 1.0");
}

}  // namespace

Campaign read_campaign(const std::filesystem::path& file, Findings& findings) {
  std::error_code failure;
  if (!std::filesystem::exists(file, failure)) throw UsageError(file.string() + ": no such campaign file");
  if (!std::filesystem::is_regular_file(file, failure))
    throw UsageError(file.string() + ": not a file; hint: name the campaign's TOML file");
  toml::table document;
  try {
    document = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    const auto& at = error.source().begin;
    throw UsageError(file.string() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                     std::string{error.description()} + "; hint: campaign files are written in TOML (toml.io)");
  }
  Campaign campaign;
  campaign.file = file;
  Reading reading{campaign, findings, std::filesystem::absolute(file).parent_path()};
  TomlFields fields = reading.fields(document, "the campaign");
  if (const toml::table* about = fields.table("campaign"))
    read_about(reading, *about);
  else if (!fields.has("campaign"))
    findings.error(file.string() + ": no [campaign]; hint: begin with [campaign] and name = \"my-campaign\"");
  if (const toml::table* library = fields.table("library"))
    read_library(reading, *library);
  else if (!fields.has("library"))
    findings.error(file.string() + ": no [library]; hint: add [library] with files = [\"library.smi.gz\"]");
  if (const toml::table* filters = fields.table("filters")) read_filters(reading, *filters);
  if (const toml::table* outcomes = fields.table("outcomes")) {
    TomlFields inner = reading.fields(*outcomes, "[outcomes]");
    campaign.outcomes = read_outcomes(inner, reading.folder, campaign.seed);
  }
  for (const toml::table* target : fields.tables("targets")) campaign.targets.push_back(read_target(reading, *target));
  if (const toml::node* targets = document.get("targets");
      !targets || (targets->is_array() && targets->as_array()->empty()))
    findings.error(file.string() +
                   ": no target; hint: add [[targets]] with name = \"EGFR\" and actives = [\"known.smi\"]");
  const toml::table* forms = fields.table("forms");
  if (forms) read_forms(reading, *forms);
  const std::vector<const toml::table*> stages = fields.tables("stages");
  for (const toml::table* stage : stages) {
    TomlFields inner = reading.fields(*stage, "[[stages]]");
    add_stage(campaign, inner, reading.effort);
  }
  if (const toml::table* ranking = fields.table("ranking")) read_ranking(reading, *ranking);
  if (const toml::table* output = fields.table("output")) {
    TomlFields inner = reading.fields(*output, "[output]");
    campaign.max_hits = static_cast<std::uint64_t>(inner.whole("hits", 1, 100'000'000).value_or(10'000));
    campaign.list_queries = inner.flag("list_queries").value_or(false);
    inner.finish();
  }
  if (const toml::table* limits = fields.table("limits")) {
    TomlFields inner = reading.fields(*limits, "[limits]");
    campaign.budget_core_h = inner.number("budget_core_h", 0.0, 1e12).value_or(0.0);
    campaign.limits.seconds_per_compound = inner.number("seconds_per_compound", 0.0, 1e9).value_or(600.0);
    campaign.limits.memory_GiB_per_rank = inner.number("memory_GiB_per_rank", 0.0, 1e6).value_or(0.0);
    inner.finish();
  }
  fields.finish();
  check_targets(reading);
  complete_stages(campaign, stages.size(), reading.effort, findings);
  if (forms && findings.errors() == 0 && !campaign.has(StageSpec::Kind::kDock))
    fields.error("forms", "[forms] are given but no stage docks them", "add [[stages]] with kind = \"dock\"");
  return campaign;
}

}  // namespace digitalis
