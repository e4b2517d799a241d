#include "screening/search/store_conformers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "chem/parse_record.hpp"
#include "chem/store_writer.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/search/shape_search.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

class StoreConformersTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  ~StoreConformersTest() override { request_stop(StopKind::kNone); }

  /// A store of these, two to a chunk.
  CompoundStore store_of(const std::vector<std::string>& smiles) {
    const auto path = folder_.path() / ("store" + std::to_string(stores_++));
    std::filesystem::create_directories(path);
    Preparer preparer{PrepareOptions{}};
    StoreWriter writer{path};
    for (std::size_t first = 0; first < smiles.size(); first += 2) {
      CompoundBlock chunk;
      for (std::size_t i = first; i < std::min(first + 2, smiles.size()); ++i)
        chunk.add(*preparer.prepare_smiles(smiles[i], "c" + std::to_string(i), {"test.smi", i + 1}));
      writer.add_chunk(chunk);
    }
    StoreInfo info;
    info.records = smiles.size();
    info.sources = {"test.smi"};
    writer.finish(info);
    return CompoundStore{path};
  }
  static ConformersMade make(const CompoundStore& store, std::uint32_t most = 2, int threads = 1) {
    Progress progress = Progress::silent();
    return make_conformers_of_store(store, most, threads, progress);
  }
  static std::string bytes(const CompoundStore& store) { return read_file(store.folder() / kConformersName); }
  static std::string table(const CompoundStore& store, ShapeRequest request, int threads = 1) {
    Progress progress = Progress::silent();
    request.threads = threads;
    std::string text;
    (void)search_shapes(
        store, *StoreConformers::open(store), request, [&](std::string_view lines) { text += lines; }, progress);
    return text;
  }

  const std::vector<std::string> smiles_{"CCCO", "c1ccccc1O", "CC(=O)NC", "OCCN", "c1ccncc1"};
  testing::ScratchFolder folder_;
  int stores_ = 0;
};

TEST_F(StoreConformersTest, AreNotThereBeforeTheyAreMade) { EXPECT_FALSE(StoreConformers::open(store_of(smiles_))); }

TEST_F(StoreConformersTest, HoldABlockForEachChunk) {
  const CompoundStore store = store_of(smiles_);
  EXPECT_EQ(make(store).compounds, 5U);
  const auto conformers = StoreConformers::open(store);
  ASSERT_TRUE(conformers);
  EXPECT_EQ(conformers->most(), 2U);
  const auto entry = conformers->block(2, store.chunk(2)).entry(0);
  ASSERT_FALSE(entry.conformers.empty());
  EXPECT_EQ(entry.conformers[0].size(), 6U);
}

TEST_F(StoreConformersTest, AreTheSameBytesForOneAndTwoThreads) {
  const CompoundStore one = store_of(smiles_), two = store_of(smiles_);
  make(one, 2, 1);
  make(two, 2, 2);
  EXPECT_EQ(bytes(one), bytes(two));
}

TEST_F(StoreConformersTest, GoOnAfterWhateverAnEarlierCallLeft) {
  const CompoundStore whole = store_of(smiles_);
  make(whole);
  const std::string expected = bytes(whole);
  std::mt19937 random{7};
  for (int trial = 0; trial < 5; ++trial) {
    const CompoundStore store = store_of(smiles_);
    std::string left = expected.substr(0, random() % expected.size());
    if (trial % 3 == 2 && !left.empty()) left[random() % left.size()] ^= 4;
    testing::write_file(store.folder() / "conformers.bin.partial", left);
    make(store);
    EXPECT_EQ(bytes(store), expected) << "after " << left.size() << " bytes";
  }
}

TEST_F(StoreConformersTest, OfAStoreThatGrewAreMadeForWhatIsNewOnly) {
  const std::vector<std::string> before{smiles_.begin(), smiles_.begin() + 4};
  const CompoundStore old = store_of(before), grown = store_of(smiles_), whole = store_of(smiles_);
  make(old);
  make(whole);
  std::filesystem::copy_file(old.folder() / kConformersName, grown.folder() / kConformersName);
  EXPECT_FALSE(StoreConformers::open(grown));
  make(grown);
  EXPECT_EQ(bytes(grown), bytes(whole));
}

TEST_F(StoreConformersTest, LeaveNothingFinishedWhenStopped) {
  const CompoundStore store = store_of(smiles_);
  request_stop(StopKind::kFinishChunks);
  EXPECT_TRUE(make(store).is_stopped);
  EXPECT_FALSE(StoreConformers::open(store));
  request_stop(StopKind::kNone);
  EXPECT_FALSE(make(store).is_stopped);
  EXPECT_TRUE(StoreConformers::open(store));
}

TEST_F(StoreConformersTest, ListCompoundsThatHaveNone) {
  const CompoundStore store = store_of({"CCO", std::string(101, 'C')});
  EXPECT_EQ(make(store).rejects, 1U);
  EXPECT_EQ(read_file(store.folder() / kConformerRejectsName),
            "source,line,compound_id,stage,reason,detail,remedy\n"
            "test.smi,2,c1,conformers,too_large,more than 100 heavy atoms,\n");
}

