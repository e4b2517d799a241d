#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <sstream>

#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"
#include "scoring/outcomes/disclosure.hpp"
#include "scoring/outcomes/weights.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/csv.hpp"
#include "screening/governance/accepted_tables.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

constexpr int kDecimals = 4;

std::vector<std::filesystem::path> paths(const Options& options, const char* name) {
  std::vector<std::filesystem::path> files;
  if (options.contains(name))
    for (const std::string& file : options[name].as<Texts>()) files.emplace_back(file);
  return files;
}

/// "deaths=0.6", several times.
std::map<std::string, double> numbers_of(const Options& options, const char* name) {
  std::map<std::string, double> numbers;
  for (const std::string& text : options[name].as<Texts>()) {
    const auto equals = text.find('=');
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (equals == 0 || number.empty() || *end != '\0')
      throw UsageError("--" + std::string{name} + " " + text + ": expected NAME=NUMBER");
    numbers[text.substr(0, equals)] = value;
  }
  return numbers;
}

WeightSettings settings_of(const Options& options) {
  WeightSettings settings;
  settings.seed = options["seed"].as<std::uint64_t>();
  settings.draws = options["draws"].as<std::uint32_t>();
  settings.lambda = options["lambda"].as<double>();
  settings.kappa = options["kappa"].as<double>();
  settings.top_k = options["top-k"].as<std::uint32_t>();
  settings.preference = numbers_of(options, "prefer");
  settings.severity = numbers_of(options, "severity");
  settings.overdispersion = numbers_of(options, "overdispersion");
  for (const std::string& indicator : options["higher-is-better"].as<Texts>())
    settings.higher_is_better.insert(indicator);
  if (options.contains("drug-evidence")) settings.dropped_sources.clear();
  return settings;
}

/// The request as a campaign, for the gate and its record.
Campaign campaign_of(const Options& options) {
  const auto text = [&](const char* name) { return options.contains(name) ? options[name].as<std::string>() : ""; };
  Campaign campaign;
  campaign.name = "targets";
  campaign.partner = text("partner");
  OutcomesSpec& spec = campaign.outcomes;
  spec.tables = paths(options, "tables");
  spec.evidence = paths(options, "evidence");
  spec.disease_map = text("map");
  spec.agreement = text("agreement");
  spec.signature = text("signature");
  spec.settings = settings_of(options);
  campaign.seed = spec.settings.seed;
  return campaign;
}

/// What the verb found out; `weights` only when it was asked for, and nothing was refused.
struct Outcome {
  CheckedTables checked;
  std::optional<governance::GateDecision> gate;  ///< when an agreement was named and no table refused
  std::optional<OutcomeWeights> weights;
  std::vector<std::string> notes;  ///< of the evidence and the targets
  std::vector<std::string> releases;

  [[nodiscard]] bool refused() const { return checked.findings.refused() || (gate && !gate->allowed); }
};

Evidence read_evidence(const std::vector<std::filesystem::path>& files) {
  Evidence all;
  for (const std::filesystem::path& file : files) {
    Evidence part = parse_evidence(read_file(file), file.string());
    const auto append = [](auto& to, auto& from) { to.insert(to.end(), from.begin(), from.end()); };
    append(all.associations, part.associations);
    append(all.releases, part.releases);
    append(all.notes, part.notes);
  }
  return all;
}

/// Asks the gate, and puts its answer on record, or that tables were refused, where the site has a log.
void ask_gate(const Campaign& campaign, const Site& site, const std::vector<DiseaseMapping>& map, Outcome& outcome) {
  if (outcome.checked.findings.refused()) {
    record_refusal(campaign, RefusedTables{"", outcome.checked.identities, outcome.checked.findings.counts()}, site,
                   {});
    return;
  }
  CampaignOutcomes asked;
  asked.tables = outcome.checked.identities;
  asked.counts = outcome.checked.findings.counts();
  std::set<std::string> ids, counted;
  for (const OutcomeTable& table : outcome.checked.tables)
    for (const OutcomeCell& cell : table.cells) counted.insert(cell.disease_id);
  for (const DiseaseMapping& row : map)
    if (counted.contains(row.disease_id)) ids.insert(row.ontology_id);
  asked.diseases.assign(ids.begin(), ids.end());
  try {
    outcome.gate = pass_gate(governance::Moment::kCheck, campaign, asked, site, {});
  } catch (const governance::RefusedByGate& refused) {
    outcome.gate = refused.decision();
  }
}

