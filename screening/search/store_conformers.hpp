#pragma once
// The conformers of a store's compounds: a file in the store's folder, made by the first search by shape and used by
// all that follow.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/compound_store.hpp"
#include "chem/conformer_ensemble.hpp"
#include "chem/file_io.hpp"
#include "scheduler/progress.hpp"
#include "screening/search/conformer_block.hpp"

namespace digitalis {

/// Names within the store: the file, and what there is of it while it is made.
inline constexpr const char* kConformersName = "conformers.bin";
inline constexpr const char* kConformerRejectsName = "conformers.rejects.csv";

/// Makes a compound's conformers and adds them to a block, or why it has none. Safe to call concurrently with different
/// blocks.
void add_conformers(ConformerBlock& block, std::string_view smiles, const std::string& id,
                    const EnsembleOptions& options);
/// What the code of a reject in a block means: "no 3D coordinates found, or several parts".
[[nodiscard]] std::string why_no_conformers(RejectCode code);

/// A finished file, a block to each chunk of the store. Safe to call concurrently.
class StoreConformers {
 public:
  /// Empty when the store has none, or other ones: of another version, of fewer chunks.
  /// @param folder  where the file is: the store's, which a copy of it on the node does not have
  [[nodiscard]] static std::optional<StoreConformers> open(const CompoundStore& store,
                                                           const std::filesystem::path& folder);
  [[nodiscard]] static std::optional<StoreConformers> open(const CompoundStore& store) {
    return open(store, store.folder());
  }

  [[nodiscard]] std::uint32_t most() const { return most_; }  ///< conformers of a compound that were asked for
  /// The conformers of `chunk`, which is the store's chunk `number`.
  /// @throws std::runtime_error  damaged, or of other compounds; names file and block
  [[nodiscard]] ConformerBlock block(std::uint64_t number, const CompoundBlock& chunk) const;

 private:
  StoreConformers(std::filesystem::path path, RandomAccessFile file) : path_(std::move(path)), file_(std::move(file)) {}
  std::filesystem::path path_;
  RandomAccessFile file_;
  std::uint32_t most_ = 0;
  std::vector<std::uint64_t> bounds_;  // where each block begins, and the last one ends
};

/// How making them ended.
struct ConformersMade {
  std::uint64_t compounds = 0, rejects = 0;
  bool is_stopped = false;  ///< by a signal: the next call goes on from there
};

/// Makes the file, chunk by chunk, and beside it the list of rejects. What an earlier call left unfinished, or an older
/// file has of the same chunks, is taken over; the bytes are the same whatever came before, for any number of threads.
/// Memory: two chunks a thread. Time: 0.1 to 0.2 s of a core a compound, for 10 conformers.
///
/// @param most  conformers of a compound, 1 to 1000
/// @throws UsageError          another process is making them
/// @throws std::system_error   the folder cannot be written into; names the file
/// @throws std::runtime_error  a damaged chunk of the store; names it
ConformersMade make_conformers_of_store(const CompoundStore& store, std::uint32_t most, int threads,
                                        Progress& progress);

}  // namespace digitalis
