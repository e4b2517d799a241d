#pragma once
// The indices of a store's fingerprints: a file in the folder of each generation, made by the first search and used by
// all that follow. An append leaves those that are there as they are.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "scoring/similarity/fingerprint_index.hpp"

namespace digitalis {

/// Name of the file within a generation's folder.
inline constexpr const char* kIndexFileName = "search.index";

/// Whether a generation's index file is whole and of its compounds. Reads all of it once.
[[nodiscard]] bool has_whole_index(const StoreGeneration& generation, const FingerprintIndex::Parallel& parallel);

/// Searches this rank's part of all generations as FingerprintIndex does one: row i is the i-th compound of the store.
/// Searching is safe to call concurrently.
class StoreIndex {
 public:
  /// Maps the index files, of which each rank reads and checks every size()-th tile; where there is none, or one that
  /// is damaged, of another version or of other compounds, rank 0 makes the index and writes it, with the permissions
  /// of the store's compounds. A folder that may not be written into is no error: rank 0 then makes the index each time
  /// and searches it alone. Collective.
  ///
  /// @param threads  of each rank
  /// Making one takes some 150 bytes a compound of memory on rank 0, searching 43 on all ranks together that the system
  /// may take back.
  /// @throws UsageError          the store holds more compounds than rows can be numbered (2^32 - 2)
  /// @throws std::runtime_error  a damaged chunk of the store; names it
  StoreIndex(MpiWorld& world, const CompoundStore& store, int threads, Progress& progress);

  /// As those of FingerprintIndex.
  [[nodiscard]] std::vector<SimilarRow> nearest(std::span<const std::uint16_t> on_bits, std::size_t count,
                                                const SimilarityMeasure& measure,
                                                const FingerprintIndex::Parallel& parallel = {}) const;
  [[nodiscard]] std::vector<std::vector<SimilarRow>> similar(const FingerprintSet& queries, double threshold,
                                                             const SimilarityMeasure& measure,
                                                             const FingerprintIndex::Parallel& parallel = {}) const;
  [[nodiscard]] std::uint32_t bits() const { return parts_.front().index.bits(); }

  /// On rank 0, a line for the user for each file that was made, or could not be.
  [[nodiscard]] const std::vector<std::string>& told() const { return told_; }

 private:
  struct Part {
    FingerprintIndex index;
    std::uint32_t first_row;
  };
  [[nodiscard]] FingerprintIndex index_of(MpiWorld& world, const StoreGeneration& generation, int threads,
                                          Progress& progress);
  std::vector<Part> parts_;  // one a generation
  std::vector<std::string> told_;
};

}  // namespace digitalis