Outcome compute(const Options& options) {
  const Campaign campaign = campaign_of(options);
  const OutcomesSpec& spec = campaign.outcomes;
  if (spec.disease_map.empty() != spec.evidence.empty())
    throw UsageError(
        "weights of targets need both --map and --evidence; hint: without either, the tables are only checked");
  const bool by_agreement = !spec.agreement.empty();
  Findings of_site;
  const Site site = by_agreement ? read_site(of_site) : Site{};
  of_site.throw_if_errors();
  DisclosurePolicy policy = policy_of(spec);
  policy.zeros_disclosive = options.contains("zeros-disclosive");

  Outcome outcome;
  std::vector<OutcomeTable> earlier = governance::AcceptedTables{site.governance.accepted_tables}.tables();
  if (const auto files = paths(options, "earlier"); !files.empty()) {
    CheckedTables checked = check_tables(files, policy);
    if (checked.findings.refused()) {
      outcome.checked = std::move(checked);
      return outcome;
    }
    std::move(checked.tables.begin(), checked.tables.end(), std::back_inserter(earlier));
  }
  outcome.checked = check_tables(spec.tables, policy, earlier);
  std::vector<DiseaseMapping> map;
  Evidence evidence;
  if (!spec.disease_map.empty() && !outcome.checked.findings.refused()) {
    map = parse_disease_map(read_file(spec.disease_map), spec.disease_map.string());
    evidence = read_evidence(spec.evidence);
    outcome.notes = evidence.notes;
    outcome.releases = evidence.releases;
    check_mapping(outcome.checked.tables, map, evidence, outcome.checked.findings);
  }
  if (by_agreement) ask_gate(campaign, site, map, outcome);
  if (outcome.refused() || spec.disease_map.empty()) return outcome;
  outcome.weights =
      outcome_weights(outcome.checked.tables, map, evidence, spec.settings, options["target"].as<Texts>());
  const std::vector<std::string>& notes = outcome.weights->targets.notes;
  outcome.notes.insert(outcome.notes.end(), notes.begin(), notes.end());
  return outcome;
}

/// Places of targets by mean weight, the heaviest first; at most `most` of them.
std::vector<std::size_t> heaviest(const std::vector<WeightSummary>& weights, std::size_t most) {
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return weights[a].mean > weights[b].mean; });
  if (most > 0 && order.size() > most) order.resize(most);
  return order;
}

nlohmann::json json_of(const WeightSummary& weight, const char* probability) {
  return {{"id", weight.id},
          {"weight", weight.mean},
          {"weight_low95", weight.low},
          {"weight_high95", weight.high},
          {probability, weight.p_top_k}};
}

