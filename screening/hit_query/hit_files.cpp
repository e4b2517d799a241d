#include "screening/hit_query/hit_files.hpp"

#include <algorithm>
#include <map>

#include "chem/file_io.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"
#include "screening/gzip.hpp"
#include "screening/hit_query/pose_files.hpp"

namespace digitalis {
namespace {

/// A cell in a line of tab-separated ones.
std::string in_tsv(std::string cell) {
  std::replace_if(
      cell.begin(), cell.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return cell;
}

std::string tsv_line(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = in_tsv(std::move(cell));
  return join(cells, "\t") + "\n";
}

/// Header and rows, each as `line` writes it.
template <class Line>
std::size_t add_table(HitQuery& query, std::string& text, const Line& line) {
  const std::vector<QueryColumn>& columns = query.columns().all();
  std::vector<std::string> header;
  for (const QueryColumn& column : columns) header.push_back(column.name);
  text += line(header);
  std::size_t count = 0;
  query.each(columns, [&](const std::vector<std::string>& cells) {
    text += line(cells);
    ++count;
  });
  return count;
}

std::size_t add_smiles(HitQuery& query, std::string& text) {
  std::size_t count = 0;
  query.each({*query.columns().find("smiles"), *query.columns().find("compound_id")},
             [&](const std::vector<std::string>& cells) {
               text += cells[0] + " " + in_tsv(cells[1]) + "\n";
               ++count;
             });
  return count;
}

/// SD records of each hit: the run's own, with what was added since, or made again where hits.sdf.gz is gone. None for
/// a hit without.
std::vector<std::vector<std::string>> sd_records(const HitTable& hits, const RunFolder& run,
                                                 const HitColumns& columns) {
  auto known = read_hit_records(run.file("hits.sdf.gz"));
  if (known.empty()) return records_of(hits);
  std::vector<std::vector<std::string>> records;
  for (std::size_t i = 0; i < hits.size(); ++i)
    for (std::string& record : records.emplace_back(std::move(known[hits.value(i, "compound_id")])))
      for (const QueryColumn& column : columns.all())
        if (column.is_added)
          record.insert(record.rfind("$$$$"), "> <" + column.name + ">\n" + hits.value(i, column.name) + "\n\n");
  return records;
}

/// The poses of the hits that were docked.
std::vector<DockedHit> docked_hits(const HitTable& hits, const RunFolder& run, const HitColumns& columns) {
  const auto records = sd_records(hits, run, columns);
  std::vector<DockedHit> docked;
  for (std::size_t i = 0; i < hits.size(); ++i) {
    std::vector<std::pair<std::string, std::string>> values;
    for (const QueryColumn& column : columns.all())
      if (const std::string& value = hits.value(i, column.name); !column.is_text && !value.empty())
        values.emplace_back(column.name, value);
    for (const std::string& record : records[i])
      if (const std::string target = field_of(record, "pose_target"); !target.empty())
        docked.push_back({hits.value(i, "compound_id"), target, record, values});
  }
  if (docked.empty())
    throw UsageError("none of these hits was docked: there is no pose to show; hint: -o hits.sdf has their structures");
  return docked;
}

nlohmann::json receptor_files(const RunFolder& run) {
  nlohmann::json files = nlohmann::json::object();
  for (const auto& site : run.manifest().at("results").value("docking", nlohmann::json::array()))
    if (site.contains("receptors")) files[site.at("target").get<std::string>()] = site.at("receptors").at(0);
  return files;
}

}  // namespace

std::size_t write_hits(HitQuery& query, const RunFolder& run, const std::string& file) {
  const bool is_packed = file.ends_with(".gz");
  const std::string name = is_packed ? file.substr(0, file.size() - 3) : file;
  std::string text;
  std::size_t count = 0;
  if (name.ends_with(".csv")) {
    count = add_table(query, text, csv_line);
  } else if (name.ends_with(".tsv")) {
    count = add_table(query, text, tsv_line);
  } else if (name.ends_with(".smi")) {
    count = add_smiles(query, text);
  } else if (name.ends_with(".sdf")) {
    const HitTable hits = query.table();
    for (const auto& of_hit : sd_records(hits, run, query.columns()))
      for (const std::string& record : of_hit) text += record;
    count = hits.size();
  } else if (file.ends_with(".pml") || file.ends_with(".mol2")) {
    const HitTable table = query.table();
    const std::vector<DockedHit> hits = docked_hits(table, run, query.columns());
    count = table.size();
    text = file.ends_with(".pml")
               ? pymol_script(hits, nlohmann::json::parse(read_file(run.file("pockets.json"))), receptor_files(run))
               : viewdock_mol2(hits);
  } else {
    throw UsageError(file +
                     ": unknown kind of file; hint: end its name in .csv, .tsv, .smi, .sdf (each also .gz), "
                     ".pml or .mol2");
  }
  write_file_atomically(file, is_packed ? gzip(text) : text);
  return count;
}

}  // namespace digitalis
