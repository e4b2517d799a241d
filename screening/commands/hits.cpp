#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>

#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/gzip.hpp"
#include "screening/hit_table.hpp"
#include "screening/run_folder.hpp"
#include "chem/suggest.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

constexpr std::size_t kTerminalHits = 50;

std::size_t column_of(const HitTable& hits, const std::string& name) {
  const auto& header = hits.table.header;
  std::string wanted = name;
  if (const auto descriptor = find_descriptor(name))
    wanted = descriptor_table()[static_cast<std::size_t>(*descriptor)].column;
  const auto found = std::find(header.begin(), header.end(), wanted);
  if (found != header.end()) return static_cast<std::size_t>(found - header.begin());
  const std::string nearest = nearest_name(name, header);
  throw UsageError("no column named '" + name +
                   "'; hint: " + (nearest.empty() ? "columns are " + join(header) : "did you mean '" + nearest + "'?"));
}

/// "mw=450" of --min or --max.
struct Bound {
  std::size_t column;
  double value;
};

std::vector<Bound> bounds(const HitTable& hits, const std::vector<std::string>& texts, const char* option) {
  std::vector<Bound> all;
  for (const std::string& text : texts) {
    const auto equals = text.find('=');
    const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (number.empty() || *end != '\0')
      throw UsageError(std::string{option} + " " + text + ": expected COLUMN=NUMBER; hint: " + option + " mw=450");
    all.push_back({column_of(hits, text.substr(0, equals)), value});
  }
  return all;
}

bool is_number(const std::string& text) {
  char* end = nullptr;
  std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0';
}

/// Orders rows by a column: numbers by value, anything else as text; empty cells come last either way round.
void sort_by(HitTable& hits, std::size_t column, bool ascending) {
  const auto& rows = hits.table.rows;
  const bool numbers = std::all_of(rows.begin(), rows.end(),
                                   [&](const auto& row) { return row[column].empty() || is_number(row[column]); });
  std::stable_sort(hits.table.rows.begin(), hits.table.rows.end(), [&](const auto& a, const auto& b) {
    const std::string &x = a[column], &y = b[column];
    if (x.empty() || y.empty()) return !x.empty() && y.empty();
    const auto before = [&](const std::string& left, const std::string& right) {
      return numbers ? std::strtod(left.c_str(), nullptr) < std::strtod(right.c_str(), nullptr) : left < right;
    };
    return ascending ? before(x, y) : before(y, x);
  });
}

double number_in(const std::vector<std::string>& row, std::size_t column) {
  return std::strtod(row[column].c_str(), nullptr);
}

void select(HitTable& hits, const Options& options) {
  const auto low = bounds(hits, options["min"].as<std::vector<std::string>>(), "--min");
  const auto high = bounds(hits, options["max"].as<std::vector<std::string>>(), "--max");
  const std::string target = options["target"].as<std::string>();
  const std::size_t target_column = hits.table.column("best_target");
  const std::size_t alert_columns[] = {hits.table.column("pains"), hits.table.column("brenk"),
                                       hits.table.column("nih")};
  std::erase_if(hits.table.rows, [&](const std::vector<std::string>& row) {
    for (const Bound& bound : low)
      if (row[bound.column].empty() || number_in(row, bound.column) < bound.value) return true;
    for (const Bound& bound : high)
      if (row[bound.column].empty() || number_in(row, bound.column) > bound.value) return true;
    if (!target.empty() && row[target_column] != target) return true;
    return options.contains("no-alerts") && std::any_of(std::begin(alert_columns), std::end(alert_columns),
                                                        [&](std::size_t column) { return !row[column].empty(); });
  });
  if (const std::string by = options["sort"].as<std::string>(); !by.empty()) {
    sort_by(hits, column_of(hits, by), options.contains("ascending"));
  }
  std::size_t top = options["top"].as<std::size_t>();
  if (top == 0) top = options.contains("out") ? hits.size() : kTerminalHits;
  if (hits.size() > top) hits.table.rows.resize(top);
}

std::string smiles_file(const HitTable& hits) {
  std::string text;
  for (std::size_t i = 0; i < hits.size(); ++i)
    text += hits.value(i, "smiles") + " " + hits.value(i, "compound_id") + "\n";
  return text;
}

std::string tab_separated(const HitTable& hits) {
  const auto line = [](const std::vector<std::string>& cells) { return join(cells, "\t") + "\n"; };
  std::string text = line(hits.table.header);
  for (const auto& row : hits.table.rows) text += line(row);
  return text;
}

