#include "scoring/similarity/fingerprint_index.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "scoring/similarity/column_tile.hpp"
#include "scoring/similarity/index_file.hpp"
#include "scoring/similarity/index_query.hpp"
#include "scoring/similarity/tile_search.hpp"

namespace digitalis {
namespace {

using tile_search::Scratch;
using tile_search::TileHit;
using tile_search::TileQuery;

// Into so many parts at most is a search over threads cut.
constexpr std::size_t kMostTasks = 64;
// Pages that one thread searches for the nearest before others join in: they tell what to look for.
constexpr std::size_t kPagesAlone = 32;

using Needs = std::array<std::uint32_t, kTilePages>;

// Scratch that searches borrow one after the other: filling one with zeros takes as long as searching a tile. A thread
// gets the one back that it had, which is in its core's cache.
class ScratchPool {
 public:
  class Loan {
   public:
    explicit Loan(ScratchPool& pool) : pool_(pool), scratch_(pool.take()) {}
    ~Loan() { pool_.give_back(std::move(scratch_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    [[nodiscard]] Scratch& operator*() const { return *scratch_; }

   private:
    ScratchPool& pool_;
    std::unique_ptr<Scratch> scratch_;
  };

 private:
  std::unique_ptr<Scratch> take() {
    {
      const std::lock_guard lock{mutex_};
      if (!free_.empty()) {
        const auto own = std::ranges::find(free_, std::this_thread::get_id(), &Free::last_user);
        std::swap(own == free_.end() ? free_.front() : *own, free_.back());
        auto scratch = std::move(free_.back().scratch);
        free_.pop_back();
        return scratch;
      }
    }
    return std::make_unique<Scratch>();
  }
  void give_back(std::unique_ptr<Scratch> scratch) {
    const std::lock_guard lock{mutex_};
    free_.push_back({std::this_thread::get_id(), std::move(scratch)});
  }
  struct Free {
    std::thread::id last_user;
    std::unique_ptr<Scratch> scratch;
  };
  std::mutex mutex_;
  std::vector<Free> free_;
};

// Of two lists in the order of answers one, in the first.
void merge(std::vector<SimilarRow>& rows, std::vector<SimilarRow>& more) {
  if (more.empty()) return;
  std::vector<SimilarRow> all(rows.size() + more.size());
  std::ranges::merge(rows, more, all.begin(), before);
  rows = std::move(all);
  more = {};
}

// work(0) ... work(count - 1), in parallel where the caller gives the means.
void each(const FingerprintIndex::Parallel& parallel, std::size_t count, const std::function<void(std::size_t)>& work) {
  if (parallel && count > 1)
    parallel(count, work);
  else
    for (std::size_t i = 0; i < count; ++i) work(i);
}

}  // namespace

class FingerprintIndex::Impl {
 public:
  Impl(const FingerprintSet& fingerprints, const Parallel& parallel)
      : bits_(fingerprints.bits()), rows_of_whole_(fingerprints.size()) {
    struct Memory {
      std::vector<std::uint32_t> rows;
      std::vector<TileBytes> tiles;
    };
    const auto memory = std::make_shared<Memory>();
    std::vector<std::uint32_t>& rows = memory->rows;
    rows.resize(fingerprints.size());
    std::iota(rows.begin(), rows.end(), 0u);
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t row) { return fingerprints[row].size(); });
    const std::size_t tiles = (rows.size() + kTileLanes - 1) / kTileLanes;
    memory->tiles.resize(tiles);
    tiles_.resize(tiles);
    each(parallel, tiles, [&](std::size_t i) {
      const std::size_t first = i * kTileLanes;
      tiles_[i].rows = std::span{rows}.subspan(first, std::min<std::size_t>(kTileLanes, rows.size() - first));
      memory->tiles[i] = encode_tile(fingerprints, tiles_[i].rows);
      tiles_[i].bytes = memory->tiles[i].get();
    });
    memory_ = memory;
    count_lanes();
  }

  // Of tiles without defects, kept by `memory`.
  explicit Impl(IndexFile file)
      : bits_(file.bits), rows_of_whole_(file.rows), tiles_(std::move(file.tiles)), memory_(std::move(file.memory)) {
    count_lanes();
  }

  [[nodiscard]] IndexQuery query(std::span<const std::uint16_t> on_bits, const SimilarityMeasure& measure) const {
    return IndexQuery(on_bits, lanes_of_bit_, measure);
  }

