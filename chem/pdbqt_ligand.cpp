#include "chem/pdbqt_ligand.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "chem/autodock_type.hpp"
#include "chem/compound_id.hpp"
#include "chem/ligand_molecule.hpp"
#include "chem/torsion_tree.hpp"

namespace digitalis {
namespace {

using Role = AutoDockType::Role;

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

template <class Number>
std::optional<Number> number_in(std::string_view field) {
  field = trimmed(field);
  if (field.starts_with('+')) field.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error != std::errc{} || end != field.data() + field.size()) return std::nullopt;
  return value;
}

/// "BRANCH   1   3" to {1, 3}; columns run together from four digits on, so that both forms are tried.
std::optional<std::pair<int, int>> two_serials(std::string_view rest) {
  const std::string_view words = trimmed(rest);
  if (const auto gap = words.find_first_of(" \t"); gap != std::string_view::npos) {
    const auto first = number_in<int>(words.substr(0, gap)), second = number_in<int>(words.substr(gap));
    if (first && second) return std::pair{*first, *second};
  }
  return std::nullopt;
}

/// What stands in the file, before any chemistry.
struct Parsed {
  PreparedLigand::Pdbqt file;
  std::vector<const AutoDockType*> types;
  std::vector<Position> positions;
  TorsionTree tree;
  std::set<std::string> unknown_types;
  std::string name;
};

/// Reads the lines of one model. Lines are numbered within the text for messages.
class ModelParser {
 public:
  ModelParser() { parsed_.tree.fragments.emplace_back(); }

  /// False when the line cannot be used; reason() then says why.
  bool take(std::string_view line) {
    parsed_.file.lines.emplace_back(line);
    if (line.starts_with("ATOM") || line.starts_with("HETATM")) return take_atom(line);
    if (line.starts_with("BRANCH")) return open_branch(line.substr(6));
    if (line.starts_with("ENDBRANCH")) return close_branch();
    constexpr std::string_view kName = "Name =";
    if (const auto at = line.find(kName); line.starts_with("REMARK") && at != std::string_view::npos)
      parsed_.name = clean_id(line.substr(at + kName.size()));
    return true;
  }

  /// Ties BRANCH lines to their atoms once all are known.
  bool finish() {
    if (open_.size() != 1) return fail("a BRANCH without its ENDBRANCH");
    for (std::size_t f = 1; f < parsed_.tree.fragments.size(); ++f) {
      TorsionTree::Fragment& fragment = parsed_.tree.fragments[f];
      const auto from = atom_of_.find(serials_[f - 1].first), to = atom_of_.find(serials_[f - 1].second);
      const std::string branch =
          "BRANCH " + std::to_string(serials_[f - 1].first) + " " + std::to_string(serials_[f - 1].second);
      if (from == atom_of_.end() || to == atom_of_.end()) return fail(branch + " names an atom that is not there");
      if (parsed_.tree.fragment_of[from->second] != static_cast<std::uint32_t>(fragment.parent) ||
          parsed_.tree.fragment_of[to->second] != f)
        return fail(branch + " does not lead from its parent's atoms to its own");
      fragment.axis_from = from->second;
      fragment.axis_to = to->second;
    }
    return true;
  }

  [[nodiscard]] bool empty() const { return parsed_.types.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] Parsed& parsed() { return parsed_; }

 private:
  bool fail(std::string reason) {
    reason_ = std::move(reason);
    return false;
  }

  bool take_atom(std::string_view line) {
    if (line.size() < 78) return fail("an atom line that ends before its type in columns 78-79");
    Position at{};
    for (std::size_t k = 0; k < 3; ++k) {
      const auto value = number_in<double>(line.substr(30 + 8 * k, 8));
      if (!value || !std::isfinite(*value)) return fail("a coordinate that is not a number");
      at[k] = *value;
    }
    const std::string_view name = trimmed(line.substr(77));
    const AutoDockType* type = find_autodock_type(name);
    if (type == nullptr) {
      type = &unknown_autodock_type();
      parsed_.unknown_types.emplace(clean_id(name));
    }
    const auto serial = number_in<int>(line.substr(6, 5));
    const auto index = static_cast<std::uint32_t>(parsed_.types.size());
    if (serial && !atom_of_.emplace(*serial, index).second && parsed_.tree.fragments.size() > 1)
      return fail("atom number " + std::to_string(*serial) + " occurs twice");
    parsed_.types.push_back(type);
    parsed_.positions.push_back(at);
    parsed_.tree.fragment_of.push_back(open_.back());
    parsed_.file.line_of.push_back(parsed_.file.lines.size() - 1);
    parsed_.file.elements.emplace_back(type->element);
    return true;
  }

