#include "screening/shape_stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chem/parse_record.hpp"
#include "chem/store_writer.hpp"
#include "chem/usage_error.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kReceptor = "/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb";

/// A shape stage with two conformers and one target.
class ShapeStageTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  ShapeStageTest() {
    campaign_.targets.resize(1);
    campaign_.targets[0].name = "T";
    campaign_.targets[0].place = "campaign.toml:5:1";
    campaign_.stages.push_back({.kind = StageSpec::Kind::kShape, .name = "shape", .keep = {}, .conformers = 2});
    ask({"Oc1ccccc1"});
  }
  void ask(const std::vector<std::string>& smiles) {
    campaign_.targets[0].shape_query.clear();
    for (const std::string& one : smiles)
      campaign_.targets[0].shape_query.push_back({.is_file = false, .text = one, .place = "campaign.toml:7:15"});
  }
  [[nodiscard]] ShapeStage stage(const CompoundStore* store = nullptr) const {
    return {campaign_, 0, {nullptr}, store};
  }
  [[nodiscard]] StageFrame overlaid(const std::vector<std::string>& smiles) const {
    const ShapeStage with = stage();
    StageFrame frame;
    for (std::uint32_t i = 0; i < smiles.size(); ++i) with.overlay(i, smiles[i], "c" + std::to_string(i), frame);
    return frame;
  }
  [[nodiscard]] std::string refused() const {
    try {
      (void)stage();
    } catch (const UsageError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }
  Campaign campaign_;
  testing::ScratchFolder folder_;
};

TEST_F(ShapeStageTest, ScoresTheQueryItselfHighest) {
  const StageFrame frame = overlaid({"CCCO", "Oc1ccccc1", "c1ccncc1"});
  EXPECT_THAT(frame.passed, ElementsAre(0, 1, 2));
  ASSERT_EQ(frame.scores.size(), 3U);
  EXPECT_NEAR(frame.scores[1], 2.0, 0.02);
  EXPECT_LT(frame.scores[0], frame.scores[1]);
  EXPECT_LT(frame.scores[2], frame.scores[1]);
}

TEST_F(ShapeStageTest, CountsVolumeAloneWhenAskedTo) {
  const double combo = overlaid({"c1ccncc1"}).scores.at(0);
  campaign_.stages[0].shape_score = ShapeScore::kShape;
  const double shape = overlaid({"c1ccncc1"}).scores.at(0);
  EXPECT_LE(shape, 1.0);
  EXPECT_GT(combo, shape) << "a nitrogen and a ring are something of an oxygen and a ring";
}

TEST_F(ShapeStageTest, TellsWhichQueryFitsBest) {
  ask({"CCCO", "Oc1ccccc1"});
  EXPECT_THAT(stage().query_names(0), ElementsAre("T_query_1", "T_query_2"));
  EXPECT_THAT(overlaid({"Oc1ccccc1", "CCCO"}).nearest, ElementsAre(1, 0));
}

TEST_F(ShapeStageTest, DropsWhatHasNoConformersWithTheReason) {
  const StageFrame frame = overlaid({"CC.CO", std::string(101, 'C')});
  EXPECT_TRUE(frame.passed.empty());
  EXPECT_THAT(frame.dropped, ElementsAre(::testing::Pair(0, "no_conformer: no 3D coordinates found, or several parts"),
                                         ::testing::Pair(1, "too_large: more than 100 heavy atoms")));
}

TEST_F(ShapeStageTest, ScoresTheSameWithConformersThatASearchLeftInTheStore) {
  const std::vector<std::string> smiles{"CCCO", "CC(=O)NC", "OCCN1CCOCC1"};
  StoreWriter writer{folder_.path()};
  CompoundBlock chunk;
  const Preparer preparer{PrepareOptions{}};
  for (std::size_t i = 0; i < smiles.size(); ++i)
    chunk.add(*preparer.prepare_smiles(smiles[i], "c" + std::to_string(i), {"test.smi", i + 1}));
  writer.add_chunk(chunk);
  writer.finish({});
  const CompoundStore store{folder_.path()};
  Progress progress = Progress::silent();
  (void)make_conformers_of_store(store, 2, 1, progress);
  const ShapeStage with = stage(&store);
  const auto conformers = with.stored_conformers(0, store.chunk(0));
  ASSERT_TRUE(conformers);
  StageFrame stored, made;
  for (std::uint32_t i = 0; i < smiles.size(); ++i) {
    with.overlay(i, *conformers, i, stored);
    with.overlay(i, store.chunk(0).smiles(i), "c", made);
  }
  EXPECT_EQ(stored.to_bytes(), made.to_bytes());

  campaign_.stages[0].conformers = 3;
  EXPECT_FALSE(stage(&store).has_stored_conformers()) << "they are two of each";
}

TEST_F(ShapeStageTest, TakesTheReferenceWhereTheCrystalHasIt) {
  if (!std::filesystem::exists(kReceptor)) GTEST_SKIP() << "no " << kReceptor << "; hint: apt-get install rdkit-data";
  TargetSpec& target = campaign_.targets[0];
  target.shape_query.clear();
  target.site.receptors = {kReceptor};
  target.site.reference = "SKE";
  const auto queries = shape_queries_of(target, 2, nullptr);
  ASSERT_EQ(queries.size(), 1U);
  EXPECT_EQ(queries[0].id, "SKE");
  ASSERT_EQ(queries[0].conformers.size(), 1U);
  EXPECT_GT(queries[0].conformers[0].atoms.size(), 20U);
}

TEST_F(ShapeStageTest, RefusesAQueryThatIsNothingWithoutShowingIt) {
  ask({"C1CC(secret"});
  EXPECT_THAT(refused(), HasSubstr("campaign.toml:7:15: "));
  EXPECT_THAT(refused(), ::testing::Not(HasSubstr("secret")));
}

TEST_F(ShapeStageTest, RefusesAQueryThatHasNoShape) {
  ask({"[He]"});
  EXPECT_EQ(refused(), "campaign.toml:7:15: 'shape_query' is neither a file nor a SMILES that has a shape");
}

TEST_F(ShapeStageTest, SaysWhichFileIsMissing) {
  campaign_.targets[0].shape_query = {{.is_file = true, .text = "missing.sdf", .place = "campaign.toml:7:15"}};
  EXPECT_EQ(refused(), "campaign.toml:7:15: missing.sdf: no such file; hint: check the path");
}

}  // namespace
}  // namespace digitalis
