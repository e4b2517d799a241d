#include "scheduler/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/scheduler/journal_files.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kHeadBytes;
using testing::kHeaderBytes;
using testing::message_of;
using testing::read_file;
using testing::ScratchFolder;
using testing::write_file;
using testing::write_three;

TEST(Journal, GivesBackWhatWasAppended) {
  const ScratchFolder folder;
  write_three(folder.path());
  const auto journal = Journal::scan(folder.path());
  EXPECT_THAT(journal.chunks(5), ElementsAre(0, 1, 2));
  EXPECT_EQ(journal.read({5, 0}), "zero");
  EXPECT_EQ(journal.read({5, 1}), "one");
  EXPECT_EQ(journal.read({5, 2}), std::string(3'000'000, 'x'));
  EXPECT_EQ(journal.dropped_bytes(), 0U);
}

TEST(Journal, KeepsEmptyPayloads) {
  const ScratchFolder folder;
  { JournalWriter(folder.path(), 0, 1).append({0, 7}, ""); }
  const auto journal = Journal::scan(folder.path());
  EXPECT_TRUE(journal.contains({0, 7}));
  EXPECT_EQ(journal.read({0, 7}), "");
}

TEST(Journal, TellsStagesApartAndSortsChunks) {
  const ScratchFolder folder;
  {
    JournalWriter writer(folder.path(), 0, 1);
    writer.append({1, 9}, "a");
    writer.append({2, 9}, "b");
    writer.append({1, 4}, "c");
  }
  const auto journal = Journal::scan(folder.path());
  EXPECT_THAT(journal.chunks(1), ElementsAre(4, 9));
  EXPECT_EQ(journal.read({2, 9}), "b");
  EXPECT_FALSE(journal.contains({2, 4}));
  EXPECT_THAT(journal.chunks(3), IsEmpty());
}

TEST(Journal, DropsATailTornAnywhere) {
  const ScratchFolder folder;
  const fs::path path = write_three(folder.path());
  const std::string whole = read_file(path);
  const std::uint64_t two_frames = kHeadBytes + 2 * kHeaderBytes + 7;
  for (const std::uint64_t cut : {two_frames + 1, two_frames + kHeaderBytes - 1, two_frames + kHeaderBytes,
                                  two_frames + kHeaderBytes + 1'500'000, whole.size() - 1}) {
    write_file(path, whole.substr(0, cut));
    const auto journal = Journal::scan(folder.path());
    EXPECT_THAT(journal.chunks(5), ElementsAre(0, 1)) << "cut at " << cut;
    EXPECT_EQ(journal.dropped_bytes(), cut - two_frames) << "cut at " << cut;
  }
}

TEST(Journal, NoticesEveryFlippedByte) {
  const ScratchFolder folder;
  {
    JournalWriter writer(folder.path(), 0, 1);
    writer.append({5, 0}, "zero");
    writer.append({5, 1}, "one");
  }
  const fs::path path = folder.path() / "rank-00000.attempt-0001.journal";
  const std::string whole = read_file(path);
  for (std::size_t at = kHeadBytes; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_file(path, damaged);
    const auto journal = Journal::scan(folder.path());
    const std::size_t whole_frames = at < kHeadBytes + kHeaderBytes + 4 ? 0 : 1;
    EXPECT_EQ(journal.chunks(5).size(), whole_frames) << "byte " << at;
    EXPECT_EQ(journal.dropped_bytes(), whole.size() - kHeadBytes - whole_frames * (kHeaderBytes + 4)) << "byte " << at;
  }
}

TEST(Journal, BelievesNothingOfAFileWhoseHeadIsDamaged) {
  const ScratchFolder folder;
  const fs::path path = write_three(folder.path());
  const std::string whole = read_file(path);
  for (const std::size_t at : {12, 16, 24}) {  // slots, length, checksum
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    write_file(path, damaged);
    const auto journal = Journal::scan(folder.path());
    EXPECT_THAT(journal.chunks(5), IsEmpty()) << "byte " << at;
    EXPECT_EQ(journal.dropped_bytes(), whole.size()) << "byte " << at;
  }
}

