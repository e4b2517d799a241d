#include "chem/receptor_side_chains.hpp"

#include <algorithm>
#include <deque>

#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Atoms = std::vector<std::uint32_t>;

constexpr double kConjugated_A = 1.40;  // amide and guanidine C-N 1.33, amine C-N 1.47

class SideChainCutter {
 public:
  SideChainCutter(const ReceptorStructure& structure, const BondTable& bonds, ReceptorReport& report)
      : structure_(structure), bonds_(bonds), report_(report) {}

  void add(const std::string& name) {
    const std::uint32_t index = find_residue(name);
    if (std::ranges::find(made_.residue, index) != made_.residue.end()) return;  // named twice
    const StructureResidue& residue = structure_.residues[index];
    refuse_unfit(residue);
    const std::size_t before = made_.forest.fragments.size();
    append_fragments(residue, index);
    if (made_.forest.fragments.size() == before + 1)
      throw refusal(residue, "has no side chain that turns", "leave it out");
    const std::size_t turning = made_.forest.fragments.size() - before - 1;
    report_.decisions.push_back(residue.id.label() + ": side chain turns about " + plural(turning, "bond"));
  }

  [[nodiscard]] TurningSideChains finish() {
    std::vector<Position>& positions = made_.forest.conformers.emplace_back();
    for (const std::uint32_t atom : made_.forest.source) {
      positions.push_back(structure_.atoms[atom].at_A);
      made_.forest.types.push_back(structure_.atoms[atom].type);
      made_.names.push_back(structure_.atoms[atom].name);
    }
    add_pairs();
    return std::move(made_);
  }

 private:
  [[nodiscard]] UsageError refusal(const StructureResidue& residue, const std::string& what,
                                   const std::string& remedy) const {
    return UsageError(structure_.file + ": flexible residue " + residue.id.label() + " " + what + "; hint: " + remedy);
  }

  [[nodiscard]] std::uint32_t find_residue(const std::string& name) const {
    std::vector<DockingReceptor::Residue> amino_acids;
    Atoms found;
    for (std::uint32_t r = 0; r < structure_.residues.size(); ++r) {
      const StructureResidue& residue = structure_.residues[r];
      if (structure_.find(residue, "CA") < 0 || residue.kind != ResidueKind::kAminoAcid) continue;
      amino_acids.push_back(residue.id);
      if (is_meant(name, residue.id)) found.push_back(r);
    }
    if (found.empty())
      throw UsageError(structure_.file + ": no flexible residue \"" + name + "\"; hint: did you mean " +
                       nearest_labels(name, amino_acids));
    if (found.size() > 1)
      throw UsageError(structure_.file + ": flexible residue \"" + name + "\" is " + std::to_string(found.size()) +
                       " residues; hint: write chain and number, as in " + structure_.residues[found[0]].id.label());
    return found.front();
  }

  void refuse_unfit(const StructureResidue& residue) {
    for (std::string_view expected = side_chain_atoms(standard_name(residue.id.name)); !expected.empty();) {
      const std::size_t end = std::min(expected.find(' '), expected.size());
      if (structure_.find(residue, expected.substr(0, end)) < 0)
        throw refusal(residue, "lacks " + std::string{expected.substr(0, end)}, "rebuild it, or leave it out");
      expected.remove_prefix(std::min(end + 1, expected.size()));
    }
    for (const std::uint32_t i : side_chain(residue))
      for (const std::uint32_t j : bonds_.of(i)) {
        const StructureAtom& other = structure_.atoms[j];
        if (structure_.atoms[i].name == "CA" || is_in_side_chain(j, residue) || other.is_hydrogen()) continue;
        if (j >= residue.first && j < residue.end)
          throw refusal(residue, "closes a ring with the backbone", "leave it out");
        const std::string bonded = "is bonded to " + structure_.residues[other.residue].id.label();
        if (!other.metal) throw refusal(residue, bonded, "leave it out");
        report_.warnings.push_back("flexible residue " + residue.id.label() + " " + bonded +
                                   ", which nothing holds in place once it turns");
      }
  }

