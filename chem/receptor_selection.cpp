#include "chem/receptor_selection.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "chem/cell_list.hpp"
#include "chem/receptor_residues.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Residue = DockingReceptor::Residue;

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::toupper(static_cast<unsigned char>(x)) == std::toupper(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::string listed(const std::vector<std::string>& words, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, words.size()); ++i) text += (i == 0 ? "" : ", ") + words[i];
  if (words.size() > most) text += " and " + std::to_string(words.size() - most) + " more";
  return text;
}

std::string decimals(double value, int digits) {
  std::array<char, 32> text{};
  return {text.data(),
          std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits).ptr};
}

std::string plural(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string{noun} + (count == 1 ? "" : "s");
}

namespace {

bool is_polymer(ResidueKind kind) { return kind == ResidueKind::kAminoAcid || kind == ResidueKind::kNucleotide; }

void take_reference(const ReceptorStructure& structure, const ReceptorOptions& options, Selection& selection,
                    ReceptorReport& report) {
  if (options.reference.empty()) return;
  std::vector<std::size_t> found;
  std::vector<Residue> ligands;
  for (const bool polymer : {false, true}) {  // an amino acid may be the ligand, when nothing else has that name
    if (!found.empty()) break;
    for (std::size_t r = 0; r < structure.residues.size(); ++r) {
      const StructureResidue& residue = structure.residues[r];
      if (is_polymer(residue.kind) != polymer) continue;
      if (!polymer && residue.kind != ResidueKind::kWater) ligands.push_back(residue.id);
      if (is_meant(options.reference, residue.id)) found.push_back(r);
    }
  }
  if (found.empty()) {
    const std::string nearest = nearest_labels(options.reference, ligands);
    throw UsageError(structure.file + ": no residue \"" + options.reference +
                     "\" to take as the reference ligand; hint: " +
                     (nearest.empty() ? "the file holds no ligand" : "did you mean " + nearest));
  }
  const auto first = std::ranges::min_element(found, {}, [&](std::size_t r) {
    return std::pair{structure.residues[r].id.chain, r};
  });
  selection.reference = *first;
  const StructureResidue& reference = structure.residues[*first];
  for (const StructureAtom& atom : structure.atoms_of(reference))
    if (!atom.is_hydrogen()) selection.reference_A.push_back(atom.at_A);
  report.decisions.push_back("reference ligand: " + reference.id.label() + " taken out, " +
                             plural(selection.reference_A.size(), "heavy atom"));
  std::vector<std::string> copies;
  for (std::size_t r = 0; r < structure.residues.size(); ++r) {
    const StructureResidue& residue = structure.residues[r];
    if (r == *first) selection.kept[r] = false;
    if (r == *first || is_polymer(residue.kind) || residue.id.name != reference.id.name) continue;
    selection.kept[r] = false;
    copies.push_back(residue.id.label());
  }
  if (!copies.empty())
    report.decisions.push_back("further copies of the reference ligand: " + std::to_string(copies.size()) +
                               " dropped (" + listed(copies) + ")");
}

void select_chains(const ReceptorStructure& structure, const ReceptorOptions& options, Selection& selection,
                   ReceptorReport& report) {
  if (options.chains.empty()) return;
  std::vector<std::string> chains;
  for (std::size_t r = 0; r < structure.residues.size(); ++r) {
    const std::string& chain = structure.residues[r].id.chain;
    if (std::ranges::find(chains, chain) == chains.end()) chains.push_back(chain);
    if (std::ranges::find(options.chains, chain) == options.chains.end()) selection.kept[r] = false;
  }
  for (const std::string& chain : options.chains)
    if (std::ranges::find(chains, chain) == chains.end())
      throw UsageError(structure.file + ": no chain \"" + chain + "\"; hint: it has " + listed(chains, 40));
  report.decisions.push_back("chains: " + listed(options.chains, 40) + " kept of " + listed(chains, 40));
}

struct Group {
  ResidueKind kind;
  std::string_view name;
  ReceptorOptions::Keep keep;
};

void select_group(const ReceptorStructure& structure, const Group& group, const CellList& reference, double near_A,
                  Selection& selection, ReceptorReport& report) {
  using Keep = ReceptorOptions::Keep;
  std::size_t all = 0;
  std::map<std::string, std::size_t> kept_names, dropped_names;
  std::size_t kept = 0;
  for (std::size_t r = 0; r < structure.residues.size(); ++r) {
    const StructureResidue& residue = structure.residues[r];
    if (residue.kind != group.kind || !selection.kept[r]) continue;
    ++all;
    const auto near = [&](const StructureAtom& atom) {
      return !atom.is_hydrogen() && reference.any_within(atom.at_A, near_A);
    };
    const bool keep = group.keep == Keep::kKeep ||
                      (group.keep == Keep::kNearLigand && std::ranges::any_of(structure.atoms_of(residue), near));
    selection.kept[r] = keep;
    kept += keep ? 1 : 0;
    ++(keep ? kept_names : dropped_names)[residue.id.name];
  }
  if (all == 0) return;
  const auto names = [&](const std::map<std::string, std::size_t>& counts) {
    std::vector<std::string> words;
    for (const auto& [name, count] : counts) words.push_back(count == 1 ? name : std::to_string(count) + " " + name);
    return group.kind == ResidueKind::kWater ? std::string{} : " (" + listed(words, 20) + ")";
  };
  std::string text{group.name};
  text += ": ";
  if (group.keep == Keep::kNearLigand)
    text += std::to_string(kept) + " of " + std::to_string(all) + " kept" + (kept == 0 ? "" : names(kept_names)) +
            ", those within " + decimals(near_A, 1) + " A of the reference ligand";
  else
    text += std::to_string(all) + (kept == 0 ? " dropped" + names(dropped_names) : " kept" + names(kept_names));
  report.decisions.push_back(std::move(text));
}

}  // namespace