TEST(Journal, RefusesAFileOfTheFirstVersion) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / "rank-00000.attempt-0001.journal";
  write_file(path, "DGTJRNL1" + std::string(100, '\1'));
  EXPECT_EQ(message_of<std::runtime_error>([&] { (void)Journal::scan(folder.path()); }),
            path.string() +
                ": is of version 1 of the journal, this program reads version 2; hint: finish the run with the program "
                "that began it, or start it anew in another folder");
}

TEST(Journal, RefusesAFileOfALaterVersion) {
  const ScratchFolder folder;
  const fs::path path = write_three(folder.path());
  std::string later = read_file(path);
  later[8] = 3;
  write_file(path, later);
  EXPECT_THAT(message_of<std::runtime_error>([&] { (void)Journal::scan(folder.path()); }),
              HasSubstr(": is of version 3 of the journal, this program reads version 2"));
}

TEST(Journal, SuspectsWhatWasInWorkWhenItsProcessEnded) {
  const ScratchFolder folder;
  const fs::path path = folder.path() / "rank-00000.attempt-0001.journal";
  JournalWriter writer(folder.path(), 0, 1);
  ASSERT_TRUE(writer.mark({5, 7}) && writer.mark({5, 3}) && writer.mark({6, 1}));
  const std::optional<std::uint32_t> done = writer.mark({5, 4});
  ASSERT_TRUE(done);
  writer.append({5, 4}, "four");
  writer.unmark(*done);
  const auto journal = Journal::scan(folder.path());
  EXPECT_THAT(journal.suspects(5), ElementsAre(3, 7));
  EXPECT_THAT(journal.suspects(6), ElementsAre(1));
  EXPECT_THAT(journal.suspects(1), IsEmpty());
  EXPECT_THAT(journal.chunks(5), ElementsAre(4));
}

TEST(Journal, DoesNotSuspectAChunkThatWasFinishedAfterAll) {
  const ScratchFolder folder;
  JournalWriter first(folder.path(), 0, 1);
  ASSERT_TRUE(first.mark({5, 3}) && first.mark({5, 4}));
  { JournalWriter(folder.path(), 1, 2).append({5, 3}, "three"); }
  EXPECT_THAT(Journal::scan(folder.path()).suspects(5), ElementsAre(4));
}

TEST(Journal, SuspectsNothingOfAProcessThatEndedInOrder) {
  const ScratchFolder folder;
  { ASSERT_TRUE(JournalWriter(folder.path(), 0, 1).mark({5, 3})); }
  EXPECT_THAT(Journal::scan(folder.path()).suspects(5), IsEmpty());
}

TEST(Journal, SuspectsNothingThatWasGivenUpOnPurpose) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  const auto slot = writer.mark({5, 3});
  ASSERT_TRUE(slot);
  writer.clear_marks();
  writer.unmark(*slot);
  EXPECT_EQ(writer.mark({5, 4}), std::nullopt);
  EXPECT_THAT(Journal::scan(folder.path()).suspects(5), IsEmpty());
}

TEST(Journal, TakesATornMarkForNone) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  ASSERT_TRUE(writer.mark({5, 3}));
  const fs::path path = folder.path() / "rank-00000.attempt-0001.journal";
  std::string damaged = read_file(path);
  damaged[64] = 9;  // the first mark's chunk
  write_file(path, damaged);
  EXPECT_THAT(Journal::scan(folder.path()).suspects(5), IsEmpty());
}

TEST(Journal, GoesOnWithTheNextFileAfterATornOne) {
  const ScratchFolder folder;
  const fs::path torn = write_three(folder.path());
  fs::resize_file(torn, kHeadBytes + kHeaderBytes);
  { JournalWriter(folder.path(), 0, 3).append({5, 8}, "eight"); }
  const auto journal = Journal::scan(folder.path());
  EXPECT_THAT(journal.chunks(5), ElementsAre(8));
  EXPECT_EQ(journal.dropped_bytes(), kHeaderBytes);
}

