#pragma once
// Versions of the libraries that chemistry results depend on.

#include <string>

namespace digitalis {

/// "2022.09.3".
[[nodiscard]] std::string rdkit_version();

}  // namespace digitalis
