#include "chem/record_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/chem/library_files.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::read;
using testing::TempFolder;

TEST(LibraryReader, ReadsCrLfAndTheLastLineWithoutEnd) {
  EXPECT_THAT(read("a.smi", "CCO a\r\nCCC b\r\r\nCCN c").records, ElementsAre("1@1 CCO a", "2@2 CCC b", "3@3 CCN c"));
}

TEST(LibraryReader, ReadsTheLineEndsOfOldMacs) {
  EXPECT_THAT(read("a.smi", "CCO a\rCCC b\r").records, ElementsAre("1@1 CCO a", "2@2 CCC b"));
}

TEST(LibraryReader, SkipsTheByteOrderMark) {
  EXPECT_THAT(read("a.csv", "\xef\xbb\xbfsmiles,id\nCCO,a\n").records, ElementsAre("1@2 CCO,a"));
}

TEST(LibraryReader, CountsNeitherBlankLinesNorComments) {
  EXPECT_THAT(read("a.smi", "\nCCO a\n \t \n# note\nCCC b\n\n").records, ElementsAre("1@2 CCO a", "2@5 CCC b"));
}

TEST(LibraryReader, GivesNothingForAnEmptyFile) {
  for (const std::string text : {"", "\n\n", "\xef\xbb\xbf", "# only a comment\n", "smiles,id\n"}) {
    const auto contents = read("a.smi", text);
    EXPECT_THAT(contents.records, IsEmpty()) << text;
    EXPECT_THAT(contents.rejects, IsEmpty()) << text;
  }
}

TEST(LibraryReader, RefusesUtf16) {
  const std::string message =
      "a.smi: the file is UTF-16 text; hint: convert it first, for example with iconv -f UTF-16 -t UTF-8";
  EXPECT_THAT(read("a.smi", std::string("\xff\xfe"
                                        "C\0C\0O\0\n\0",
                                        10))
                  .rejects,
              ElementsAre(message));
  EXPECT_THAT(read("a.smi", std::string("C\0C\0O\0\n\0", 8)).rejects, ElementsAre(message));
}

TEST(LibraryReader, RefusesArchivesThatItCannotUnpack) {
  EXPECT_THAT(read("a.zip", "PK\x03\x04 and so on").rejects,
              ElementsAre("a.zip: the file is a zip archive; hint: unpack it first, for example with unzip"));
}

TEST(LibraryReader, RejectsARecordWithNulBytesAndGoesOn) {
  const auto contents = read("a.smi", std::string("CCO a\nCC\0 b\nCCC c\n", 18));
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a", "3@3 CCC c"));
  EXPECT_THAT(contents.rejects,
              ElementsAre("a.smi:2: the record holds NUL bytes; hint: look whether the file is damaged"));
}

TEST(LibraryReader, RejectsALineOfAMegabyteAndGoesOn) {
  const auto contents = read("a.smi", "CCO a\n" + std::string(1 << 20, 'C') + "\nCCC c\n");
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a", "3@3 CCC c"));
  EXPECT_THAT(contents.rejects, ElementsAre("a.smi:2: the line is longer than 64 KiB; hint: no compound is that long: "
                                            "look for missing line ends"));
}

TEST(LibraryReader, KeepsALineOfExactlyTheLimit) {
  const std::string line = "CCO " + std::string((64 << 10) - 4, 'x');
  EXPECT_THAT(read("a.smi", line + "\n" + line + "x\n").records, ElementsAre("1@1 " + line));
}

TEST(LibraryReader, JoinsAQuotedColumnThatRunsOverLines) {
  const auto contents = read("a.csv", "smiles,note,id\nCCO,\"two\nlines, \"\"quoted\"\"\",a\nCCC,x,b\n");
  EXPECT_THAT(contents.records, ElementsAre("1@2 CCO,\"two\nlines, \"\"quoted\"\"\",a", "2@4 CCC,x,b"));
}

TEST(LibraryReader, KeepsTheEmptyFirstColumnOfARecordThatRunsOverLines) {
  const auto contents = read("a.tsv", "id\tsmiles\tnote\r\n\tCCO\t\"two\r\nlines\"\r\nb\tCCC\tx\r\n");
  EXPECT_THAT(contents.records, ElementsAre("1@2 \tCCO\t\"two\nlines\"", "2@4 b\tCCC\tx"));
}

