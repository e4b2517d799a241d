#include "chem/compound_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "chem/file_io.hpp"
#include "chem/store_writer.hpp"
#include "chem/usage_error.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

StoreInfo sample_info() {
  StoreInfo info;
  info.records = 31;
  info.rejects = {{"bad_smiles", 2}, {"duplicate", 5}};
  info.renamed = 3;
  info.sources = {"a.smi", "b \"quoted\".sdf"};
  info.preparation = {.standardise = false, .max_heavy_atoms = 77, .fingerprint = {.radius = 3, .bits = 1024}};
  info.prepared_by = "digitalis 0.1.0";
  info.library_digest = "0123456789abcdef";
  return info;
}

void write_store(const std::filesystem::path& folder, const std::string& atom = "C") {
  StoreWriter store{folder};
  std::size_t number = 0;
  for (const std::size_t size : {5U, 1U, 18U}) {
    CompoundBlock chunk;
    for (std::size_t i = 0; i < size; ++i, ++number) {
      Compound compound;
      compound.id = "id" + std::to_string(number);
      for (std::size_t atoms = 0; atoms <= number % 5; ++atoms) compound.smiles += atom;
      compound.source = 1;
      compound.line = number;
      compound.on_bits = {static_cast<std::uint16_t>(number), 1000};
      chunk.add(compound);
    }
    store.add_chunk(chunk);
  }
  store.finish(sample_info());
}

/// Everything a store holds, as text; what it throws is let through.
std::string content_of(const std::filesystem::path& folder) {
  const CompoundStore store{folder};
  const StoreInfo& info = store.info();
  std::string text = std::to_string(info.records) + " " + std::to_string(info.compounds) + " " +
                     std::to_string(info.renamed) + " " + std::to_string(info.preparation.fingerprint.radius) + " " +
                     std::to_string(info.preparation.fingerprint.bits) + " " +
                     std::to_string(info.preparation.standardise) + " " + info.prepared_by + " " + info.library_digest +
                     " " + info.compounds_digest;
  for (const auto& [reason, count] : info.rejects) text += " " + reason + "=" + std::to_string(count);
  for (const std::string& source : info.sources) text += " " + source;
  for (std::uint64_t number = 0; number < store.chunks(); ++number) text += "\n" + store.chunk(number).to_bytes();
  return text;
}

/// The message of what opening a store throws, without the folder.
std::string refusal(const std::filesystem::path& folder) {
  try {
    (void)content_of(folder);
  } catch (const std::exception& error) {
    std::string text = error.what();
    for (auto at = text.find(folder.string()); at != std::string::npos; at = text.find(folder.string()))
      text.replace(at, folder.string().size(), "STORE");
    return text;
  }
  return "nothing was thrown";
}

