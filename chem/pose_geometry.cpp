#include "chem/pose_geometry.hpp"

#include <DistGeom/BoundsMatrix.h>
#include <DistGeom/TriangleSmooth.h>
#include <GraphMol/DistGeomHelpers/BoundsMatrixBuilder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/PeriodicTable.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/RingInfo.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "chem/ligand_molecule.hpp"
#include "chem/prepare_molecule.hpp"
#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"

namespace digitalis {
namespace {

using RDKit::Atom;
using RDKit::Bond;

void add_bounds(const RDKit::ROMol& mol, PoseGeometry& geometry) {
  const unsigned atoms = mol.getNumAtoms();
  if (atoms < 2) return;
  const DistGeom::BoundsMatPtr matrix(new DistGeom::BoundsMatrix(atoms));
  RDKit::DGeomHelpers::initBoundsMat(matrix);
  RDKit::DGeomHelpers::setTopolBounds(mol, matrix);
  DistGeom::triangleSmoothBounds(matrix);
  const double* apart = RDKit::MolOps::getDistanceMat(mol);
  for (unsigned b = 1; b < atoms; ++b)
    for (unsigned a = 0; a < b; ++a)
      geometry.bounds.push_back({a, b, static_cast<std::uint32_t>(apart[a * atoms + b]), matrix->getLowerBound(a, b),
                                 matrix->getUpperBound(a, b)});
}

std::vector<std::uint32_t> neighbours_but(const RDKit::ROMol& mol, const Atom& atom, const Atom* but) {
  std::vector<std::uint32_t> found;
  for (const Atom* other : mol.atomNeighbors(&atom))
    if (other != but) found.push_back(other->getIdx());
  return found;
}

void add_flat_parts(const RDKit::ROMol& mol, PoseGeometry& geometry) {
  const auto is_flat = [](const Atom* atom) { return atom->getHybridization() == Atom::SP2; };
  for (const std::vector<int>& ring : mol.getRingInfo()->atomRings())
    if ((ring.size() == 5 || ring.size() == 6) && std::ranges::all_of(ring, [&](int i) {
          const Atom* atom = mol.getAtomWithIdx(static_cast<unsigned>(i));
          return atom->getIsAromatic() && is_flat(atom);
        }))
      geometry.aromatic_rings.emplace_back(ring.begin(), ring.end());
  for (const Bond* bond : mol.bonds()) {
    const Atom *a = bond->getBeginAtom(), *b = bond->getEndAtom();
    const auto fits = [&](const Atom* atom) {
      return atom->getAtomicNum() == 6 && atom->getTotalDegree() == 3 && is_flat(atom);
    };
    if (bond->getBondType() == Bond::DOUBLE && !bond->getIsAromatic() && fits(a) && fits(b))
      geometry.double_bonds.push_back(
          {{a->getIdx(), b->getIdx()}, {neighbours_but(mol, *a, b), neighbours_but(mol, *b, a)}});
  }
}

/// Centres of a ring that depend on each other share a number, from 1; others have 0.
std::vector<std::uint32_t> groups_of_centres(const RDKit::ROMol& mol) {
  std::vector<std::uint32_t> group(mol.getNumAtoms(), 0);
  std::uint32_t last = 0;
  for (const Atom* atom : mol.atoms()) {
    std::vector<int> others;  // RDKit counts them from 1, with a sign
    if (atom->hasProp(RDKit::common_properties::_CIPCode) ||
        !atom->getPropIfPresent(RDKit::common_properties::_ringStereoAtoms, others))
      continue;
    if (group[atom->getIdx()] == 0) group[atom->getIdx()] = ++last;
    for (const int other : others) group[static_cast<std::size_t>(std::abs(other)) - 1] = group[atom->getIdx()];
  }
  return group;
}

void add_stereo(const RDKit::ROMol& mol, PoseGeometry& geometry) {
  const auto groups = groups_of_centres(mol);
  for (const Atom* atom : mol.atoms()) {
    const bool right_handed = atom->getChiralTag() == Atom::CHI_TETRAHEDRAL_CCW;
    if (!right_handed && atom->getChiralTag() != Atom::CHI_TETRAHEDRAL_CW) continue;
    PoseGeometry::Centre centre{.atom = atom->getIdx(), .right_handed = right_handed, .group = groups[atom->getIdx()]};
    std::size_t known = 0;
    for (const Bond* bond : mol.atomBonds(atom))  // the order of bonds is what a tag refers to
      if (known < 3) centre.neighbours[known++] = bond->getOtherAtomIdx(atom->getIdx());
    if (known == 3) geometry.centres.push_back(centre);
  }
  for (const Bond* bond : mol.bonds()) {
    const bool same = bond->getStereo() == Bond::STEREOZ || bond->getStereo() == Bond::STEREOCIS;
    if (!same && bond->getStereo() != Bond::STEREOE && bond->getStereo() != Bond::STEREOTRANS) continue;
    const auto& ends = bond->getStereoAtoms();
    if (ends.size() == 2)
      geometry.sides.push_back({{static_cast<std::uint32_t>(ends[0]), bond->getBeginAtomIdx(), bond->getEndAtomIdx(),
                                 static_cast<std::uint32_t>(ends[1])},
                                same});
  }
}

PoseGeometry geometry_of(const RDKit::RWMol& mol) {
  const auto ordered = in_order_of_poses(mol);
  PoseGeometry geometry;
  geometry.atoms = ordered->getNumAtoms();
  add_bounds(*ordered, geometry);
  add_flat_parts(*ordered, geometry);
  add_stereo(*ordered, geometry);
  for (const Atom* atom : ordered->atoms()) {
    geometry.vdw_A.push_back(RDKit::PeriodicTable::getTable()->getRvdw(atom->getAtomicNum()));
    geometry.covalent_A.push_back(RDKit::PeriodicTable::getTable()->getRcovalent(atom->getAtomicNum()));
  }
  return geometry;
}

}  // namespace

PoseGeometry pose_geometry(std::string_view smiles) { return geometry_of(*molecule_of_poses(smiles)); }

PoseGeometry pose_geometry(const PreparedLigand& ligand) {
  return ligand.molecule ? geometry_of(*ligand.molecule->mol) : PoseGeometry{};
}

ReceptorSpheres receptor_spheres(const DockingReceptor& receptor) {
  using enum ReceptorSpheres::Part;
  ReceptorSpheres spheres;
  spheres.positions_A = receptor.positions_A;
  std::vector<bool> has_alpha_carbon(receptor.residues.size());
  for (std::size_t i = 0; i < receptor.atoms(); ++i)
    if (receptor.names[i] == "CA" && receptor.types[i] != AtomType::kMetal)
      has_alpha_carbon[receptor.residue_of[i]] = true;
  for (std::size_t i = 0; i < receptor.atoms(); ++i) {
    const std::string& residue = receptor.residues[receptor.residue_of[i]].name;
    const int element = element_of(receptor, i);
    spheres.vdw_A.push_back(RDKit::PeriodicTable::getTable()->getRvdw(element));
    spheres.covalent_A.push_back(RDKit::PeriodicTable::getTable()->getRcovalent(element));
    if (receptor.types[i] == AtomType::kMetal)
      spheres.parts.push_back(kMetal);
    else if (is_water_name(residue))
      spheres.parts.push_back(kWater);
    else
      spheres.parts.push_back(is_polymer_name(residue) || has_alpha_carbon[receptor.residue_of[i]] ? kProtein
                                                                                                   : kCofactor);
  }
  return spheres;
}

}  // namespace digitalis
