#include <algorithm>
#include <iostream>

#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/hit_query/hit_files.hpp"
#include "screening/hit_query/hit_groups.hpp"
#include "screening/run_folder.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kTerminalHits = 50;
using Texts = std::vector<std::string>;

/// How the run prepared its library: molecules that are asked for are prepared the same way.
PrepareOptions preparation_of(const nlohmann::json& manifest) {
  const nlohmann::json& library = manifest.at("results").at("library");
  PrepareOptions preparation;
  preparation.standardise = library.at("standardised");
  preparation.fingerprint = {library.at("fingerprint").at(0), library.at("fingerprint").at(1)};
  return preparation;
}

void sort(HitQuery& query, const Options& options) {
  if (const std::string by = options["sort"].as<std::string>(); !by.empty())
    query.sort_by(by, options.contains("ascending"));
}

/// By a column that is there only once the hits are in clusters.
bool sorts_by_cluster(const Options& options) {
  return options.contains("cluster") && options["sort"].as<std::string>().starts_with("cluster");
}

void ask(HitQuery& query, const Options& options) {
  if (options.contains("expression")) query.keep(options["expression"].as<std::string>());
  for (const std::string& bound : options["min"].as<Texts>()) query.keep_at_least(bound, "--min");
  for (const std::string& bound : options["max"].as<Texts>()) query.keep_at_most(bound, "--max");
  if (const std::string target = options["target"].as<std::string>(); !target.empty())
    query.keep_equal("best_target", target);
  if (options.contains("no-alerts")) query.keep("not alerts");
  if (!sorts_by_cluster(options)) sort(query, options);
  query.stop_after(options["top"].as<std::size_t>());
}

/// Picks and clusters among what was asked. True when there were any.
bool group(HitQuery& query, const Options& options, const FingerprintSpec& fingerprint) {
  const double similarity = options["cluster-similarity"].as<double>();
  if (!(similarity > 0 && similarity <= 1)) throw UsageError("--cluster-similarity: expected above 0, up to 1");
  for (const char* option : {"diverse", "per-scaffold"})
    if (options.contains(option) && options[option].as<std::size_t>() == 0)
      throw UsageError("--" + std::string{option} + ": expected 1 or more");
  if (options.contains("cluster")) add_clusters(query, fingerprint, similarity);
  if (sorts_by_cluster(options)) sort(query, options);
  if (options.contains("per-scaffold")) pick_per_scaffold(query, options["per-scaffold"].as<std::size_t>());
  if (options.contains("diverse")) pick_diverse(query, fingerprint, options["diverse"].as<std::size_t>());
  return options.contains("cluster") || options.contains("per-scaffold") || options.contains("diverse");
}

/// What the terminal shows: what says why a hit is there, and the columns that were asked about.
std::vector<QueryColumn> shown_columns(const HitQuery& query) {
  std::vector<std::string> names{"place",    "compound_id", "score", "best_target",    "nearest_active",
                                 "mw_g_mol", "clogp",       "qed",   "known_active_of"};
  for (const QueryColumn& column : query.columns().all())
    if (HitTable::says(column.name) == HitTable::Says::kAffinity) names.push_back(column.name);
  const std::vector<std::string> asked = query.asked_columns();
  names.insert(names.end(), asked.begin(), asked.end());
  std::vector<QueryColumn> columns;
  for (const std::string& name : names) {
    auto column = query.columns().find(name);
    if (column &&
        std::none_of(columns.begin(), columns.end(), [&](const auto& one) { return one.name == column->name; }))
      columns.push_back(*std::move(column));
  }
  return columns;
}

int run(const Options& options, MpiWorld*) {
  RunFolder folder{options["run"].as<std::string>()};
  folder.open_finished();
  pass_export_gate(folder.path());
  start_rdkit();
  const PrepareOptions preparation = preparation_of(folder.manifest());
  HitQuery query{folder.file("results.sqlite"), preparation};
  ask(query, options);
  const bool is_grouped = group(query, options, preparation.fingerprint);
  if (options.contains("out")) {
    const std::string file = options["out"].as<std::string>();
    const std::size_t count = write_hits(query, folder, file);
    std::cerr << grouped(count) << " hits written to " << file << '\n';
    return exit_code::kDone;
  }
  if (!is_grouped && options["top"].as<std::size_t>() == 0) query.stop_after(kTerminalHits);
  const std::vector<QueryColumn> columns = shown_columns(query);
  std::vector<std::string> header;
  for (const QueryColumn& column : columns) header.push_back(column.name);
  std::vector<std::vector<std::string>> rows;
  query.each(columns, [&](const std::vector<std::string>& cells) { rows.push_back(cells); });
  if (rows.empty())
    std::cerr << "no hit is like this\n";
  else
    std::cout << text_table(header, rows, 28);
  return exit_code::kDone;
}

}  // namespace

