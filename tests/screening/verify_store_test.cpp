#include "screening/verify_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "chem/compound_store.hpp"
#include "chem/store_keys.hpp"
#include "chem/store_writer.hpp"
#include "chem/usage_error.hpp"
#include "screening/rescue_store.hpp"
#include "screening/search/store_index.hpp"
#include "tests/scheduler/one_rank_world.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFiles[] = {"compounds.bin", "rejects.csv", "keys.bin", "manifest.json", "search.index"};

/// A generation of three chunks; compounds are numbered from `first`.
void write_part(const std::filesystem::path& folder, std::size_t first) {
  StoreWriter store{folder};
  store.add_rejects("source,line,compound_id,stage,reason,detail,remedy\n");
  store.add_rejects("a.smi,7,x,prepare,bad_smiles,column 1 is not a SMILES,\n");
  std::size_t number = first;
  for (const std::size_t size : {5U, 1U, 18U}) {
    CompoundBlock chunk;
    for (std::size_t i = 0; i < size; ++i, ++number) {
      Compound compound;
      compound.id = "id" + std::to_string(number);
      compound.smiles = std::string(1 + number % 5, 'C');
      compound.on_bits = {static_cast<std::uint16_t>(number), 1000};
      chunk.add(compound);
    }
    store.add_chunk(chunk);
  }
  StoreInfo info;
  info.records = 25;
  info.rejects = {{"bad_smiles", 1}};
  info.sources = {"a" + std::to_string(first) + ".smi"};
  info.library_digest = std::to_string(first);
  StoreKeysWriter keys{folder};
  for (std::uint64_t i = 0; i < 24; ++i) keys.add_structure({i, first, i});
  for (std::uint64_t i = 0; i < 24; ++i) keys.add_id(i * 7);
  info.keys_digest = keys.finish();
  store.finish(info);
}

/// A store of two generations, each with its index.
class DamagedStores : public ::testing::Test {
 protected:
  DamagedStores() { write_store(store_, 100); }
  static void write_store(const std::filesystem::path& store, std::size_t first) {
    write_part(store, first);
    write_part(store / "generation-2", first + 100);
    CompoundStore::list_generations(store, 2);
    Progress progress = Progress::silent();
    (void)StoreIndex{testing::world(), CompoundStore{store}, 1, progress};
  }
  void damage(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = testing::read_file(store_ / file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    testing::write_file(store_ / file, text.replace(at, from.size(), to));
  }
  /// Flips a bit in the middle of a chunk.
  void damage_chunk(const std::filesystem::path& generation, std::uint64_t number) {
    std::uint64_t at = StoreGeneration::head_bytes().size();
    {
      const StoreGeneration opened{generation};
      for (std::uint64_t before = 0; before < number; ++before) at += opened.bytes_of(before);
      at += opened.bytes_of(number) / 2;
    }
    std::string bytes = testing::read_file(generation / "compounds.bin");
    bytes.at(at) ^= 1;
    testing::write_file(generation / "compounds.bin", bytes);
  }
  /// What verify says of the damage, without the folder's name; what it throws is let through.
  std::vector<std::string> damage_found() const {
    std::vector<std::string> found = verify_store(store_, 2).damage;
    for (std::string& text : found)
      for (auto at = text.find(store_.string()); at != std::string::npos; at = text.find(store_.string()))
        text.replace(at, store_.string().size(), "STORE");
    return found;
  }
  testing::ScratchFolder folder_;
  std::filesystem::path store_ = folder_.path() / "store";
};

TEST_F(DamagedStores, AreNotThoseThatAreWhole) {
  const StoreVerification found = verify_store(store_, 2);
  EXPECT_THAT(found.damage, IsEmpty());
  EXPECT_EQ(found.files.size(), 11U);
  std::uint64_t bytes = 0, on_disk = 0;
  for (const auto& file : found.files) bytes += file.bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{store_})
    if (entry.is_regular_file()) on_disk += entry.file_size();
  EXPECT_EQ(bytes, on_disk) << "every byte is read";
}

TEST_F(DamagedStores, AreToldWhatEachColumnTakesWhenWhole) {
  for (const StoreVerification::File& file : verify_store(store_, 1).files) {
    if (!file.name.ends_with("compounds.bin")) continue;
    std::uint64_t sum = 0;
    for (const std::uint64_t column : file.columns) {
      EXPECT_GT(column, 0U);
      sum += column;
    }
    EXPECT_LT(sum, file.bytes);
    EXPECT_GT(sum + 300, file.bytes) << "three heads and a table";
  }
}

TEST_F(DamagedStores, NameEveryChunkAndFileThatIsNotWhole) {
  damage_chunk(store_ / "generation-2", 2);
  damage_chunk(store_ / "generation-2", 0);
  damage_chunk(store_, 1);
  damage("rejects.csv", "a.smi,7", "a.smi,8");
  std::filesystem::remove(store_ / "generation-2/keys.bin");
  std::filesystem::resize_file(store_ / "search.index", 100);
  EXPECT_THAT(
      damage_found(),
      ElementsAre(
          "STORE/compounds.bin: chunk 1 of 3 does not match its checksum; hint: copy or prepare the store again, "
          "or save the rest with 'digitalis prepare --rescue'",
          "STORE/rejects.csv: is missing or does not match the digest in manifest.json: what was rejected is not "
          "known for sure; hint: copy or prepare the store again",
          "STORE/search.index: is damaged, or of other compounds; hint: delete it, the next search makes it anew",
          "STORE/generation-2/compounds.bin: chunk 0 of 3 does not match its checksum; hint: copy or prepare the "
          "store again, or save the rest with 'digitalis prepare --rescue'",
          "STORE/generation-2/compounds.bin: chunk 2 of 3 does not match its checksum; hint: copy or prepare the "
          "store again, or save the rest with 'digitalis prepare --rescue'",
          "STORE/generation-2/keys.bin: is missing or does not match the digest in manifest.json: nothing can be "
          "appended to the store; hint: copy or prepare the store again"));
}

