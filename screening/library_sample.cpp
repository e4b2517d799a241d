#include "screening/library_sample.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <random>
#include <set>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

double thread_cpu_s() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// 0 to bound - 1, the same everywhere (std::uniform_int_distribution is not).
std::uint64_t below(std::mt19937_64& random, std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(random()) * bound) >> 64U);
}

}  // namespace

LibrarySample sample_library(const LibraryJob& job, std::uint64_t wanted, std::uint64_t seed) {
  if (std::find(job.sources.begin(), job.sources.end(), "-") != job.sources.end())
    throw UsageError("standard input cannot be estimated: it can be read only once; hint: name the library's files");
  std::mt19937_64 random{seed};
  std::vector<std::pair<std::uint64_t, SampledRecord>> kept;  // place in the library, record
  LibrarySample sample;
  const auto began = std::chrono::steady_clock::now();
  const double cpu_before = thread_cpu_s();
  LibraryReader reader{job.sources, job.columns};
  constexpr std::size_t kRecords = 256, kBytes = 4U << 20U;
  while (auto batch = reader.next(kRecords, kBytes)) {
    const auto offer = [&](RawRecord&& record, bool is_readable) {
      const std::uint64_t place = sample.library_records++;
      const std::uint64_t slot = place < wanted ? place : below(random, place + 1);
      if (slot >= wanted) return;
      SampledRecord taken{batch->source, batch->layout, std::move(record), is_readable};
      if (slot == kept.size())
        kept.emplace_back(place, std::move(taken));
      else
        kept[slot] = {place, std::move(taken)};
    };
    for (RawRecord& record : batch->records) offer(std::move(record), true);
    for (std::size_t i = 0; i < batch->rejects.size(); ++i) offer({}, false);
  }
  sample.read_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  sample.read_core_s = thread_cpu_s() - cpu_before;
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (auto& [place, record] : kept) sample.records.push_back(std::move(record));
  return sample;
}

std::vector<Compound> sample_store(const CompoundStore& store, std::uint64_t wanted, std::uint64_t seed) {
  std::vector<Compound> sample;
  if (wanted >= store.info().compounds) {
    for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
      const CompoundBlock compounds = store.chunk(chunk);
      for (std::size_t i = 0; i < compounds.size(); ++i) sample.push_back(compounds.compound(i));
    }
    return sample;
  }
  // A chunk and a place in the largest chunk there is; where the chunk has no such place it is drawn again: so that
  // compounds of small chunks have no better chance than others.
  constexpr std::uint64_t kLargestChunk = 256;
  std::mt19937_64 random{seed};
  std::set<std::pair<std::uint64_t, std::uint64_t>> taken;
  while (taken.size() < wanted) {
    const std::uint64_t chunk = below(random, store.chunks()), place = below(random, kLargestChunk);
    if (taken.contains({chunk, place})) continue;
    const CompoundBlock compounds = store.chunk(chunk);
    if (place >= compounds.size()) continue;
    taken.emplace(chunk, place);
    sample.push_back(compounds.compound(place));
  }
  return sample;
}

}  // namespace digitalis
