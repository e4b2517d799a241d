// Exact similarity search against row kernels on real compounds, one thread, one run. All sides must find the same.
// Usage: digitalis_search_bench compounds.smi[.gz] [fingerprints.cache]
// The cache keeps the fingerprints, since making them takes minutes per million; it is read where it exists.
// "G_s": billion query-compound pairs per second of processor time, the best of some turns. Peers: row_kernels.hpp.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include <RDGeneral/RDLog.h>

#include "scoring/similarity/fingerprint_index.hpp"
#include "tests/bench/fingerprints_of_file.hpp"
#include "tests/bench/row_kernels.hpp"

namespace {

using namespace digitalis::row_kernels;
using digitalis::before;
using digitalis::FingerprintIndex;
using digitalis::FingerprintSet;
using digitalis::SimilarRow;

FingerprintSet from_cache(std::istream& file) {
  FingerprintSet set;
  std::vector<std::uint16_t> on_bits;
  for (std::uint16_t count = 0; file.read(reinterpret_cast<char*>(&count), sizeof count);) {
    on_bits.resize(count);
    file.read(reinterpret_cast<char*>(on_bits.data()), count * 2);
    set.add(on_bits);
  }
  return set;
}

void to_cache(const FingerprintSet& set, std::ostream& file) {
  for (std::size_t row = 0; row < set.size(); ++row) {
    const auto count = static_cast<std::uint16_t>(set[row].size());
    file.write(reinterpret_cast<const char*>(&count), sizeof count);
    file.write(reinterpret_cast<const char*>(set[row].data()), count * 2);
  }
}

double processor_s() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double best_s(int turns, const std::function<void()>& run) {
  double best = 1e30;
  for (int turn = 0; turn < turns; ++turn) {
    const double start = processor_s();
    run();
    best = std::min(best, processor_s() - start);
  }
  return best;
}

// Two threads that share out tasks, and how long a search with them takes where both have a core: what the caller does
// alone, and the longer share of the rest. By processor time, so that other work on the machine does not count. The
// helper waits awake, as TBB's do between searches.
class TwoThreads {
 public:
  TwoThreads()
      : helper_([this] {
          for (std::uint64_t done = 0;; ++done) {
            while (round_.load() == done) _mm_pause();
            if (ends_) return;
            helpers_s_ = share_s();
            finished_ = done + 1;
          }
        }) {}
  ~TwoThreads() {
    ends_ = true;
    ++round_;
    helper_.join();
  }
  TwoThreads(const TwoThreads&) = delete;
  TwoThreads& operator=(const TwoThreads&) = delete;

  FingerprintIndex::Parallel parallel() {
    return [this](std::size_t count, const std::function<void(std::size_t)>& work) {
      const double start = processor_s();
      next_ = 0, count_ = count, work_ = &work;
      const std::uint64_t round = ++round_;
      const double own_s = share_s();
      while (finished_.load() != round) _mm_pause();
      shared_s_ += std::max(own_s, helpers_s_) - (processor_s() - start);
    };
  }

  double seconds(const std::function<void()>& search) {
    shared_s_ = 0.0;
    const double start = processor_s();
    search();
    return processor_s() - start + shared_s_;
  }

 private:
  double share_s() {
    const double start = processor_s();
    for (std::size_t i = next_++; i < count_; i = next_++) (*work_)(i);
    return processor_s() - start;
  }
  const std::function<void(std::size_t)>* work_ = nullptr;
  std::atomic<std::size_t> next_ = 0;
  std::size_t count_ = 0;
  double helpers_s_ = 0.0, shared_s_ = 0.0;
  std::atomic<std::uint64_t> round_ = 0, finished_ = 0;
  std::atomic<bool> ends_ = false;
  std::thread helper_;  // the last: it uses the others
};

bool supports_avx512() { return __builtin_cpu_supports("avx512vpopcntdq") != 0; }

class Bench {
 public:
  explicit Bench(const FingerprintSet& set) : set_(set), rows_(rows_of(set)) {
    const double build_s = best_s(1, [&] { index_ = std::make_unique<FingerprintIndex>(set); });
    double on_bits = 0.0;
    for (const auto count : rows_.on_bits) on_bits += count;
    const auto rows = static_cast<double>(set.size());
    std::printf("%zu compounds, %.1f of %u bits on; %s; index made in %.2f s, %.1f bytes a compound and 4 of its row\n",
                set.size(), on_bits / rows, set.bits(), std::string(digitalis::search_instruction_set()).c_str(),
                build_s, static_cast<double>(index_->tile_bytes()) / rows);
  }

