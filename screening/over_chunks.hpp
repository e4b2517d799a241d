#pragma once
// Passes over all chunks of a run that every rank and thread shares, with results that depend on neither.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scheduler/mpi_world.hpp"
#include "scoring/consensus.hpp"

namespace digitalis {

/// Statistics of all scores: `add` puts those of one chunk into what it is given and is called concurrently, once for
/// every chunk of this rank's share. Sums are made block by block of a fixed number of chunks and merged in their
/// order. Collective; the same on every rank.
///
/// kRank and kBestRank keep the scores themselves: beyond `most_kept` scores (about 8 bytes each, on every rank) those
/// of every 2nd, 4th ... block of chunks stand for all.
[[nodiscard]] ColumnStatistics statistics_over_chunks(
    MpiWorld& world, int threads, std::uint64_t chunks, std::uint64_t scores, Consensus consensus, std::size_t columns,
    const std::function<void(std::uint64_t chunk, ColumnStatistics&)>& add, std::uint64_t most_kept = 1U << 23U);

/// What `visit` makes of each chunk of this rank's share, chunks ascending, rank after rank, on rank 0; empty
/// elsewhere. Empty texts are left out. `visit` is called concurrently. Collective.
[[nodiscard]] std::vector<std::string> gather_over_chunks(MpiWorld& world, int threads, std::uint64_t chunks,
                                                          const std::function<std::string(std::uint64_t)>& visit);

}  // namespace digitalis