bool is_meant(std::string_view text, const Residue& residue) {
  std::vector<std::string_view> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(':', from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  const std::string name_and_number = residue.name + residue.number;
  const auto is_rest = [&](std::string_view part) {
    return same(part, residue.name) || same(part, residue.number) || same(part, name_and_number);
  };
  switch (parts.size()) {
    case 1: return same(parts[0], residue.name) || same(parts[0], name_and_number);
    case 2:
      return (parts[0] == residue.chain && is_rest(parts[1])) ||
             (same(parts[0], residue.name) && same(parts[1], residue.number));
    case 3: return parts[0] == residue.chain && same(parts[1], residue.name) && same(parts[2], residue.number);
    default: return false;
  }
}

std::string nearest_labels(std::string_view asked, const std::vector<Residue>& residues) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const Residue& residue : residues) {
    std::size_t distance = edit_distance(asked, residue.label());
    for (const std::string& shorter :
         {residue.name, residue.chain + ":" + residue.number, residue.name + residue.number})
      distance = std::min(distance, edit_distance(asked, shorter));
    ranked.emplace_back(distance, residue.label());
  }
  std::ranges::stable_sort(ranked, {}, &std::pair<std::size_t, std::string>::first);
  std::vector<std::string> names;
  for (const auto& [distance, label] : ranked)
    if (names.size() < 3 && std::ranges::find(names, label) == names.end()) names.push_back(label);
  return listed(names);
}

Selection select_residues(const ReceptorStructure& structure, const ReceptorOptions& options, ReceptorReport& report) {
  using Keep = ReceptorOptions::Keep;
  Selection selection;
  selection.kept.assign(structure.residues.size(), true);
  select_chains(structure, options, selection, report);
  take_reference(structure, options, selection, report);
  const bool needs_reference = options.waters == Keep::kNearLigand || options.cofactors == Keep::kNearLigand;
  if (needs_reference && !selection.reference)
    throw UsageError(structure.file +
                     ": waters or cofactors near the ligand are asked for, but no reference ligand is "
                     "named; hint: name its residue, or keep or drop them all");
  if (structure.pdbqt) {
    report.decisions.emplace_back("waters, cofactors and metals: kept as prepared in the PDBQT file");
    return selection;
  }
  const CellList reference(selection.reference_A, std::max(options.near_A, 1.0));
  for (const Group& group :
       {Group{ResidueKind::kWater, "waters", options.waters}, Group{ResidueKind::kMetal, "metals", Keep::kKeep},
        Group{ResidueKind::kOther, "cofactors", options.cofactors},
        Group{ResidueKind::kBuffer, "crystallisation agents", Keep::kDrop}})
    select_group(structure, group, reference, options.near_A, selection, report);
  return selection;
}