TEST(LibraryReader, LosesNoLineToAStrayQuote) {
  const auto contents = read("a.csv", "smiles,note,id\nCCO,\"stray,a\nCCC,x,b\nCCN,\"fine\",c\nCCF,x,\"d\n");
  EXPECT_THAT(contents.records, ElementsAre("1@2 CCO,\"stray,a", "2@3 CCC,x,b", "3@4 CCN,\"fine\",c", "4@5 CCF,x,\"d"));
}

TEST(LibraryReader, LeavesASourceAfterItsRejectAndReadsTheNext) {
  const TempFolder folder;
  const auto damaged = testing::gzipped("CCO a\n");
  LibraryReader reader({folder.write("1.smi.gz", damaged.substr(0, damaged.size() - 2)), folder.write("2.smi", ""),
                        folder.write("3.smi", "CCC b\n")});
  const auto contents = testing::contents_of(reader);
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a", "1@1 CCC b"));
  EXPECT_EQ(contents.rejects.size(), 1U);
}

TEST(LibraryReader, EndsABatchAtTheSourceAtMaxRecordsAndAtMaxBytes) {
  const TempFolder folder;
  LibraryReader reader({folder.write("1.smi", "C 1\nC 2\nC 3\n"),
                        folder.write("2.smi", "C 4\n" + std::string(70'000, 'C') + "\nCCCCCCCCCC 6\nC 7\n")});
  std::vector<std::string> batches;
  while (const auto batch = reader.next(2, 8)) {
    batches.push_back(std::to_string(batch->source) + ": " + std::to_string(batch->records.size()) + "+" +
                      std::to_string(batch->rejects.size()));
  }
  EXPECT_THAT(batches, ElementsAre("0: 2+0", "0: 1+0", "1: 1+1", "1: 1+0", "1: 1+0"));
}

TEST(LibraryReader, KnowsHowMuchOfThePackedBytesItHasRead) {
  const TempFolder folder;
  LibraryReader reader({folder.write("1.smi", "C 1\n"), folder.write("2.smi", "C 2\nC 3\n")});
  EXPECT_EQ(reader.fraction_read(), 0);
  (void)reader.next(10, 100);
  EXPECT_NEAR(reader.fraction_read(), 4.0 / 12, 1e-9);
  while (reader.next(10, 100)) {
  }
  EXPECT_EQ(reader.fraction_read(), 1);
}

// ---- SDF

std::string record(const std::string& title) { return title + "\n\n\n  0  0  0 V2000\nM  END\n"; }

TEST(LibraryReader, ReadsSdfRecordsWithAndWithoutTheLastTerminator) {
  EXPECT_THAT(read("a.sdf", record("x") + "$$$$\n" + record("y")).records,
              ElementsAre("1@1 " + record("x"), "2@7 " + record("y")));
}

TEST(LibraryReader, ReadsCrLfSdf) {
  EXPECT_THAT(read("a.sdf", "x\r\n\r\n\r\n  0  0  0 V2000\r\nM  END\r\n$$$$\r\n").records,
              ElementsAre("1@1 " + record("x")));
}

TEST(LibraryReader, RejectsABlankSdfRecordButNotBlankLinesAtTheEnd) {
  const auto contents = read("a.sdf", record("x") + "$$$$\n\n$$$$\n" + record("y") + "$$$$\n\n\n");
  EXPECT_THAT(contents.records, ElementsAre("1@1 " + record("x"), "3@9 " + record("y")));
  EXPECT_THAT(contents.rejects, ElementsAre("a.sdf:7: the record has no lines"));
}

TEST(LibraryReader, RejectsAnSdfRecordThatEndsBeforeItsMolBlockDoes) {
  const auto contents = read("a.sdf", record("x") + "$$$$\ny\n\n\n  1  0  0 V2000\n");
  EXPECT_THAT(contents.records, ElementsAre("1@1 " + record("x")));
  EXPECT_THAT(contents.rejects,
              ElementsAre("a.sdf:7: the file ends in the middle of a record; hint: look whether the file is complete"));
}

TEST(LibraryReader, GoesOnAtTheNextTerminatorAfterAnOverlongSdfRecord) {
  const std::string field = "> <note>\n" + std::string(3 << 20, 'x') + "\n\n";
  const auto contents = read("a.sdf", record("x") + field + field + "$$$$\n" + record("y") + "$$$$\n");
  EXPECT_THAT(contents.records, ElementsAre("2@13 " + record("y")));
  EXPECT_THAT(contents.rejects,
              ElementsAre("a.sdf:1: the record is longer than 4 MiB; hint: look for a missing $$$$ line"));
}

TEST(LibraryReader, DropsTheSdfRecordThatATruncationCuts) {
  std::string text;
  for (int at = 0; at < 2000; ++at) text += record(std::to_string(at * 7919 % 1000)) + "$$$$\n";
  const auto archive = testing::gzipped(text);
  const auto contents = read("a.sdf.gz", archive.substr(0, archive.size() / 2));
  const auto next_line = std::to_string(contents.records.size() * 6 + 1);
  EXPECT_THAT(contents.rejects, ElementsAre("a.sdf.gz:" + next_line +
                                            ": the gzip archive ends too early; hint: fetch the "
                                            "file again; what stands before this line was read"));
}

// ---- batches as bytes

RecordBatch sample_batch() {
  RecordBatch batch;
  batch.source = 3;
  batch.layout = {RecordLayout::Format::kCsv, ';', 2, -1, "ID"};
  batch.records = {{1, 2, "CCO;a"}, {3, 5, "x\ny"}};
  Reject& reject = batch.rejects.emplace_back();
  reject.code = RejectCode::kTooLong;
  reject.at = Location{"lib.csv", 4};
  reject.compound_id = "id";
  reject.detail = "what";
  reject.hint = "remedy";
  return batch;
}

TEST(RecordBatch, ComesBackFromItsBytes) {
  const auto back = RecordBatch::from_bytes(sample_batch().to_bytes());
  EXPECT_EQ(back.source, 3U);
  EXPECT_EQ(back.layout.format, RecordLayout::Format::kCsv);
  EXPECT_EQ(back.layout.delimiter, ';');
  EXPECT_EQ(back.layout.smiles_column, 2);
  EXPECT_EQ(back.layout.id_column, -1);
  EXPECT_EQ(back.layout.id_property, "ID");
  ASSERT_EQ(back.records.size(), 2U);
  EXPECT_EQ(back.records[1].record, 3U);
  EXPECT_EQ(back.records[1].line, 5U);
  EXPECT_EQ(back.records[1].text, "x\ny");
  ASSERT_EQ(back.rejects.size(), 1U);
  EXPECT_EQ(back.rejects[0].compound_id, "id");
  EXPECT_EQ(back.rejects[0].message(), "lib.csv:4: what; hint: remedy");
}

TEST(RecordBatch, RefusesEveryShortenedCopyOfItsBytes) {
  const auto bytes = sample_batch().to_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW((void)RecordBatch::from_bytes(bytes.substr(0, size)), std::runtime_error) << size;
  }
  EXPECT_THROW((void)RecordBatch::from_bytes(bytes + "x"), std::runtime_error);
}

// ---- paths

std::string refusal(const TempFolder& folder, const std::vector<std::string>& paths) {
  try {
    (void)expand_paths(paths);
  } catch (const UsageError& error) {
    return folder.shortened(error.what());
  }
  return {};
}

TEST(ExpandPaths, SortsWithinEachGlobAndTakesEachFileOnce) {
  const TempFolder folder;
  for (const std::string name : {"b.smi", "a.smi", "B.smi", "c.sdf"}) folder.write(name, "");
  auto sources = expand_paths({folder.path("*.sdf"), folder.path("b.smi"), folder.path("*.smi"), "-", "-"});
  for (auto& source : sources) source = folder.shortened(source);
  EXPECT_THAT(sources, ElementsAre("c.sdf", "b.smi", "B.smi", "a.smi", "-"));
}

TEST(ExpandPaths, TakesAFileWhoseNameLooksLikeAGlob) {
  const TempFolder folder;
  const auto path = folder.write("set[1].smi", "");
  EXPECT_THAT(expand_paths({path}), ElementsAre(path));
}

TEST(ExpandPaths, SaysWhyAPathCannotBeRead) {
  const TempFolder folder;
  std::filesystem::create_directory(folder.path("sub"));
  EXPECT_EQ(refusal(folder, {folder.path("none.smi")}), "none.smi: no such file; hint: check the path");
  EXPECT_EQ(refusal(folder, {folder.path("*.smi")}), "*.smi: no file matches; hint: look at the folder and the ending");
  EXPECT_EQ(refusal(folder, {folder.path("sub")}), "sub: is a folder; hint: name its files, for example sub/*.smi.gz");
}

}  // namespace
}  // namespace digitalis
