// A store of ten million compounds and more: what preparation does after its chemistry (duplicates, keys, files), what
// the store takes, what verifying and searching it cost. The compounds are recombined from those of a prepared store of
// real ones (the lower half of one fingerprint, the upper half of another, SMILES with a number): nothing here reads
// them as molecules. One in a hundred is an earlier one under another ID.
//
//   digitalis_store_bench STORE [COMPOUNDS] [THREADS] [FOLDER]

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <string>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/compound_store.hpp"
#include "chem/file_io.hpp"
#include "screening/earlier_generations.hpp"
#include "screening/prepared_batch.hpp"
#include "screening/repeated_compounds.hpp"
#include "screening/search/store_index.hpp"
#include "screening/verify_store.hpp"
#include "screening/write_generation.hpp"

namespace {

using namespace digitalis;
namespace fs = std::filesystem;

constexpr std::uint64_t kChunk = 256;

/// Most memory of the process since the last call, MB.
double peak_MB() {
  std::ifstream status{"/proc/self/status"};
  double peak = 0;
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) peak = std::strtod(line.c_str() + 6, nullptr) / 1024;
  std::ofstream{"/proc/self/clear_refs"} << 5;
  return peak;
}

void step(const char* name, std::uint64_t compounds, const std::function<void()>& work) {
  (void)peak_MB();
  const auto start = std::chrono::steady_clock::now();
  work();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%-28s %8.1f s, %7.3f us a compound, peak %5.0f MB\n", name, seconds,
              1e6 * seconds / static_cast<double>(compounds), peak_MB());
  std::fflush(stdout);
}

Compound recombined(const std::vector<Compound>& real, std::uint64_t number) {
  const std::uint64_t which = number % 100 == 99 ? number - 50 : number;
  const Compound& lower = real[which % real.size()];
  const Compound& upper = real[(which / real.size() * 7919 + which) % real.size()];
  Compound compound = lower;
  compound.id = "Z" + std::to_string(number);
  compound.smiles = lower.smiles + std::to_string(which);
  compound.on_bits.clear();
  for (const std::uint16_t bit : lower.on_bits)
    if (bit < 1024) compound.on_bits.push_back(bit);
  for (const std::uint16_t bit : upper.on_bits)
    if (bit >= 1024) compound.on_bits.push_back(bit);
  compound.source = 0;
  compound.line = number + 1;
  return compound;
}

}  // namespace

