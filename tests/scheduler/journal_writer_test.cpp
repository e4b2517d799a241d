#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "scheduler/journal.hpp"
#include "tests/scheduler/journal_files.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using testing::kHeadBytes;
using testing::kHeaderBytes;
using testing::message_of;
using testing::read_file;
using testing::ScratchFolder;
using testing::write_three;

TEST(JournalWriter, MakesItsFileWithTheFirstFrame) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  writer.sync();
  EXPECT_TRUE(fs::is_empty(folder.path()));
  writer.append({0, 0}, "x");
  EXPECT_EQ(fs::file_size(folder.path() / "rank-00000.attempt-0001.journal"), kHeadBytes + kHeaderBytes + 1);
}

TEST(JournalWriter, DoesNotWriteIntoAnotherRunsFile) {
  const ScratchFolder folder;
  const fs::path path = write_three(folder.path());
  const std::string before = read_file(path);
  EXPECT_EQ(message_of<std::system_error>([&] {
              JournalWriter(folder.path(), 3, 2).append({5, 3}, "three");
            }),
            path.string() + ": another run works in this folder: File exists");
  EXPECT_EQ(read_file(path), before);
}

TEST(JournalWriter, LeavesUnmarkedWhatFindsNoFreeSlot) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  std::vector<std::uint32_t> slots;
  while (const auto slot = writer.mark({1, slots.size()})) slots.push_back(*slot);
  EXPECT_EQ(slots.size(), 252U);
  EXPECT_EQ(Journal::scan(folder.path()).suspects(1).size(), 252U);
  writer.unmark(slots[100]);
  EXPECT_EQ(writer.mark({1, 999}), slots[100]);
}

TEST(JournalWriter, HasASlotForEachOfManyThreads) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1, 300);
  for (std::uint64_t chunk = 0; chunk < 300; ++chunk) ASSERT_TRUE(writer.mark({1, chunk}));
  writer.append({1, 1000}, "x");
  const auto journal = Journal::scan(folder.path());
  EXPECT_EQ(journal.suspects(1).size(), 300U);
  EXPECT_EQ(journal.read({1, 1000}), "x");
}

TEST(JournalWriter, MarksWhileFramesAreAppended) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  std::vector<std::thread> threads;
  for (std::uint64_t thread = 0; thread < 4; ++thread)
    threads.emplace_back([&writer, thread] {
      for (std::uint64_t i = 0; i < 500; ++i) {
        const auto slot = writer.mark({2, thread * 1000 + i});
        if (slot && i < 499) writer.unmark(*slot);
      }
    });
  for (std::uint64_t chunk = 0; chunk < 500; ++chunk) writer.append({1, chunk}, std::to_string(chunk));
  for (auto& thread : threads) thread.join();
  const auto journal = Journal::scan(folder.path());
  EXPECT_EQ(journal.count(1), 500U);
  EXPECT_EQ(journal.dropped_bytes(), 0U);
  EXPECT_THAT(journal.suspects(2), ElementsAre(499, 1499, 2499, 3499));
}

/// Limits the size of files this process may write: a disk that is full at a chosen byte.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_ = {};
  void (*handler_)(int);
};

TEST(JournalWriter, SaysWhichFileWhenTheDiskIsFull) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  const FileSizeLimit limit(kHeadBytes + 1000);
  writer.append({0, 0}, std::string(500, 'a'));
  EXPECT_EQ(message_of<std::system_error>([&] {
              writer.append({0, 1}, std::string(600, 'b'));
            }),
            (folder.path() / "rank-00000.attempt-0001.journal").string() +
                ": a finished chunk could not be written: File too large");
}

TEST(JournalWriter, CutsOffAHalfWrittenFrameSoThatTheNextIsFound) {
  const ScratchFolder folder;
  JournalWriter writer(folder.path(), 0, 1);
  {
    const FileSizeLimit limit(kHeadBytes + 1000);
    writer.append({0, 0}, std::string(500, 'a'));
    EXPECT_THROW(writer.append({0, 1}, std::string(600, 'b')), std::system_error);
  }
  writer.append({0, 2}, "c");
  const auto journal = Journal::scan(folder.path());
  EXPECT_THAT(journal.chunks(0), ElementsAre(0, 2));
  EXPECT_EQ(journal.dropped_bytes(), 0U);
}

}  // namespace
}  // namespace digitalis
