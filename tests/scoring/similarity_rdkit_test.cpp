// Similarities of real molecules against RDKit's own.
#include <RDGeneral/RDConfig.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <DataStructs/BitOps.h>
#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/RDLog.h>
#include <gtest/gtest.h>

#include "scoring/similarity/fingerprint_index.hpp"
#include "scoring/similarity/similarity.hpp"

namespace digitalis {
namespace {

std::vector<std::unique_ptr<ExplicitBitVect>> nci_fingerprints() {
  boost::logging::disable_logs("rdApp.*");
  std::vector<std::unique_ptr<ExplicitBitVect>> fingerprints;
  std::ifstream file(DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi");
  for (std::string smiles, id; file >> smiles >> id;) {
    std::unique_ptr<RDKit::ROMol> molecule;
    try {
      molecule.reset(RDKit::SmilesToMol(smiles));
    } catch (const std::exception&) {
      continue;  // a few of these records are wrong on purpose
    }
    if (molecule) fingerprints.emplace_back(RDKit::MorganFingerprints::getFingerprintAsBitVect(*molecule, 2, 2048));
  }
  return fingerprints;
}

std::vector<std::uint16_t> on_bits_of(const ExplicitBitVect& fingerprint) {
  IntVect on_bits;
  fingerprint.getOnBits(on_bits);
  return {on_bits.begin(), on_bits.end()};
}

TEST(Similarity, EqualsRDKitsToTheLastBitOnRealMolecules) {
  const auto fingerprints = nci_fingerprints();
  ASSERT_GT(fingerprints.size(), 4'900u);
  std::vector<const ExplicitBitVect*> actives;
  std::vector<std::vector<std::uint16_t>> active_bits;
  for (std::size_t i = 0; i < 50; ++i) {
    actives.push_back(fingerprints[i * 97].get());
    active_bits.push_back(on_bits_of(*actives.back()));
  }
  const SimilarityQueries queries(active_bits, 2048);
  std::vector<double> ours(actives.size()), theirs(actives.size());
  for (const auto& fingerprint : fingerprints) {
    const auto on_bits = on_bits_of(*fingerprint);
    queries.similarities(on_bits, ours);
    for (std::size_t i = 0; i < actives.size(); ++i) theirs[i] = TanimotoSimilarity(*actives[i], *fingerprint);
    ASSERT_EQ(ours, theirs);
    const auto best = std::ranges::max_element(theirs);
    const auto score = queries.score(on_bits);
    ASSERT_EQ(score.similarity, *best);
    ASSERT_EQ(score.nearest, best - theirs.begin());
  }
}

TEST(Similarity, OfEmptyFingerprintsIsRDKits) {
  const ExplicitBitVect empty(2048);
  std::vector<double> ours(1);
  SimilarityQueries({{}}, 2048).similarities({}, ours);
  EXPECT_EQ(ours[0], TanimotoSimilarity(empty, empty));
}

TEST(FingerprintIndex, FindsWhatRdkitComputesToTheLastBitOnRealMolecules) {
  const auto fingerprints = nci_fingerprints();
  FingerprintSet set;
  for (const auto& fingerprint : fingerprints) set.add(on_bits_of(*fingerprint));
  const FingerprintIndex index(set);
  const SimilarityMeasure tversky{SimilarityMeasure::Kind::kTversky, 0.7, 0.2};
  for (std::size_t query = 0; query < set.size(); query += 2500) {
    const auto expect = [&](const std::vector<SimilarRow>& found, const auto& similarity) {
      ASSERT_EQ(found.size(), set.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].similarity, similarity(*fingerprints[query], *fingerprints[found[i].row]));
        if (i == 0 || found[i - 1].similarity > found[i].similarity) continue;
        ASSERT_EQ(found[i - 1].similarity, found[i].similarity);
        ASSERT_LT(found[i - 1].row, found[i].row);
      }
    };
    using Bits = const ExplicitBitVect&;
    expect(index.nearest(set[query], set.size()), [](Bits a, Bits b) { return TanimotoSimilarity(a, b); });
    expect(index.similar(set[query], 0.0), [](Bits a, Bits b) { return TanimotoSimilarity(a, b); });
    expect(index.nearest(set[query], set.size(), {SimilarityMeasure::Kind::kDice}),
           [](Bits a, Bits b) { return DiceSimilarity(a, b); });
    expect(index.similar(set[query], 0.0, tversky), [](Bits a, Bits b) { return TverskySimilarity(a, b, 0.7, 0.2); });
    // What a threshold leaves out is what does not reach it.
    const auto all = index.similar(set[query], 0.0);
    for (const double threshold : {0.2, 0.35, 0.5, 0.7}) {
      const auto found = index.similar(set[query], threshold);
      ASSERT_TRUE(std::ranges::equal(found, std::span(all).first(found.size())));
      ASSERT_TRUE(found.size() == all.size() || all[found.size()].similarity < threshold);
      ASSERT_EQ(index.nearest(set[query], found.size()), found);
    }
  }
}

}  // namespace
}  // namespace digitalis
