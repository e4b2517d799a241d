#pragma once
// Writes one generation of a compound store.

#include <filesystem>
#include <memory>
#include <string_view>

#include "chem/compound_block.hpp"
#include "chem/store_info.hpp"

namespace digitalis {

/// compounds.bin chunk by chunk, rejects.csv line by line; finish() makes the generation whole. Not for concurrent use.
class StoreWriter {
 public:
  explicit StoreWriter(std::filesystem::path folder);
  ~StoreWriter();
  StoreWriter(StoreWriter&&) noexcept;
  /// Chunks without compounds leave no trace.
  void add_chunk(const CompoundBlock& compounds);
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
