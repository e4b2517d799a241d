#include "chem/stereoisomers.hpp"

#include <GraphMol/Chirality.h>
#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/QueryOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <set>

namespace digitalis {
namespace {

using RDKit::RWMol;
namespace chirality = RDKit::Chirality;

constexpr std::size_t kMostOpen = 32;           // centres beyond stay open
constexpr std::uint64_t kScatter = 0x9E3779B1;  // odd: a bijection modulo any power of two

/// True when the molecule has coordinates with these arrangements.
bool can_be_built(const RWMol& isomer) {
  RWMol mol(isomer);
  RDKit::MolOps::addHs(mol);
  RDKit::DGeomHelpers::EmbedParameters how(RDKit::DGeomHelpers::ETKDGv3);
  how.randomSeed = 0xf00d;
  how.maxIterations = 10;
  return RDKit::DGeomHelpers::EmbedMolecule(mol, how) >= 0;
}

void arrange(RWMol& mol, const chirality::StereoInfo& open, bool second) {
  if (open.type == chirality::StereoType::Atom_Tetrahedral) {
    mol.getAtomWithIdx(open.centeredOn)
        ->setChiralTag(second ? RDKit::Atom::CHI_TETRAHEDRAL_CW : RDKit::Atom::CHI_TETRAHEDRAL_CCW);
    return;
  }
  RDKit::Bond* bond = mol.getBondWithIdx(open.centeredOn);
  const auto side = [&](std::size_t first) {
    const unsigned none = chirality::StereoInfo::NOATOM;
    const unsigned atom = open.controllingAtoms[first];
    return static_cast<int>(atom != none ? atom : open.controllingAtoms[first + 1]);
  };
  bond->setBondDir(RDKit::Bond::NONE);
  bond->setStereoAtoms(static_cast<unsigned>(side(0)), static_cast<unsigned>(side(2)));
  bond->setStereo(second ? RDKit::Bond::STEREOTRANS : RDKit::Bond::STEREOCIS);
}

}  // namespace

std::vector<Stereoisomer> stereoisomers_of(const RWMol& molecule, std::uint32_t most) {
  constexpr bool kClean = true, kFlagPossible = true, kForce = true;
  RWMol base(molecule);
  std::vector<chirality::StereoInfo> open;
  bool cage = false;
  for (const auto& info : chirality::findPotentialStereo(base, kClean, kFlagPossible)) {
    if (info.specified == chirality::StereoSpecified::Specified || open.size() == kMostOpen) continue;
    if (info.type == chirality::StereoType::Atom_Tetrahedral)
      cage |= RDKit::queryIsAtomBridgehead(base.getAtomWithIdx(info.centeredOn)) != 0;
    else if (info.type != chirality::StereoType::Bond_Double)
      continue;
    open.push_back(info);
  }
  std::vector<Stereoisomer> isomers;
  if (!open.empty() && most > 1) {
    std::set<std::string> seen;
    const std::uint64_t all = std::uint64_t{1} << open.size();
    // Arrangements that come out equal or cannot be built cost tries: not without end.
    const std::uint64_t tries = std::min<std::uint64_t>(all, std::uint64_t{8} * most);
    for (std::uint64_t i = 0; i < tries && isomers.size() < most; ++i) {
      const std::uint64_t choice = (i * kScatter) % all;
      auto isomer = std::make_unique<RWMol>(base);
      for (std::size_t k = 0; k < open.size(); ++k) arrange(*isomer, open[k], (choice >> k & 1U) != 0);
      RDKit::MolOps::setDoubleBondNeighborDirections(*isomer);
      isomer->clearComputedProps(false);
      RDKit::MolOps::assignStereochemistry(*isomer, kClean, kForce);
      std::string smiles = RDKit::MolToSmiles(*isomer);
      if (!seen.insert(smiles).second || (cage && !can_be_built(*isomer))) continue;
      isomers.push_back({std::move(isomer), std::move(smiles)});
    }
  }
  if (isomers.empty()) {
    std::string smiles = RDKit::MolToSmiles(base);
    isomers.push_back({std::make_unique<RWMol>(base), std::move(smiles)});
  }
  return isomers;
}

}  // namespace digitalis
