// Similarities of real molecules against RDKit's own.
#include <RDGeneral/RDConfig.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <DataStructs/BitOps.h>
#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/RDLog.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace digitalis
