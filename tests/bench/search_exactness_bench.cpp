// Every similarity of 100,000 compounds x 1,000 queries against RDKit's loop over bit vectors: are they the same
// doubles, and how long does either take? Processor time in one run, of one thread unless said.
// Usage: digitalis_search_exactness_bench compounds.smi[.gz] [compounds] [queries]
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <DataStructs/BitOps.h>
#include <DataStructs/ExplicitBitVect.h>
#include <RDGeneral/RDLog.h>

#include "scoring/similarity/fingerprint_index.hpp"
#include "tests/bench/cpu_time.hpp"
#include "tests/bench/fingerprints_of_file.hpp"

namespace {

using digitalis::FingerprintIndex;
using digitalis::FingerprintSet;

// Seconds that the busiest of `threads` computes for all queries, shared out and searched together: what the clock on
// the wall says where each has a core to itself.
double together_s(const FingerprintIndex& index, const FingerprintSet& rows, std::size_t queries, std::size_t threads) {
  std::vector<FingerprintSet> shares(threads);
  for (std::size_t i = 0; i < queries; ++i) shares[i % threads].add(rows[i * (rows.size() / queries)]);
  std::vector<double> seconds(threads);
  std::vector<std::thread> all;
  for (std::size_t thread = 0; thread < threads; ++thread)
    all.emplace_back(
        [&, thread] { seconds[thread] = digitalis::least_s(7, [&] { (void)index.similar(shares[thread], 0.7); }); });
  for (std::thread& thread : all) thread.join();
  return std::ranges::max(seconds);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s compounds.smi[.gz] [compounds] [queries]\n", argv[0]);
    return 2;
  }
  boost::logging::disable_logs("rdApp.*");
  const FingerprintSet rows =
      digitalis::fingerprints_of_file(argv[1], argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 100'000);
  const std::size_t queries = std::min<std::size_t>(argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 1000, rows.size());
  if (queries == 0) {
    std::fprintf(stderr, "%s: no compounds\n", argv[1]);
    return 1;
  }
  const FingerprintIndex index(rows);
  std::vector<std::unique_ptr<ExplicitBitVect>> vectors;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    vectors.push_back(std::make_unique<ExplicitBitVect>(rows.bits()));
    for (const std::uint16_t bit : rows[row]) vectors.back()->setBit(bit);
  }

  double theirs_s = 0, all_s = 0, above_s = 0;
  std::uint64_t differ = 0, above = 0, missed = 0;
  std::vector<double> theirs(rows.size());
  for (std::size_t i = 0; i < queries; ++i) {
    const std::size_t query = i * (rows.size() / queries);
    double begin = digitalis::cpu_s();
    for (std::size_t row = 0; row < rows.size(); ++row)
      theirs[row] = TanimotoSimilarity(*vectors[query], *vectors[row]);
    theirs_s += digitalis::cpu_s() - begin;
    begin = digitalis::cpu_s();
    const auto all = index.similar(rows[query], 0.0);
    all_s += digitalis::cpu_s() - begin;
    begin = digitalis::cpu_s();
    const auto similar = index.similar(rows[query], 0.7);
    above_s += digitalis::cpu_s() - begin;
    differ += rows.size() - all.size();
    for (const auto& row : all) differ += row.similarity != theirs[row.row] ? 1 : 0;
    const auto expected = static_cast<std::size_t>(std::ranges::count_if(theirs, [](double s) { return s >= 0.7; }));
    above += expected;
    missed += similar.size() != expected || !std::equal(similar.begin(), similar.end(), all.begin()) ? 1 : 0;
  }
  const double pairs = static_cast<double>(rows.size()) * static_cast<double>(queries);
  std::printf("%zu compounds x %zu queries, %s\n", rows.size(), queries,
              std::string(digitalis::search_instruction_set()).c_str());
  std::printf("similarities that differ from RDKit's   %llu of %.0f\n", static_cast<unsigned long long>(differ), pairs);
  std::printf("queries whose hits at 0.7 differ        %llu of %zu (%llu hits)\n",
              static_cast<unsigned long long>(missed), queries, static_cast<unsigned long long>(above));
  std::printf("RDKit's loop                            %8.3f M pairs/s\n", pairs / theirs_s / 1e6);
  std::printf("all similarities, sorted                %8.1f M pairs/s, %.0f times RDKit's\n", pairs / all_s / 1e6,
              theirs_s / all_s);
  std::printf("hits at 0.7, one query after the other  %8.1f M pairs/s, %.0f times RDKit's\n", pairs / above_s / 1e6,
              theirs_s / above_s);
  const double one_s = together_s(index, rows, queries, 1), two_s = together_s(index, rows, queries, 2);
  std::printf(
      "hits at 0.7, queries together           %8.1f M pairs/s, %.0f times RDKit's; two threads %.2f times one\n",
      pairs / one_s / 1e6, theirs_s / one_s, one_s / two_s);
  return differ + missed == 0 ? 0 : 1;
}
