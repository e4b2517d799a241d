#include "screening/prepare_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "chem/compound_store.hpp"
#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "scheduler/stop_request.hpp"
#include "tests/scheduler/one_rank_world.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kMolBlock =
    "methanol\n     x\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\n"
    "    1.4000    0.0000    0.0000 O   0  0\n  1  2  1  0\nM  END\n$$$$\n";

class PrepareLibrary : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  ~PrepareLibrary() override { request_stop(StopKind::kNone); }

  void write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    testing::write_file(folder_.path() / name, content);
  }
  LibraryJob job(const std::vector<std::string>& files, int threads = 2) {
    std::vector<std::string> paths;
    for (const std::string& file : files) paths.push_back((folder_.path() / file).string());
    LibraryJob job = library_job(paths, folder_.path());
    job.store = store_;
    job.threads = threads;
    return job;
  }
  bool prepare(const LibraryJob& job) {
    Progress progress = Progress::silent();
    return prepare_library(testing::world(), job, progress);
  }
  /// IDs of the store that the files make.
  std::vector<std::string> ids(const std::vector<std::string>& files) {
    EXPECT_TRUE(prepare(job(files)));
    return ids();
  }
  std::vector<std::string> ids() const {
    const CompoundStore store{store_};
    std::vector<std::string> all;
    for (std::uint64_t number = 0; number < store.chunks(); ++number) {
      const CompoundBlock chunk = store.chunk(number);
      for (std::size_t i = 0; i < chunk.size(); ++i) all.emplace_back(chunk.id(i));
    }
    return all;
  }
  std::string rejects() const { return testing::read_file(store_ / "rejects.csv"); }
  std::string refusal(const LibraryJob& job) {
    try {
      (void)prepare(job);
    } catch (const UsageError& error) {
      return std::string{error.what()}.substr(folder_.path().string().size() + 1);
    }
    return "nothing was thrown";
  }

  testing::ScratchFolder folder_;
  std::filesystem::path store_ = folder_.path() / "store";
};

/// A chain of 13 atoms; different numbers below 2048 give different molecules.
std::string chain(std::size_t number) {
  std::string smiles = "C";
  for (std::size_t bit = 0; bit < 11; ++bit) smiles += (number >> bit & 1U) != 0 ? "N" : "C";
  return smiles + "F";
}

std::string many_smiles(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += chain(i) + " mol" + std::to_string(i) + "\n";
  return text;
}

TEST_F(PrepareLibrary, ReadsSmilesCsvAndSdfTogether) {
  write("a.smi", "CCO ethanol\n");
  write("b.csv", "name,smiles\nbenzene,c1ccccc1\n");
  write("c.sdf", kMolBlock);
  EXPECT_THAT(ids({"a.smi", "b.csv", "c.sdf"}), ElementsAre("ethanol", "benzene", "methanol"));
  EXPECT_THAT(CompoundStore{store_}.info().sources, ElementsAre("a.smi", "b.csv", "c.sdf"));
}

TEST_F(PrepareLibrary, NamesRecordsWithoutAnIdByFileAndNumber) {
  write("nci.smi", "CCO\n\nCCN\n");
  EXPECT_THAT(ids({"nci.smi"}), ElementsAre("nci_1", "nci_2"));
}

TEST_F(PrepareLibrary, TellsCompoundsOfOneIdApart) {
  write("a.smi", "CCO x\nCCN x\nCCF y\n");
  write("b.smi", "CCCl x\n");
  EXPECT_THAT(ids({"a.smi", "b.smi"}), ElementsAre("x", "x##2", "y", "x##3"));
  EXPECT_EQ(CompoundStore{store_}.info().renamed, 2U);
}

TEST_F(PrepareLibrary, GivesNoIdThatTheLibraryHasToo) {
  write("a.smi", "CCO x\nCCN x\nCCF x##2\nCCCl x##2##1\n");
  EXPECT_THAT(ids({"a.smi"}), ElementsAre("x", "x##2", "x##2##1", "x##2##1##1"));
}

TEST_F(PrepareLibrary, GivesEveryCompoundAnIdOfItsOwn) {
  std::mt19937 random{5};
  const std::string alphabet = "#12a";
  for (int round = 0; round < 12; ++round) {
    std::string library;
    for (std::size_t i = 0; i < 200; ++i) {
      library += chain(i) + " ";
      for (auto length = 1 + random() % 5; length > 0; --length) library += alphabet[random() % alphabet.size()];
      library += "\n";
    }
    write("a.smi", library);
    const std::vector<std::string> all = ids({"a.smi"});
    std::filesystem::remove_all(store_);
    ASSERT_EQ(all.size(), 200U);
    ASSERT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size()) << "round " << round;
  }
}

TEST_F(PrepareLibrary, ListsWhatItRejectsWithWhereTheFirstOfEqualOnesStood) {
  write("a.smi", "CCO first\nC1CC broken\nOCC second\n");
  write("sub/b.smi", "C(O)C third\n[Na+].[Cl-] salt\n");
  EXPECT_THAT(ids({"a.smi", "sub/b.smi"}), ElementsAre("first"));
  EXPECT_EQ(rejects(),
            "source,line,compound_id,stage,reason,detail,remedy\n"
            "a.smi,2,broken,prepare,bad_smiles,column 1 is not a SMILES: a ring bond is not closed,\n"
            "a.smi,3,second,prepare,duplicate,same compound as first (a.smi:1),\n"
            "sub/b.smi,1,third,prepare,duplicate,same compound as first (a.smi:1),\n"
            "sub/b.smi,2,salt,prepare,no_organic_part,no part of it holds carbon,\n");
  const StoreInfo info = CompoundStore{store_}.info();
  EXPECT_EQ(info.records, 5U);
  EXPECT_EQ(info.compounds, 1U);
}