/// Records of the run's hits.sdf.gz, which hold the poses; of hits.csv when the run has none.
std::string sd_file(const HitTable& hits, const RunFolder& run) {
  const std::map<std::string, std::string> records = read_hit_records(run.file("hits.sdf.gz"));
  if (records.empty()) return to_sdf(hits);
  std::string text;
  for (std::size_t i = 0; i < hits.size(); ++i)
    if (const auto record = records.find(hits.value(i, "compound_id")); record != records.end()) text += record->second;
  return text;
}

void write(const HitTable& hits, const RunFolder& run, const std::string& file) {
  const auto ends = [&](const char* ending) { return file.ends_with(ending); };
  std::string content;
  if (ends(".csv")) {
    content = to_csv(hits);
  } else if (ends(".tsv")) {
    content = tab_separated(hits);
  } else if (ends(".smi")) {
    content = smiles_file(hits);
  } else if (ends(".sdf") || ends(".sdf.gz")) {
    start_rdkit();
    content = sd_file(hits, run);
    if (ends(".gz")) content = gzip(content);
  } else {
    throw UsageError(file + ": unknown kind of file; hint: end its name in .csv, .tsv, .smi, .sdf or .sdf.gz");
  }
  write_file_atomically(file, content);
  std::cerr << grouped(hits.size()) << " hits written to " << file << '\n';
}

int run(const Options& options, MpiWorld*) {
  RunFolder folder{options["run"].as<std::string>()};
  folder.open_finished();
  pass_export_gate(folder.path());
  HitTable hits = read_hits_csv(folder.file("hits.csv"));
  select(hits, options);
  if (options.contains("out")) {
    write(hits, folder, options["out"].as<std::string>());
    return exit_code::kDone;
  }
  std::vector<std::string> header{"place",    "compound_id", "score", "best_target",    "nearest_active",
                                  "mw_g_mol", "clogp",       "qed",   "known_active_of"};
  for (const std::string& column : hits.table.header)
    if (HitTable::says(column) == HitTable::Says::kAffinity) header.push_back(column);
  if (const std::string by = options["sort"].as<std::string>(); !by.empty())
    if (const std::string& column = hits.table.header[column_of(hits, by)];
        std::find(header.begin(), header.end(), column) == header.end())
      header.push_back(column);
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    rows.emplace_back();
    for (const std::string& column : header) rows.back().push_back(hits.value(i, column));
  }
  std::cout << text_table(header, rows, 28);
  return exit_code::kDone;
}

}  // namespace

Command hits_command() {
  using Texts = std::vector<std::string>;
  Command command;
  command.name = "hits";
  command.usage = "RUN [options]";
  command.summary = "pick, sort and export the hits of a finished run";
  command.help =
      "Prints the best hits as a table, or writes them to a file whose ending says how: .csv, .tsv, .smi, .sdf, "
      ".sdf.gz.\n"
      "Columns are those of hits.csv; descriptors may be called by their short names (mw, clogp, tpsa, qed, ...).";
  command.examples =
      "digitalis hits run --top 20\n"
      "digitalis hits run --target EGFR --max mw=450 --min qed=0.5 --no-alerts\n"
      "digitalis hits run --sort clogp --ascending --top 100 -o picks.sdf\n"
      "digitalis hits run --sort affinity_kcal_mol_EGFR --ascending -o poses.sdf";
  command.arguments.add_options()("run", po::value<std::string>()->required());
  command.options.add_options()(
      "top", po::value<std::size_t>()->default_value(0, "50 on the terminal, all in a file")->value_name("N"),
      "at most so many hits")("sort", po::value<std::string>()->default_value("", "by place")->value_name("COLUMN"),
                              "column to sort by, highest first")("ascending", "sort lowest first")(
      "min", po::value<Texts>()->composing()->default_value({}, "")->value_name("COLUMN=NUMBER"),
      "at least; may be repeated")("max",
                                   po::value<Texts>()->composing()->default_value({}, "")->value_name("COLUMN=NUMBER"),
                                   "at most; may be repeated")(
      "target", po::value<std::string>()->default_value("", "any")->value_name("NAME"),
      "only hits whose best target is this one")("no-alerts", "only hits without a PAINS, BRENK or NIH alert")(
      "out,o", po::value<std::string>()->value_name("FILE"), "file to write");
  command.positional.add("run", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
