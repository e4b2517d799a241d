#include "chem/conformers.hpp"

#include <GraphMol/DistGeomHelpers/Embedder.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <memory>

namespace digitalis {
namespace {

namespace embedder = RDKit::DGeomHelpers;

embedder::EmbedParameters parameters(std::uint32_t seed) {
  embedder::EmbedParameters chosen = embedder::ETKDGv3;
  chosen.randomSeed = static_cast<int>(seed & 0x3fffffffU);
  chosen.maxIterations = 20;
  chosen.clearConfs = true;
  return chosen;
}

/// RDKit fills its torsion tables at first use; let one thread do that.
void prime() {
  [[maybe_unused]] static const bool primed = [] {
    const std::unique_ptr<RDKit::RWMol> butane(RDKit::SmilesToMol("CCCC"));
    auto chosen = parameters(1);
    return embedder::EmbedMolecule(*butane, chosen) >= 0;
  }();
}

}  // namespace

bool make_conformers(RDKit::RWMol& mol, std::uint32_t most_ring_conformers, std::uint32_t seed) {
  prime();
  (void)most_ring_conformers;
  auto chosen = parameters(seed);
  if (embedder::EmbedMolecule(mol, chosen) >= 0) return true;
  // Crowded and strained molecules start better from random coordinates.
  chosen.useRandomCoords = true;
  chosen.maxIterations = 100;
  return embedder::EmbedMolecule(mol, chosen) >= 0;
}

}  // namespace digitalis