  bool open_branch(std::string_view rest) {
    const auto serials = two_serials(rest);
    if (!serials) return fail("a BRANCH without its two atom numbers");
    serials_.push_back(*serials);
    TorsionTree::Fragment fragment;
    fragment.parent = static_cast<std::int32_t>(open_.back());
    open_.push_back(static_cast<std::uint32_t>(parsed_.tree.fragments.size()));
    parsed_.tree.fragments.push_back(fragment);
    return true;
  }

  bool close_branch() {
    if (open_.size() < 2) return fail("an ENDBRANCH without its BRANCH");
    open_.pop_back();
    return true;
  }

  Parsed parsed_;
  std::map<int, std::uint32_t> atom_of_;
  std::vector<std::pair<int, int>> serials_;  ///< of each BRANCH
  std::vector<std::uint32_t> open_{0};        ///< fragments being read
  std::string reason_;
};

/// Rings cut open by Meeko keep their shape here: what lies between the two ends is not turned. The bond that closes
/// the ring joins the others, so that pairs across it are not scored.
bool close_cut_rings(Parsed& parsed, Neighbours& bonds) {
  bool found = false;
  for (std::uint32_t a = 0; a < parsed.types.size(); ++a)
    for (std::uint32_t b = a + 1; b < parsed.types.size(); ++b) {
      if (parsed.types[a]->role != Role::kCutRing || parsed.types[a] != parsed.types[b]) continue;
      found = true;
      if (std::find(bonds[a].begin(), bonds[a].end(), b) == bonds[a].end()) {
        bonds[a].push_back(b);
        bonds[b].push_back(a);
      }
      auto& fragments = parsed.tree.fragments;
      for (std::uint32_t f = parsed.tree.fragment_of[a], g = parsed.tree.fragment_of[b]; f != g;) {
        std::uint32_t& later = f > g ? f : g;  // parents come first: the later one is no ancestor of the other
        fragments[later].frozen = true;
        later = static_cast<std::uint32_t>(fragments[later].parent);
      }
    }
  return found;
}

Result<PreparedLigand> ligand_of(ModelParser& parser, const Location& at, const std::string& name) {
  const auto reject = [&](RejectCode code, const std::string& detail) { return Reject{code, at, name, detail, ""}; };
  if (!parser.finish()) return reject(RejectCode::kBadMolBlock, parser.reason());
  Parsed& parsed = parser.parsed();
  PreparedLigand ligand;
  ligand.id = name;
  const FixedDistances fixed(parsed.tree);
  parsed.file.bonds = bonds_by_distance(parsed.types, parsed.positions, fixed);
  const auto types = docking_types(parsed.types, parsed.file.bonds);
  if (close_cut_rings(parsed, parsed.file.bonds))
    ligand.notes.emplace_back("ring cut open for docking: kept in the shape it has in the file");
  bool root_is_scored = false;
  for (std::size_t i = 0; i < types.size(); ++i) root_is_scored |= parsed.tree.fragment_of[i] == 0 && types[i];
  if (!root_is_scored) return reject(RejectCode::kDockingType, "no atom of the root that docking scores");

  ligand.docking = docking_ligand_of(parsed.tree, types, parsed.file.bonds);
  ligand.docking.conformers.push_back(conformer_of(ligand.docking, parsed.positions));
  for (const std::string& unknown : parsed.unknown_types)
    ligand.notes.push_back("atom type " + unknown + " scored as polar carbon");
  ligand.pdbqt = std::make_shared<const PreparedLigand::Pdbqt>(std::move(parsed.file));
  return ligand;
}

}  // namespace

