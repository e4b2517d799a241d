#pragma once
// The indices of a store's fingerprints: a file in the folder of each generation, made by the first search and used by
// all that follow. An append leaves those that are there as they are.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/progress.hpp"
#include "scoring/similarity/fingerprint_index.hpp"

namespace digitalis {

/// Name of the file within a generation's folder.
inline constexpr const char* kIndexFileName = "search.index";

/// The index in a generation's file; nothing where there is none, or one that is damaged, of another version or of
/// other compounds. Reads all of it once.
/// @param threads  that check the file
[[nodiscard]] std::optional<FingerprintIndex> load_index(const StoreGeneration& generation, int threads);

/// Searches all generations of a store as FingerprintIndex does one: row i is the i-th compound of the store. Safe to
/// call concurrently.
class StoreIndex {
 public:
  /// Maps the index files; where there is none that serves, makes the index and writes it, with the permissions of the
  /// store's compounds. A folder that may not be written into is no error: the index is then made each time.
  ///
  /// Making one takes some 150 bytes a compound of memory, searching 43 that the system may take back.
  /// @param threads  that check the files
  /// @throws UsageError          the store holds more compounds than rows can be numbered (2^32 - 2)
  /// @throws std::runtime_error  a damaged chunk of the store; names it
  StoreIndex(const CompoundStore& store, int threads, Progress& progress);

  /// As those of FingerprintIndex.
  [[nodiscard]] std::vector<SimilarRow> nearest(std::span<const std::uint16_t> on_bits, std::size_t count,
                                                const SimilarityMeasure& measure) const;
  [[nodiscard]] std::vector<std::vector<SimilarRow>> similar(const FingerprintSet& queries, double threshold,
                                                             const SimilarityMeasure& measure) const;
  [[nodiscard]] std::uint32_t bits() const { return parts_.front().index.bits(); }

  /// A line for the user for each file that was made, or could not be.
  [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

 private:
  struct Part {
    FingerprintIndex index;
    std::uint32_t first_row;
  };
  std::vector<Part> parts_;
  std::vector<std::string> told_;
};

}  // namespace digitalis
