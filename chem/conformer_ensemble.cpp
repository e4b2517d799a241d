#include "chem/conformer_ensemble.hpp"

#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <xxhash.h>

#include <exception>
#include <memory>

#include "chem/known_ring_shapes.hpp"
#include "chem/prepare_molecule.hpp"
#include "chem/ring_sampling.hpp"

namespace digitalis {
namespace {

namespace embedder = RDKit::DGeomHelpers;

constexpr std::uint32_t kMostRingShapes = 4;

embedder::EmbedParameters parameters(const EnsembleOptions& options, std::string_view smiles) {
  embedder::EmbedParameters chosen = embedder::ETKDGv3;
  chosen.randomSeed = static_cast<int>(XXH3_64bits_withSeed(smiles.data(), smiles.size(), options.seed) & 0x3fffffffU);
  chosen.maxIterations = 10;
  chosen.pruneRmsThresh = options.different_A;
  chosen.onlyHeavyAtomsForRMS = true;
  return chosen;
}

/// Puckered rings come out of it as twisted boats, three of four, and get better shapes afterwards (ring_sampling.hpp).
/// As in conformers.cpp: without hydrogens, but for those of stereocentres, is several times as fast; crowded molecules
/// embed better from random coordinates, and few only with all hydrogens.
bool embed(RDKit::RWMol& mol, unsigned most, embedder::EmbedParameters chosen) {
  RDKit::UINT_VECT centres;
  for (const auto* atom : mol.atoms())
    if (atom->getChiralTag() != RDKit::Atom::CHI_UNSPECIFIED && atom->getTotalNumHs() > 0)
      centres.push_back(atom->getIdx());
  constexpr bool kExplicitOnly = false, kCoordinates = false;
  if (!centres.empty()) RDKit::MolOps::addHs(mol, kExplicitOnly, kCoordinates, &centres);
  if (!embedder::EmbedMultipleConfs(mol, most, chosen).empty()) return true;
  chosen.useRandomCoords = true;
  if (!embedder::EmbedMultipleConfs(mol, most, chosen).empty()) return true;
  RDKit::MolOps::addHs(mol);
  chosen.maxIterations = 30;
  return !embedder::EmbedMultipleConfs(mol, most, chosen).empty();
}

/// RDKit fills its tables at first use; let one thread do that.
void fill_tables() {
  [[maybe_unused]] static const bool filled = [] {
    const std::unique_ptr<RDKit::RWMol> butane(RDKit::SmilesToMol("CCCC"));
    return embedder::EmbedMolecule(*butane, parameters({}, "")) >= 0;
  }();
}

}  // namespace

Result<std::vector<std::vector<Position>>> conformer_ensemble(std::string_view smiles, const std::string& id,
                                                              const EnsembleOptions& options) {
  const auto reject = [&](RejectCode code, const std::string& detail, const std::string& hint = "") {
    return Reject{code, {}, id, detail, hint};
  };
  fill_tables();
  const auto ordered = in_order_of_poses(*molecule_of_poses(smiles));
  const unsigned atoms = ordered->getNumAtoms();
  if (atoms > kMostEnsembleAtoms)
    return reject(RejectCode::kTooLarge, "more than " + std::to_string(kMostEnsembleAtoms) + " heavy atoms");
  if (RDKit::MolOps::getMolFrags(*ordered).size() > 1)
    return reject(RejectCode::kConformer, "consists of several parts", "prepare the library with standardisation");
  std::vector<std::vector<Position>> conformers;
  try {
    RDKit::RWMol mol(*ordered);
    const auto chosen = parameters(options, smiles);
    if (!embed(mol, options.most, chosen))
      return reject(RejectCode::kConformer, "no 3D coordinates found", "check its stereocentres and rings");
    KnownRingShapes none;
    reshape_rings(mol, kMostRingShapes, options.known_ring_shapes ? *options.known_ring_shapes : none);
    for (auto it = mol.beginConformers(); it != mol.endConformers(); ++it) {
      auto& positions = conformers.emplace_back();
      for (unsigned i = 0; i < atoms; ++i) {  // hydrogens come after them
        const auto& at = (*it)->getAtomPos(i);
        positions.push_back({at.x, at.y, at.z});
      }
    }
  } catch (const std::exception&) {  // its message may quote the structure
    return reject(RejectCode::kConformer, "no 3D coordinates found", "check its stereocentres and rings");
  }
  return conformers;
}

}  // namespace digitalis
