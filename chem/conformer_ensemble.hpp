#pragma once
// Conformers of a compound that differ in everything that turns, for what compares shapes. Docking wants others
// (conformers.hpp): it turns bonds itself.
// S. Riniker, G. A. Landrum, J. Chem. Inf. Model. 55 (2015) 2562-2574, doi:10.1021/acs.jcim.5b00654 (ETKDG);
// S. Wang et al., J. Chem. Inf. Model. 60 (2020) 2044-2058, doi:10.1021/acs.jcim.0c00025 (its version 3).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chem/geometry.hpp"
#include "chem/result.hpp"

namespace digitalis {

class KnownRingShapes;

struct EnsembleOptions {
  std::uint32_t most = 10;   ///< conformers of a compound
  double different_A = 0.5;  ///< root mean square distance of heavy atoms from all before
  std::uint64_t seed = 0;    ///< conformers depend on (seed, canonical SMILES) only
  std::shared_ptr<KnownRingShapes> known_ring_shapes = nullptr;  ///< as LigandOptions'
};

/// That users may ask for.
inline constexpr std::uint32_t kMostEnsembleConformers = 1000;

/// Larger compounds are rejected: distance geometry costs the cube of the atoms.
inline constexpr unsigned kMostEnsembleAtoms = 100;

/// At least one conformer: positions of the heavy atoms in the order of the canonical SMILES, in which
/// ligand_features() counts them and sdf_record_of_pose() takes them. Stereo that was left open is that of the
/// conformer. Rejects, at no place: kTooLarge, kConformer. About 15 ms a conformer of 25 heavy atoms. Safe to call
/// concurrently. Throws std::logic_error for what is no SMILES.
[[nodiscard]] Result<std::vector<std::vector<Position>>> conformer_ensemble(std::string_view smiles,
                                                                            const std::string& id,
                                                                            const EnsembleOptions& options);

}  // namespace digitalis