class CompoundStores : public ::testing::Test {
 protected:
  CompoundStores() { write_store(store_); }
  void replace(const char* file, const std::string& from, const std::string& to) {
    std::string text = testing::read_file(store_ / file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    testing::write_file(store_ / file, text.replace(at, from.size(), to));
  }
  testing::ScratchFolder folder_;
  std::filesystem::path store_ = folder_.path() / "store";
};

TEST_F(CompoundStores, GiveBackWhatWasWritten) {
  const CompoundStore store{store_};
  ASSERT_EQ(store.chunks(), 3U);
  EXPECT_EQ(store.chunk(0).size(), 5U);
  EXPECT_EQ(store.chunk(1).id(0), "id5");
  EXPECT_EQ(store.chunk(2).smiles(17), "CCCC");
  EXPECT_EQ(store.info().compounds, 24U);
  EXPECT_EQ(store.info().rejects, sample_info().rejects);
  EXPECT_EQ(store.info().sources, sample_info().sources);
  EXPECT_EQ(store.info().preparation.fingerprint.bits, 1024U);
  EXPECT_EQ(store.info().compounds_digest.size(), 32U);
}

TEST_F(CompoundStores, OfTheSameCompoundsHaveTheSameBytes) {
  write_store(folder_.path() / "other");
  for (const char* file : {"compounds.bin", "manifest.json"})
    EXPECT_EQ(testing::read_file(store_ / file), testing::read_file(folder_.path() / "other" / file));
}

TEST_F(CompoundStores, AreNotFinishedWithoutTheirManifest) {
  std::filesystem::remove(store_ / "manifest.json");
  EXPECT_FALSE(CompoundStore::is_store(store_));
  EXPECT_EQ(refusal(store_),
            "STORE: not a finished compound store; hint: make it with 'digitalis prepare LIBRARY -o STORE'");
}

TEST_F(CompoundStores, AreNotFinishedBeforeTheWriterSaysSo) {
  const std::filesystem::path unfinished = folder_.path() / "unfinished";
  {
    StoreWriter store{unfinished};
    store.add_chunk(CompoundBlock{});
  }
  EXPECT_FALSE(CompoundStore::is_store(unfinished));
  EXPECT_TRUE(std::filesystem::is_empty(unfinished)) << "nothing half-written is left";
}

TEST_F(CompoundStores, GiveTheColumnsThatAreWanted) {
  const CompoundBlock chunk = CompoundStore{store_}.chunk(2, {CompoundColumn::kSmiles});
  EXPECT_EQ(chunk.size(), 18U);
  EXPECT_EQ(chunk.smiles(17), "CCCC");
  EXPECT_THROW((void)chunk.id(17), std::logic_error);
}

TEST_F(CompoundStores, HaveTheDigestOfWhatTheyHoldHoweverItIsCompressed) {
  // Another compression gives other bytes, and so another table of chunks, but not another content.
  const std::vector<ChunkRow> some{{100, 5, 1, 77}, {200, 6, 2, 88}}, other{{90, 5, 3, 77}, {170, 6, 4, 88}};
  EXPECT_EQ(StoreGeneration::compounds_digest(some), StoreGeneration::compounds_digest(other));
  EXPECT_NE(StoreGeneration::tail_bytes(some), StoreGeneration::tail_bytes(other));
}

TEST_F(CompoundStores, SayInTheirManifestWhatEachColumnTakes) {
  const CompoundStore store{store_};
  std::uint64_t sum = 0;
  for (const std::uint64_t bytes : store.info().column_bytes) sum += bytes;
  std::uint64_t chunks = 0;
  for (std::uint64_t number = 0; number < store.chunks(); ++number)
    chunks += store.generations().front().bytes_of(number);
  EXPECT_EQ(sum + 3 * (kCompoundColumnCount + 1) * sizeof(std::uint32_t), chunks);
  EXPECT_THAT(testing::read_file(store_ / "manifest.json"), ::testing::HasSubstr("\"column_bytes\": {"));
}

TEST_F(CompoundStores, OfAnotherVersionAreRefused) {
  replace("manifest.json", "\"version\": 3", "\"version\": 9");
  EXPECT_EQ(refusal(store_),
            "STORE: compound store of version 9, this program reads version 3; hint: make it with 'digitalis prepare "
            "LIBRARY -o STORE'");
}

TEST_F(CompoundStores, WithAnEditedManifestAreRefused) {
  replace("manifest.json", "\"bits\": 1024", "\"bits\": 2048");
  EXPECT_EQ(refusal(store_),
            "STORE: damaged compound store: manifest.json does not match its checksum; hint: make it with 'digitalis "
            "prepare LIBRARY -o STORE'");
}

TEST_F(CompoundStores, ThatAreCutShortAreRefused) {
  std::filesystem::resize_file(store_ / "compounds.bin", std::filesystem::file_size(store_ / "compounds.bin") - 1);
  EXPECT_EQ(refusal(store_),
            "STORE: damaged compound store: compounds.bin is cut short or not ours; hint: make it with 'digitalis "
            "prepare LIBRARY -o STORE'");
}

TEST_F(CompoundStores, NameTheChunkThatIsDamaged) {
  // In the middle of the chunk.
  std::uint64_t at = StoreGeneration::head_bytes().size();
  {
    const StoreGeneration opened{store_};
    at += opened.bytes_of(0) + opened.bytes_of(1) / 2;
  }
  std::string bytes = testing::read_file(store_ / "compounds.bin");
  bytes.at(at) ^= 1;
  testing::write_file(store_ / "compounds.bin", bytes);
  EXPECT_EQ(
      refusal(store_),
      "STORE/compounds.bin: chunk 1 of 3 does not match its checksum; hint: copy or prepare the store again, or save "
      "the rest with 'digitalis prepare --rescue'");
}

TEST_F(CompoundStores, WithTheCompoundsOfAnotherAreRefused) {
  const std::filesystem::path other = folder_.path() / "other";
  write_store(other, "O");
  std::filesystem::copy_file(other / "compounds.bin", store_ / "compounds.bin",
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(refusal(store_),
            "STORE: damaged compound store: compounds.bin has a damaged table of chunks, or is not of this manifest; "
            "hint: make it with 'digitalis prepare LIBRARY -o STORE'");
}

TEST_F(CompoundStores, OfTwoGenerationsShowThemAsOne) {
  write_store(store_ / "generation-2", "O");
  CompoundStore::list_generations(store_, 2);
  const CompoundStore store{store_};
  ASSERT_EQ(store.chunks(), 6U);
  EXPECT_EQ(store.info().compounds, 48U);
  EXPECT_EQ(store.info().records, 62U);
  EXPECT_EQ(store.info().rejects,
            (std::vector<std::pair<std::string, std::uint64_t>>{{"bad_smiles", 4}, {"duplicate", 10}}));
  EXPECT_EQ(store.info().sources.size(), 4U);
  EXPECT_EQ(store.compounds_in(5), 18U);
  EXPECT_EQ(store.chunk(2).smiles(17), "CCCC");
  EXPECT_EQ(store.chunk(5).smiles(17), "OOOO");
  EXPECT_EQ(store.chunk(2).source(0), 1U);
  EXPECT_EQ(store.chunk(5).source(0), 3U) << "sources are numbered on";
}

TEST_F(CompoundStores, OfOtherGenerationsHaveAnotherDigest) {
  const std::string alone = CompoundStore{store_}.info().compounds_digest;
  write_store(store_ / "generation-2", "O");
  CompoundStore::list_generations(store_, 2);
  EXPECT_NE(CompoundStore{store_}.info().compounds_digest, alone);
}

TEST_F(CompoundStores, DoNotShowAGenerationThatIsNotListedYet) {
  write_store(store_ / "generation-2", "O");
  testing::write_file(store_ / "generation-2" / "library.digest", "x");
  EXPECT_EQ(CompoundStore{store_}.chunks(), 3U);
}

}  // namespace
}  // namespace digitalis