TEST(Journal, TakesTheFrameOfTheEarliestAttemptAndLowestRank) {
  const ScratchFolder folder;
  { JournalWriter(folder.path(), 1, 1).append({0, 0}, "rank 1, attempt 1"); }
  { JournalWriter(folder.path(), 0, 2).append({0, 0}, "rank 0, attempt 2"); }
  EXPECT_EQ(Journal::scan(folder.path()).read({0, 0}), "rank 1, attempt 1");
  { JournalWriter(folder.path(), 0, 1).append({0, 0}, "rank 0, attempt 1"); }
  EXPECT_EQ(Journal::scan(folder.path()).read({0, 0}), "rank 0, attempt 1");
}

TEST(Journal, IgnoresFilesThatAreNotItsOwn) {
  const ScratchFolder folder;
  for (const char* name :
       {"notes.txt", "rank-3.attempt-1.journal", "rank-00003.attempt-0009.journal~", "rank-.attempt-.journal"})
    write_file(folder.path() / name, "something else");
  write_three(folder.path());
  const auto journal = Journal::scan(folder.path());
  EXPECT_EQ(journal.attempts(), 2);
  EXPECT_EQ(journal.dropped_bytes(), 0U);
}

TEST(Journal, OfAnEmptyFolderIsEmpty) {
  const ScratchFolder folder;
  const auto journal = Journal::scan(folder.path());
  EXPECT_EQ(journal.attempts(), 0);
  EXPECT_THAT(journal.chunks(0), IsEmpty());
}

TEST(Journal, NamesTheFolderItCannotRead) {
  EXPECT_EQ(message_of<std::system_error>([] { (void)Journal::scan("/nowhere/journal"); }),
            "/nowhere/journal: the journal's folder cannot be read: No such file or directory");
}

TEST(Journal, ReadsThroughAnIndexThatWasSent) {
  const ScratchFolder folder;
  fs::resize_file(write_three(folder.path()), kHeadBytes + 150);
  const auto scanned = Journal::scan(folder.path());
  const auto sent = Journal::from_index_bytes(folder.path(), scanned.index_bytes());
  EXPECT_THAT(sent.chunks(5), ElementsAre(0, 1));
  EXPECT_EQ(sent.read({5, 1}), "one");
  EXPECT_EQ(sent.attempts(), 2);
  EXPECT_EQ(sent.dropped_bytes(), scanned.dropped_bytes());
}

TEST(Journal, SendsItsSuspectsWithItsIndex) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  ASSERT_TRUE(writer.mark({5, 3}) && writer.mark({7, 9}));
  const auto sent = Journal::from_index_bytes(folder.path(), Journal::scan(folder.path()).index_bytes());
  EXPECT_THAT(sent.suspects(5), ElementsAre(3));
  EXPECT_THAT(sent.suspects(7), ElementsAre(9));
}

TEST(Journal, IndexesAFrameIn24BytesOrLess) {
  const ScratchFolder folder;
  constexpr std::uint64_t kFrames = 5000;
  {
    JournalWriter writer(folder.path(), 0, 1);
    for (std::uint64_t chunk = 0; chunk < kFrames; ++chunk) writer.append({5, chunk}, "x");
  }
  const auto journal = Journal::scan(folder.path());
  EXPECT_LE(journal.memory_bytes(), 24 * kFrames);
  EXPECT_LE(journal.index_bytes().size(), 24 * kFrames);
}

