#pragma once
// What this program is, for --version, manifests and reports.

#include <string>
#include <utility>
#include <vector>

namespace digitalis {

/// "digitalis 0.1.0 (commit 1a2b3c4), RDKit 2022.09.3": goes into results.
[[nodiscard]] std::string version_line();

/// Library and version, for --version and doctor.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace digitalis
