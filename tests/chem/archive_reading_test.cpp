#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>
#include <ostream>
#include <string>

#include "tests/chem/library_files.hpp"

namespace digitalis {
namespace {

using testing::bzipped;
using ::testing::ElementsAre;
using testing::gzipped;
using ::testing::IsEmpty;
using testing::read;
using testing::zstded;

struct Archive {
  std::string name;
  std::function<std::string(const std::string&)> pack;

  friend void PrintTo(const Archive& archive, std::ostream* out) { *out << archive.name; }
};

class ArchiveReading : public ::testing::TestWithParam<Archive> {
 protected:
  [[nodiscard]] std::string pack(const std::string& text) const { return GetParam().pack(text); }
  [[nodiscard]] std::string message(const std::string& where, const std::string& what) const {
    return where + ": the " + GetParam().name + " archive " + what +
           "; hint: fetch the file again; what stands before this line was read";
  }
};

/// Text that does not shrink to nothing: `count` lines of 13 bytes.
std::string many_lines(int count) {
  std::string text;
  unsigned state = 1;
  for (int line = 0; line < count; ++line) {
    text += "CCO ";
    for (int digit = 0; digit < 8; ++digit) {
      state = state * 1664525U + 1013904223U;
      text += static_cast<char>('0' + (state >> 24) % 10);
    }
    text += '\n';
  }
  return text;
}

TEST_P(ArchiveReading, IsRecognisedByItsBytesWhateverItsName) {
  EXPECT_THAT(read("lib.smi", pack("CCO a\nCCC b\n")).records, ElementsAre("1@1 CCO a", "2@2 CCC b"));
}

TEST_P(ArchiveReading, GoesOnWithTheNextMember) {
  const auto contents = read("lib.smi.xx", pack("CCO a\nCC") + pack("C b\n") + pack("") + pack("CCN c\n"));
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a", "2@2 CCC b", "3@3 CCN c"));
  EXPECT_THAT(contents.rejects, IsEmpty());
}

TEST_P(ArchiveReading, TakesZerosAfterTheEndForPadding) {
  const auto contents = read("lib.smi.xx", pack("CCO a\n") + std::string(512, '\0'));
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a"));
  EXPECT_THAT(contents.rejects, IsEmpty());
}

TEST_P(ArchiveReading, KeepsWhatStandsBeforeATruncation) {
  const auto archive = pack(many_lines(300'000));
  const auto contents = read("lib.smi.xx", archive.substr(0, archive.size() * 9 / 10));
  EXPECT_GT(contents.records.size(), 200'000U);
  EXPECT_THAT(contents.rejects,
              ElementsAre(message("lib.smi.xx:" + std::to_string(contents.records.size() + 1), "ends too early")));
}

TEST_P(ArchiveReading, NoticesThatOnlyTheLastBytesAreMissing) {
  const auto archive = pack("CCO a\nCCC b\n");
  const auto contents = read("lib.smi.xx", pack("CCN c\n") + archive.substr(0, archive.size() - 3));
  ASSERT_EQ(contents.rejects.size(), 1U);
  EXPECT_EQ(contents.records.at(0), "1@1 CCN c");
}

TEST_P(ArchiveReading, ReportsDamageInTheMiddleOnceAndKeepsWhatStandsBefore) {
  auto archive = pack(many_lines(300'000));
  archive.replace(archive.size() * 4 / 5, 16, std::string(16, '\xaa'));
  const auto contents = read("lib.smi.xx", archive);
  EXPECT_GT(contents.records.size(), 100'000U);
  EXPECT_EQ(contents.rejects.size(), 1U);
}

TEST_P(ArchiveReading, ReportsTextAfterTheEnd) {
  const auto contents = read("lib.smi.xx", pack("CCO a\n") + "some other text");
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a"));
  EXPECT_THAT(contents.rejects, ElementsAre(message("lib.smi.xx:2", "is damaged here")));
}

TEST_P(ArchiveReading, GivesNothingForAnEmptyArchive) {
  const auto contents = read("lib.smi.xx", pack(""));
  EXPECT_THAT(contents.records, IsEmpty());
  EXPECT_THAT(contents.rejects, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, ArchiveReading,
                         ::testing::Values(Archive{"gzip", gzipped}, Archive{"bzip2", bzipped},
                                           Archive{"zstd", zstded}),
                         [](const auto& test) { return test.param.name; });

TEST(ArchiveReading, RejectsALineOfAGigabyteInBoundedMemory) {
  const testing::TempFolder folder;
  {
    std::ofstream file(folder.path("lib.smi.zst"), std::ios::binary);
    const auto mebibyte = zstded(std::string(1 << 20, 'C'));
    file << zstded("CCO a\n");
    for (int at = 0; at < 1024; ++at) file << mebibyte;
    file << zstded("\nCCC b\n");
  }
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  LibraryReader reader({folder.path("lib.smi.zst")});
  const auto contents = testing::contents_of(reader);
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a", "3@3 CCC b"));
  EXPECT_EQ(
      folder.shortened(contents.rejects.at(0)),
      "lib.smi.zst:2: the line is longer than 64 KiB; hint: no compound is that long: look for missing line ends");
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 64 << 10) << "in KiB";
}

TEST(ArchiveReading, ReadsStandardInput) {
  const testing::TempFolder folder;
  const int file = ::open(folder.write("lib", gzipped("CCO a\nCCC b\n")).c_str(), O_RDONLY);
  const int saved = ::dup(STDIN_FILENO);
  ::dup2(file, STDIN_FILENO);
  LibraryReader reader({"-"});
  const auto contents = testing::contents_of(reader);
  ::dup2(saved, STDIN_FILENO);
  ::close(saved);
  ::close(file);
  EXPECT_THAT(contents.records, ElementsAre("1@1 CCO a", "2@2 CCC b"));
  EXPECT_LT(reader.fraction_read(), 0);
}

}  // namespace
}  // namespace digitalis