void print_json(const Outcome& outcome, const WeightSettings& settings, std::size_t most) {
  using nlohmann::json;
  json document{{"verdict", name_of(outcome.refused() ? Verdict::kFail : outcome.checked.findings.verdict())},
                {"tables", json::array()},
                {"findings", json::array()}};
  for (const TableIdentity& table : outcome.checked.identities)
    document["tables"].push_back({{"file", table.file},
                                  {"table_id", table.table_id},
                                  {"sha256", table.sha256},
                                  {"verdict", name_of(table.verdict)}});
  for (const TableFinding& finding : outcome.checked.findings.all())
    document["findings"].push_back({{"code", name_of(finding.code)},
                                    {"file", finding.file},
                                    {"lines", finding.lines},
                                    {"count", finding.count},
                                    {"message", finding.message()}});
  if (outcome.gate) document["gate"] = outcome.gate->to_json();
  if (outcome.weights) {
    const OutcomeWeights& weights = *outcome.weights;
    document["settings"] = {{"seed", settings.seed},
                            {"draws", settings.draws},
                            {"lambda", settings.lambda},
                            {"kappa", settings.kappa},
                            {"top_k", settings.top_k},
                            {"dropped_sources", settings.dropped_sources},
                            {"evidence_releases", outcome.releases}};
    document["notes"] = outcome.notes;
    for (const WeightSummary& disease : weights.diseases) document["diseases"].push_back(json_of(disease, "p_largest"));
    for (const std::size_t t : heaviest(weights.targets.targets, most)) {
      json target = json_of(weights.targets.targets[t], "p_top_k");
      target["leading_disease"] = weights.targets.leading_disease[t];
      target["leading_share"] = weights.targets.leading_share[t];
      target["weight_neutral"] = weights.neutral.targets[t].mean;
      document["targets"].push_back(std::move(target));
    }
    for (const TableContribution& table : weights.tables)
      document["contributions"].push_back({{"table_id", table.table_id},
                                           {"sha256", table.sha256},
                                           {"disease_shift", table.disease_shift},
                                           {"target_shift", table.target_shift}});
  }
  std::cout << document.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

Texts cells_of(const WeightSummary& weight) {
  return {weight.id, fixed(weight.mean, kDecimals), fixed(weight.low, kDecimals), fixed(weight.high, kDecimals),
          fixed(weight.p_top_k, 3)};
}

void print_csv(const OutcomeWeights& weights, std::size_t most) {
  std::cout << csv_line({"kind", "id", "weight", "weight_low95", "weight_high95", "p_top", "leading_disease",
                         "leading_share", "weight_neutral"});
  const auto line = [](const char* kind, Texts cells, const Texts& more) {
    cells.insert(cells.begin(), kind);
    cells.insert(cells.end(), more.begin(), more.end());
    std::cout << csv_line(cells);
  };
  const std::string neutral = fixed(1.0 / static_cast<double>(weights.diseases.size()), kDecimals);
  for (const std::size_t d : heaviest(weights.diseases, 0))
    line("disease", cells_of(weights.diseases[d]), {"", "", neutral});
  for (const std::size_t t : heaviest(weights.targets.targets, most))
    line("target", cells_of(weights.targets.targets[t]),
         {weights.targets.leading_disease[t], fixed(weights.targets.leading_share[t], 3),
          fixed(weights.neutral.targets[t].mean, kDecimals)});
}

void print_text(const OutcomeWeights& weights, const WeightSettings& settings, std::size_t most) {
  const std::string top = "P(top " + std::to_string(settings.top_k) + ")";
  std::vector<Texts> rows;
  for (const std::size_t d : heaviest(weights.diseases, 0)) rows.push_back(cells_of(weights.diseases[d]));
  std::cout << "Weights of diseases, with 95 % intervals over " << settings.draws << " draws\n"
            << text_table({"disease", "weight", "low", "high", "P(largest)"}, rows) << '\n';
  rows.clear();
  for (const std::size_t t : heaviest(weights.targets.targets, most)) {
    Texts cells = cells_of(weights.targets.targets[t]);
    cells.push_back(weights.targets.leading_disease[t]);
    cells.push_back(fixed(100.0 * weights.targets.leading_share[t], 0));
    cells.push_back(fixed(weights.neutral.targets[t].mean, kDecimals));
    rows.push_back(std::move(cells));
  }
  std::cout << "Weights of targets";
  if (rows.size() < weights.targets.targets.size())
    std::cout << ", the heaviest " << rows.size() << " of " << grouped(weights.targets.targets.size());
  std::cout << "; neutral: with all diseases alike\n"
            << text_table({"target", "weight", "low", "high", top, "leading disease", "share %", "neutral"}, rows)
            << '\n';
  rows.clear();
  for (const TableContribution& table : weights.tables)
    rows.push_back({table.table_id, fixed(100.0 * table.disease_shift, 1), fixed(100.0 * table.target_shift, 1)});
  std::cout << "What each table contributes: share of the weight that moves without it\n"
            << text_table({"table", "diseases %", "targets %"}, rows);
}

int run(const Options& options, MpiWorld*) {
  const Outcome outcome = compute(options);
  const TableFindings& findings = outcome.checked.findings;
  const WeightSettings settings = settings_of(options);
  const std::size_t most = options["top"].as<std::size_t>();
  if (options.contains("json")) {
    print_json(outcome, settings, most);
    return outcome.refused() ? exit_code::kRefused : exit_code::kDone;
  }
  for (const TableFinding& finding : findings.all())
    std::cerr << (refuses(finding.code) ? "error: " : "warning: ") << finding.message() << '\n';
  for (const std::string& note : outcome.notes) std::cerr << "note: " << note << '\n';
  if (outcome.gate) {
    std::istringstream lines{outcome.gate->text()};
    for (std::string line; std::getline(lines, line);)
      std::cerr << (outcome.gate->allowed ? "" : "error: ") << line << '\n';
  }
  if (outcome.refused()) {
    const auto refused = std::count_if(outcome.checked.identities.begin(), outcome.checked.identities.end(),
                                       [](const TableIdentity& table) { return table.verdict == Verdict::kFail; });
    std::cerr << "refused"
              << (refused > 0 ? ": " + std::to_string(refused) + (refused == 1 ? " table" : " tables") : "")
              << "; nothing was computed\n";
    return exit_code::kRefused;
  }
  if (!outcome.weights) {
    for (const TableIdentity& table : outcome.checked.identities)
      std::cout << table.file << ": " << name_of(table.verdict) << ", table_id " << table.table_id << ", sha256 "
                << table.sha256 << '\n';
  } else if (options.contains("csv")) {
    print_csv(*outcome.weights, most);
  } else {
    print_text(*outcome.weights, settings, most);
  }
  return exit_code::kDone;
}

}  // namespace

