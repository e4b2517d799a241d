#include "screening/report_of_run.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/depiction.hpp"
#include "chem/file_io.hpp"
#include "screening/quantities.hpp"
#include "screening/summary_of_run.hpp"

namespace digitalis {
namespace {

/// The report holds at most so many hits: it stays small enough to mail; hits.csv has them all.
constexpr std::size_t kReportHits = 10'000;
constexpr std::size_t kFixedColumns = 3;  // place, compound_id, smiles
/// Poses weigh about 1 kB each in the page.
constexpr std::size_t kReportPoses = 200;

/// A data field of an SD record; empty when it is not there.
std::string field_of(const std::string& record, const std::string& name) {
  const auto head = record.find("<" + name + ">\n");
  if (head == std::string::npos) return "";
  const auto begin = record.find('\n', head) + 1;
  return record.substr(begin, record.find('\n', begin) - begin);
}

/// The columns of hits.csv that the report shows, in its order: what explains a hit stands next to its score.
std::vector<std::size_t> report_order(const HitTable& hits) {
  std::vector<std::size_t> order{hits.table.column("score"), hits.table.column("best_target"),
                                 hits.table.column("nearest_active")};
  for (std::size_t i = kFixedColumns + 1; i <= kFixedColumns + hits.score_columns; ++i)
    if (HitTable::says(hits.table.header[i]) != HitTable::Says::kSimilarity) order.push_back(i);
  for (std::size_t i = kFixedColumns; i < hits.table.header.size(); ++i)
    if (std::find(order.begin(), order.end(), i) == order.end()) order.push_back(i);
  return order;
}

/// A column that a stage filled for a target: "affinity_kcal_mol_AURKA" is "affinity AURKA", in kcal/mol.
ReportColumn score_column(const std::string& key) {
  using Kind = ReportColumn::Kind;
  constexpr std::string_view kUnit = "_kcal_mol";
  std::string title = key;
  const auto unit = title.find(kUnit);
  if (unit != std::string::npos) title.erase(unit, kUnit.size());
  std::replace(title.begin(), title.end(), '_', ' ');
  ReportColumn column{.key = key,
                      .title = title,
                      .unit = unit == std::string::npos ? "" : "kcal/mol",
                      .decimals = 3,
                      .kind = Kind::kNumber,
                      .help = "",
                      .group = "Why it is here"};
  switch (HitTable::says(key)) {
    case HitTable::Says::kSimilarity:
      column.help = "Tanimoto similarity (Morgan fingerprint) to the nearest known active of the target, 0 to 1";
      break;
    case HitTable::Says::kAffinity:
      column.decimals = 2;
      column.help = "Docking score of the best pose; lower (more negative) binds better";
      break;
    case HitTable::Says::kEfficiency: column.help = "Docking score per heavy atom"; break;
    case HitTable::Says::kInteractions:
      column.kind = Kind::kText;
      column.help = "What holds the best pose, by geometry: kind, residue, distance in \u00c5";
      break;
    case HitTable::Says::kFlags:
      column.kind = Kind::kText;
      column.help = "What makes the best pose implausible; empty when nothing does";
      break;
    case HitTable::Says::kResidues:
      column.kind = Kind::kText;
      column.help = "The residues that contribute most to the docking score, in kcal/mol";
      break;
    case HitTable::Says::kReceptor:
      column.kind = Kind::kText;
      column.help = "The receptor conformer in which the best pose was found";
      break;
  }
  return column;
}

/// What outcome tables did to a hit's place.
struct InfluenceColumn {
  const char *key, *title, *help;
  int decimals;
};
constexpr InfluenceColumn kInfluenceColumns[] = {
    {"place_equal_diseases", "Place if all diseases weighed the same",
     "Its place without the outcome tables: the evidence alone weighs the targets", 0},
    {"score_low_95", "Score, low",
     "2.5th percentile of its score over the weights that the tables and the evidence allow", 3},
    {"score_high_95", "Score, high", "97.5th percentile of the same", 3},
    {"p_among_best", "P(among the best 100)", "Share of those weights under which it is among the best 100 hits", 2}};

const InfluenceColumn* influence_column(const std::string& key) {
  for (const InfluenceColumn& known : kInfluenceColumns)
    if (key == known.key) return &known;
  return nullptr;
}

std::vector<ReportColumn> columns_of(const HitTable& hits, const std::vector<std::size_t>& order) {
  using Kind = ReportColumn::Kind;
  std::vector<ReportColumn> columns;
  const std::vector<std::string>& header = hits.table.header;
  for (const std::size_t i : order) {
    const std::string& key = header[i];
    ReportColumn column{
        .key = key, .title = key, .unit = "", .decimals = 0, .kind = Kind::kText, .help = "", .group = ""};
    if (key == "score") {
      column = {key,
                "Score",
                "",
                3,
                Kind::kNumber,
                "The campaign's score: its scores combined by the consensus named in the methods; higher is better",
                "Why it is here"};
    } else if (i <= kFixedColumns + hits.score_columns) {
      column = score_column(key);
    } else if (const InfluenceColumn* known = influence_column(key)) {
      column = {key, known->title, "", known->decimals, Kind::kNumber, known->help, "Why it is here"};
    } else if (const auto descriptor = find_descriptor(key)) {
      const DescriptorInfo& info = descriptor_table()[static_cast<std::size_t>(*descriptor)];
      const std::string unit = key.ends_with("_g_mol") ? "g/mol" : key.ends_with("_A2") ? "Å²" : "";
      column = {key, std::string{info.title}, unit, info.decimals, Kind::kNumber, "", "Properties"};
    } else if (key == "pains" || key == "brenk" || key == "nih") {
      std::string title = key;
      std::transform(title.begin(), title.end(), title.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      column = {key,     title + " alerts", "",
                0,       Kind::kFlags,      "Structural alerts of the " + title + " set that match",
                "Alerts"};
    } else if (key == "best_target") {
      column = {key, "Best target", "", 0, Kind::kText, "The target with the best weighted score", "Why it is here"};
    } else if (key == "nearest_active") {
      column = {key,
                "Nearest active",
                "",
                0,
                Kind::kText,
                "The known active of the best target that it resembles most",
                "Why it is here"};
    } else if (key == "known_active_of") {
      column = {key,
                "Known active of",
                "",
                0,
                Kind::kFlags,
                "Given with the campaign: as a query, or held back to measure enrichment",
                "Why it is here"};
    } else {
      column.group = "Where it comes from";
      column.title = key == "source" ? "Source file" : key == "line" ? "Line" : key;
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

std::string with_interval(const nlohmann::json& found, const char* key, int decimals) {
  std::string text = fixed(found.at(key).get<double>(), decimals);
  const std::string interval = std::string{key} + "_95";
  if (found.contains(interval))
    text += " (" + fixed(found.at(interval).at(0).get<double>(), decimals) + "–" +
            fixed(found.at(interval).at(1).get<double>(), decimals) + ")";
  return text;
}

std::vector<std::pair<std::string, std::string>> figures_of(const nlohmann::json& results, const std::string& target) {
  std::vector<std::pair<std::string, std::string>> figures;
  for (const auto& found : results.at("enrichment")) {
    if (found.at("target") != target) continue;
    if (found.at("column").get<std::string>().starts_with(
            "dock")) {  // only of what was left to dock: beside, not instead
      if (found.contains("roc_auc")) figures.emplace_back("ROC AUC, docked", with_interval(found, "roc_auc", 2));
      continue;
    }
    figures.emplace_back("Ranked", std::to_string(found.at("found").get<std::uint64_t>()));
    if (!found.contains("roc_auc")) continue;
    figures.emplace_back("ROC AUC", with_interval(found, "roc_auc", 2));
    figures.emplace_back("EF 1 %", with_interval(found, "ef_1_percent", 1));
    figures.emplace_back("BEDROC (20)", with_interval(found, "bedroc_20", 2));
  }
  return figures;
}

/// What was docked into what and how; empty when nothing was.
std::string docking_methods(const nlohmann::json& manifest) {
  const nlohmann::json& results = manifest.at("results");
  if (!results.contains("docking")) return "";
  std::string names, functions;
  for (const auto& site : results.at("docking")) {
    std::string files;
    for (const auto& file : site.at("receptors"))
      files += (files.empty() ? "" : ", ") + std::filesystem::path{file.get<std::string>()}.filename().string();
    names += (names.empty() ? "" : ", ") + site.at("target").get<std::string>() + " (" + files + ")";
  }
  for (const auto& stage : manifest.at("campaign").at("stages"))
    if (stage.contains("dock"))
      functions += (functions.empty() ? "" : ", then ") +
                   std::string{stage.at("dock").at("scoring") == "vinardo"
                                   ? "Vinardo (Quiroga and Villarreal, PLoS ONE 2016, 11, e0155183)"
                                   : "AutoDock Vina's (Trott and Olson, J. Comput. Chem. 2010, 31, 455)"} +
                   " at exhaustiveness " + stage.at("dock").at("exhaustiveness").get<std::string>();
  return "Compounds were docked into " + names +
         " with conformers by ETKDG (Riniker and Landrum, J. Chem. Inf. Model. "
         "2015, 55, 2562) and the scoring function " +
         functions + ". ";
}

std::string methods_of(const nlohmann::json& manifest) {
  const nlohmann::json& campaign = manifest.at("campaign");
  const nlohmann::json& library = manifest.at("results").at("library");
  const auto count = [&](const char* key) { return std::to_string(library.at(key).get<std::uint64_t>()); };
  std::string text =
      "A library of " + count("records") + " records was prepared with " + manifest.at("software").get<std::string>() +
      (library.at("standardised").get<bool>() ? ": metals disconnected, largest organic fragment kept, functional "
                                                "groups normalised, charges reionised and neutralised"
                                              : ": molecules taken as they are") +
      "; " + count("compounds") + " different compounds remained. ";
  std::string names;
  for (const auto& target : campaign.at("targets"))
    names += (names.empty() ? "" : ", ") + target.at("name").get<std::string>();
  const auto& fingerprint = library.at("fingerprint");
  const auto has = [&](const std::string& stage) {
    const auto& stages = campaign.at("stages");
    return std::any_of(stages.begin(), stages.end(),
                       [&](const auto& one) { return one.at("name").template get<std::string>().starts_with(stage); });
  };
  if (has("similarity"))
    text += "Compounds were ranked by Tanimoto similarity of Morgan fingerprints (radius " +
            std::to_string(fingerprint.at(0).get<int>()) + ", " + std::to_string(fingerprint.at(1).get<int>()) +
            " bits; Rogers and Hahn, J. Chem. Inf. Model. 2010, 50, 742) to known actives of " + names + ". ";
  text += docking_methods(manifest);
  text += "Scores were combined by the consensus '" + campaign.at("ranking").at("consensus").get<std::string>() +
          "' with the targets' weights. Enrichment of held-back actives: ROC AUC, enrichment factor and BEDROC "
          "(Truchon and Bayly, J. Chem. Inf. Model. 2007, 47, 488) "
          "with 95 % bootstrap intervals over actives.";
  return text;
}

/// What docking says of a target: how its reference came out.
void add_redocking(const nlohmann::json& results, ReportTarget& target) {
  if (!results.contains("docking")) return;
  for (const auto& site : results.at("docking"))
    for (const auto& found : site.at("redocking"))
      if (site.at("target") == target.name && found.contains("rmsd_A"))
        target.figures.emplace_back("Redocked, Å", fixed(found.at("rmsd_A").get<double>(), 2));
}

constexpr const char* kWhatWeightsAre =
    "The weights say how heavy the diseases weigh that a target is tied to, in the tables' terms; they do not say that "
    "a "
    "compound works.";

/// A target's weight with its interval and the disease that makes most of it.
void add_weights(const nlohmann::json& campaign, const nlohmann::json& results, ReportTarget& target) {
  if (!results.contains("outcomes")) return;
  std::string symbol = target.name;
  for (const auto& spec : campaign.at("targets"))
    if (spec.at("name") == target.name) symbol = spec.value("symbol", symbol);
  for (const auto& weight : results.at("outcomes").at("targets")) {
    if (weight.at("id") != symbol) continue;
    const auto percent = [](const nlohmann::json& share) { return fixed(100.0 * share.get<double>(), 1); };
    // Before the enrichment: the weight itself is the column that they stand beside.
    target.figures.insert(target.figures.begin(),
                          {{"95 % interval", percent(weight.at("interval_95").at(0)) + " to " +
                                                 percent(weight.at("interval_95").at(1)) + " %"},
                           {"If diseases weighed the same", percent(weight.at("equal_diseases")) + " %"},
                           {"Mostly by", weight.at("leading_disease").get<std::string>()}});
  }
}

std::vector<std::string> notes_of(const nlohmann::json& results) {
  std::vector<std::string> notes{
      "A similarity score says that a compound resembles a known active; it is not a predicted affinity."};
  if (results.contains("outcomes")) notes.push_back(influence_in_words(results.at("outcomes")) + " " + kWhatWeightsAre);
  if (!results.contains("docking")) return notes;
  notes.emplace_back(
      "A docking score orders compounds roughly; its error is about 2 kcal/mol, it favours large molecules, and it "
      "knows "
      "nothing of solubility or synthesis. Look at the pose before you trust it.");
  for (const auto& site : results.at("docking"))
    for (const auto& found : site.at("redocking")) {
      const std::string what = "Docking the reference of " + site.at("target").get<std::string>() + " again ";
      if (found.contains("problem"))
        notes.push_back(what + "was not possible: " + found.at("problem").get<std::string>() + ".");
      else if (found.at("rmsd_A").get<double>() > 2.0)
        notes.push_back(what + "put it " + fixed(found.at("rmsd_A").get<double>(), 1) +
                        " Å from where it was found: poses of this target are doubtful.");
    }
  return notes;
}

}  // namespace

ReportData report_of_run(const nlohmann::json& manifest, const HitTable& hits, int threads) {
  const nlohmann::json& campaign = manifest.at("campaign");
  const nlohmann::json& results = manifest.at("results");
  const auto text_of = [&](const char* key) { return campaign.at("campaign").at(key).get<std::string>(); };
  ReportData data;
  data.title = text_of("name");
  data.subtitle =
      text_of("partner") + (text_of("partner").empty() || text_of("project").empty() ? "" : " · ") + text_of("project");
  if (!text_of("partner").empty()) data.confidentiality = "Confidential: " + text_of("partner");
  const std::vector<std::size_t> order = report_order(hits);
  data.columns = columns_of(hits, order);
  data.hits_in_all = hits.size();
  data.hits.resize(std::min(hits.size(), kReportHits));
  oneapi::tbb::task_arena{threads}.execute([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, data.hits.size(), [&](std::size_t i) {
      const auto& row = hits.table.rows[i];
      data.hits[i] = {.place = i + 1, .compound_id = row[1], .smiles = row[2], .drawing = depict(row[2]), .values = {}};
      for (const std::size_t column : order) data.hits[i].values.push_back(row[column]);
    });
  });
  ReportFunnelStage preparation{.name = "prepare",
                                .in = results.at("library").at("records"),
                                .out = results.at("library").at("compounds"),
                                .reasons = {}};
  for (const auto& [reason, count] : results.at("library").at("rejects").items())
    preparation.reasons.emplace_back(reason, count);
  data.funnel.push_back(std::move(preparation));
  for (const auto& stage : results.at("funnel")) {
    ReportFunnelStage one{
        .name = stage.at("stage"), .in = stage.at("entered"), .out = stage.at("passed"), .reasons = {}};
    for (const auto& [reason, count] : stage.at("reasons").items()) one.reasons.emplace_back(reason, count);
    data.funnel.push_back(std::move(one));
  }
  for (ReportFunnelStage& stage : data.funnel)
    std::stable_sort(stage.reasons.begin(), stage.reasons.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& target : results.at("targets"))
    data.targets.push_back({.name = target.at("name"),
                            .weight = target.at("weight"),
                            .actives = target.at("queries"),
                            .held_back = target.at("held_back"),
                            .figures = figures_of(results, target.at("name"))});
  for (ReportTarget& target : data.targets) {
    add_weights(campaign, results, target);
    add_redocking(results, target);
  }
  data.provenance = {{"date", results.at("finished")},
                     {"software", manifest.at("software")},
                     {"campaign file", manifest.at("campaign_file")},
                     {"seed", std::to_string(campaign.at("campaign").at("seed").get<std::uint64_t>())},
                     {"library digest", results.at("library").at("compounds_digest")},
                     {"ranks x threads", std::to_string(results.at("ranks").get<int>()) + " x " +
                                             std::to_string(results.at("threads_per_rank").get<int>())},
                     {"wall time", fixed(results.at("wall_s").get<double>(), 1) + " s (last attempt)"}};
  if (results.contains("cost")) {
    const nlohmann::json& cost = results.at("cost");
    std::string said = three_figures(cost.at("core_h")) + " in all " + std::to_string(cost.at("starts").get<int>()) +
                       (cost.at("starts") == 1 ? " start" : " starts");
    if (const nlohmann::json& compared = cost.at("estimate_against_used"); compared.is_object()) {
      const nlohmann::json& core_h = compared.at("core_h");
      said += "; estimated " + with_bounds({core_h.at("low"), core_h.at("mid"), core_h.at("high")}, &three_figures);
    }
    data.provenance.emplace_back("core-hours", said);
  }
  for (const auto& source : results.at("library").at("sources")) data.provenance.emplace_back("library", source);
  data.notes = notes_of(results);
  data.methods = methods_of(manifest);
  return data;
}

void add_poses(ReportData& data, const RunFolder& run) {
  std::error_code ignored;
  if (!std::filesystem::exists(run.file("pockets.json"), ignored)) return;
  const nlohmann::json pockets = nlohmann::json::parse(read_file(run.file("pockets.json")));
  for (const auto& [target, pocket] : pockets.items())
    data.pockets.push_back({target, pocket.at("pocket_pdb"), pocket.value("reference_sdf", "")});
  const std::map<std::string, std::string> records = read_hit_records(run.file("hits.sdf.gz"));
  for (std::size_t i = 0; i < data.hits.size() && data.poses.size() < kReportPoses; ++i) {
    const auto record = records.find(data.hits[i].compound_id);
    if (record == records.end()) continue;
    const std::string target = field_of(record->second, "pose_target");
    const auto end = record->second.find("M  END");
    if (target.empty() || end == std::string::npos) continue;
    data.poses.push_back({i, target, record->second.substr(0, end) + "M  END\n"});
  }
}

void write_run_report(const RunFolder& run, const nlohmann::json& manifest, const HitTable& hits, int threads) {
  if (!report_available()) return;
  ReportData data = report_of_run(manifest, hits, threads);
  add_poses(data, run);
  write_report(run.file("report.html"), data);
}

}  // namespace digitalis
