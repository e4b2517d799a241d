#pragma once
// Large files that are read as they lie.

#include <cstddef>
#include <filesystem>
#include <memory>

namespace digitalis {

/// The file's bytes in memory, read-only, until the last copy is gone; null when that cannot be had: no such file, or
/// an empty one. Begins at a multiple of the page size. The file must be replaced, not written into, meanwhile.
[[nodiscard]] std::shared_ptr<void> map_file(const std::filesystem::path& file, std::size_t& bytes);

}  // namespace digitalis