std::vector<Result<PreparedLigand>> read_pdbqt_ligands(std::string_view text, const std::string& source,
                                                       const std::string& name) {
  struct Model {
    ModelParser parser;
    std::uint64_t first_line = 1;
    std::optional<Reject> reject;
  };
  std::vector<Model> models;
  bool between_models = true, in_side_chain = false;
  std::uint64_t number = 0;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    begin = end + 1;
    ++number;
    if (line.starts_with("MODEL")) {
      between_models = true;
      continue;
    }
    if (line.starts_with("ENDMDL")) {
      between_models = true;
      continue;
    }
    // Side chains that turned along stand behind the ligand in docking results.
    if (line.starts_with("BEGIN_RES")) in_side_chain = true;
    const bool skip = in_side_chain || trimmed(line).empty();
    if (line.starts_with("END_RES")) in_side_chain = false;
    if (skip) continue;
    if (between_models) models.push_back({{}, number, {}});
    between_models = false;
    Model& model = models.back();
    if (!model.reject && !model.parser.take(line))
      model.reject = Reject{RejectCode::kBadMolBlock, {source, number}, name, model.parser.reason(), ""};
  }
  // A remark after the last ENDMDL is no ligand.
  std::erase_if(models, [](Model& model) { return model.parser.empty() && !model.reject; });

  std::vector<Result<PreparedLigand>> ligands;
  for (std::size_t i = 0; i < models.size(); ++i) {
    const std::string& own = models[i].parser.parsed().name;
    std::string id = own.empty() ? name : own;
    if (models.size() > 1) id += "_" + std::to_string(i + 1);
    if (models[i].reject) {
      models[i].reject->compound_id = id;
      ligands.emplace_back(*models[i].reject);
    } else {
      ligands.push_back(ligand_of(models[i].parser, {source, models[i].first_line}, id));
    }
  }
  return ligands;
}

std::string pdbqt_with_positions(const PreparedLigand& ligand, std::span<const Position> positions,
                                 const std::vector<std::string>& remarks) {
  const PreparedLigand::Pdbqt& file = *ligand.pdbqt;
  const auto at = by_source(ligand.docking, positions, file.line_of.size());
  std::vector<std::string> lines = file.lines;
  for (std::size_t i = 0; i < at.size(); ++i) {
    char text[64];
    const int length = std::snprintf(text, sizeof text, "%8.3f%8.3f%8.3f", at[i][0], at[i][1], at[i][2]);
    if (length == 24) lines[file.line_of[i]].replace(30, 24, text, 24);
  }
  std::string out;
  for (const std::string& remark : remarks) out += "REMARK " + remark + "\n";
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

std::string mol_block_of_pdbqt(const PreparedLigand& ligand, std::span<const Position> positions) {
  const PreparedLigand::Pdbqt& file = *ligand.pdbqt;
  const auto at = by_source(ligand.docking, positions, file.elements.size());
  std::size_t bonds = 0;
  for (const auto& neighbours : file.bonds) bonds += neighbours.size();
  char text[128];
  std::string out = ligand.id + "\n     Digitalis\n\n";
  std::snprintf(text, sizeof text, "%3zu%3zu  0  0  0  0  0  0  0  0999 V2000\n", at.size(), bonds / 2);
  out += text;
  for (std::size_t i = 0; i < at.size(); ++i) {
    std::snprintf(text, sizeof text, "%10.4f%10.4f%10.4f %-3s 0  0  0  0  0  0  0  0  0  0  0  0\n", at[i][0], at[i][1],
                  at[i][2], file.elements[i].c_str());
    out += text;
  }
  for (std::size_t i = 0; i < file.bonds.size(); ++i)
    for (const std::uint32_t j : file.bonds[i])
      if (i < j) {
        std::snprintf(text, sizeof text, "%3zu%3u  1  0\n", i + 1, j + 1);
        out += text;
      }
  return out + "M  END\n";
}

}  // namespace digitalis
