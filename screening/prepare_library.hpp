#pragma once
// A library becomes a compound store, over all ranks and threads, resumable at any moment:
//
//   files -> LibraryReader -> chunks of records -> ranks: Preparer -> journal     (stage 1)
//   journal: keys of all compounds, by hash partition -> equal structures, equal IDs (stage 2)
//   journal in order, without the equal ones -> compounds.bin, rejects.csv, keys.bin, manifest.json; the journal goes
//
// Memory per rank: the chunks in flight, one partition of keys per thread (repeated_compounds.hpp), the journal's index
// (16 bytes a chunk).

#include <filesystem>
#include <string>
#include <vector>

#include "chem/preparer.hpp"
#include "chem/record_reader.hpp"
#include "scheduler/mpi_world.hpp"
#include "scheduler/progress.hpp"
#include "screening/compound_walls.hpp"

namespace digitalis {

struct LibraryJob {
  std::vector<std::string> sources;       ///< as expand_paths() gives them
  std::vector<std::string> source_names;  ///< how results call them, one per source
  ReadOptions columns;
  PrepareOptions preparation;
  std::filesystem::path store;
  bool is_append = false;  ///< a further generation of a finished store, whose preparation must be this one's
  int threads = 1;
  CompoundWalls walls;

  /// Of sources (name, size, sampled content) and options: a store or unfinished journal belongs to one of these.
  [[nodiscard]] std::string digest() const;
};

/// Prepares the library, or finishes what an earlier attempt began, or finds it done. Collective.
/// @return  false when it was stopped on request; resumable by the same call
/// @throws UsageError  the folder holds the store of another library, or a source has no structures' column; for an
///                     append: it holds no whole store
[[nodiscard]] bool prepare_library(MpiWorld& world, const LibraryJob& job, Progress& progress);

/// The files of a list of paths and globs, with names relative to `base` where they lie below it.
[[nodiscard]] LibraryJob library_job(const std::vector<std::string>& paths, const std::filesystem::path& base);

}  // namespace digitalis