  [[nodiscard]] std::vector<IndexQuery> queries(const FingerprintSet& queries, const SimilarityMeasure& measure) const {
    if (queries.bits() != bits_)
      throw std::invalid_argument("queries and index have fingerprints of different lengths");
    std::vector<IndexQuery> prepared;
    prepared.reserve(queries.size());
    for (std::size_t i = 0; i < queries.size(); ++i) prepared.push_back(query(queries[i], measure));
    return prepared;
  }

  // Appends the rows of a tile's pages that are at least as similar as `threshold`.
  void find(const IndexQuery& query, double threshold, std::size_t tile, std::uint32_t first_page,
            std::uint32_t last_page, Scratch& scratch, std::vector<SimilarRow>& found) const {
    const TileView view = view_of(tile);
    const auto runs = view.runs();
    Needs needs;
    needs.fill(std::numeric_limits<std::uint32_t>::max());
    std::uint32_t first = last_page, last = first_page, need = 0;
    bool known = false;
    for (std::size_t run = first_run(runs, first_page * kPageLanes); run < runs.size(); ++run) {
      const std::uint32_t begin = std::max(first_page, runs[run].first_lane / kPageLanes);
      if (begin >= last_page) break;
      const std::uint32_t of_row = runs[run].on_bits;
      need = known ? query.fewest_shared(of_row, threshold, need) : query.fewest_shared(of_row, threshold);
      known = true;
      if (need > std::min(query.on_bits(), of_row)) continue;
      const std::uint32_t end_lane = run + 1 < runs.size() ? runs[run + 1].first_lane : view.header().lanes;
      const std::uint32_t end = std::min(last_page, (end_lane + kPageLanes - 1) / kPageLanes);
      for (std::uint32_t page = begin; page < end; ++page) needs[page] = std::min(needs[page], need);
      first = std::min(first, begin);
      last = std::max(last, end);
    }
    if (first >= last) return;
    const std::uint8_t* next = tile + 1 < tiles_.size() ? tiles_[tile + 1].bytes : nullptr;
    const std::size_t hits = find_hits({view, query.columns(), first, last, needs, next}, scratch);
    std::size_t run = first_run(runs, first * kPageLanes);
    for (const TileHit& hit : std::span(scratch.hits(), hits)) {
      while (run + 1 < runs.size() && runs[run + 1].first_lane <= hit.lane) ++run;
      const double similarity = query.similarity(hit.shared, runs[run].on_bits);
      if (similarity >= threshold) found.push_back({tiles_[tile].rows[hit.lane], hit.shared, similarity});
    }
  }

  void find(const IndexQuery& query, double threshold, std::size_t tile, Scratch& scratch,
            std::vector<SimilarRow>& found) const {
    find(query, threshold, tile, 0, view_of(tile).pages(), scratch, found);
  }

  [[nodiscard]] std::vector<SimilarRow> nearest(const IndexQuery& query, std::size_t count,
                                                const Parallel& parallel) const {
    if (count == 0 || rows_ == 0) return {};
    const std::vector<Region> regions = outwards(query.on_bits(), count);
    std::vector<double> searched(regions.size());  // with which threshold each region was
    BestRows best(count, pages());
    std::mutex adding;
    const auto search = [&](std::size_t i, bool again, Scratch& scratch, std::vector<SimilarRow>& found) {
      double threshold = 0;
      {
        const std::lock_guard lock{adding};
        threshold = again ? best.floor() : best.guess();
      }
      if (again && searched[i] <= threshold) return;
      find(query, threshold, regions[i], scratch, found);
      if (again) std::erase_if(found, [&](const SimilarRow& row) { return row.similarity >= searched[i]; });
      const std::lock_guard lock{adding};
      searched[i] = threshold;
      best.add(found, regions[i].last - regions[i].first);
    };
    // Of the regions behind the first each thread takes the next.
    std::size_t alone = 0;
    for (std::size_t seen = 0; alone < regions.size() && (!parallel || seen < kPagesAlone); ++alone)
      seen += regions[alone].last - regions[alone].first;
    for (const bool again : {false, true}) {
      {
        const ScratchPool::Loan scratch(scratches_);
        std::vector<SimilarRow> found;
        for (std::size_t i = 0; i < alone; ++i) search(i, again, *scratch, found);
      }
      std::atomic<std::size_t> next = alone;
      each(parallel, std::min(regions.size() - alone, kMostTasks), [&](std::size_t) {
        const ScratchPool::Loan scratch(scratches_);
        std::vector<SimilarRow> found;
        for (std::size_t i = next++; i < regions.size(); i = next++) search(i, again, *scratch, found);
      });
    }
    return best.take();
  }

