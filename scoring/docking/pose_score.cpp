#include "scoring/docking/pose_score.hpp"

#include <cstddef>
#include <stdexcept>

namespace digitalis {
namespace {

using Terms = std::array<double, kTerms>;

void add(Terms& to, const Terms& terms) {
  for (std::size_t k = 0; k < kTerms; ++k) to[k] += terms[k];
}

double sum_of(const Terms& terms) {
  double sum = 0.0;
  for (const double term : terms) sum += term;
  return sum;
}

void require_positions(const DockingLigand& ligand, std::span<const Position> positions) {
  if (positions.size() < ligand.atoms()) throw std::invalid_argument("pose score: fewer positions than atoms");
}

/// Whether each atom can move: the roots of side chains cannot, nor can the atoms that the bonds from there end in,
/// which are on the axis. What these do to the rest of the receptor is the same in every pose, and mostly the clash of
/// bonded neighbours.
std::vector<bool> moves(const DockingLigand& ligand) {
  std::vector<bool> moving(ligand.atoms(), true);
  for (const DockingLigand::Fragment& fragment : ligand.fragments) {
    if (fragment.parent == DockingLigand::kFixed)
      for (std::uint32_t i = fragment.first; i < fragment.end; ++i) moving.at(i) = false;
    if (fragment.parent >= 0 &&
        ligand.fragments[static_cast<std::size_t>(fragment.parent)].parent == DockingLigand::kFixed)
      moving.at(fragment.first) = false;
  }
  return moving;
}

}  // namespace

ReceptorCells::ReceptorCells(const DockingReceptor& receptor) : receptor_(&receptor) {
  if (receptor.positions_A.size() != receptor.atoms())
    throw std::invalid_argument("receptor cells: not one position per atom");
  if (receptor.atoms() == 0) return;  // no cells: near() finds nothing

  const Box box = box_around(receptor.positions_A, 0.0);
  low_ = box.low();
  // A stray atom must not cost gigabytes.
  constexpr double kMostCells = 4e6;
  const auto cells_along = [&](std::size_t k) { return std::floor(box.size_A[k] / cell_A_) + 1.0; };
  while (cells_along(0) * cells_along(1) * cells_along(2) > kMostCells) cell_A_ *= 1.5;
  for (std::size_t k = 0; k < 3; ++k) cells_[k] = static_cast<std::int32_t>(cells_along(k));

  const auto cell_of = [&](const Position& at) {
    std::array<std::size_t, 3> cell{};
    for (std::size_t k = 0; k < 3; ++k)
      cell[k] = static_cast<std::size_t>(std::clamp(std::floor((at[k] - low_[k]) / cell_A_), 0.0, cells_[k] - 1.0));
    return (cell[2] * static_cast<std::size_t>(cells_[1]) + cell[1]) * static_cast<std::size_t>(cells_[0]) + cell[0];
  };
  start_.resize(static_cast<std::size_t>(cells_along(0) * cells_along(1) * cells_along(2)) + 1);
  for (const Position& at : receptor.positions_A) ++start_[cell_of(at) + 1];
  for (std::size_t cell = 1; cell < start_.size(); ++cell) start_[cell] += start_[cell - 1];
  atoms_.resize(receptor.atoms());
  std::vector<std::uint32_t> next(start_.begin(), start_.end() - 1);
  for (std::size_t i = 0; i < receptor.atoms(); ++i)
    atoms_[next[cell_of(receptor.positions_A[i])]++] = static_cast<std::uint32_t>(i);
}

PoseScore score_pose(const ReceptorCells& receptor, const DockingLigand& ligand, std::span<const Position> positions,
                     const ScoringFunction& function) {
  require_positions(ligand, positions);
  const BinnedEnergies& energy = BinnedEnergies::of(function);
  const std::vector<Position>& receptor_at = receptor.receptor().positions_A;
  const std::vector<AtomType>& receptor_types = receptor.receptor().types;

  PoseScore score;
  const std::vector<bool> moving = moves(ligand);
  for (std::size_t i = 0; i < ligand.atoms(); ++i) {
    if (!moving[i]) continue;
    double sum = 0.0;
    receptor.near(positions[i], [&](std::uint32_t j) {
      sum += energy(ligand.types[i], receptor_types[j], squared_distance(positions[i], receptor_at[j]));
    });
    (i < ligand.ligand_atoms ? score.inter_kcal_mol : score.intra_kcal_mol) += soften(sum, kFinalSoftening);
  }
  const auto softened = [&](std::uint32_t i, std::uint32_t j) {
    const double r2 = squared_distance(positions[i], positions[j]);
    return soften(energy(ligand.types[i], ligand.types[j], r2), kFinalSoftening);
  };
  for (const auto& [i, j] : ligand.pairs) score.intra_kcal_mol += softened(i, j);
  for (const auto& [i, j] : ligand.side_chain_pairs)
    (i < ligand.ligand_atoms ? score.inter_kcal_mol : score.intra_kcal_mol) += softened(i, j);
  score.affinity_kcal_mol = score.inter_kcal_mol / (1.0 + function.torsion * ligand.effective_torsions);
  return score;
}

ScoreBreakdown break_down(const ReceptorCells& receptor, const DockingLigand& ligand,
                          std::span<const Position> positions, const ScoringFunction& function) {
  require_positions(ligand, positions);
  const DockingReceptor& atoms = receptor.receptor();

  ScoreBreakdown parts;
  parts.by_atom.resize(ligand.atoms());
  std::vector<Terms> by_residue(atoms.residues.size());
  const std::vector<bool> moving = moves(ligand);
  for (std::size_t i = 0; i < ligand.atoms(); ++i) {
    if (!moving[i]) continue;
    receptor.near(positions[i], [&](std::uint32_t j) {
      const Terms terms =
          pair_terms(function, ligand.types[i], atoms.types[j], distance(positions[i], atoms.positions_A[j]));
      if (i >= ligand.ligand_atoms) return add(parts.intra, terms);
      add(parts.by_atom[i], terms);
      add(by_residue.at(atoms.residue_of.at(j)), terms);
    });
  }
  const auto terms_of = [&](std::uint32_t i, std::uint32_t j) {
    return pair_terms(function, ligand.types[i], ligand.types[j], distance(positions[i], positions[j]));
  };
  for (const auto& [i, j] : ligand.pairs) add(parts.intra, terms_of(i, j));
  for (const auto& [i, j] : ligand.side_chain_pairs)
    add(i < ligand.ligand_atoms ? parts.by_atom[i] : parts.intra, terms_of(i, j));
  for (const Terms& terms : parts.by_atom) add(parts.inter, terms);

  for (std::size_t residue = 0; residue < by_residue.size(); ++residue)
    if (by_residue[residue] != Terms{})
      parts.by_residue.push_back(
          {static_cast<std::uint32_t>(residue), by_residue[residue], sum_of(by_residue[residue])});
  std::stable_sort(parts.by_residue.begin(), parts.by_residue.end(), [](const auto& a, const auto& b) {
    return std::abs(a.total_kcal_mol) > std::abs(b.total_kcal_mol);
  });
  return parts;
}

}  // namespace digitalis
