#pragma once
// A copy of the compound store on a disk of the node itself, for stores that lie on a busy network file system and are
// read once for each stage and cut.

#include <filesystem>
#include <string>

#include "scheduler/mpi_world.hpp"

namespace digitalis {

/// Where this node's ranks read the store. The rank that copied removes the copy in its destructor; others may go on
/// reading what they have mapped.
class ScratchStore {
 public:
  /// One rank of each node copies what reading the store takes into a folder of its own below `scratch`. Where that
  /// does not fit or fails, this node reads the store where it is, and problem() says why. Collective.
  /// @param scratch  exists on every node; empty: nothing is copied
  ScratchStore(MpiWorld& world, std::filesystem::path store, const std::filesystem::path& scratch);
  ~ScratchStore();
  ScratchStore(const ScratchStore&) = delete;
  ScratchStore& operator=(const ScratchStore&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// "" or why this node has no copy.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path copy_;  // to be removed by this rank; empty: another rank's, or none
  std::string problem_;
};

}  // namespace digitalis
