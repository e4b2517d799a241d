// An index on disk: what comes back is what was written, or nothing. Meant to run under the address sanitizer too.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "scoring/similarity/column_tile.hpp"
#include "scoring/similarity/fingerprint_index.hpp"
#include "scoring/similarity/tile_search.hpp"
#include "tests/scoring/random_fingerprints.hpp"

namespace digitalis {
namespace {

using testing::FingerprintLists;
using testing::random_fingerprints;

constexpr std::string_view kLabel = "morgan2/2048 of some compounds";

FingerprintSet set_of(const FingerprintLists& lists, std::uint32_t bits = 2048) {
  FingerprintSet set(bits);
  for (const auto& list : lists) set.add(list);
  return set;
}

class IndexFile : public ::testing::Test {
 protected:
  IndexFile() {
    std::string folder = (std::filesystem::temp_directory_path() / "digitalis-test-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make " + folder);
    folder_ = folder;
    file_ = folder_ / "search.index";
  }
  ~IndexFile() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string bytes() const {
    std::ifstream in(file_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Under a name of its own: what is mapped is not written into.
  void replace(const std::string& bytes) const {
    std::filesystem::remove(file_);
    std::ofstream(file_, std::ios::binary) << bytes;
  }
  [[nodiscard]] std::optional<FingerprintIndex> load() const { return FingerprintIndex::load(file_, kLabel); }

  std::filesystem::path folder_, file_;
};

TEST_F(IndexFile, AnswersAsTheIndexThatWroteIt) {
  const auto rows = random_fingerprints(1, kTileLanes + 900);
  const FingerprintIndex written(set_of(rows));
  written.save(file_, kLabel);
  const auto read = load();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), rows.size());
  EXPECT_EQ(read->tile_bytes(), written.tile_bytes());
  for (const std::size_t query : {0u, 5u, 30'000u}) {
    EXPECT_EQ(read->similar(rows[query], 0.3), written.similar(rows[query], 0.3));
    EXPECT_EQ(read->nearest(rows[query], 20), written.nearest(rows[query], 20));
  }
}

TEST_F(IndexFile, InPartsFindsWhatTheWholeFinds) {
  const auto rows = random_fingerprints(6, 2 * kTileLanes + 500);
  const FingerprintIndex whole(set_of(rows));
  whole.save(file_, kLabel);
  std::vector<SimilarRow> together;
  for (std::size_t part = 0; part < 4; ++part) {  // one more than there are tiles
    const auto read = FingerprintIndex::load(file_, kLabel, {part, 4});
    ASSERT_TRUE(read);
    EXPECT_EQ(read->size_of_whole(), rows.size());
    EXPECT_EQ(read->size(), part < 2 ? kTileLanes : part == 2 ? 500 : 0);
    const auto found = read->similar(rows[9], 0.2);
    together.insert(together.end(), found.begin(), found.end());
    EXPECT_LE(read->nearest(rows[9], 30).size(), 30u);
  }
  const auto expected = whole.similar(rows[9], 0.2);
  std::ranges::sort(together, {}, [](const SimilarRow& row) { return std::pair{-row.similarity, row.row}; });
  EXPECT_EQ(together, expected);
}

TEST_F(IndexFile, IsSoundInTheOtherPartsWhenATileIsDamaged) {
  FingerprintIndex(set_of(random_fingerprints(6, kTileLanes + 500))).save(file_, kLabel);
  std::string damaged = bytes();
  damaged[damaged.size() - 100] ^= 1;  // in the last tile
  replace(damaged);
  EXPECT_TRUE(FingerprintIndex::load(file_, kLabel, {0, 2}));
  EXPECT_FALSE(FingerprintIndex::load(file_, kLabel, {1, 2}));
}

TEST_F(IndexFile, IsNotSavedFromAPart) {
  FingerprintIndex(set_of(random_fingerprints(6, 10))).save(file_, kLabel);
  const auto part = FingerprintIndex::load(file_, kLabel, {1, 2});
  ASSERT_TRUE(part);
  EXPECT_THROW(part->save(folder_ / "other", kLabel), std::logic_error);
}

TEST_F(IndexFile, OfNothingFindsNothing) {
  FingerprintIndex{FingerprintSet()}.save(file_, kLabel);
  const auto read = load();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 0u);
  EXPECT_TRUE(read->similar(std::vector<std::uint16_t>{1}, 0.0).empty());
}

TEST_F(IndexFile, BelongsToItsLabel) {
  FingerprintIndex(set_of({{1, 2}})).save(file_, kLabel);
  EXPECT_TRUE(load());
  EXPECT_FALSE(FingerprintIndex::load(file_, "other"));
  EXPECT_FALSE(FingerprintIndex::load(file_, std::string(kLabel) + "."));
  EXPECT_FALSE(FingerprintIndex::load(folder_ / "none", kLabel));
}

TEST_F(IndexFile, ThatIsCutAnywhereIsNoIndex) {
  FingerprintIndex(set_of(random_fingerprints(2, 700))).save(file_, kLabel);
  const std::string whole = bytes();
  std::mt19937 random(1);
  for (int i = 0; i < 60; ++i) {
    const std::size_t length = i < 3 ? static_cast<std::size_t>(i) * 64 : random() % whole.size();
    replace(whole.substr(0, length));
    ASSERT_FALSE(load()) << length;
  }
  replace(whole + std::string(64, '\0'));
  EXPECT_FALSE(load());
}

TEST_F(IndexFile, WithAnyBitFlippedIsNoIndex) {
  FingerprintIndex(set_of(random_fingerprints(3, 700))).save(file_, kLabel);
  const std::string whole = bytes();
  std::mt19937 random(2);
  for (int i = 0; i < 200; ++i) {
    std::string flipped = whole;
    const std::size_t at = i < 128 ? static_cast<std::size_t>(i) : random() % whole.size();  // every byte of the head
    flipped[at] = static_cast<char>(flipped[at] ^ 1 << random() % 8);
    replace(flipped);
    ASSERT_FALSE(load()) << at;
  }
}

// Of exactly so many bytes, a multiple of 64: the sanitizer sees whatever is read beyond them.
struct Free {
  void operator()(std::uint8_t* bytes) const { std::free(bytes); }
};
using ExactBytes = std::unique_ptr<std::uint8_t[], Free>;
ExactBytes copy_of(const TileBytes& tile) {
  const std::size_t bytes = TileView(tile.get()).header().bytes;
  ExactBytes copy{static_cast<std::uint8_t*>(std::aligned_alloc(64, bytes))};
  std::memcpy(copy.get(), tile.get(), bytes);
  return copy;
}

// Checksums find accidents only: a tile that passes its checks must be safe to search whatever else it says.
TEST(ColumnTile, ThatPassesItsChecksIsReadWithinItsBytesWhateverTheyAre) {
  auto lists = random_fingerprints(4, 700, 256);
  std::ranges::stable_sort(lists, {}, &std::vector<std::uint16_t>::size);
  const FingerprintSet set = set_of(lists, 256);
  std::vector<std::uint32_t> rows(lists.size());
  for (std::uint32_t row = 0; row < rows.size(); ++row) rows[row] = row;
  const TileBytes whole = encode_tile(set, rows);
  const std::size_t bytes = TileView(whole.get()).header().bytes;
  ASSERT_EQ(tile_defect({whole.get(), bytes}, 256), "");

  std::vector<std::uint16_t> query(256);
  for (std::uint16_t bit = 0; bit < 256; ++bit) query[bit] = bit;
  std::array<std::uint32_t, kTilePages> need{};
  tile_search::Scratch scratch;
  std::mt19937 random(3);
  std::size_t passed = 0;
  for (int i = 0; i < 3000; ++i) {
    const ExactBytes damaged = copy_of(whole);
    const std::size_t within = i % 2 == 0 ? bytes : TileView(whole.get()).header().columns + 256 * sizeof(Column);
    for (auto flips = 1 + random() % 3; flips > 0; --flips) {
      std::uint8_t& byte = damaged[random() % within];
      byte = static_cast<std::uint8_t>(byte ^ 1U << random() % 8);
    }
    const std::size_t length = i % 5 == 0 ? random() % bytes : bytes;
    if (!tile_defect({damaged.get(), length}, 256).empty()) continue;
    ++passed;
    const TileView tile(damaged.get());
    need.fill(1 + static_cast<std::uint32_t>(random() % 200));
    (void)tile_search::find_hits({tile, query, 0, tile.pages(), need}, scratch);
  }
  EXPECT_GT(passed, 10u);
}

TEST(ColumnTile, NamesWhatIsWrongWithIt) {
  const FingerprintSet set = set_of({{1, 2}, {1, 3}});
  const TileBytes tile = encode_tile(set, std::vector<std::uint32_t>{0, 1});
  const std::size_t bytes = TileView(tile.get()).header().bytes;
  EXPECT_EQ(tile_defect({tile.get(), 10}, 2048), "it is cut short");
  EXPECT_EQ(tile_defect({tile.get(), bytes - 64}, 2048), "its length is wrong");
  EXPECT_EQ(tile_defect({tile.get(), bytes}, 1024), "its head is damaged");
  const auto damaged = [&](std::size_t at) {
    const ExactBytes copy = copy_of(tile);
    copy[at] ^= 1;
    return tile_defect({copy.get(), bytes}, 2048);
  };
  EXPECT_EQ(damaged(sizeof(TileHeader)), "its numbers of on-bits are damaged");
  EXPECT_EQ(damaged(TileView(tile.get()).header().columns + 1 * sizeof(Column) + 4), "one of its columns is damaged");
}

}  // namespace
}  // namespace digitalis
