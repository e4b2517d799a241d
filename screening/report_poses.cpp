#include "screening/report_poses.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "chem/file_io.hpp"
#include "scoring/interactions/interaction.hpp"
#include "screening/hit_table.hpp"
#include "screening/report_columns.hpp"

namespace digitalis {
namespace {

struct MolAtom {
  std::string_view symbol;
  Position at_A{};
};
struct MolBlock {
  std::vector<MolAtom> atoms;
  std::vector<std::pair<std::size_t, std::size_t>> bonds;
};

template <class Number>
std::optional<Number> number_at(std::string_view line, std::size_t from, std::size_t length) {
  if (line.size() < from + length) return std::nullopt;
  std::string_view field = line.substr(from, length);
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  Number value{};
  const auto end = std::from_chars(field.data(), field.data() + field.size(), value);
  return end.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

/// Atoms and bonds of a V2000 mol block as RDKit writes it; nothing for V3000 (more than 999 atoms).
std::optional<MolBlock> parse_mol_block(std::string_view record) {
  std::size_t at = 0;
  const auto next_line = [&] {
    const std::size_t begin = std::min(at, record.size()), end = std::min(record.find('\n', begin), record.size());
    at = end + 1;
    return record.substr(begin, end - begin);
  };
  for (int line = 0; line < 3; ++line) (void)next_line();
  const std::string_view counts = next_line();
  const auto n_atoms = number_at<std::size_t>(counts, 0, 3), n_bonds = number_at<std::size_t>(counts, 3, 3);
  if (!n_atoms || !n_bonds || counts.find("V2000") == std::string_view::npos) return std::nullopt;
  MolBlock block;
  for (std::size_t i = 0; i < *n_atoms; ++i) {
    const std::string_view line = next_line();
    MolAtom atom;
    for (std::size_t k = 0; k < 3; ++k) {
      const auto coordinate_A = number_at<double>(line, 10 * k, 10);
      if (!coordinate_A) return std::nullopt;
      atom.at_A[k] = *coordinate_A;
    }
    if (line.size() < 34) return std::nullopt;
    atom.symbol = line.substr(31, 3);
    atom.symbol = atom.symbol.substr(0, atom.symbol.find(' '));
    block.atoms.push_back(atom);
  }
  for (std::size_t i = 0; i < *n_bonds; ++i) {
    const std::string_view line = next_line();
    const auto begin = number_at<std::size_t>(line, 0, 3), end = number_at<std::size_t>(line, 3, 3);
    if (!begin || !end || *begin < 1 || *end < 1 || *begin > *n_atoms || *end > *n_atoms) return std::nullopt;
    block.bonds.emplace_back(*begin - 1, *end - 1);
  }
  return block;
}

/// The names of a record's fields about its pose: target, stage and flags have places of their own.
std::vector<std::string> pose_fields_of(const std::string& record) {
  std::vector<std::string> names;
  for (auto at = record.find("<pose_"); at != std::string::npos; at = record.find("<pose_", at + 1)) {
    std::string name = record.substr(at + 1, record.find('>', at) - at - 1);
    if (name != "pose_target" && name != "pose_stage" && !name.starts_with(kPoseFlagsColumn))
      names.push_back(std::move(name));
  }
  return names;
}

std::vector<ReportContact> contacts_of(const std::string& record) {
  std::vector<ReportContact> contacts;
  for (const Interaction& found : interactions_of_record(record))
    contacts.push_back({.kind = std::string{name_of(found.kind)},
                        .residue = found.residue,
                        .ligand_is_donor = found.ligand_is_donor,
                        .distance_A = found.distance_A,
                        .angle_deg = found.angle_deg,
                        .ligand_A = found.ligand_A,
                        .receptor_A = found.receptor_A,
                        .water_A = found.water_A});
  return contacts;
}

bool is_hydrogen(std::string_view symbol) { return symbol == "H" || symbol == "D" || symbol == "T"; }

/// Whether an atom drawn with this label ("", "NH3+", "13CH3") may be one of this element.
bool is_labelled(std::string_view label, std::string_view symbol) {
  label.remove_prefix(std::min(label.find_first_not_of("0123456789"), label.size()));
  return label.empty() ? symbol == "C" : label.starts_with(symbol);
}

/// Positions for the drawing's atoms, and hydrogens on nitrogen, oxygen and sulfur. False when it is another molecule.
bool take_positions(const MolBlock& block, const Depiction& drawing, ReportPose& pose) {
  std::vector<std::size_t> heavy(block.atoms.size(), SIZE_MAX);
  for (std::size_t i = 0; i < block.atoms.size(); ++i) {
    const MolAtom& atom = block.atoms[i];
    if (is_hydrogen(atom.symbol)) continue;
    const std::size_t n = pose.atoms_A.size();
    if (n >= drawing.atoms.size() || !is_labelled(drawing.atoms[n].label, atom.symbol)) return false;
    heavy[i] = n;
    pose.atoms_A.push_back(atom.at_A);
  }
  std::set<std::pair<std::size_t, std::size_t>> drawn;
  for (const auto& bond : drawing.bonds)
    if (bond.begin < pose.atoms_A.size() && bond.end < pose.atoms_A.size())
      drawn.insert(std::minmax<std::size_t>(bond.begin, bond.end));
  std::size_t shared = 0;
  for (const auto& [begin, end] : block.bonds) {
    if (heavy[begin] != SIZE_MAX && heavy[end] != SIZE_MAX) {
      if (!drawn.contains(std::minmax(heavy[begin], heavy[end]))) return false;
      ++shared;
      continue;
    }
    const auto [on, hydrogen] = heavy[begin] != SIZE_MAX ? std::pair{begin, end} : std::pair{end, begin};
    if (heavy[on] == SIZE_MAX) continue;
    const std::string_view symbol = block.atoms[on].symbol;
    if (symbol == "N" || symbol == "O" || symbol == "S")
      pose.hydrogens.push_back({static_cast<std::uint16_t>(heavy[on]), block.atoms[hydrogen].at_A});
  }
  return shared == drawn.size() && !pose.atoms_A.empty();
}

}  // namespace

void add_poses(ReportData& data, const RunFolder& run) {
  std::error_code ignored;
  if (!std::filesystem::exists(run.file("pockets.json"), ignored)) return;
  const nlohmann::json pockets = nlohmann::json::parse(read_file(run.file("pockets.json")));
  for (const auto& [target, pocket] : pockets.items()) {
    data.pockets.push_back({target, pocket.at("pocket_pdb"), pocket.value("reference_sdf", "")});
    const nlohmann::json redocked = pocket.value("redocked_sdf", nlohmann::json::object());
    for (ReportTarget& of : data.targets)
      if (of.name == target)
        for (ReportRedocking& found : of.redocking) found.pose_sdf = redocked.value(found.reference, "");
  }
  const auto records = read_hit_records(run.file("hits.sdf.gz"));
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < data.hits.size(); ++i) {
    const auto of_hit = records.find(data.hits[i].compound_id);
    if (of_hit == records.end() || !data.hits[i].drawing) continue;
    for (const std::string& record : of_hit->second) {
      ReportPose pose{.hit = i,
                      .target = field_of(record, "pose_target"),
                      .stage = field_of(record, "pose_stage"),
                      .atoms_A = {},
                      .hydrogens = {},
                      .contacts = contacts_of(record),
                      .values = {}};
      const auto block = parse_mol_block(record);
      if (pose.target.empty() || !block || !take_positions(*block, *data.hits[i].drawing, pose)) continue;
      if (data.pose_columns.empty()) {
        fields = pose_fields_of(record);
        for (const std::string& field : fields) data.pose_columns.push_back(pose_column(field));
        data.pose_columns.push_back(pose_column(kPoseFlagsColumn));
      }
      for (const std::string& field : fields) pose.values.push_back(field_of(record, field));
      pose.values.push_back(field_of(record, dock_column(kPoseFlagsColumn, pose.stage, pose.target)));
      data.poses.push_back(std::move(pose));
    }
  }
}

}  // namespace digitalis
