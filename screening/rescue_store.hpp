#pragma once
// What is left of a damaged store becomes a store of its own: `digitalis prepare --rescue`.

#include <cstdint>
#include <filesystem>

namespace digitalis {

struct StoreRescue {
  std::uint64_t compounds = 0;       ///< saved
  std::uint64_t lost_compounds = 0;  ///< in damaged chunks
  std::uint64_t lost_chunks = 0;
};

/// Copies all chunks that are whole, of all generations, into a new store of one generation. Its rejects.csv begins with
/// a line for each chunk that is not, and goes on with those of the old store that are whole. Nothing can be appended to
/// it: it has no keys.
/// @throws UsageError  the old store cannot be opened at all; the new folder is not empty
[[nodiscard]] StoreRescue rescue_store(const std::filesystem::path& damaged, const std::filesystem::path& saved);

}  // namespace digitalis
