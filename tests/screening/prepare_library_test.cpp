#include "screening/prepare_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "chem/compound_store.hpp"
#include "chem/digest.hpp"
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
  EXPECT_THAT(names, ElementsAre("compounds.bin", "keys.bin", "manifest.json", "rejects.csv"));
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

/// A library appended to the store of another.
class AppendLibrary : public PrepareLibrary {
 protected:
  LibraryJob append(const std::vector<std::string>& files, int threads = 2) {
    LibraryJob more = job(files, threads);
    more.is_append = true;
    return more;
  }
  /// Names and contents of all files of the store.
  std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{store_})
      if (entry.is_regular_file())
        all[std::filesystem::relative(entry.path(), store_).string()] = testing::read_file(entry.path());
    return all;
  }
};

TEST_F(AppendLibrary, ShowsBothAsOneStore) {
  write("a.smi", "CCO ethanol\nCCN amine\n");
  write("b.smi", "CCF fluoride\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  ASSERT_TRUE(prepare(append({"b.smi"})));
  EXPECT_THAT(ids(), ElementsAre("ethanol", "amine", "fluoride"));
  const CompoundStore store{store_};
  EXPECT_EQ(store.info().compounds, 3U);
  EXPECT_THAT(store.info().sources, ElementsAre("a.smi", "b.smi"));
  EXPECT_EQ(store.info().sources.at(store.chunk(1).source(0)), "b.smi");
}

TEST_F(AppendLibrary, WritesNothingOfTheEarlierGenerationsAgain) {
  write("a.smi", many_smiles(600));
  write("b.smi", "CCO x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  const auto before = files();
  ASSERT_TRUE(prepare(append({"b.smi"})));
  const auto after = files();
  for (const auto& [file, content] : before) EXPECT_TRUE(after.at(file) == content) << file;
  EXPECT_EQ(after.size(), before.size() + 5) << "four files of the generation, and the list of generations";
}

TEST_F(AppendLibrary, LeavesOutWhatAnyEarlierGenerationHolds) {
  write("a.smi", "CCO first\nOCC second\nC1CC broken\nCCN third\n");
  write("b.smi", "CCF fourth\nNCC again\n");
  write("c.smi", "C(O)C once\nFCC more\nCCCl new\nClCC twice\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  ASSERT_TRUE(prepare(append({"b.smi"})));
  ASSERT_TRUE(prepare(append({"c.smi"})));
  EXPECT_THAT(ids(), ElementsAre("first", "third", "fourth", "new"));
  EXPECT_EQ(testing::read_file(store_ / "generation-3/rejects.csv"),
            "source,line,compound_id,stage,reason,detail,remedy\n"
            "c.smi,1,once,prepare,duplicate,same compound as first (a.smi:1),\n"
            "c.smi,2,more,prepare,duplicate,same compound as fourth (b.smi:1),\n"
            "c.smi,4,twice,prepare,duplicate,same compound as new (c.smi:3),\n");
}

TEST_F(AppendLibrary, NamesEarlierCompoundsOfLaterChunks) {
  write("a.smi", many_smiles(1000) + chain(3) + " repeat\n" + many_smiles(1200));
  write("b.smi", chain(1150) + " x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  ASSERT_TRUE(prepare(append({"b.smi"})));
  EXPECT_EQ(testing::read_file(store_ / "generation-2/rejects.csv"),
            "source,line,compound_id,stage,reason,detail,remedy\n"
            "b.smi,1,x,prepare,duplicate,same compound as mol1150 (a.smi:2152),\n");
}

TEST_F(AppendLibrary, KeepsIdsApartOverAllGenerations) {
  write("a.smi", "CCO x\nCCN x\nCCF y\n");
  write("b.smi", "CCCl x\nCCBr y\nCCI z\nCCS x##2\n");
  write("c.smi", "CCCO z\nCCCN x\nCCCF y\nCCCS x##2\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  ASSERT_TRUE(prepare(append({"b.smi"})));
  ASSERT_TRUE(prepare(append({"c.smi"})));
  EXPECT_THAT(ids(), ElementsAre("x", "x##2", "y", "x##3", "y##2", "z", "x##2##1", "z##2", "x##4", "y##3", "x##2##2"));
}

TEST_F(AppendLibrary, MakesTheSameBytesWithOneThreadWithTwoAndAfterAStop) {
  write("a.smi", many_smiles(300));
  write("b.smi", many_smiles(1200));
  std::map<std::string, std::string> expected;
  for (const int round : {1, 2, 3}) {
    std::filesystem::remove_all(store_);
    ASSERT_TRUE(prepare(job({"a.smi"})));
    const LibraryJob more = append({"b.smi"}, round == 1 ? 1 : 2);
    if (round == 3) {
      request_stop(StopKind::kFinishChunks);
      ASSERT_FALSE(prepare(more));
      EXPECT_EQ(CompoundStore{store_}.info().compounds, 300U) << "the store is as it was";
      request_stop(StopKind::kNone);
    }
    ASSERT_TRUE(prepare(more));
    if (expected.empty()) expected = files();
    EXPECT_TRUE(files() == expected) << "round " << round;
  }
}

TEST_F(AppendLibrary, FindsALibraryThatTheStoreHolds) {
  write("a.smi", "CCO x\n");
  write("b.smi", "CCN x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  ASSERT_TRUE(prepare(append({"b.smi"})));
  EXPECT_TRUE(prepare(append({"b.smi"})));
  EXPECT_TRUE(prepare(append({"a.smi"})));
  EXPECT_TRUE(prepare(job({"a.smi"}))) << "also as what the store was made of";
  EXPECT_EQ(CompoundStore{store_}.generations().size(), 2U);
}

TEST_F(AppendLibrary, FinishesAGenerationThatWasNotListedYet) {
  write("a.smi", "CCO x\n");
  write("b.smi", "CCN x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  const std::string digest = CompoundStore{store_}.info().compounds_digest;
  ASSERT_TRUE(prepare(append({"b.smi"})));
  const auto whole = files();
  std::filesystem::remove(store_ / "generations.json");
  testing::write_file(store_ / "generation-2/library.digest", digest_128(digest + append({"b.smi"}).digest()));
  EXPECT_EQ(CompoundStore{store_}.info().compounds, 1U) << "as it was before";
  ASSERT_TRUE(prepare(append({"b.smi"})));
  EXPECT_TRUE(files() == whole);
}

TEST_F(AppendLibrary, RefusesAnotherLibraryWhileOneIsUnfinished) {
  write("a.smi", "CCO x\n");
  write("b.smi", "CCN x\n");
  write("c.smi", "CCF x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  request_stop(StopKind::kFinishChunks);
  ASSERT_FALSE(prepare(append({"b.smi"})));
  request_stop(StopKind::kNone);
  EXPECT_EQ(refusal(append({"c.smi"})),
            "store/generation-2: holds the unfinished store of another library or of other options; hint: name another "
            "folder, or delete this one");
}

TEST_F(AppendLibrary, RefusesAStoreWhoseKeysAreDamaged) {
  write("a.smi", "CCO x\n");
  ASSERT_TRUE(prepare(job({"a.smi"})));
  std::string keys = testing::read_file(store_ / "keys.bin");
  keys[3] ^= 1;
  testing::write_file(store_ / "keys.bin", keys);
  write("b.smi", "CCN x\n");
  EXPECT_EQ(refusal(append({"b.smi"})),
            "store: keys.bin does not match its digest; hint: copy or prepare the store again");
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
