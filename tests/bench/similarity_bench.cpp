// Pairs per second of our similarity kernel, RDKit's TanimotoSimilarity and a plain row loop, one thread, one run.
// Usage: digitalis_similarity_bench [file.smi [rounds]]     (default: the NCI compounds that come with RDKit)
#include <RDGeneral/RDConfig.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include <DataStructs/BitOps.h>
#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/RDLog.h>

#include "scoring/similarity/similarity.hpp"

namespace {

constexpr std::uint32_t kBits = 2048;
using Words = std::array<std::uint64_t, kBits / 64>;

// One compound in the three forms that are compared; ours are stored one after the other, as in a compound store.
struct Fingerprint {
  std::unique_ptr<ExplicitBitVect> vector;
  const Words* words = nullptr;
  int count = 0;
  std::span<const std::uint16_t> on_bits;
};
struct Library {
  std::vector<Fingerprint> compounds;
  std::vector<Words> words;
  std::vector<std::uint16_t> on_bits;
};

Library read(const std::string& path) {
  Library library;
  std::ifstream file(path);
  for (std::string line, smiles; std::getline(file, line);) {
    if (!(std::istringstream(line) >> smiles)) continue;
    std::unique_ptr<RDKit::ROMol> molecule;
    try {
      molecule.reset(RDKit::SmilesToMol(smiles));
    } catch (const std::exception&) {
    }
    if (!molecule) continue;
    Fingerprint& one = library.compounds.emplace_back();
    one.vector.reset(RDKit::MorganFingerprints::getFingerprintAsBitVect(*molecule, 2, kBits));
    IntVect on_bits;
    one.vector->getOnBits(on_bits);
    one.count = static_cast<int>(on_bits.size());
    library.on_bits.insert(library.on_bits.end(), on_bits.begin(), on_bits.end());
    Words& words = library.words.emplace_back();
    for (const int bit : on_bits) words[static_cast<std::size_t>(bit) / 64] |= std::uint64_t{1} << (bit % 64);
  }
  std::size_t first = 0;
  for (std::size_t i = 0; i < library.compounds.size(); ++i) {
    Fingerprint& one = library.compounds[i];
    one.words = &library.words[i];
    one.on_bits = std::span(library.on_bits).subspan(first, static_cast<std::size_t>(one.count));
    first += one.on_bits.size();
  }
  return library;
}

double popcount_tanimoto(const Fingerprint& a, const Fingerprint& b) {
  int shared = 0;
  for (std::size_t i = 0; i < a.words->size(); ++i) shared += std::popcount((*a.words)[i] & (*b.words)[i]);
  const int either = a.count + b.count - shared;
  return either == 0 ? 1.0 : static_cast<double>(shared) / static_cast<double>(either);
}

template <class Similarity>
double nearest_by_rows(const std::vector<const Fingerprint*>& actives, const Fingerprint& compound,
                       const Similarity& similarity) {
  double best = -1.0;
  for (const Fingerprint* active : actives) best = std::max(best, similarity(*active, compound));
  return best;
}

// Seconds of the fastest of `repeats`, over all compounds `rounds` times; `sum` proves that all did the same work.
template <class Score>
double seconds(const std::vector<Fingerprint>& compounds, int rounds, double& sum, const Score& score) {
  double best = 1e30;
  for (int repeat = 0; repeat < 5; ++repeat) {
    sum = 0.0;
    const auto start = std::chrono::steady_clock::now();
    for (int round = 0; round < rounds; ++round)
      for (const Fingerprint& compound : compounds) sum += score(compound);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    sum /= rounds;
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  boost::logging::disable_logs("rdApp.*");
  const std::string path = argc > 1 ? argv[1] : DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi";
  const Library library = read(path);
  const std::vector<Fingerprint>& compounds = library.compounds;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 10;
  if (compounds.empty() || rounds < 1) return std::fprintf(stderr, "%s: no compound\n", path.c_str()), 2;
  double mean_bits = 0.0;
  for (const auto& compound : compounds) mean_bits += compound.count;
  std::printf("%zu compounds, %.1f of %u bits on, %s\n", compounds.size(),
              mean_bits / static_cast<double>(compounds.size()), kBits,
              std::string(digitalis::similarity_instruction_set()).c_str());
  std::printf("%7s %12s %12s %12s %12s %9s %9s %12s\n", "actives", "ours_Mp_s", "all_Mp_s", "popcnt_Mp_s", "rdkit_Mp_s",
              "x_popcnt", "x_rdkit", "ours_ns_cmpd");
  for (const std::size_t wanted : {1, 10, 50, 200, 1000, 10000}) {
    std::vector<const Fingerprint*> actives;
    std::vector<std::vector<std::uint16_t>> on_bits;
    for (std::size_t i = 0; i < wanted; ++i) {
      actives.push_back(&compounds[i * 7919 % compounds.size()]);
      on_bits.emplace_back(actives.back()->on_bits.begin(), actives.back()->on_bits.end());
    }
    const digitalis::SimilarityQueries queries(on_bits, kBits);
    std::vector<double> every(wanted);
    double ours_sum = 0.0, popcount_sum = 0.0, rdkit_sum = 0.0, unused = 0.0;
    const int fast = std::max(1, static_cast<int>(static_cast<std::size_t>(rounds) * 50 / (wanted + 50)));
    const int slow = std::max(1, fast / 10);
    const double ours = seconds(compounds, fast, ours_sum,
                                [&](const Fingerprint& one) { return queries.score(one.on_bits).similarity; }) /
                        fast;
    const double all = seconds(compounds, fast, unused,
                               [&](const Fingerprint& one) {
                                 queries.similarities(one.on_bits, every);
                                 return every[0];
                               }) /
                       fast;
    if (wanted > 1000) {
      std::printf("%7zu %12.1f %12.1f %12s %12s %9s %9s %12.1f\n", wanted,
                  static_cast<double>(compounds.size() * wanted) / ours / 1e6,
                  static_cast<double>(compounds.size() * wanted) / all / 1e6, "-", "-", "-", "-",
                  ours / static_cast<double>(compounds.size()) * 1e9);
      continue;
    }
    const double popcount =
        seconds(compounds, slow, popcount_sum,
                [&](const Fingerprint& one) { return nearest_by_rows(actives, one, popcount_tanimoto); }) /
        slow;
    const double rdkit = seconds(compounds, slow, rdkit_sum,
                                 [&](const Fingerprint& one) {
                                   return nearest_by_rows(actives, one, [](const Fingerprint& a, const Fingerprint& b) {
                                     return TanimotoSimilarity(*a.vector, *b.vector);
                                   });
                                 }) /
                         slow;
    const double pairs = static_cast<double>(compounds.size() * wanted) / 1e6;
    std::printf("%7zu %12.1f %12.1f %12.1f %12.1f %9.1f %9.1f %12.1f\n", wanted, pairs / ours, pairs / all,
                pairs / popcount, pairs / rdkit, popcount / ours, rdkit / ours,
                ours / static_cast<double>(compounds.size()) * 1e9);
    if (std::abs(ours_sum - popcount_sum) > 1e-9 * ours_sum || std::abs(ours_sum - rdkit_sum) > 1e-9 * ours_sum)
      return std::fprintf(stderr, "the three disagree\n"), 1;
  }
  return 0;
}