  // Of each query, rows in the order of answers. A tile serves all queries while it is in cache.
  [[nodiscard]] std::vector<std::vector<SimilarRow>> similar(std::span<const IndexQuery> queries, double threshold,
                                                             const Parallel& parallel) const {
    std::vector<std::vector<SimilarRow>> all(queries.size());
    const std::size_t tasks = parallel ? std::min(tiles_.size(), kMostTasks) : 1;
    std::vector<std::vector<std::vector<SimilarRow>>> of_tasks(tasks);
    each(parallel, tasks, [&](std::size_t task) {
      const ScratchPool::Loan scratch(scratches_);
      std::vector<std::vector<SimilarRow>> found(queries.size());
      for (std::size_t tile = task * tiles_.size() / tasks; tile < (task + 1) * tiles_.size() / tasks; ++tile)
        for (std::size_t i = 0; i < queries.size(); ++i) find(queries[i], threshold, tile, *scratch, found[i]);
      for (auto& rows : found) std::ranges::sort(rows, before);
      of_tasks[task] = std::move(found);
    });
    each(parallel, all.size(), [&](std::size_t i) {
      // Pairs of sorted lists become one, until one is left.
      for (std::size_t step = 1; step < tasks; step *= 2)
        for (std::size_t task = 0; task + step < tasks; task += 2 * step)
          merge(of_tasks[task][i], of_tasks[task + step][i]);
      if (tasks > 0) all[i] = std::move(of_tasks[0][i]);
    });
    return all;
  }

  [[nodiscard]] ScratchPool& scratches() const { return scratches_; }
  [[nodiscard]] std::size_t tiles() const { return tiles_.size(); }
  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t rows_of_whole() const { return rows_of_whole_; }
  [[nodiscard]] std::uint32_t bits() const { return bits_; }
  [[nodiscard]] IndexFile as_file() const { return {bits_, rows_of_whole_, tiles_, memory_}; }
  [[nodiscard]] std::size_t tile_bytes() const {
    std::size_t bytes = 0;
    for (const IndexTile& tile : tiles_) bytes += TileView(tile.bytes).header().bytes;
    return bytes;
  }

 private:
  struct Region {
    std::size_t first, last;  // pages, counted through all tiles; of one tile
  };

  // All pages, from the one whose compounds have as many on-bits as the query outwards, to either side in turn and in
  // growing parts: the best so far soon leave little to be looked at.
  [[nodiscard]] std::vector<Region> outwards(std::uint32_t on_bits, std::size_t count) const {
    std::vector<Region> regions;
    const std::size_t all = pages();
    std::size_t below = page_of(on_bits), above = below;  // [below, above) is done
    std::size_t step = std::clamp<std::size_t>(2 * count / kPageLanes, 4, kTilePages);
    for (; below > 0 || above < all; step = std::min<std::size_t>(4 * step, kTilePages)) {
      if (above < all) {
        const std::size_t tile_end = std::min(all, (above / kTilePages + 1) * kTilePages);
        const std::size_t end = std::min(above + step, tile_end);
        regions.push_back({above, end});
        above = end;
      }
      if (below > 0) {
        const std::size_t tile_begin = (below - 1) / kTilePages * kTilePages;
        const std::size_t begin = below > tile_begin + step ? below - step : tile_begin;
        regions.push_back({begin, below});
        below = begin;
      }
    }
    return regions;
  }

  void find(const IndexQuery& query, double threshold, const Region& region, Scratch& scratch,
            std::vector<SimilarRow>& found) const {
    const std::size_t tile = region.first / kTilePages, tile_page = tile * kTilePages;
    find(query, threshold, tile, static_cast<std::uint32_t>(region.first - tile_page),
         static_cast<std::uint32_t>(region.last - tile_page), scratch, found);
  }

  [[nodiscard]] std::size_t pages() const { return (rows_ + kPageLanes - 1) / kPageLanes; }

  // The run that holds `lane`.
  static std::size_t first_run(std::span<const OnBitsRun> runs, std::uint32_t lane) {
    const auto after = std::ranges::upper_bound(runs, lane, {}, &OnBitsRun::first_lane);
    return static_cast<std::size_t>(after - runs.begin()) - 1;
  }