  bool thresholds() {
    std::printf("%10s %8s %10s %10s %10s %10s %8s %8s\n", "threshold", "hits", "ours_G_s", "popcnt64", "avx2", "avx512",
                "x_avx2", "x_avx512");
    for (const double threshold : {0.3, 0.5, 0.7, 0.8, 0.9}) {
      std::size_t hits = 0, few_hits = 0, ours_few = 0;
      const double ours = best_s(7, [&] {
        hits = 0, ours_few = 0;
        for (std::size_t i = 0; i < kQueries; ++i) {
          hits += index_->similar(set_[query(i)], threshold).size();
          if (i + 1 == kSlowQueries) ours_few = hits;
        }
      });
      const double scalar =
          rows_s([&](std::size_t i) { return count_similar<Popcnt64>(set_, rows_, i, threshold); }, few_hits);
      if (few_hits != ours_few) return false;
      const double avx2 =
          rows_s([&](std::size_t i) { return count_similar<Avx2>(set_, rows_, i, threshold); }, few_hits);
      if (few_hits != ours_few) return false;
      double avx512 = 0.0;
      if (supports_avx512())
        avx512 = rows_s([&](std::size_t i) { return count_similar<Avx512>(set_, rows_, i, threshold); }, few_hits);
      if (few_hits != ours_few) return false;
      std::printf("%10.1f %8.1f %10.3f %10.3f %10.3f %10.3f %8.1f %8.1f\n", threshold,
                  static_cast<double>(hits) / kQueries, rate(ours, kQueries), rate(scalar, kSlowQueries),
                  rate(avx2, kSlowQueries), rate(avx512, kSlowQueries), rate(ours, kQueries) / rate(avx2, kSlowQueries),
                  rate(ours, kQueries) / rate(avx512, kSlowQueries));
    }
    return true;
  }

  bool tops() {
    std::printf("%10s %10s %10s %8s\n", "top", "ours_G_s", supports_avx512() ? "avx512" : "avx2", "x");
    for (const std::size_t count : {1, 10, 100, 1000}) {
      std::vector<std::vector<SimilarRow>> ours(kQueries), theirs(kSlowQueries);
      const double ours_s = best_s(7, [&] {
        for (std::size_t i = 0; i < kQueries; ++i) ours[i] = index_->nearest(set_[query(i)], count);
      });
      const double theirs_s = best_s(3, [&] {
        for (std::size_t i = 0; i < kSlowQueries; ++i)
          theirs[i] = supports_avx512() ? nearest_by_rows<Avx512>(set_, rows_, query(i), count)
                                        : nearest_by_rows<Avx2>(set_, rows_, query(i), count);
      });
      if (!std::equal(theirs.begin(), theirs.end(), ours.begin())) return false;
      std::printf("%10zu %10.3f %10.3f %8.1f\n", count, rate(ours_s, kQueries), rate(theirs_s, kSlowQueries),
                  rate(ours_s, kQueries) / rate(theirs_s, kSlowQueries));
    }
    return true;
  }

