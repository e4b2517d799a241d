#include "screening/hit_table.hpp"

#include <gtest/gtest.h>

#include "chem/descriptors.hpp"
#include "chem/usage_error.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

HitTable sample() {
  HitTable hits;
  hits.table.header = {"place", "compound_id", "smiles", "score", "similarity_A", "similarity_B"};
  for (const DescriptorInfo& descriptor : descriptor_table()) hits.table.header.emplace_back(descriptor.column);
  hits.table.header.emplace_back("source");
  hits.score_columns = 2;
  for (const char* id : {"a,b", "say \"x\""}) {
    std::vector<std::string> row(hits.table.header.size(), "1.5");
    row[1] = id;
    row.back() = "";
    hits.table.rows.push_back(row);
  }
  return hits;
}

std::string refusal(const std::filesystem::path& file) {
  try {
    (void)read_hits_csv(file);
  } catch (const UsageError& error) {
    return std::string{error.what()}.substr(file.parent_path().string().size() + 1);
  }
  return "nothing was thrown";
}

TEST(HitTable, ComesBackFromItsCsv) {
  const testing::ScratchFolder folder;
  testing::write_file(folder.path() / "hits.csv", to_csv(sample()));
  const HitTable back = read_hits_csv(folder.path() / "hits.csv");
  EXPECT_EQ(back.table.header, sample().table.header);
  EXPECT_EQ(back.table.rows, sample().table.rows);
  EXPECT_EQ(back.score_columns, 2U);
  EXPECT_EQ(back.value(0, "compound_id"), "a,b");
}

TEST(HitTable, IsNotReadFromAnotherTable) {
  const testing::ScratchFolder folder;
  testing::write_file(folder.path() / "hits.csv", "a,b\n1,2\n");
  EXPECT_EQ(refusal(folder.path() / "hits.csv"),
            "hits.csv: not the hits.csv of a finished run (a table has no column 'score'); hint: run 'digitalis "
            "screen' to its end first");
}

TEST(HitTable, IsNotReadFromAFileThatEndsEarly) {
  const testing::ScratchFolder folder;
  const std::string whole = to_csv(sample());
  testing::write_file(folder.path() / "hits.csv", whole.substr(0, whole.size() - 30));
  EXPECT_THROW((void)read_hits_csv(folder.path() / "hits.csv"), UsageError);
}

TEST(HitTable, IsNotReadFromNothing) {
  const testing::ScratchFolder folder;
  EXPECT_THROW((void)read_hits_csv(folder.path() / "hits.csv"), UsageError);
}

}  // namespace
}  // namespace digitalis
