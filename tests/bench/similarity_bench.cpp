// Pairs per second of our similarity kernel, RDKit's TanimotoSimilarity and a plain row loop, one thread, one run.
// "ours" is the nearest active (MAX fusion), "all" our similarities to every active; Mp_s: million pairs per second.
// Usage: digitalis_similarity_bench [file.smi [rounds]]     (default: the NCI compounds that come with RDKit)
#include <RDGeneral/RDConfig.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <functional>
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

// One of the things compared: over all compounds `rounds` times, with a sum that proves that all did the same work.
struct Side {
  int rounds;
  std::function<double()> pass;  // sum of the scores of all compounds
  double seconds = 1e30;         // of processor time, the fastest pass
  double sum = 0.0;
};

template <class Score>
Side side(const std::vector<Fingerprint>& compounds, int rounds, Score score) {
  return {rounds, [&compounds, score] {
            double sum = 0.0;
            for (const Fingerprint& compound : compounds) sum += score(compound);
            return sum;
          }};
}

// Processor time, turn by turn, so that a busy machine slows all sides alike, and no more than its caches do.
void measure(std::span<Side> sides) {
  for (int turn = 0; turn < 7; ++turn)
    for (Side& one : sides) {
      const std::clock_t start = std::clock();
      for (int round = 0; round < one.rounds; ++round) one.sum = one.pass();
      const double taken_s = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      one.seconds = std::min(one.seconds, taken_s / one.rounds);
    }
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
  std::printf("%7s %12s %12s %12s %12s %12s %9s %9s\n", "actives", "ours_ns_cmpd", "ours_Mp_s", "all_Mp_s",
              "popcnt_Mp_s", "rdkit_Mp_s", "x_popcnt", "x_rdkit");
  for (const std::size_t wanted : {1, 2, 4, 10, 50, 200, 1000, 10000}) {
    std::vector<const Fingerprint*> actives;
    std::vector<std::vector<std::uint16_t>> on_bits;
    for (std::size_t i = 0; i < wanted; ++i) {
      actives.push_back(&compounds[i * 7919 % compounds.size()]);
      on_bits.emplace_back(actives.back()->on_bits.begin(), actives.back()->on_bits.end());
    }
    const digitalis::SimilarityQueries queries(on_bits, kBits);
    std::vector<double> every(wanted);
    const int fast = std::max(1, static_cast<int>(static_cast<std::size_t>(rounds) * 50 / (wanted + 50)));
    const int slow = std::max(1, fast / 10);
    std::vector<Side> sides;
    sides.push_back(
        side(compounds, fast, [&](const Fingerprint& one) { return queries.score(one.on_bits).similarity; }));
    sides.push_back(side(compounds, fast, [&](const Fingerprint& one) {
      queries.similarities(one.on_bits, every);
      return *std::ranges::max_element(every);
    }));
    if (wanted <= 1000) {
      sides.push_back(side(compounds, slow,
                           [&](const Fingerprint& one) { return nearest_by_rows(actives, one, popcount_tanimoto); }));
      sides.push_back(side(compounds, slow, [&](const Fingerprint& one) {
        return nearest_by_rows(actives, one, [](const Fingerprint& a, const Fingerprint& b) {
          return TanimotoSimilarity(*a.vector, *b.vector);
        });
      }));
    }
    measure(sides);
    std::printf("%7zu %12.1f", wanted, sides[0].seconds / static_cast<double>(compounds.size()) * 1e9);
    for (const Side& one : sides)
      std::printf(" %12.1f", static_cast<double>(compounds.size() * wanted) / one.seconds / 1e6);
    for (std::size_t i = 2; i < sides.size(); ++i) std::printf(" %9.1f", sides[i].seconds / sides[0].seconds);
    std::printf("\n");
    for (const Side& one : sides)
      if (one.sum != sides[0].sum) return std::fprintf(stderr, "the sides disagree\n"), 1;
  }
  return 0;
}