TEST_F(PrepareLibrary, OfNothingIsAnEmptyStore) {
  write("a.smi", "");
  EXPECT_THAT(ids({"a.smi"}), IsEmpty());
  EXPECT_EQ(CompoundStore{store_}.info().records, 0U);
}

TEST_F(PrepareLibrary, MakesTheSameBytesWithOneThreadAndWithTwo) {
  write("a.smi", many_smiles(1500));
  ASSERT_TRUE(prepare(job({"a.smi"}, 1)));
  const std::string one = testing::read_file(store_ / "compounds.bin");
  const std::string digest = CompoundStore{store_}.info().compounds_digest;
  std::filesystem::remove_all(store_);
  ASSERT_TRUE(prepare(job({"a.smi"}, 2)));
  EXPECT_EQ(testing::read_file(store_ / "compounds.bin"), one);
  EXPECT_EQ(CompoundStore{store_}.info().compounds_digest, digest);
}

TEST_F(PrepareLibrary, LeavesNothingButTheStore) {
  write("a.smi", "CCO x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{store_}) names.insert(entry.path().filename().string());
  EXPECT_THAT(names, ElementsAre("compounds.bin", "manifest.json", "rejects.csv"));
}

TEST_F(PrepareLibrary, GoesOnAfterAStopToTheSameBytes) {
  write("a.smi", many_smiles(1500));
  ASSERT_TRUE(prepare(job({"a.smi"})));
  const std::string undisturbed = testing::read_file(store_ / "compounds.bin");
  std::filesystem::remove_all(store_);
  request_stop(StopKind::kFinishChunks);
  EXPECT_FALSE(prepare(job({"a.smi"})));
  EXPECT_FALSE(CompoundStore::is_store(store_));
  request_stop(StopKind::kNone);
  EXPECT_TRUE(prepare(job({"a.smi"})));
  EXPECT_EQ(testing::read_file(store_ / "compounds.bin"), undisturbed);
}

TEST_F(PrepareLibrary, FindsAFinishedStoreAndLeavesItAlone) {
  write("a.smi", "CCO x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  const auto written = std::filesystem::last_write_time(store_ / "manifest.json");
  EXPECT_TRUE(prepare(job({"a.smi"})));
  EXPECT_EQ(std::filesystem::last_write_time(store_ / "manifest.json"), written);
}

TEST_F(PrepareLibrary, RefusesTheStoreOfAnotherLibrary) {
  write("a.smi", "CCO x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  write("a.smi", "CCN x\n");
  EXPECT_EQ(
      refusal(job({"a.smi"})),
      "store: holds the store of another library or of other options; hint: name another folder, or delete this one");
}

TEST_F(PrepareLibrary, RefusesTheUnfinishedStoreOfOtherOptions) {
  write("a.smi", "CCO x\n");
  request_stop(StopKind::kFinishChunks);
  ASSERT_FALSE(prepare(job({"a.smi"})));
  request_stop(StopKind::kNone);
  LibraryJob other = job({"a.smi"});
  other.preparation.standardise = false;
  EXPECT_EQ(refusal(other),
            "store: holds the unfinished store of another library or of other options; hint: name another folder, or "
            "delete this one");
}

TEST_F(PrepareLibrary, RefusesAFolderWithOtherThings) {
  write("a.smi", "CCO x\n");
  write("store/thesis.tex", "");
  EXPECT_EQ(refusal(job({"a.smi"})),
            "store: is not empty and holds no store; hint: name another folder, or delete this one");
}

TEST_F(PrepareLibrary, RefusesAFileAsItsFolder) {
  write("a.smi", "CCO x\n");
  write("store", "");
  EXPECT_EQ(refusal(job({"a.smi"})), "store: is a file; hint: name another folder, or delete this one");
}

TEST(LibraryJobs, DifferInTheirDigestWithWhatChangesAStore) {
  const testing::ScratchFolder folder;
  testing::write_file(folder.path() / "a.smi", "CCO x\n");
  const LibraryJob job = library_job({(folder.path() / "a.smi").string()}, folder.path());
  LibraryJob threads = job, standardise = job, size = job, radius = job, bits = job, smiles = job, id = job, name = job;
  threads.threads = 7;
  standardise.preparation.standardise = false;
  size.preparation.max_heavy_atoms = 10;
  radius.preparation.fingerprint.radius = 3;
  bits.preparation.fingerprint.bits = 64;
  smiles.columns.smiles_column = "1";
  id.columns.id_column = "1";
  name.source_names = {"b.smi"};
  EXPECT_EQ(threads.digest(), job.digest());
  std::set<std::string> digests{job.digest()};
  for (const LibraryJob& other : {standardise, size, radius, bits, smiles, id, name}) digests.insert(other.digest());
  EXPECT_EQ(digests.size(), 8U);
}

}  // namespace
}  // namespace digitalis