  [[nodiscard]] Atoms side_chain(const StructureResidue& residue) const {
    Atoms atoms;
    for (std::uint32_t i = residue.first; i < residue.end; ++i)
      if (is_in_side_chain(i, residue)) atoms.push_back(i);
    return atoms;
  }
  [[nodiscard]] bool is_in_side_chain(std::uint32_t i, const StructureResidue& residue) const {
    const StructureAtom& atom = structure_.atoms[i];
    return i >= residue.first && i < residue.end && !atom.is_hydrogen() &&
           (atom.name == "CA" || !is_backbone(atom.name));
  }
  [[nodiscard]] Atoms neighbors(std::uint32_t i, const StructureResidue& residue) const {
    Atoms inside;
    for (const std::uint32_t j : bonds_.of(i))
      if (is_in_side_chain(j, residue)) inside.push_back(j);
    return inside;
  }

  [[nodiscard]] bool in_ring(std::uint32_t i, std::uint32_t j, const StructureResidue& residue) const {
    Atoms reached{i};
    for (std::size_t next = 0; next < reached.size(); ++next)
      for (const std::uint32_t k : neighbors(reached[next], residue)) {
        if (reached[next] == i && k == j) continue;
        if (std::ranges::find(reached, k) == reached.end()) reached.push_back(k);
      }
    return std::ranges::find(reached, j) != reached.end();
  }

  /// Whether the bond from `i` outward to `j` turns something and may.
  [[nodiscard]] bool turns(std::uint32_t i, std::uint32_t j, const StructureResidue& residue) const {
    if (neighbors(j, residue).size() < 2 || in_ring(i, j, residue)) return false;
    const StructureAtom &a = structure_.atoms[i], &b = structure_.atoms[j];
    const bool carbon_nitrogen = (a.element == element::kCarbon && b.element == element::kNitrogen) ||
                                 (a.element == element::kNitrogen && b.element == element::kCarbon);
    return !(carbon_nitrogen && distance(a.at_A, b.at_A) < kConjugated_A);
  }

  void append_fragments(const StructureResidue& residue, std::uint32_t index) {
    struct Task {
      std::int32_t parent;
      std::uint32_t from, start;  // atoms of the structure
    };
    std::vector<std::uint32_t>& source = made_.forest.source;
    const auto place_of = [&](std::uint32_t atom) {
      return static_cast<std::uint32_t>(std::ranges::find(source, atom) - source.begin());
    };
    const auto alpha = static_cast<std::uint32_t>(structure_.find(residue, "CA"));
    std::deque<Task> tasks{{DockingLigand::kFixed, alpha, alpha}};
    for (; !tasks.empty(); tasks.pop_front()) {
      const Task task = tasks.front();
      const auto first = static_cast<std::uint32_t>(source.size());
      const auto self = static_cast<std::int32_t>(made_.forest.fragments.size());
      const std::uint32_t axis_from = task.parent < 0 ? 0 : place_of(task.from);
      source.push_back(task.start);
      for (std::size_t next = first; next < source.size(); ++next) {
        const std::uint32_t atom = source[next];
        for (const std::uint32_t other : neighbors(atom, residue)) {
          const bool known =
              std::ranges::find(source, other) != source.end() || (task.parent >= 0 && other == task.from);
          if (known) continue;
          if (turns(atom, other, residue))
            tasks.push_back({self, atom, other});
          else
            source.push_back(other);
        }
      }
      made_.forest.fragments.push_back({task.parent, axis_from, first, static_cast<std::uint32_t>(source.size())});
    }
    made_.residue.resize(source.size(), index);
  }

  /// Fragments with an axis, from the one that holds the atom to the root.
  [[nodiscard]] Atoms axes_above(std::uint32_t atom) const {
    const auto& fragments = made_.forest.fragments;
    Atoms axes;
    auto f = static_cast<std::int32_t>(
        std::ranges::find_if(fragments, [&](const DockingLigand::Fragment& g) { return atom < g.end; }) -
        fragments.begin());
    for (; fragments[static_cast<std::size_t>(f)].parent >= 0; f = fragments[static_cast<std::size_t>(f)].parent)
      axes.push_back(static_cast<std::uint32_t>(f));
    return axes;
  }

