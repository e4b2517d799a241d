#include "chem/pose_hydrogens.hpp"

#include <ForceField/ForceField.h>
#include <GraphMol/ForceFieldHelpers/UFF/AtomTyper.h>
#include <GraphMol/ForceFieldHelpers/UFF/Builder.h>
#include <GraphMol/RWMol.h>

#include <memory>

namespace digitalis {
namespace {

constexpr double kHydrogens_A = 1.5, kOthers_A = 1.7;

bool is_hydrogen(const RDKit::Atom& atom) { return atom.getAtomicNum() == 1; }

/// Bonded, or bonded to the same atom.
bool are_near(const RDKit::ROMol& mol, const RDKit::Atom& hydrogen, const RDKit::Atom& other) {
  for (const auto* bearer : mol.atomNeighbors(&hydrogen))
    if (bearer == &other || mol.getBondBetweenAtoms(bearer->getIdx(), other.getIdx()) != nullptr) return true;
  return false;
}

bool has_clashing_hydrogen(const RDKit::ROMol& mol) {
  const auto& at = mol.getConformer().getPositions();
  for (const auto* hydrogen : mol.atoms()) {
    if (!is_hydrogen(*hydrogen)) continue;
    for (const auto* other : mol.atoms()) {
      const double limit_A = is_hydrogen(*other) ? kHydrogens_A : kOthers_A;
      if (other != hydrogen && (at[hydrogen->getIdx()] - at[other->getIdx()]).lengthSq() < limit_A * limit_A &&
          !are_near(mol, *hydrogen, *other))
        return true;
    }
  }
  return false;
}

}  // namespace

void relax_clashing_hydrogens(RDKit::RWMol& mol) {
  if (!has_clashing_hydrogen(mol)) return;
  const auto [types, all_known] = RDKit::UFF::getAtomTypes(mol);
  if (!all_known) return;
  const std::unique_ptr<ForceFields::ForceField> field(RDKit::UFF::constructForceField(mol, types));
  field->initialize();
  for (const auto* atom : mol.atoms())
    if (!is_hydrogen(*atom)) field->fixedPoints().push_back(static_cast<int>(atom->getIdx()));
  constexpr int kMostSteps = 200;
  field->minimize(kMostSteps);
}

}  // namespace digitalis