TEST(Journal, FindsFramesOfChunksFarApart) {
  const ScratchFolder folder;
  const std::vector<std::uint64_t> chunks{0, 1023, 1024, 5'000'000'000, std::uint64_t{1} << 60};
  {
    JournalWriter writer(folder.path(), 0, 1);
    for (const std::uint64_t chunk : chunks) writer.append({5, chunk}, std::to_string(chunk));
  }
  const auto scanned = Journal::scan(folder.path());
  const auto journal = Journal::from_index_bytes(folder.path(), scanned.index_bytes());
  EXPECT_EQ(journal.chunks(5), chunks);
  EXPECT_EQ(journal.count(5), chunks.size());
  for (const std::uint64_t chunk : chunks) EXPECT_EQ(journal.read({5, chunk}), std::to_string(chunk));
  EXPECT_FALSE(journal.contains({5, 1}));
}

TEST(Journal, RefusesAnIndexCutShort) {
  const ScratchFolder folder;
  write_three(folder.path());
  const std::string bytes = Journal::scan(folder.path()).index_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_THROW((void)Journal::from_index_bytes(folder.path(), std::string_view(bytes).substr(0, size)),
                 std::runtime_error);
}

TEST(Journal, ReadsARangeAndNoFurtherThanThePayload) {
  const ScratchFolder folder;
  write_three(folder.path());
  const auto journal = Journal::scan(folder.path());
  EXPECT_EQ(journal.read_range({5, 0}, 1, 2), "er");
  EXPECT_EQ(journal.read_range({5, 0}, 2, 1000), "ro");
}

TEST(Journal, SaysWhichChunkIsMissing) {
  const ScratchFolder folder;
  const auto journal = Journal::scan(folder.path());
  EXPECT_EQ(message_of<std::out_of_range>([&] {
              (void)journal.read({5, 9});
            }),
            "the journal has no chunk 9 of stage 5");
}

TEST(Journal, NamesFileAndPlaceOfAFrameThatChangedUnderUs) {
  const ScratchFolder folder;
  const fs::path path = write_three(folder.path());
  const auto journal = Journal::scan(folder.path());
  std::string damaged = read_file(path);
  damaged[kHeadBytes + kHeaderBytes + 4 + kHeaderBytes] = '?';
  write_file(path, damaged);
  EXPECT_EQ(message_of<std::runtime_error>([&] {
              (void)journal.read({5, 1});
            }),
            path.string() +
                ": the frame at byte 4148 is not what it was when the run started; hint: start again, the "
                "chunk will be redone");
}

TEST(Journal, IsReadByManyThreadsAtOnce) {
  const ScratchFolder folder;
  write_three(folder.path());
  const auto journal = Journal::scan(folder.path());
  std::vector<std::string> read(8);
  std::vector<std::thread> threads;
  for (auto& payload : read) threads.emplace_back([&] { payload = journal.read({5, 1}); });
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(read, ::testing::Each("one"));
}

TEST(Journal, CatchesUpWithWhatOthersAppended) {
  const ScratchFolder folder;
  JournalWriter first(folder.path(), 0, 1);
  first.append({1, 0}, "zero");
  Journal journal = Journal::scan(folder.path());
  JournalWriter second = JournalWriter::of_its_own(folder.path(), 1);
  first.append({1, 1}, "one");
  second.append({1, 2}, "two");
  (void)second.mark({1, 7});
  EXPECT_EQ(journal.count(1), 1U);
  journal.catch_up();
  EXPECT_THAT(journal.chunks(1), ElementsAre(0, 1, 2));
  EXPECT_THAT(journal.suspects(1), ElementsAre(7));
  EXPECT_EQ(journal.read({1, 2}), "two");
  EXPECT_EQ(journal.attempts(), 2);
}

TEST(Journal, CatchesUpWithAFrameThatWasTornWhenItLooked) {
  const ScratchFolder folder;
  const auto file = folder.path() / "rank-00000.attempt-0001.journal";
  {
    JournalWriter writer(folder.path(), 0, 1);
    writer.append({1, 0}, "zero");
    writer.append({1, 1}, "one");
  }
  const std::string whole = read_file(file);
  write_file(file, whole.substr(0, whole.size() - 2));
  Journal journal = Journal::scan(folder.path());
  EXPECT_EQ(journal.count(1), 1U);
  EXPECT_GT(journal.dropped_bytes(), 0U);
  write_file(file, whole);
  journal.catch_up();
  EXPECT_EQ(journal.count(1), 2U);
  EXPECT_EQ(journal.dropped_bytes(), 0U);
}

}  // namespace
}  // namespace digitalis
