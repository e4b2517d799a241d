#include "screening/over_chunks.hpp"

#include <algorithm>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/bytes.hpp"

namespace digitalis {

namespace {

/// Enough that thousands of ranks have a share; few enough that rank 0 merges them at once.
constexpr std::uint64_t kMostBlocks = 1U << 16U;

void in_threads(int threads, std::uint64_t count, const std::function<void(std::uint64_t)>& work) {
  oneapi::tbb::task_arena{threads}.execute([&] { oneapi::tbb::parallel_for(std::uint64_t{0}, count, work); });
}

/// How many of 0, 1 ... count-1 are this rank's, which takes every size()-th from rank() on.
std::uint64_t share_of(const MpiWorld& world, std::uint64_t count) {
  const auto rank = static_cast<std::uint64_t>(world.rank()), ranks = static_cast<std::uint64_t>(world.size());
  return count > rank ? (count - rank + ranks - 1) / ranks : 0;
}

}  // namespace

ColumnStatistics statistics_over_chunks(MpiWorld& world, int threads, std::uint64_t chunks, std::uint64_t scores,
                                        Consensus consensus, std::size_t columns,
                                        const std::function<void(std::uint64_t, ColumnStatistics&)>& add,
                                        std::uint64_t most_kept) {
  const bool keeps_scores = consensus == Consensus::kRank || consensus == Consensus::kBestRank;
  const std::uint64_t block_chunks = (chunks + kMostBlocks - 1) / kMostBlocks;
  std::uint64_t step = 1;
  while (keeps_scores && scores / step > most_kept) step *= 2;
  const std::uint64_t blocks = block_chunks == 0 ? 0 : ((chunks + block_chunks - 1) / block_chunks + step - 1) / step;

  const auto ranks = static_cast<std::uint64_t>(world.size());
  std::vector<std::string> mine(share_of(world, blocks));
  in_threads(threads, mine.size(), [&](std::uint64_t i) {
    const std::uint64_t first = (static_cast<std::uint64_t>(world.rank()) + i * ranks) * step * block_chunks;
    ColumnStatistics block{consensus, columns};
    for (std::uint64_t chunk = first; chunk < std::min(chunks, first + block_chunks); ++chunk) add(chunk, block);
    mine[i] = block.to_bytes();
  });
  ByteWriter out;
  for (const std::string& block : mine) out.put_string(block);
  const std::vector<std::string> gathered = world.gather(out.bytes());

  ColumnStatistics all{consensus, columns};
  if (world.is_first()) {
    std::vector<ByteReader> readers(gathered.begin(), gathered.end());
    for (std::uint64_t block = 0; block < blocks; ++block)
      all.merge(ColumnStatistics::from_bytes(readers[block % ranks].get_string()));
  }
  return ColumnStatistics::from_bytes(world.broadcast(world.is_first() ? all.to_bytes() : std::string{}));
}

std::vector<std::string> gather_over_chunks(MpiWorld& world, int threads, std::uint64_t chunks,
                                            const std::function<std::string(std::uint64_t)>& visit) {
  const auto rank = static_cast<std::uint64_t>(world.rank()), ranks = static_cast<std::uint64_t>(world.size());
  std::vector<std::string> mine(share_of(world, chunks));
  in_threads(threads, mine.size(), [&](std::uint64_t i) { mine[i] = visit(rank + i * ranks); });
  ByteWriter out;
  for (const std::string& text : mine)
    if (!text.empty()) out.put_string(text);
  std::vector<std::string> all;
  for (const std::string& bytes : world.gather(out.bytes()))
    for (ByteReader in{bytes}; !in.at_end();) all.emplace_back(in.get_string());
  return all;
}

}  // namespace digitalis
