#pragma once
// A FingerprintIndex as a file: written once, then searched as it lies. For fingerprint_index.cpp.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/similarity/fingerprint_index.hpp"

namespace digitalis {

/// What such a file holds.
struct IndexTile {
  const std::uint8_t* bytes = nullptr;  ///< without defects
  std::span<const std::uint32_t> rows;  ///< of its lanes
};
struct IndexFile {
  std::uint32_t bits = 0;
  std::uint64_t rows = 0;              ///< of all tiles of the file; each row's number is below
  std::vector<IndexTile> tiles;        ///< all, or those of a part: full but for the last of the file
  std::shared_ptr<const void> memory;  ///< that they lie in
};

/// As FingerprintIndex::save() says. Of all tiles.
void write_index_file(const std::filesystem::path& file, const IndexFile& content, std::string_view label);

/// As FingerprintIndex::load() says.
[[nodiscard]] std::optional<IndexFile> read_index_file(const std::filesystem::path& file, std::string_view label,
                                                       const FingerprintIndex::Part& part,
                                                       const FingerprintIndex::Parallel& parallel);

}  // namespace digitalis
