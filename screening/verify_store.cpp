#include "screening/verify_store.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/compound_store.hpp"
#include "chem/usage_error.hpp"
#include "screening/search/store_index.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAgain = "; hint: copy or prepare the store again";

/// Checks one generation, file by file.
class GenerationCheck {
 public:
  GenerationCheck(const fs::path& store, std::size_t number, int threads, StoreVerification& found)
      : folder_(CompoundStore::generation_folder(store, number)),
        prefix_(number == 1 ? "" : folder_.filename().string() + "/"),
        threads_(threads),
        found_(found) {}

  void run() {
    std::optional<StoreGeneration> generation;
    try {
      generation.emplace(folder_);
    } catch (const std::exception& error) {
      found_.damage.push_back(folder_.string() + ": damaged compound store: " + error.what() + kAgain);
      return;
    }
    note(store_files::kManifest);
    check_chunks(*generation);
    check_digest(*generation, store_files::kRejects, "what was rejected is not known for sure");
    if (!generation->info().keys_digest.empty())
      check_digest(*generation, store_files::kKeys, "nothing can be appended to the store");
    check_index(*generation);
  }

 private:
  StoreVerification::File& note(const char* file) {
    std::error_code ignored;
    const std::uint64_t bytes = fs::file_size(folder_ / file, ignored);
    return found_.files.emplace_back(StoreVerification::File{prefix_ + file, ignored ? 0 : bytes});
  }

  void check_chunks(const StoreGeneration& generation) {
    std::vector<std::pair<std::uint64_t, std::string>> damaged;
    std::mutex one_at_a_time;
    oneapi::tbb::task_arena{threads_}.execute([&] {
      oneapi::tbb::parallel_for(std::uint64_t{0}, generation.chunks(), [&](std::uint64_t number) {
        try {
          (void)generation.chunk(number);
        } catch (const std::exception& error) {
          const std::scoped_lock lock{one_at_a_time};
          damaged.emplace_back(number, error.what());
        }
      });
    });
    std::ranges::sort(damaged);
    for (auto& [number, what] : damaged) found_.damage.push_back(std::move(what));
    StoreVerification::File& file = note(store_files::kCompounds);
    file.chunks = generation.chunks();
    file.compounds = generation.info().compounds;
    file.columns = generation.info().column_bytes;
  }

  void check_digest(const StoreGeneration& generation, const char* file, const char* meaning) {
    const std::string path = (folder_ / file).string();
    note(file);
    try {
      if (!generation.has_whole(file))
        found_.damage.push_back(path + ": is missing or does not match the digest in manifest.json: " + meaning +
                                kAgain);
    } catch (const std::exception& error) {
      found_.damage.push_back(path + ": cannot be read: " + error.what() + kAgain);
    }
  }

  /// Of no store but made from one: its absence is no damage.
  void check_index(const StoreGeneration& generation) {
    std::error_code ignored;
    if (!fs::exists(folder_ / kIndexFileName, ignored)) return;
    note(kIndexFileName);
    const auto in_parallel = [&](std::size_t count, const std::function<void(std::size_t)>& work) {
      oneapi::tbb::task_arena{threads_}.execute([&] { oneapi::tbb::parallel_for(std::size_t{0}, count, work); });
    };
    if (!has_whole_index(generation, in_parallel))
      found_.damage.push_back((folder_ / kIndexFileName).string() +
                              ": is damaged, or of other compounds; hint: delete it, the next search makes it anew");
  }

  fs::path folder_;
  std::string prefix_;
  int threads_;
  StoreVerification& found_;
};

}  // namespace

StoreVerification verify_store(const fs::path& store, int threads) {
  const auto start = std::chrono::steady_clock::now();
  StoreVerification found;
  std::string refused;
  try {
    const CompoundStore whole{store};
  } catch (const UsageError& error) {
    std::error_code ignored;
    if (!CompoundStore::is_store(store)) throw;
    refused = error.what();
  }
  for (std::size_t number = 1; number == 1 || CompoundStore::is_store(CompoundStore::generation_folder(store, number));
       ++number) {
    std::error_code ignored;
    if (number > 1 && fs::exists(CompoundStore::generation_folder(store, number) / store_files::kMark, ignored)) break;
    GenerationCheck{store, number, threads, found}.run();
  }
  if (std::error_code ignored; fs::exists(store / store_files::kGenerations, ignored))
    found.files.push_back({store_files::kGenerations, fs::file_size(store / store_files::kGenerations, ignored)});
  // What only shows when the generations are taken together.
  if (found.damage.empty() && !refused.empty()) found.damage.push_back(refused);
  found.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return found;
}

}  // namespace digitalis
