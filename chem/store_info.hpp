#pragma once
// What a compound store says about itself, and its manifest.

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chem/compound_block.hpp"
#include "chem/preparer.hpp"

namespace digitalis {

/// Of one generation, or of all together.
struct StoreInfo {
  std::uint64_t records = 0;                                   ///< read from the sources
  std::uint64_t compounds = 0;                                 ///< kept, all different
  std::vector<std::pair<std::string, std::uint64_t>> rejects;  ///< by reason, sorted by reason
  std::uint64_t renamed = 0;         ///< compounds whose ID was not unique and got "##2", "##3", ...
  std::vector<std::string> sources;  ///< as the user named them
  PrepareOptions preparation;        ///< known actives are prepared the same way
  std::string prepared_by;           ///< program and RDKit version
  std::string library_digest;        ///< of sources and options: an unfinished or other store is told apart by it
  /// Of what the chunks hold, not of how it is compressed: 32 hexadecimal digits; of several generations: of theirs.
  std::string compounds_digest;
  std::string table_digest;  ///< XXH3-128 of compounds.bin's table of chunks; of several generations: empty
  CompoundColumnBytes
      column_bytes{};          ///< of compounds.bin, compressed; the rest of it is heads of chunks and the table
  std::string rejects_digest;  ///< XXH3-128 of rejects.csv; of several generations: empty
  std::string keys_digest;     ///< XXH3-128 of keys.bin, empty where there is none; of several: empty
};

/// Version of the store's files that this program writes and reads.
inline constexpr std::uint32_t kStoreVersion = 3;

/// Text of manifest.json, with a checksum of all that it says.
[[nodiscard]] std::string manifest_of(const StoreInfo& info);

/// A store that is whole, and of a version that this program does not read.
class StoreVersionError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws StoreVersionError, std::exception when the text is damaged.
[[nodiscard]] StoreInfo read_manifest(std::string_view text);

/// What generations say together, in their order; at least one. All were prepared the same way.
[[nodiscard]] StoreInfo sum_of(std::span<const StoreInfo> generations);

}  // namespace digitalis
