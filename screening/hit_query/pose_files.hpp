#pragma once
// Docked hits for molecular viewers.

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace digitalis {

/// A docked hit as an SD record says it.
struct DockedHit {
  std::string id, target;
  std::string record;                                       ///< V2000, with hydrogens, its end included
  std::vector<std::pair<std::string, std::string>> values;  ///< numbers to show beside it: column, value
};

/// A script for PyMOL (Schrodinger, LLC) that needs no other file: per target the pocket, the reference ligand and the
/// poses as a group, the first one shown; the whole receptor too where its file still is.
/// @param pockets    pockets.json of the run
/// @param receptors  target -> path
[[nodiscard]] std::string pymol_script(const std::vector<DockedHit>& hits, const nlohmann::json& pockets,
                                       const nlohmann::json& receptors);

/// A Mol2 file in whose comments the values stand as DOCK writes them: what ChimeraX's ViewDock lists. Its atom types
/// say the element and the bonds; rings are Kekule's.
/// E. F. Pettersen et al., Protein Sci. 30 (2021) 70-82, doi:10.1002/pro.3943.
/// @throws std::runtime_error  a record is not V2000
[[nodiscard]] std::string viewdock_mol2(const std::vector<DockedHit>& hits);

}  // namespace digitalis