ReceptorStructure subset_of(const ReceptorStructure& structure, const std::vector<bool>& kept) {
  ReceptorStructure subset;
  subset.file = structure.file;
  subset.pdbqt = structure.pdbqt;
  for (std::size_t r = 0; r < structure.residues.size(); ++r) {
    if (!kept[r]) continue;
    StructureResidue residue = structure.residues[r];
    const auto atoms = structure.atoms_of(residue);
    residue.first = static_cast<std::uint32_t>(subset.atoms.size());
    subset.atoms.insert(subset.atoms.end(), atoms.begin(), atoms.end());
    residue.end = static_cast<std::uint32_t>(subset.atoms.size());
    for (StructureAtom& atom : subset.atoms_of(residue))
      atom.residue = static_cast<std::uint32_t>(subset.residues.size());
    subset.residues.push_back(std::move(residue));
  }
  return subset;
}

void refuse_unfit(const ReceptorStructure& kept, const std::vector<Position>& reference_A, ReceptorReport& report) {
  constexpr double kNear_A = 10.0;
  const CellList reference(reference_A, kNear_A);
  std::size_t polymer = 0, alpha_only = 0, amino_acids = 0, near = 0;
  std::vector<std::string> bare_near, incomplete;
  for (const StructureResidue& residue : kept.residues) {
    polymer += is_polymer(residue.kind) ? 1 : 0;
    const std::string_view expected = side_chain_atoms(standard_name(residue.id.name));
    const std::int64_t alpha = kept.find(residue, "CA");
    if (residue.kind != ResidueKind::kAminoAcid || alpha < 0) continue;
    ++amino_acids;
    alpha_only += residue.end - residue.first == 1 ? 1 : 0;
    if (expected.empty()) continue;
    std::size_t missing = 0, found = 0;
    for (std::size_t from = 0; from < expected.size();) {
      const std::size_t end = std::min(expected.find(' ', from), expected.size());
      const std::string_view name = expected.substr(from, end - from);
      from = end + 1;
      // CHARMM calls isoleucine's last carbon CD.
      const bool there =
          kept.find(residue, name) >= 0 || (residue.id.name == "ILE" && name == "CD1" && kept.find(residue, "CD") >= 0);
      missing += there ? 0 : 1;
      found += there && (name != "CB" || expected == "CB") ? 1 : 0;
    }
    const bool is_near = reference.any_within(kept.atoms[static_cast<std::size_t>(alpha)].at_A, kNear_A);
    near += is_near ? 1 : 0;
    if (missing > 0) incomplete.push_back(residue.id.label());
    if (is_near && found == 0) bare_near.push_back(residue.id.label());
  }
  if (polymer == 0)
    throw UsageError(kept.file +
                     ": holds no protein or nucleic acid; hint: give the target's PDB, mmCIF or PDBQT file");
  if (10 * alpha_only > 9 * amino_acids)
    throw UsageError(kept.file + ": holds alpha carbons only; hint: give a structure with side chains");
  if (10 * bare_near.size() > near)
    throw UsageError(kept.file + ": " + std::to_string(bare_near.size()) + " of " + std::to_string(near) +
                     " residues near the reference ligand lack their side chains (" + listed(bare_near) +
                     "); hint: rebuild them, or take another structure");
  if (!incomplete.empty())
    report.warnings.push_back("side-chain atoms missing in " + plural(incomplete.size(), "residue") + ": " +
                              listed(incomplete));
}

}  // namespace digitalis
