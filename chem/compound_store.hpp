#pragma once
// The compound store: a prepared library that many campaigns screen. A folder of immutable files:
//
//   compounds.bin   chunks of compounds (compound_block.hpp), each with its checksum, then a table of where they lie
//   rejects.csv     what is not among the compounds, and why
//   manifest.json   version, counts, sources, how it was prepared; written last: a store without it is not finished
//
// The bytes of compounds.bin depend on the library and the preparation only, not on ranks, threads or interruptions.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "chem/compound_block.hpp"

namespace digitalis {

/// What a store says about itself.
struct StoreInfo {
  std::uint64_t records = 0;                                   ///< read from the sources
  std::uint64_t compounds = 0;                                 ///< kept, all different
  std::vector<std::pair<std::string, std::uint64_t>> rejects;  ///< by reason, sorted by reason
  std::uint64_t renamed = 0;         ///< compounds whose ID was not unique and got "##2", "##3", ...
  std::vector<std::string> sources;  ///< as the user named them
  PrepareOptions preparation;        ///< known actives are prepared the same way
  std::string prepared_by;           ///< program and RDKit version
  std::string library_digest;        ///< of sources and options: an unfinished or other store is told apart by it
  std::string compounds_digest;      ///< XXH3-128 of compounds.bin, in hex
};

/// Writes a store's compounds.bin chunk by chunk; finish() makes the store whole. Not for concurrent use.
class StoreWriter {
 public:
  explicit StoreWriter(std::filesystem::path folder);
  ~StoreWriter();
  StoreWriter(StoreWriter&&) noexcept;
  void add_chunk(const CompoundBlock& compounds);
  /// Fills in `info.compounds` and `info.compounds_digest`, syncs and renames everything into place, manifest last.
  void finish(StoreInfo info);

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Reads a finished store. Safe to call concurrently.
class CompoundStore {
 public:
  /// Throws UsageError when the folder is not a store, is of another version, or is damaged, saying which.
  explicit CompoundStore(const std::filesystem::path& folder);
  ~CompoundStore();
  CompoundStore(CompoundStore&&) noexcept;

  [[nodiscard]] static bool is_store(const std::filesystem::path& folder);

  [[nodiscard]] const std::filesystem::path& folder() const;
  [[nodiscard]] const StoreInfo& info() const;
  [[nodiscard]] std::uint64_t chunks() const;
  /// How many compounds a chunk says it holds, without reading it: chunk() tells whether it is true.
  [[nodiscard]] std::uint64_t compounds_in(std::uint64_t number) const;
  /// One chunk, its checksum checked. Throws std::runtime_error naming file and chunk when it is damaged.
  [[nodiscard]] CompoundBlock chunk(std::uint64_t number) const;

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace digitalis
