#include "screening/search/store_index.hpp"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <filesystem>
#include <functional>
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

FingerprintIndex make_index(const StoreGeneration& generation, const FingerprintIndex::Parallel& parallel,
                            Progress& progress) {
  FingerprintSet fingerprints(generation.info().preparation.fingerprint.bits);
  progress.begin("index", "compounds");
  for (std::uint64_t number = 0; number < generation.chunks(); ++number) {
    const CompoundBlock chunk = generation.chunk(number, {CompoundColumn::kFingerprint});
    for (std::size_t i = 0; i < chunk.size(); ++i) fingerprints.add(chunk.on_bits(i));
    progress.update({.items = fingerprints.size(),
                     .fraction = static_cast<double>(number + 1) / static_cast<double>(generation.chunks())});
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

/// A part of a generation's index, when its file is whole and of its compounds.
std::optional<FingerprintIndex> load_index(const StoreGeneration& generation, const FingerprintIndex::Part& part,
                                           const FingerprintIndex::Parallel& parallel) {
  auto found =
      FingerprintIndex::load(generation.folder() / kIndexFileName, label_of(generation.info()), part, parallel);
  if (found && found->size_of_whole() != generation.info().compounds) found.reset();
  return found;
}

/// Adds the rows of a later generation to sorted ones.
void merge(std::vector<SimilarRow>& rows, std::vector<SimilarRow> later, std::uint32_t first_row) {
  for (SimilarRow& row : later) row.row += first_row;
  const auto middle = static_cast<std::ptrdiff_t>(rows.size());
  rows.insert(rows.end(), later.begin(), later.end());
  std::inplace_merge(rows.begin(), rows.begin() + middle, rows.end(), before);
}

}  // namespace

bool has_whole_index(const StoreGeneration& generation, const FingerprintIndex::Parallel& parallel) {
  return load_index(generation, {}, parallel).has_value();
}

FingerprintIndex StoreIndex::index_of(MpiWorld& world, const StoreGeneration& generation, int threads,
                                      Progress& progress) {
  const auto in_parallel = [&](std::size_t count, const std::function<void(std::size_t)>& work) {
    oneapi::tbb::task_arena{threads}.execute([&] { oneapi::tbb::parallel_for(std::size_t{0}, count, work); });
  };
  const FingerprintIndex::Part part{static_cast<std::size_t>(world.rank()), static_cast<std::size_t>(world.size())};
  const auto load = [&] {
    auto found = load_index(generation, part, in_parallel);
    if (world.any(!found)) found.reset();
    return found;
  };
  if (auto found = load()) return *std::move(found);
  FingerprintIndex made{FingerprintSet{generation.info().preparation.fingerprint.bits}};
  bool is_kept = false;
  if (world.is_first()) {
    made = make_index(generation, in_parallel, progress);
    try {
      save(made, label_of(generation.info()), generation.folder());
      is_kept = true;
      told_.push_back((generation.folder() / kIndexFileName).string() + ": made for this and later searches");
    } catch (const std::system_error& error) {
      told_.push_back(std::string{error.what()} + "; the index is used and not kept");
    }
  }
  if (world.size() == 1 || !world.any(is_kept)) return made;
  if (auto found = load()) return *std::move(found);
  return made;
}

StoreIndex::StoreIndex(MpiWorld& world, const CompoundStore& store, int threads, Progress& progress) {
  if (store.info().compounds >= std::numeric_limits<std::uint32_t>::max() - 1)
    throw UsageError("a store of more than 4 billion compounds cannot be searched; hint: prepare it in parts");
  std::uint32_t first_row = 0;
  for (const StoreGeneration& generation : store.generations()) {
    parts_.push_back({index_of(world, generation, threads, progress), first_row});
    first_row += static_cast<std::uint32_t>(generation.info().compounds);
  }
}

std::vector<SimilarRow> StoreIndex::nearest(std::span<const std::uint16_t> on_bits, std::size_t count,
                                            const SimilarityMeasure& measure,
                                            const FingerprintIndex::Parallel& parallel) const {
  std::vector<SimilarRow> rows;
  for (const Part& part : parts_) {
    merge(rows, part.index.nearest(on_bits, count, measure, parallel), part.first_row);
    rows.resize(std::min(rows.size(), count));
  }
  return rows;
}

std::vector<std::vector<SimilarRow>> StoreIndex::similar(const FingerprintSet& queries, double threshold,
                                                         const SimilarityMeasure& measure,
                                                         const FingerprintIndex::Parallel& parallel) const {
  auto rows = parts_.front().index.similar(queries, threshold, measure, parallel);
  for (const Part& part : std::span{parts_}.subspan(1)) {
    auto later = part.index.similar(queries, threshold, measure, parallel);
    for (std::size_t query = 0; query < rows.size(); ++query)
      merge(rows[query], std::move(later[query]), part.first_row);
  }
  return rows;
}

}  // namespace digitalis
