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

/// The molecule as one of its conformers arranges what is open; null when none is found.
std::unique_ptr<RWMol> built(const RWMol& open) {
  auto mol = std::make_unique<RWMol>(open);
  RDKit::MolOps::addHs(*mol);
  RDKit::DGeomHelpers::EmbedParameters how(RDKit::DGeomHelpers::ETKDGv3);
  how.randomSeed = 0xf00d;
  if (RDKit::DGeomHelpers::EmbedMolecule(*mol, how) < 0) return nullptr;
  RDKit::MolOps::assignStereochemistryFrom3D(*mol);
  RDKit::MolOps::removeAllHs(*mol);
  return mol;
}

/// Ring systems by atom, counted from 0; -1: in no ring.
std::vector<int> ring_systems(const RWMol& mol) {
  std::vector<int> system(mol.getNumAtoms(), -1);
  int count = 0;
  for (const auto& ring : mol.getRingInfo()->atomRings()) {
    for (const int atom : ring)
      if (const int other = system[static_cast<std::size_t>(atom)]; other >= 0 && other != count)
        std::replace(system.begin(), system.end(), other, count);
    for (const int atom : ring) system[static_cast<std::size_t>(atom)] = count;
    ++count;
  }
  return system;
}

/// What is chosen at once: one open centre, or all open bridgeheads of a cage, which allows them one arrangement and
/// its mirror image.
struct Choice {
  std::vector<chirality::StereoInfo> open;
  std::vector<bool> second;  ///< by centre: the arrangement of the first choice
  int cage = -1;             ///< ring system; -1: no cage
  bool mirrors = true;
};

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

std::vector<Choice> choices_of(RWMol& base) {
  constexpr bool kClean = true, kFlagPossible = true;
  std::vector<Choice> choices;
  std::unique_ptr<RWMol> conformer;
  std::vector<int> systems;
  std::size_t found = 0;
  for (const auto& info : chirality::findPotentialStereo(base, kClean, kFlagPossible)) {
    if (info.specified == chirality::StereoSpecified::Specified || found == kMostOpen) continue;
    const bool tetrahedral = info.type == chirality::StereoType::Atom_Tetrahedral;
    if (!tetrahedral && info.type != chirality::StereoType::Bond_Double) continue;
    ++found;
    Choice alone{.open = {info}, .second = {false}};
    if (tetrahedral && RDKit::queryIsAtomBridgehead(base.getAtomWithIdx(info.centeredOn)) != 0) {
      if (systems.empty()) {
        systems = ring_systems(base);
        conformer = built(base);
      }
      const auto tag =
          conformer ? conformer->getAtomWithIdx(info.centeredOn)->getChiralTag() : RDKit::Atom::CHI_UNSPECIFIED;
      if (tag != RDKit::Atom::CHI_UNSPECIFIED) {
        alone.second.front() = tag == RDKit::Atom::CHI_TETRAHEDRAL_CW;
        alone.cage = systems[info.centeredOn];
        const auto cage = std::find_if(choices.begin(), choices.end(),
                                       [&](const Choice& choice) { return choice.cage == alone.cage; });
        if (cage != choices.end()) {
          cage->open.push_back(info);
          cage->second.push_back(alone.second.front());
          continue;
        }
        // A bridgehead of the cage that is given settles which of the two it is.
        for (const auto* atom : base.atoms())
          if (systems[atom->getIdx()] == alone.cage && atom->getChiralTag() != RDKit::Atom::CHI_UNSPECIFIED &&
              RDKit::queryIsAtomBridgehead(atom) != 0)
            alone.mirrors = false;
      }
    }
    choices.push_back(std::move(alone));
  }
  return choices;
}

}  // namespace

std::vector<Stereoisomer> stereoisomers_of(const RWMol& molecule, std::uint32_t most) {
  constexpr bool kClean = true, kForce = true, kWithRings = false;
  std::vector<Stereoisomer> isomers;
  RWMol base(molecule);
  if (const std::vector<Choice> choices = most > 1 ? choices_of(base) : std::vector<Choice>{}; !choices.empty()) {
    std::set<std::string> seen;
    const std::uint64_t all = std::uint64_t{1} << choices.size();
    // Arrangements that come out equal cost tries: not without end.
    const std::uint64_t tries = std::min<std::uint64_t>(all, std::uint64_t{8} * most);
    for (std::uint64_t i = 0; i < tries && isomers.size() < most; ++i) {
      const std::uint64_t chosen = (i * kScatter) % all;
      auto isomer = std::make_unique<RWMol>(base);
      for (std::size_t k = 0; k < choices.size(); ++k)
        for (std::size_t j = 0; j < choices[k].open.size(); ++j) {
          const bool mirrored = choices[k].mirrors && (chosen >> k & 1U) != 0;
          arrange(*isomer, choices[k].open[j], choices[k].second[j] != mirrored);
        }
      RDKit::MolOps::setDoubleBondNeighborDirections(*isomer);
      isomer->clearComputedProps(kWithRings);
      RDKit::MolOps::assignStereochemistry(*isomer, kClean, kForce);
      std::string smiles = RDKit::MolToSmiles(*isomer);
      if (seen.insert(smiles).second) isomers.push_back({std::move(isomer), std::move(smiles)});
    }
  }
  if (isomers.empty()) {
    std::string smiles = RDKit::MolToSmiles(base);
    isomers.push_back({std::make_unique<RWMol>(base), std::move(smiles)});
  }
  return isomers;
}

}  // namespace digitalis