int main(int argc, char** argv) {
  MpiWorld world{argc, argv};
  if (argc < 2) {
    std::fprintf(stderr, "usage: digitalis_store_bench STORE [COMPOUNDS] [THREADS] [FOLDER]\n");
    return 2;
  }
  const std::uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10'000'000;
  const int threads = argc > 3 ? std::atoi(argv[3]) : 2;
  const fs::path folder = (argc > 4 ? fs::path{argv[4]} : fs::temp_directory_path()) / "digitalis-store-bench";
  fs::remove_all(folder);
  fs::create_directories(folder / "journal");
  std::vector<Compound> real;
  {
    const CompoundStore store{argv[1]};
    for (std::uint64_t number = 0; number < store.chunks() && real.size() < 100'000; ++number) {
      const CompoundBlock chunk = store.chunk(number);
      for (std::size_t i = 0; i < chunk.size(); ++i) real.push_back(chunk.compound(i));
    }
  }
  const std::uint64_t chunks = (count + kChunk - 1) / kChunk;
  oneapi::tbb::task_arena arena{threads};
  Progress silent = Progress::silent();

  step("journal of prepared chunks", count, [&] {
    JournalWriter writer{folder / "journal", 0, 1};
    for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
      PreparedBatch batch;
      for (std::uint64_t i = chunk * kChunk; i < std::min(count, (chunk + 1) * kChunk); ++i)
        batch.add(recombined(real, i));
      batch.records = batch.compounds.size();
      writer.append({prepare_stage::kPrepare, chunk}, batch.to_bytes());
    }
  });
  const std::uint32_t partitions = partitions_for(count);
  EarlierGenerations none;
  step("find duplicates", count, [&] {
    const Journal journal = Journal::scan(folder / "journal");
    JournalWriter writer{folder / "journal", 0, 2};
    // As the stage does: a frame is written when it is ready.
    std::mutex one_at_a_time;
    arena.execute([&] {
      oneapi::tbb::parallel_for(0U, partitions, [&](std::uint32_t partition) {
        const std::string frame = repeats_in_partition(journal, prepare_stage::kPrepare, partition, partitions, none);
        const std::scoped_lock lock{one_at_a_time};
        writer.append({prepare_stage::kRepeats, partition}, frame);
      });
    });
  });
  LibraryJob job;
  job.sources = {(folder / "library.smi").string()};
  job.source_names = {"library.smi"};
  std::ofstream{job.sources.front()} << "C recombined\n";
  const fs::path store = folder / "store";
  step("write the store", count,
       [&] { write_generation(job, store, Journal::scan(folder / "journal"), chunks, partitions, none); });
  fs::remove_all(folder / "journal");
  step("verify", count, [&] {
    if (!verify_store(store, threads).damage.empty()) std::printf("DAMAGED\n");
  });
  const CompoundStore opened{store};
  std::printf("%" PRIu64 " compounds;", opened.info().compounds);
  for (const char* file : {store_files::kCompounds, store_files::kKeys, store_files::kRejects})
    std::printf(" %s %.1f bytes each;", file,
                static_cast<double>(fs::file_size(store / file)) / static_cast<double>(count));
  std::printf("\n");
  step("make search.index", count, [&] { (void)StoreIndex{world, opened, threads, silent}; });
  std::printf("search.index %.1f bytes each\n",
              static_cast<double>(fs::file_size(store / kIndexFileName)) / static_cast<double>(count));
  step("map and check search.index", count, [&] { (void)StoreIndex{world, opened, threads, silent}; });
  const StoreIndex index{world, opened, threads, silent};
  constexpr std::size_t kQueries = 20;
  for (const double threshold : {0.7, 0.0}) {
    std::uint64_t hits = 0;
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t query = 0; query < kQueries; ++query) {
      const auto& bits = real[query * 4999 % real.size()].on_bits;
      if (threshold > 0) {
        FingerprintSet one(index.bits());
        one.add(bits);
        hits += index.similar(one, threshold, {}).front().size();
      } else {
        hits += index.nearest(bits, 10, {}).size();
      }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / kQueries;
    std::printf("%-28s %8.2f ms a query, one thread, %.2f G compounds/s, %" PRIu64 " hits\n",
                threshold > 0 ? "similar at 0.7" : "nearest 10", 1e3 * seconds,
                static_cast<double>(opened.info().compounds) / seconds / 1e9, hits);
  }
  step("append of a hundredth", count / 100, [&] {
    const fs::path journal_folder = folder / "more";
    fs::create_directories(journal_folder);
    const std::uint64_t more = (count / 100 + kChunk - 1) / kChunk;
    {
      JournalWriter writer{journal_folder, 0, 1};
      for (std::uint64_t chunk = 0; chunk < more; ++chunk) {
        PreparedBatch batch;
        // Every second one is in the store.
        for (std::uint64_t i = 0; i < kChunk; ++i) batch.add(recombined(real, i % 2 * count + chunk * kChunk + i));
        batch.records = batch.compounds.size();
        writer.append({prepare_stage::kPrepare, chunk}, batch.to_bytes());
      }
    }
    EarlierGenerations earlier{CompoundStore{store}};
    const std::uint32_t ranges = partitions_for(more * kChunk);
    {
      const Journal journal = Journal::scan(journal_folder);
      JournalWriter writer{journal_folder, 0, 2};
      for (std::uint32_t range = 0; range < ranges; ++range)
        writer.append({prepare_stage::kRepeats, range},
                      repeats_in_partition(journal, prepare_stage::kPrepare, range, ranges, earlier));
    }
    write_generation(job, CompoundStore::generation_folder(store, 2), Journal::scan(journal_folder), more, ranges,
                     earlier);
    CompoundStore::list_generations(store, 2);
  });
  const CompoundStore both{store};
  std::printf("%" PRIu64 " of them were new\n", both.generations().back().info().compounds);
  fs::remove_all(folder);
}
