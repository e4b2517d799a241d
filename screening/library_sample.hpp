#pragma once
// A random sample of a library's records, every record with the same chance, and how many there are. Library files are
// read once from front to end, whatever their compression (nothing is parsed: about a million records a second), with
// one record in memory for each that is wanted (J. S. Vitter, ACM Trans. Math. Softw. 11 (1985) 37-57,
// doi:10.1145/3147.3165: algorithm R).

#include <cstdint>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "chem/record_reader.hpp"
#include "screening/prepare_library.hpp"

namespace digitalis {

struct SampledRecord {
  std::uint32_t source = 0;  ///< index of the job's sources
  RecordLayout layout;
  RawRecord record;
  bool is_readable = true;  ///< false: the reader itself rejected it
};

struct LibrarySample {
  std::vector<SampledRecord> records;  ///< in the library's order
  std::uint64_t library_records = 0;
  double read_s = 0;       ///< wall time of the one pass
  double read_core_s = 0;  ///< what that thread computed
};

/// @throws UsageError  a source is standard input, which cannot be read twice
[[nodiscard]] LibrarySample sample_library(const LibraryJob& job, std::uint64_t wanted, std::uint64_t seed);

/// Up to `wanted` different compounds of a store, each with the same chance; all when it holds no more. Reads as many
/// chunks as compounds are wanted at most.
[[nodiscard]] std::vector<Compound> sample_store(const CompoundStore& store, std::uint64_t wanted, std::uint64_t seed);

}  // namespace digitalis
