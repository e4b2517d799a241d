#pragma once
// Writes one generation of a compound store.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "chem/compound_block.hpp"
#include "chem/store_info.hpp"

namespace digitalis {

/// A chunk as compounds.bin takes it.
struct StoredChunk {
  StoredChunk() = default;
  /// Compresses. Safe to call concurrently.
  explicit StoredChunk(const CompoundBlock& compounds);
  std::string bytes;
  std::uint64_t compounds = 0, checksum = 0, content = 0;  ///< as in ChunkRow
};

/// compounds.bin chunk by chunk, rejects.csv line by line; finish() makes the generation whole. Not for concurrent use.
class StoreWriter {
 public:
  explicit StoreWriter(std::filesystem::path folder);
  ~StoreWriter();
  StoreWriter(StoreWriter&&) noexcept;
  /// Chunks without compounds leave no trace.
  void add_chunk(const StoredChunk& chunk);
  void add_chunk(const CompoundBlock& compounds) { add_chunk(StoredChunk{compounds}); }
  /// Lines of rejects.csv, its header first.
  void add_rejects(std::string_view lines);
  /// Fills in `info.compounds` and the digests of compounds and rejects, syncs and renames everything into place,
  /// manifest last.
  void finish(StoreInfo info);

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace digitalis