  // The first page with a compound that has at least as many on-bits, the last where none has.
  [[nodiscard]] std::size_t page_of(std::uint32_t on_bits) const {
    const auto fewer = [&](const IndexTile& tile) { return TileView(tile.bytes).runs().back().on_bits < on_bits; };
    const auto tile = std::ranges::partition_point(tiles_, fewer);
    if (tile == tiles_.end()) return (rows_ - 1) / kPageLanes;
    const auto run = std::ranges::lower_bound(TileView(tile->bytes).runs(), on_bits, {}, &OnBitsRun::on_bits);
    return static_cast<std::size_t>(tile - tiles_.begin()) * kTilePages + run->first_lane / kPageLanes;
  }

  [[nodiscard]] TileView view_of(std::size_t tile) const { return TileView(tiles_[tile].bytes); }

  void count_lanes() {
    lanes_of_bit_.resize(bits_);
    for (const IndexTile& tile : tiles_) {
      rows_ += tile.rows.size();
      const auto columns = TileView(tile.bytes).columns();
      for (std::size_t bit = 0; bit < bits_; ++bit) lanes_of_bit_[bit] += columns[bit].lanes;
    }
  }

  std::uint32_t bits_;
  std::size_t rows_of_whole_, rows_ = 0;  // rows_: of the tiles here
  std::vector<IndexTile> tiles_;          // all full but the last
  std::shared_ptr<const void> memory_;    // that they lie in
  std::vector<std::uint64_t> lanes_of_bit_;
  mutable ScratchPool scratches_;
};

FingerprintIndex::FingerprintIndex(const FingerprintSet& fingerprints, const Parallel& parallel)
    : impl_(std::make_unique<const Impl>(fingerprints, parallel)) {}
FingerprintIndex::FingerprintIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
FingerprintIndex::~FingerprintIndex() = default;
FingerprintIndex::FingerprintIndex(FingerprintIndex&&) noexcept = default;
FingerprintIndex& FingerprintIndex::operator=(FingerprintIndex&&) noexcept = default;

void FingerprintIndex::save(const std::filesystem::path& file, std::string_view label) const {
  if (size() != size_of_whole()) throw std::logic_error("a part of an index is not saved");
  write_index_file(file, impl_->as_file(), label);
}

std::optional<FingerprintIndex> FingerprintIndex::load(const std::filesystem::path& file, std::string_view label,
                                                       const Part& part, const Parallel& parallel) {
  auto found = read_index_file(file, label, part, parallel);
  if (!found) return std::nullopt;
  return FingerprintIndex(std::make_unique<const Impl>(*std::move(found)));
}

std::vector<SimilarRow> FingerprintIndex::similar(std::span<const std::uint16_t> on_bits, double threshold,
                                                  const SimilarityMeasure& measure, const Parallel& parallel) const {
  const IndexQuery query = impl_->query(on_bits, measure);
  return std::move(impl_->similar(std::span{&query, 1}, threshold, parallel).front());
}

std::vector<SimilarRow> FingerprintIndex::nearest(std::span<const std::uint16_t> on_bits, std::size_t count,
                                                  const SimilarityMeasure& measure, const Parallel& parallel) const {
  return impl_->nearest(impl_->query(on_bits, measure), count, parallel);
}

std::vector<std::vector<SimilarRow>> FingerprintIndex::similar(const FingerprintSet& queries, double threshold,
                                                               const SimilarityMeasure& measure,
                                                               const Parallel& parallel) const {
  return impl_->similar(impl_->queries(queries, measure), threshold, parallel);
}

void FingerprintIndex::visit_similar(const FingerprintSet& queries, double threshold,
                                     const std::function<void(std::size_t, const SimilarRow&)>& visit,
                                     const SimilarityMeasure& measure) const {
  const std::vector<IndexQuery> prepared = impl_->queries(queries, measure);
  const ScratchPool::Loan scratch(impl_->scratches());
  std::vector<SimilarRow> found;
  for (std::size_t tile = 0; tile < impl_->tiles(); ++tile)
    for (std::size_t i = 0; i < prepared.size(); ++i) {
      impl_->find(prepared[i], threshold, tile, *scratch, found);
      for (const SimilarRow& row : found) visit(i, row);
      found.clear();
    }
}

std::size_t FingerprintIndex::size() const { return impl_->rows(); }
std::size_t FingerprintIndex::size_of_whole() const { return impl_->rows_of_whole(); }
std::uint32_t FingerprintIndex::bits() const { return impl_->bits(); }
std::size_t FingerprintIndex::tile_bytes() const { return impl_->tile_bytes(); }

std::string_view search_instruction_set() { return tile_search::instruction_set(); }

}  // namespace digitalis
