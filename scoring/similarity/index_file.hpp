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
struct IndexFile {
  std::uint32_t bits = 0;
  std::span<const std::uint32_t> rows;     ///< of all lanes, tile after tile; each below rows.size()
  std::vector<const std::uint8_t*> tiles;  ///< without defects; all full but the last
  std::shared_ptr<const void> memory;      ///< that both lie in
};

/// As FingerprintIndex::save() says.
void write_index_file(const std::filesystem::path& file, const IndexFile& content, std::string_view label);

/// As FingerprintIndex::load() says.
[[nodiscard]] std::optional<IndexFile> read_index_file(const std::filesystem::path& file, std::string_view label,
                                                       const FingerprintIndex::Parallel& parallel);

}  // namespace digitalis
