#pragma once
// The compound store: a prepared library that many campaigns screen. A folder of immutable files:
//
// - compounds.bin: chunks of compounds, column by column (compound_block.hpp), then a table of them with checksums
// - rejects.csv: what is not among the compounds, and why
// - keys.bin: digests of structures and IDs, sorted (store_keys.hpp): what a further generation is held against
// - manifest.json: version, counts, sources, digests of the other files; written last: without it nothing is finished
// - generation-2/, ...: the same four files of each library that was appended, without the duplicates of earlier ones
// - generations.json: which generations there are; the only file that is ever replaced, by an append, as its last step
//
// The bytes of compounds.bin depend on the libraries, the preparation and the version of zstd, not on ranks, threads or
// interruptions; the digest of the compounds does not depend on zstd either.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "chem/compound_block.hpp"
#include "chem/store_generation.hpp"
#include "chem/store_info.hpp"

namespace digitalis {

/// Reads a finished store, all generations as one: chunks are numbered on. Safe to call concurrently.
class CompoundStore {
 public:
  /// Throws UsageError when the folder is not a store, is of another version, or is damaged, saying which.
  explicit CompoundStore(const std::filesystem::path& folder);
  ~CompoundStore();
  CompoundStore(CompoundStore&&) noexcept;

  [[nodiscard]] static bool is_store(const std::filesystem::path& folder);
  /// Folder of a generation, counted from 1: the store's own, then "generation-2", ...
  [[nodiscard]] static std::filesystem::path generation_folder(const std::filesystem::path& store, std::size_t number);
  /// How many generations generations.json lists; 1 where there is none. Throws std::exception when it is damaged.
  [[nodiscard]] static std::size_t count_generations(const std::filesystem::path& store);
  /// Paths, relative to the store, of what this class reads. Throws as count_generations() does.
  [[nodiscard]] static std::vector<std::string> files(const std::filesystem::path& store);
  /// Makes the generations 1 to `count`, all finished, those of the store. Atomic.
  static void list_generations(const std::filesystem::path& store, std::size_t count);

  [[nodiscard]] const std::filesystem::path& folder() const;
  /// Of all generations together.
  [[nodiscard]] const StoreInfo& info() const;
  [[nodiscard]] const std::vector<StoreGeneration>& generations() const;

  [[nodiscard]] std::uint64_t chunks() const;
  /// How many compounds a chunk holds, without reading it.
  [[nodiscard]] std::uint64_t compounds_in(std::uint64_t number) const;
  /// One chunk, its checksum checked; source() of its compounds counts in info().sources. Throws std::runtime_error
  /// naming file and chunk when it is damaged.
  [[nodiscard]] CompoundBlock chunk(std::uint64_t number, CompoundColumns wanted = CompoundColumns::all()) const;

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace digitalis