  /// Whether any bond that turns one atom against the other has neither of them on its axis.
  [[nodiscard]] bool distance_varies(std::uint32_t i, std::uint32_t j) const {
    const Atoms above_i = axes_above(i), above_j = axes_above(j);
    const auto varies_by = [&](const Atoms& axes, const Atoms& common) {
      return std::ranges::any_of(axes, [&](std::uint32_t f) {
        const DockingLigand::Fragment& fragment = made_.forest.fragments[f];
        const auto on_axis = [&](std::uint32_t atom) { return atom == fragment.axis_from || atom == fragment.first; };
        return std::ranges::find(common, f) == common.end() && !on_axis(i) && !on_axis(j);
      });
    };
    return varies_by(above_i, above_j) || varies_by(above_j, above_i);
  }

  /// Atoms of the structure that are at most three bonds away.
  [[nodiscard]] Atoms within_three_bonds(std::uint32_t atom) const {
    Atoms reached{atom};
    std::size_t shell = 0;
    for (int bonds = 0; bonds < 3; ++bonds) {
      const std::size_t end = reached.size();
      for (; shell < end; ++shell)
        for (const std::uint32_t next : bonds_.of(reached[shell]))
          if (std::ranges::find(reached, next) == reached.end()) reached.push_back(next);
    }
    return reached;
  }

  void add_pairs() {
    const auto& source = made_.forest.source;
    for (std::uint32_t i = 0; i < source.size(); ++i) {
      const Atoms near = within_three_bonds(source[i]);
      for (std::uint32_t j = i + 1; j < source.size(); ++j)
        if (std::ranges::find(near, source[j]) == near.end() && distance_varies(i, j))
          made_.forest.side_chain_pairs.emplace_back(i, j);
    }
  }

  const ReceptorStructure& structure_;
  const BondTable& bonds_;
  ReceptorReport& report_;
  TurningSideChains made_;
};

}  // namespace

TurningSideChains cut_side_chains(const ReceptorStructure& structure, const BondTable& bonds,
                                  const std::vector<std::string>& names, ReceptorReport& report) {
  SideChainCutter cutter(structure, bonds, report);
  for (const std::string& name : names) cutter.add(name);
  return cutter.finish();
}

DockingLigand join_side_chains(const DockingLigand& ligand, const DockingLigand& side_chains) {
  DockingLigand joined = ligand;
  const auto atoms = static_cast<std::uint32_t>(ligand.atoms());
  const auto fragments = static_cast<std::int32_t>(ligand.fragments.size());
  for (DockingLigand::Fragment fragment : side_chains.fragments) {
    if (fragment.parent >= 0) {
      fragment.parent += fragments;
      fragment.axis_from += atoms;
    }
    fragment.first += atoms;
    fragment.end += atoms;
    joined.fragments.push_back(fragment);
  }
  joined.types.insert(joined.types.end(), side_chains.types.begin(), side_chains.types.end());
  joined.source.insert(joined.source.end(), side_chains.source.begin(), side_chains.source.end());
  for (const DockingLigand::Passenger& passenger : side_chains.passengers)
    joined.passengers.push_back({passenger.fragment + static_cast<std::uint32_t>(fragments), passenger.source});
  // Scored atoms come before passengers in every conformer.
  const auto& places = side_chains.conformers.at(0);
  const auto scored = static_cast<std::ptrdiff_t>(side_chains.atoms());
  for (auto& conformer : joined.conformers) {
    conformer.insert(conformer.end(), places.begin() + scored, places.end());
    conformer.insert(conformer.begin() + atoms, places.begin(), places.begin() + scored);
  }
  for (std::uint32_t i = 0; i < ligand.ligand_atoms; ++i)
    for (std::uint32_t j = 0; j < side_chains.atoms(); ++j) joined.side_chain_pairs.emplace_back(i, atoms + j);
  for (const auto& [i, j] : side_chains.side_chain_pairs) joined.side_chain_pairs.emplace_back(atoms + i, atoms + j);
  return joined;
}

}  // namespace digitalis
