#pragma once
// A protein structure file, as far as a campaign's check needs it; gemmi reads it.
// M. Wojdyr, J. Open Source Softw. 7 (2022) 4200, doi:10.21105/joss.04200.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace digitalis {

struct ReceptorSummary {
  std::size_t chains = 0;
  std::size_t residues = 0;  ///< of polymers
  std::size_t atoms = 0;
  std::vector<std::string> ligands;  ///< names of residues that are neither polymer nor water, each once, sorted
};

/// Reads PDB or mmCIF, plain or gzip; the first model counts.
/// Throws UsageError naming the file when it is not there, cannot be read, or holds no polymer. Safe to call
/// concurrently.
[[nodiscard]] ReceptorSummary read_receptor(const std::filesystem::path& file);

}  // namespace digitalis