TEST_F(DamagedStores, AreRecognisedByGenerationsThatNobodyLists) {
  std::filesystem::remove(store_ / "generations.json");
  EXPECT_THAT(damage_found(), ElementsAre("STORE: damaged compound store: generations.json does not list generation-2; "
                                          "hint: make it with 'digitalis prepare LIBRARY -o STORE'"));
}

TEST_F(DamagedStores, AreRecognisedByAGenerationOfAnotherStore) {
  write_store(folder_.path() / "other", 500);
  for (const char* file : kFiles)
    std::filesystem::copy_file(folder_.path() / "other/generation-2" / file, store_ / "generation-2" / file,
                               std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(
      damage_found(),
      ElementsAre("STORE: damaged compound store: generation-2/manifest.json is not the one that generations.json "
                  "lists; hint: make it with 'digitalis prepare LIBRARY -o STORE'"));
}

TEST_F(DamagedStores, GiveAStoreOfTheirWholeChunks) {
  damage_chunk(store_, 1);
  const std::filesystem::path saved = folder_.path() / "saved";
  const StoreRescue rescue = rescue_store(store_, saved);
  EXPECT_EQ(rescue.compounds, 47U);
  EXPECT_EQ(rescue.lost_compounds, 1U);
  EXPECT_EQ(rescue.lost_chunks, 1U);
  EXPECT_THAT(verify_store(saved, 1).damage, IsEmpty());
  const CompoundStore store{saved};
  EXPECT_EQ(store.chunks(), 5U);
  EXPECT_EQ(store.chunk(1).id(0), "id106");
  EXPECT_EQ(store.info().sources.at(store.chunk(2).source(0)), "a200.smi");
  EXPECT_THAT(store.info().rejects, ElementsAre(std::pair{"bad_smiles", 2}, std::pair{"damaged", 1}));
  EXPECT_EQ(testing::read_file(saved / "rejects.csv"),
            "source,line,compound_id,stage,reason,detail,remedy\n" + store_.string() +
                ",,,rescue,damaged,1 compounds of the damaged chunk 1,prepare the library again\n"
                "a.smi,7,x,prepare,bad_smiles,column 1 is not a SMILES,\n"
                "a.smi,7,x,prepare,bad_smiles,column 1 is not a SMILES,\n");
}

/// Whether who reads the store's files for their own purpose finds something wrong, as an error or as its word for it.
bool readers_notice(const std::filesystem::path& folder) {
  try {
    const CompoundStore store{folder};
    for (std::uint64_t number = 0; number < store.chunks(); ++number) (void)store.chunk(number);
    for (const StoreGeneration& generation : store.generations())
      if (!generation.has_whole("rejects.csv") || !generation.has_whole("keys.bin") || !has_whole_index(generation, {}))
        return true;
    return false;
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr(folder.string()));
    EXPECT_THAT(error.what(), HasSubstr("; hint: "));
    return true;
  }
}

bool verify_notices(const std::filesystem::path& folder) {
  try {
    const std::vector<std::string> found = verify_store(folder, 1).damage;
    for (const std::string& text : found) EXPECT_THAT(text, HasSubstr("; hint: "));
    return !found.empty();
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("; hint: "));
    return true;
  }
}

/// Flips bits, cuts, inserts, turns round, says another version, or puts another store's file in place. May change
/// nothing.
std::string damaged(const std::string& good, const std::string& other, std::mt19937& random) {
  std::string bytes = good;
  switch (random() % 8) {
    case 0: bytes.resize(random() % bytes.size()); break;
    case 1: bytes.insert(random() % bytes.size(), std::string(1 + random() % 20, static_cast<char>(random()))); break;
    case 2: return other;
    case 3: std::ranges::rotate(bytes, bytes.begin() + static_cast<std::ptrdiff_t>(random() % bytes.size())); break;
    case 4:
      if (const auto at = bytes.find("\"version\": 3"); at != std::string::npos) bytes[at + 11] = '2';
      [[fallthrough]];
    default:
      for (auto flips = 1 + random() % 3; flips > 0; --flips)
        bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8);
  }
  return bytes;
}

TEST_F(DamagedStores, AreNoticedByVerifyAndByReadersIn1000RandomWays) {
  const std::filesystem::path other = folder_.path() / "other";
  write_store(other, 500);
  std::vector<std::string> files{"generations.json"};
  for (const char* file : kFiles)
    for (const char* generation : {"", "generation-2/"}) files.push_back(std::string{generation} + file);
  std::mt19937 random{17};
  for (int round = 0; round < 1000;) {
    const std::string& file = files[random() % files.size()];
    const std::string good = testing::read_file(store_ / file);
    const std::string bad = damaged(good, testing::read_file(other / file), random);
    const bool is_removed = random() % 20 == 0 && !file.ends_with("search.index");  // that need not be there
    if (bad == good && !is_removed) continue;
    is_removed ? void(std::filesystem::remove(store_ / file)) : testing::write_file(store_ / file, bad);
    EXPECT_TRUE(verify_notices(store_)) << "round " << round << ": verify overlooks damage to " << file;
    EXPECT_TRUE(readers_notice(store_)) << "round " << round << ": readers overlook damage to " << file;
    testing::write_file(store_ / file, good);
    ++round;
  }
  EXPECT_FALSE(verify_notices(store_) || readers_notice(store_)) << "all was put back";
}

}  // namespace
}  // namespace digitalis
