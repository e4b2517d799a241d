// The journal of a large run: how long its scan takes, what its index takes in memory and on its way to the other
// ranks, and what a mark costs a thread.
//
//   digitalis_journal_bench [FRAMES] [PAYLOAD_BYTES] [FOLDER]

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "scheduler/journal.hpp"
#include "scheduler/process_memory.hpp"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t frames = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 4'000'000;
  const std::uint64_t bytes = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 64;
  const std::filesystem::path folder =
      (argc > 3 ? std::filesystem::path{argv[3]} : std::filesystem::temp_directory_path()) / "digitalis-journal-bench";
  std::filesystem::create_directories(folder);
  constexpr std::uint64_t kFiles = 8;
  const double million = static_cast<double>(frames) / 1e6, per_frame = 1.0 / static_cast<double>(frames);
  const std::string payload(bytes, 'x');
  auto start = Clock::now();
  for (std::uint64_t file = 0; file < kFiles; ++file) {
    digitalis::JournalWriter writer(folder, static_cast<int>(file), 1);
    for (std::uint64_t chunk = file; chunk < frames; chunk += kFiles) writer.append({1, chunk}, payload);
  }
  std::printf("%llu frames of %llu bytes in %llu files: appended in %.2f us a frame\n",
              static_cast<unsigned long long>(frames), static_cast<unsigned long long>(bytes),
              static_cast<unsigned long long>(kFiles), seconds_since(start) * 1e6 * per_frame);
  const std::uint64_t held_before = digitalis::own_memory_bytes();
  start = Clock::now();
  const auto journal = digitalis::Journal::scan(folder);
  double seconds = seconds_since(start);
  std::printf(
      "scanned in %.2f s (%.2f million frames a second), index %.1f bytes a frame by its count, %.1f by the "
      "process's\n",
      seconds, million / seconds, static_cast<double>(journal.memory_bytes()) * per_frame,
      static_cast<double>(digitalis::own_memory_bytes() - held_before) * per_frame);
  start = Clock::now();
  const std::string sent = journal.index_bytes();
  const auto received = digitalis::Journal::from_index_bytes(folder, sent);
  std::printf("sent as %.1f bytes a frame, packed and unpacked in %.2f s\n",
              static_cast<double>(sent.size()) * per_frame, seconds_since(start));
  start = Clock::now();
  std::uint64_t found = 0;
  for (std::uint64_t chunk = 0; chunk < frames; ++chunk) found += received.contains({1, chunk});
  std::printf("%llu looked up in %.3f us each\n", static_cast<unsigned long long>(found),
              seconds_since(start) * 1e6 * per_frame);
  constexpr int kMarks = 200'000;
  digitalis::JournalWriter writer(folder, 0, 2);
  start = Clock::now();
  for (std::uint64_t i = 0; i < kMarks; ++i)
    if (const auto slot = writer.mark({1, i})) writer.unmark(*slot);
  seconds = seconds_since(start);
  std::printf("a chunk marked and unmarked in %.2f us\n", seconds * 1e6 / kMarks);
  std::filesystem::remove_all(folder);
  return 0;
}