Command targets_command() {
  Command command;
  command.name = "targets";
  command.usage = "OUTCOMES.csv... [--map MAP.csv --evidence EVIDENCE.tsv...] [options]";
  command.summary = "outcome tables to weights of diseases and targets, with intervals";
  command.help =
      "Checks aggregate outcome tables (each with its OUTCOMES.meta.json beside it): nothing in them may be about one\n"
      "person or a few. Everything that is wrong is listed in one go, without a value of a cell; exit code 3: "
      "refused.\n"
      "With a disease map and evidence it goes on to weights: what each disease and target counts, with 95 % intervals "
      "that\n"
      "hold the choice between indicators, rounding, suppression and single sources of evidence; which disease leads "
      "for a\n"
      "target; and what each table contributes. With an agreement, its gate answers first, on record where the site "
      "keeps a\n"
      "log. Tables, formulas and limits: scoring/outcomes/README.md.";
  command.examples =
      "digitalis targets outcomes.csv\n"
      "digitalis targets outcomes.csv --map disease_map.csv --evidence evidence.tsv\n"
      "digitalis targets deaths.csv prevalence.csv --map disease_map.csv --evidence "
      "MONDO_0004975-associated-targets.tsv\n"
      "    --prefer deaths=0.6 --prefer prevalence=0.4 --target ACHE --target APP --csv";
  command.cite =
      "D. Ochoa et al., Nucleic Acids Res. 51 (2023) D1353-D1359, doi:10.1093/nar/gkac1046\n"
      "J. K. Salmon et al., SC11 (2011), doi:10.1145/2063384.2063405";
  command.arguments.add_options()("tables", po::value<Texts>()->required());
  const auto texts = [] { return po::value<Texts>()->composing()->default_value({}, ""); };
  const WeightSettings defaults;
  command.options.add_options()("map", po::value<std::string>()->value_name("FILE"),
                                "disease_map.csv: which ontology id a disease has")(
      "evidence", po::value<Texts>()->composing()->value_name("FILE"),
      "evidence.tsv, or an association export of Open Targets; may be repeated")(
      "agreement", po::value<std::string>()->value_name("FILE"),
      "the agreement under which the tables are used: the gate is asked, exit code 3 when it refuses")(
      "signature", po::value<std::string>()->value_name("FILE"), "of the agreement (default: AGREEMENT.sig)")(
      "partner", po::value<std::string>()->value_name("NAME"), "the partner of the agreement who asks")(
      "earlier", po::value<Texts>()->composing()->value_name("FILE"),
      "a table accepted before, to compare counts with; may be repeated")(
      "target", texts()->value_name("SYMBOL"), "only this target; may be repeated (default: all with evidence)")(
      "top", po::value<std::size_t>()->default_value(20)->value_name("N"), "print at most so many targets; 0: all")(
      "top-k", po::value<std::uint32_t>()->default_value(defaults.top_k)->value_name("K"), "P(top k) is over so many")(
      "seed", po::value<std::uint64_t>()->default_value(0)->value_name("N"), "of the random numbers")(
      "draws", po::value<std::uint32_t>()->default_value(defaults.draws)->value_name("N"),
      "how often weights are drawn")("lambda",
                                     po::value<double>()->default_value(defaults.lambda, "0.1")->value_name("SHARE"),
                                     "share of the weight that is spread evenly over diseases")(
      "kappa", po::value<double>()->default_value(defaults.kappa, "20")->value_name("X"),
      "how sure the preference between indicators is; 0: fixed")(
      "prefer", texts()->value_name("INDICATOR=X"), "how much an indicator counts (default 1); may be repeated")(
      "severity", texts()->value_name("DISEASE=X"), "declared severity: 1, 1.2 or 1.7; may be repeated")(
      "overdispersion", texts()->value_name("INDICATOR=X"),
      "variance over that of independent events; may be repeated")("higher-is-better", texts()->value_name("INDICATOR"),
                                                                   "a proportion of good outcomes; may be repeated")(
      "drug-evidence", "count evidence from known drugs too")("zeros-disclosive",
                                                              "refuse none or all of fewer than 100")(
      "csv", "weights as CSV on standard output; p_top: of being the largest disease, among the top k targets")(
      "json", "findings and weights as JSON on standard output");
  command.positional.add("tables", -1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
