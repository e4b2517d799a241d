#pragma once
// A cheap test by characters: could this text be a SMILES? It finds columns and explains rejects; RDKit decides.

#include <cstddef>
#include <string_view>

namespace digitalis {

/// What keeps `text` from being a SMILES, for example "a ring bond is not closed"; empty when nothing does.
/// O(length), allocates nothing, safe to call concurrently. The answer never quotes the text.
[[nodiscard]] std::string_view smiles_defect(std::string_view text);

/// True for a SMILES, alone or followed by a space and a CXSMILES tail |...|.
[[nodiscard]] bool looks_like_smiles(std::string_view text);

/// The number of atoms that a SMILES writes out; right for what smiles_defect() lets pass, an estimate otherwise.
[[nodiscard]] std::size_t count_atoms(std::string_view smiles);

}  // namespace digitalis
