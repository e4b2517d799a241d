#include "screening/known_actives.hpp"

#include "chem/file_io.hpp"
#include "screening/csv.hpp"

namespace digitalis {

void write_known_actives(const std::filesystem::path& file, const std::vector<Target>& targets) {
  std::string text = csv_line({"target", "compound_id", "smiles"});
  for (const Target& target : targets)
    for (const Compound& active : target.queries) text += csv_line({target.name, active.id, active.smiles});
  write_file_atomically(file, text);
}

std::map<std::string, std::string> read_known_actives(const std::filesystem::path& file) {
  std::map<std::string, std::string> smiles;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return smiles;
  const CsvTable table = parse_csv(read_file(file), file.string());
  const std::size_t id = table.column("compound_id"), structure = table.column("smiles");
  for (const auto& row : table.rows) smiles.emplace(row[id], row[structure]);
  return smiles;
}

}  // namespace digitalis
