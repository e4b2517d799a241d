#include "screening/repeated_compounds.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "screening/prepared_batch.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

constexpr std::uint32_t kPrepare = 1;
constexpr std::uint32_t kRepeats = 2;

/// Chunks of (structure, ID) pairs, few of each so that many are equal.
using Library = std::vector<std::vector<std::pair<std::string, std::string>>>;

Library random_library(std::mt19937& random) {
  Library library(1 + random() % 5);
  const auto kinds = 1 + random() % 60;
  for (auto& chunk : library)
    for (auto compounds = random() % 40; compounds > 0; --compounds)
      chunk.emplace_back("S" + std::to_string(random() % kinds), "I" + std::to_string(random() % kinds));
  return library;
}

/// A journal of both stages over a library, in a folder of its own.
Journal journal_of(const Library& library, const std::filesystem::path& folder, std::uint32_t partitions) {
  std::filesystem::create_directory(folder);
  {
    JournalWriter writer{folder, 0, 1};
    for (std::size_t chunk = library.size(); chunk-- > 0;) {  // chunks finish in any order
      PreparedBatch batch;
      for (const auto& [structure, id] : library[chunk]) {
        Compound compound;
        compound.id = id;
        compound.smiles = structure;
        batch.add(compound);
      }
      writer.append({kPrepare, chunk}, batch.to_bytes());
    }
  }
  const Journal prepared = Journal::scan(folder);
  JournalWriter writer{folder, 0, 2};
  for (std::uint32_t partition = 0; partition < partitions; ++partition)
    writer.append({kRepeats, partition},
                  repeats_in_partition(prepared, kPrepare, partition, partitions, EarlierGenerations{}));
  writer.sync();
  return Journal::scan(folder);
}

TEST(RepeatedCompounds, AreThoseThatAMapFinds) {
  const testing::ScratchFolder folder;
  std::mt19937 random{11};
  for (int round = 0; round < 60; ++round) {
    const Library library = random_library(random);
    const auto partitions = static_cast<std::uint32_t>(1 + random() % 5);
    const Journal journal = journal_of(library, folder.path() / std::to_string(round), partitions);
    RepeatedCompounds repeated{journal, kRepeats, partitions};
    std::map<std::string, std::uint64_t> first, occurrences;
    for (std::size_t chunk = 0; chunk < library.size(); ++chunk)
      for (std::size_t i = 0; i < library[chunk].size(); ++i) {
        const auto& [structure, id] = library[chunk][i];
        const std::uint64_t position = position_of(chunk, i);
        const auto [earlier, is_new] = first.emplace(structure, position);
        ASSERT_EQ(repeated.first_with_structure(position),
                  (is_new ? std::nullopt : std::optional{RepeatedCompounds::First{false, earlier->second}}))
            << "round " << round << ", position " << position;
        ASSERT_EQ(repeated.id_occurrence(position), ++occurrences[id])
            << "round " << round << ", position " << position;
      }
  }
}

TEST(RepeatedCompounds, AreFoundPastOneBufferOfThem) {
  const testing::ScratchFolder folder;
  const Library library(3, {3000, {"C", "a"}});
  const Journal journal = journal_of(library, folder.path() / "journal", 2);
  RepeatedCompounds repeated{journal, kRepeats, 2};
  EXPECT_EQ(repeated.first_with_structure(0), std::nullopt);
  EXPECT_EQ(repeated.id_occurrence(position_of(0, 2999)), 3000U);
  EXPECT_EQ(repeated.first_with_structure(position_of(2, 2999)), (RepeatedCompounds::First{false, 0}));
  EXPECT_EQ(repeated.id_occurrence(position_of(2, 2999)), 9000U);
}

TEST(Position, HoldsChunkAndIndex) {
  const std::uint64_t position = position_of(123'456'789, 0xFF'FFFF);
  EXPECT_EQ(chunk_of(position), 123'456'789U);
  EXPECT_EQ(index_of(position), 0xFF'FFFFU);
}

TEST(PartitionsFor, Hold65536KeysEachButAreAtMost64) {
  EXPECT_EQ(partitions_for(0), 1U);
  EXPECT_EQ(partitions_for(1U << 16U), 1U);
  EXPECT_EQ(partitions_for((1U << 16U) + 1), 2U);
  EXPECT_EQ(partitions_for(UINT64_C(10'000'000'000)), 64U);
}

}  // namespace
}  // namespace digitalis