TEST_F(StoreConformersTest, SayWhichBlockIsDamaged) {
  const CompoundStore store = store_of(smiles_);
  make(store);
  std::string damaged = bytes(store);
  damaged[damaged.size() - 5] ^= 1;
  testing::write_file(store.folder() / kConformersName, damaged);
  try {
    (void)StoreConformers::open(store)->block(2, store.chunk(2));
    FAIL() << "no error";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(error.what(),
              (store.folder() / kConformersName).string() +
                  ": block 2 is damaged or of other compounds; hint: delete the file, and the next search "
                  "makes it again");
  }
}

TEST_F(StoreConformersTest, OfOtherCompoundsAreRefused) {
  const CompoundStore store = store_of(smiles_), other = store_of({"CCC", "CCN", "CCS", "CCF", "CCCl"});
  make(store);
  std::filesystem::copy_file(store.folder() / kConformersName, other.folder() / kConformersName);
  EXPECT_THROW((void)StoreConformers::open(other)->block(0, other.chunk(0)), std::runtime_error);
}

TEST(ConformerBlock, KeepsCoordinatesToItsGrid) {
  ConformerBlock block;
  const ConformerBlock::Entry entry{{{Colour::kRing, {1, 2}}}, {{{0, 0, 0}, {1.23456, -2, 3}, {4, 5, -6.00001}}}};
  ASSERT_TRUE(block.add(entry));
  block.add_reject(RejectCode::kConformer);
  const ConformerBlock read = ConformerBlock::from_bytes(block.to_bytes());
  ASSERT_EQ(read.size(), 2U);
  EXPECT_TRUE(read.is_reject(1));
  EXPECT_EQ(read.reject(1), RejectCode::kConformer);
  const auto found = read.entry(0);
  EXPECT_EQ(found.features[0].atoms, (std::vector<std::uint32_t>{1, 2}));
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(distance(found.conformers[0][i], found.conformers[0][0]),
                distance(entry.conformers[0][i], entry.conformers[0][0]), 0.004);
}

TEST(ConformerBlock, RefusesWhatItsGridCannotHold) {
  ConformerBlock block;
  EXPECT_FALSE(block.add({{}, {{{0, 0, 0}, {140, 0, 0}}}}));
  EXPECT_EQ(block.size(), 0U);
}

TEST(ConformerBlock, RefusesDamagedBytes) {
  ConformerBlock block;
  ASSERT_TRUE(block.add({{{Colour::kDonor, {1}}}, {{{0, 0, 0}, {1, 0, 0}}}}));
  const std::string whole = block.to_bytes();
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW((void)ConformerBlock::from_bytes(std::string_view{whole}.substr(0, size)), std::runtime_error);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    try {  // the checksum around it is what finds all damage; here nothing may be read that is not there
      const auto read = ConformerBlock::from_bytes(damaged);
      for (std::size_t i = 0; i < read.size(); ++i) (void)read.entry(i);
    } catch (const std::runtime_error&) {
    }
  }
}

class ShapeSearchTest : public StoreConformersTest {
 protected:
  ShapeRequest asking(const std::string& smiles) {
    ShapeRequest request;
    request.queries = read_shape_queries({smiles}, 2);
    request.top = 3;
    return request;
  }
};

TEST_F(ShapeSearchTest, FindsTheQueryItselfFirst) {
  const CompoundStore store = store_of(smiles_);
  make(store);
  const std::string found = table(store, asking("Oc1ccccc1"));
  EXPECT_EQ(found.substr(0, found.find('\n')), "query_id,compound_id,combo,shape,colour,conformer,smiles");
  const std::string first = found.substr(found.find('\n') + 1);
  EXPECT_EQ(first.substr(0, 9), "query,c1,") << first;
  EXPECT_EQ(std::ranges::count(found, '\n'), 4);
}

TEST_F(ShapeSearchTest, FindsTheSameOnOneAndTwoThreads) {
  const CompoundStore store = store_of(smiles_);
  make(store);
  EXPECT_EQ(table(store, asking("CCCO"), 1), table(store, asking("CCCO"), 2));
}

TEST_F(ShapeSearchTest, LeavesOutWhatScoresLessThanTheThreshold) {
  const CompoundStore store = store_of(smiles_);
  make(store);
  ShapeRequest request = asking("Oc1ccccc1");
  request.top.reset();
  request.threshold = 1.8;
  EXPECT_EQ(std::ranges::count(table(store, request), '\n'), 2);
}

TEST_F(ShapeSearchTest, OverlaysOnlyWhatThePrefilterLeaves) {
  const CompoundStore store = store_of(smiles_);
  make(store);
  ShapeRequest request = asking("Oc1ccccc1");
  request.prefilter = 0.2;
  const std::string found = table(store, request);
  EXPECT_EQ(std::ranges::count(found, '\n'), 2);
  EXPECT_NE(found.find("query,c1,"), std::string::npos);
}

TEST_F(ShapeSearchTest, WritesPosesOnTheQuery) {
  const CompoundStore store = store_of(smiles_);
  make(store);
  ShapeRequest request = asking("Oc1ccccc1");
  request.as_sdf = true;
  const std::string records = table(store, request);
  EXPECT_EQ(records.substr(0, 3), "c1\n");
  EXPECT_NE(records.find(">  <combo>\n"), std::string::npos);
}

}  // namespace
}  // namespace digitalis