Command hits_command() {
  Command command;
  command.name = "hits";
  command.usage = "RUN ['EXPRESSION'] [options]";
  command.summary = "ask, sort and export the hits of a finished run";
  command.help =
      "Prints the best hits as a table, or writes them to a file whose ending says how: .csv, .tsv, .smi, .sdf (each "
      "also .gz);\n"
      ".pml is a script for PyMOL, .mol2 a list for ChimeraX's ViewDock (docked hits, in their pockets).\n\n"
      "The expression compares columns: those of hits.csv; descriptors by their short names (mw, clogp, tpsa, qed, "
      "...);\n"
      "score_kcal_mol, the best affinity over all targets (lower binds better), shape, similarity, ligand_efficiency; "
      "alerts, "
      "pains,\n"
      "brenk, nih, which hold when there is one. It knows and, or, not, = != < <= > >=, + - * /, between 1 and 2, in "
      "('A', 'B'),\n"
      "like '%text%', is missing; texts stand in quotes, columns of odd names in [ ]. A value that is missing is "
      "neither above nor\n"
      "below another. Functions: smarts('SMARTS'); similar('SMILES'), Tanimoto, 0 to 1; contact('A:LEU:83', 'hbond').";
  command.examples =
      "digitalis hits run --top 20\n"
      "digitalis hits run 'score_kcal_mol < -9 and mw < 450 and not pains'\n"
      "digitalis hits run \"smarts('c1ccc2[nH]ccc2c1') and similar('Nc1c2CCCCc2nc2ccccc12') > 0.3\" -o indoles.sdf\n"
      "digitalis hits run --target EGFR --max mw=450 --min qed=0.5 --no-alerts\n"
      "digitalis hits run 'qed > 0.5' --top 1000 --diverse 50 -o picks.csv\n"
      "digitalis hits run --sort score_kcal_mol:asc --top 100 -o poses.pml";
  command.cite =
      "--diverse: M. Ashton et al., Quant. Struct.-Act. Relat. 21 (2002) 598-604, doi:10.1002/qsar.200290002\n"
      "--cluster: D. Butina, J. Chem. Inf. Comput. Sci. 39 (1999) 747-750, doi:10.1021/ci9803381\n"
      "--per-scaffold: G. W. Bemis, M. A. Murcko, J. Med. Chem. 39 (1996) 2887-2893, doi:10.1021/jm9602928";
  command.arguments.add_options()("run", po::value<std::string>()->required())("expression", po::value<std::string>());
  command.options.add_options()(
      "top", po::value<std::size_t>()->default_value(0, "50 on the terminal, all in a file")->value_name("N"),
      "at most so many hits")("sort",
                              po::value<std::string>()->default_value("", "by place")->value_name("COLUMN[:asc]"),
                              "column to sort by, highest first; :asc lowest first")("ascending", "sort lowest first")(
      "min", po::value<Texts>()->composing()->default_value({}, "")->value_name("COLUMN=NUMBER"),
      "at least; may be repeated")("max",
                                   po::value<Texts>()->composing()->default_value({}, "")->value_name("COLUMN=NUMBER"),
                                   "at most; may be repeated")(
      "target", po::value<std::string>()->default_value("", "any")->value_name("NAME"),
      "only hits whose best target is this one")("no-alerts", "only hits without a PAINS, BRENK or NIH alert")(
      "diverse", po::value<std::size_t>()->value_name("N"), "of these only N, as unlike each other as can be had")(
      "per-scaffold", po::value<std::size_t>()->value_name("N"), "of these only the first N of each Murcko scaffold")(
      "cluster", "adds the columns cluster, cluster_size, cluster_centre")(
      "cluster-similarity", po::value<double>()->default_value(0.6, "0.6")->value_name("S"),
      "Tanimoto similarity within a cluster")("out,o", po::value<std::string>()->value_name("FILE"), "file to write");
  command.positional.add("run", 1).add("expression", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
