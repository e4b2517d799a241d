#include "screening/search/store_index.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <filesystem>
#include <limits>
#include <random>
#include <system_error>

#include "chem/digest.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

/// Of the compounds and their fingerprints.
std::string label_of(const StoreInfo& info) {
  return "morgan" + std::to_string(info.preparation.fingerprint.radius) + "/" +
         std::to_string(info.preparation.fingerprint.bits) + " " + info.compounds_digest;
}

FingerprintIndex make_index(const CompoundStore& store, const FingerprintIndex::Parallel& parallel,
                            Progress& progress) {
  const StoreInfo& info = store.info();
  if (info.compounds >= std::numeric_limits<std::uint32_t>::max() - 1)
    throw UsageError("a store of more than 4 billion compounds cannot be searched; hint: prepare it in parts");
  FingerprintSet fingerprints(info.preparation.fingerprint.bits);
  progress.begin("index", "compounds");
  for (std::uint64_t number = 0; number < store.chunks(); ++number) {
    const CompoundBlock chunk = store.chunk(number);
    for (std::size_t i = 0; i < chunk.size(); ++i) fingerprints.add(chunk.on_bits(i));
    progress.update({.items = fingerprints.size(),
                     .fraction = static_cast<double>(number + 1) / static_cast<double>(store.chunks())});
  }
  FingerprintIndex index(fingerprints, parallel);
  progress.end({.items = fingerprints.size(), .fraction = 1.0});
  return index;
}

/// Under a name of its own first: several searches may find no index at the same time.
void save(const FingerprintIndex& index, const std::string& label, const std::filesystem::path& store) {
  std::random_device random;
  const std::filesystem::path file = store / kIndexFileName;
  std::filesystem::path own = file;
  own += "." + hex({(std::uint64_t{random()} << 32U) | random()});
  index.save(own, label);
  std::error_code ignored;
  std::filesystem::permissions(own, std::filesystem::status(store / "compounds.bin").permissions(), ignored);
  std::error_code failure;
  std::filesystem::rename(own, file, failure);
  if (!failure) return;
  std::filesystem::remove(own, ignored);
  throw std::system_error(failure, file.string() + ": cannot be replaced");
}

}  // namespace

StoreIndex index_of_store(MpiWorld& world, const CompoundStore& store, int threads, Progress& progress) {
  const std::filesystem::path file = store.folder() / kIndexFileName;
  const std::string label = label_of(store.info());
  const auto in_parallel = [&](std::size_t count, const std::function<void(std::size_t)>& work) {
    oneapi::tbb::task_arena{threads}.execute([&] { oneapi::tbb::parallel_for(std::size_t{0}, count, work); });
  };
  const FingerprintIndex::Part part{static_cast<std::size_t>(world.rank()), static_cast<std::size_t>(world.size())};
  const auto load = [&] {
    auto found = FingerprintIndex::load(file, label, part, in_parallel);
    const bool is_there = found && found->size_of_whole() == store.info().compounds;
    if (world.any(!is_there)) found.reset();
    return found;
  };
  if (auto found = load()) return {*std::move(found), ""};
  StoreIndex made{FingerprintIndex{FingerprintSet{store.info().preparation.fingerprint.bits}}, ""};
  bool is_kept = false;
  if (world.is_first()) {
    made.index = make_index(store, in_parallel, progress);
    try {
      save(made.index, label, store.folder());
      is_kept = true;
      made.how_obtained = file.string() + ": made for this and later searches";
    } catch (const std::system_error& error) {
      made.how_obtained = std::string{error.what()} + "; the index is used and not kept";
    }
  }
  if (world.size() == 1 || !world.any(is_kept)) return made;
  if (auto found = load()) made.index = *std::move(found);
  return made;
}

}  // namespace digitalis
