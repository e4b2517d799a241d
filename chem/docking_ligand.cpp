#include "chem/docking_ligand.hpp"

#include <stdexcept>

namespace digitalis {
namespace {

using Matrix = std::array<Position, 3>;  // rows

Position operator*(const Matrix& m, const Position& v) { return {dot(m[0], v), dot(m[1], v), dot(m[2], v)}; }

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product{};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) product[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
  return product;
}

Matrix rotation(const Quaternion& q) {
  const auto [w, x, y, z] = q;
  return {{{w * w + x * x - y * y - z * z, 2 * (x * y - w * z), 2 * (x * z + w * y)},
           {2 * (x * y + w * z), w * w - x * x + y * y - z * z, 2 * (y * z - w * x)},
           {2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z}}};
}

Quaternion turn_about(const Position& axis, double angle_rad) {
  const double s = std::sin(0.5 * angle_rad) / std::sqrt(dot(axis, axis));
  return {std::cos(0.5 * angle_rad), s * axis[0], s * axis[1], s * axis[2]};
}

constexpr Matrix kIdentity{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

}  // namespace

Pose pose_of_conformer(const DockingLigand& ligand, std::uint32_t conformer) {
  return {conformer, ligand.conformers.at(conformer).at(0), {1, 0, 0, 0}, std::vector<double>(ligand.turning())};
}

std::vector<Position> place_atoms(const DockingLigand& ligand, const Pose& pose) {
  const std::vector<Position>& at = ligand.conformers.at(pose.conformer);
  std::vector<Position> placed(at.size());
  std::vector<Matrix> turned(ligand.fragments.size());
  std::size_t torsion = 0;
  for (std::size_t f = 0; f < ligand.fragments.size(); ++f) {
    const DockingLigand::Fragment& fragment = ligand.fragments[f];
    Position origin = at[fragment.first];
    if (fragment.parent == DockingLigand::kFree) {
      origin = pose.position_A;
      turned[f] = rotation(pose.orientation);
    } else if (fragment.parent == DockingLigand::kFixed) {
      turned[f] = kIdentity;
    } else {
      const auto parent = static_cast<std::size_t>(fragment.parent);
      const std::uint32_t anchor = ligand.fragments[parent].first;
      origin = placed[anchor] + turned[parent] * (at[fragment.first] - at[anchor]);
      const Position axis = at[fragment.first] - at[fragment.axis_from];
      turned[f] = turned[parent] * rotation(turn_about(axis, pose.torsions_rad.at(torsion++)));
    }
    for (std::uint32_t i = fragment.first; i < fragment.end; ++i)
      placed[i] = origin + turned[f] * (at[i] - at[fragment.first]);
  }
  for (std::size_t i = ligand.atoms(); i < at.size(); ++i) {
    const std::uint32_t f = ligand.passengers[i - ligand.atoms()].fragment;
    const std::uint32_t anchor = ligand.fragments[f].first;
    placed[i] = placed[anchor] + turned[f] * (at[i] - at[anchor]);
  }
  return placed;
}

void check_invariants(const DockingLigand& ligand) {
  const auto require = [](bool holds, const char* rule) {
    if (!holds) throw std::logic_error(std::string{"docking ligand: "} + rule);
  };
  require(!ligand.fragments.empty(), "no fragment");
  require(ligand.fragments.front().parent == DockingLigand::kFree, "fragment 0 is not free");
  require(ligand.source.size() == ligand.atoms(), "not one source per atom");
  require(ligand.ligand_atoms <= ligand.atoms(), "more ligand atoms than atoms");
  std::uint32_t next = 0;
  for (std::size_t f = 0; f < ligand.fragments.size(); ++f) {
    const DockingLigand::Fragment& fragment = ligand.fragments[f];
    require(fragment.first == next && fragment.end > fragment.first, "atoms are not in fragment order");
    next = fragment.end;
    require(f == 0 || fragment.parent != DockingLigand::kFree, "a second free fragment");
    if (fragment.parent < 0) continue;
    require(static_cast<std::size_t>(fragment.parent) < f, "a parent after its child");
    const DockingLigand::Fragment& parent = ligand.fragments[static_cast<std::size_t>(fragment.parent)];
    require(fragment.axis_from >= parent.first && fragment.axis_from < parent.end, "an axis that is not the parent's");
  }
  require(next == ligand.atoms(), "atoms outside of fragments");
  require(!ligand.conformers.empty(), "no conformer");
  for (const auto& conformer : ligand.conformers)
    require(conformer.size() == ligand.atoms() + ligand.passengers.size(), "not one position per atom");
  for (const DockingLigand::Passenger& passenger : ligand.passengers)
    require(passenger.fragment < ligand.fragments.size(), "a passenger of no fragment");
  for (const auto* pairs : {&ligand.pairs, &ligand.side_chain_pairs})
    for (const auto& [i, j] : *pairs) require(i < j && j < ligand.atoms(), "a pair out of order or range");
}

}  // namespace digitalis