  // One query after the other, and many together, with the tiles shared out among two threads.
  bool threads() {
    TwoThreads two;
    const auto parallel = two.parallel();
    FingerprintSet many;
    for (std::size_t i = 0; i < 1024; ++i) many.add(set_[i * (set_.size() / 1024)]);
    bool agree = true;
    const auto compare = [&](const char* what, const auto& search) {
      double alone = 1e30, shared = 1e30;
      for (int turn = 0; turn < 7; ++turn) {
        double start = processor_s();
        const auto expected = search(FingerprintIndex::Parallel{});
        alone = std::min(alone, processor_s() - start);
        auto found = expected;
        shared = std::min(shared, two.seconds([&] { found = search(parallel); }));
        agree = agree && found == expected;
      }
      std::printf("two threads, %s: x %.2f\n", what, alone / shared);
    };
    const auto each = [&](const auto& one) {
      return [&, one](const FingerprintIndex::Parallel& over) {
        std::vector<std::vector<SimilarRow>> found;
        for (std::size_t i = 0; i < kQueries; ++i) found.push_back(one(set_[query(i)], over));
        return found;
      };
    };
    compare("0.7, each query",
            each([&](const auto& bits, const auto& over) { return index_->similar(bits, 0.7, {}, over); }));
    compare("0.3, each query",
            each([&](const auto& bits, const auto& over) { return index_->similar(bits, 0.3, {}, over); }));
    compare("top 10, each query",
            each([&](const auto& bits, const auto& over) { return index_->nearest(bits, 10, {}, over); }));
    compare("top 100, each query",
            each([&](const auto& bits, const auto& over) { return index_->nearest(bits, 100, {}, over); }));
    compare("0.7, 1,024 together", [&](const auto& over) { return index_->similar(many, 0.7, {}, over); });
    return agree;
  }

  bool batch() {
    constexpr std::size_t kBatch = 1024, kTheirs = 16;
    FingerprintSet queries;
    std::vector<Words> words;
    for (std::size_t i = 0; i < kBatch; ++i) {
      const std::size_t row = i * (set_.size() / kBatch);
      queries.add(set_[row]);
      words.push_back(rows_.words[row]);
    }
    std::vector<std::vector<SimilarRow>> found;
    const double ours = best_s(3, [&] { found = index_->similar(queries, 0.7); });
    std::printf("batch of %zu at 0.7: %.3f G_s", kBatch, rate(ours, kBatch));
    bool agree = true;
    if (supports_avx512()) {
      std::size_t theirs = 0, ours_of_these = 0;
      const double theirs_s = best_s(3, [&] { theirs = batch_avx512(std::span(words).first(kTheirs), rows_, 0.7); });
      for (std::size_t i = 0; i < kTheirs; ++i) ours_of_these += found[i].size();
      agree = theirs == ours_of_these;
      std::printf(", avx512 %.3f, x %.1f", rate(theirs_s, kTheirs), rate(ours, kBatch) / rate(theirs_s, kTheirs));
    }
    std::printf("\n");
    return agree;
  }

 private:
  static constexpr std::size_t kQueries = 64, kSlowQueries = 8;

  [[nodiscard]] std::size_t query(std::size_t i) const { return i * (set_.size() / kQueries); }
  [[nodiscard]] double rate(double seconds, std::size_t queries) const {
    return seconds > 0.0 ? static_cast<double>(queries * set_.size()) / seconds / 1e9 : 0.0;
  }
  double rows_s(const std::function<std::size_t(std::size_t)>& count, std::size_t& hits) const {
    return best_s(3, [&] {
      hits = 0;
      for (std::size_t i = 0; i < kSlowQueries; ++i) hits += count(query(i));
    });
  }

  const FingerprintSet& set_;
  Rows rows_;
  std::unique_ptr<FingerprintIndex> index_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2)
    return std::fprintf(stderr, "usage: digitalis_search_bench compounds.smi[.gz] [fingerprints.cache]\n"), 2;
  boost::logging::disable_logs("rdApp.*");
  FingerprintSet set;
  std::ifstream cache(argc > 2 ? argv[2] : "", std::ios::binary);
  if (cache) {
    set = from_cache(cache);
  } else {
    set = digitalis::fingerprints_of_file(argv[1]);
    if (argc > 2) {
      std::ofstream file(argv[2], std::ios::binary);
      to_cache(set, file);
    }
  }
  if (set.size() < 1024) return std::fprintf(stderr, "%s: fewer than 1024 compounds\n", argv[1]), 2;
  Bench bench(set);
  if (!bench.thresholds() || !bench.tops() || !bench.threads() || !bench.batch())
    return std::fprintf(stderr, "the sides disagree\n"), 1;
  return 0;
}
