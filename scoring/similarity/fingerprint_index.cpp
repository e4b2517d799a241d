#include "scoring/similarity/fingerprint_index.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <stdexcept>

#include "scoring/similarity/column_tile.hpp"
#include "scoring/similarity/index_file.hpp"
#include "scoring/similarity/tile_search.hpp"

namespace digitalis {
namespace {

using tile_search::Scratch;
using tile_search::TileHit;
using tile_search::TileQuery;

using Needs = std::array<std::uint32_t, kTilePages>;

bool before(const SimilarRow& a, const SimilarRow& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.row < b.row;
}

// A query, and how many bits compounds must share with it to be hits.
class Query {
 public:
  // @param lanes_of_bit  compounds of the whole index that have each bit
  Query(std::span<const std::uint16_t> on_bits, std::span<const std::uint64_t> lanes_of_bit,
        const SimilarityMeasure& measure)
      : measure_(measure), columns_(on_bits.begin(), on_bits.end()) {
    measure.check();
    if (std::ranges::adjacent_find(on_bits, std::greater_equal{}) != on_bits.end() ||
        (!on_bits.empty() && on_bits.back() >= lanes_of_bit.size()))
      throw std::invalid_argument("on-bits of a query must ascend and lie within the fingerprint");
    std::ranges::stable_sort(columns_, {}, [&](std::uint16_t bit) { return lanes_of_bit[bit]; });
  }

  [[nodiscard]] std::uint32_t on_bits() const { return static_cast<std::uint32_t>(columns_.size()); }
  [[nodiscard]] std::span<const std::uint16_t> columns() const { return columns_; }
  [[nodiscard]] double similarity(std::uint32_t shared, std::uint32_t of_row) const {
    return measure_(shared, on_bits(), of_row);
  }
  // More than the lesser of both where none is enough.
  [[nodiscard]] std::uint32_t fewest_shared(std::uint32_t of_row, double threshold) const {
    return measure_.fewest_shared(on_bits(), of_row, threshold);
  }
  // The same where the answer is not below `at_least`, as for a row with fewer on-bits.
  [[nodiscard]] std::uint32_t fewest_shared(std::uint32_t of_row, double threshold, std::uint32_t at_least) const {
    const std::uint32_t most = std::min(on_bits(), of_row);
    while (at_least <= most && similarity(at_least, of_row) < threshold) ++at_least;
    return at_least;
  }

 private:
  SimilarityMeasure measure_;
  std::vector<std::uint16_t> columns_;
};

}  // namespace

class FingerprintIndex::Impl {
 public:
  explicit Impl(const FingerprintSet& fingerprints) : bits_(fingerprints.bits()) {
    std::vector<std::uint32_t> rows(fingerprints.size());
    std::iota(rows.begin(), rows.end(), 0u);
    std::ranges::stable_sort(rows, {}, [&](std::uint32_t row) { return fingerprints[row].size(); });
    struct Memory {
      std::vector<std::uint32_t> rows;
      std::vector<TileBytes> tiles;
    };
    const auto memory = std::make_shared<Memory>();
    memory->rows = std::move(rows);
    rows_ = memory->rows;
    for (std::size_t first = 0; first < rows_.size(); first += kTileLanes) {
      memory->tiles.push_back(encode_tile(fingerprints, rows_.subspan(first, lanes_of_tile(first / kTileLanes))));
      tiles_.push_back(memory->tiles.back().get());
    }
    memory_ = memory;
    count_lanes();
  }

  // Of tiles without defects, kept by `memory`.
  explicit Impl(IndexFile file)
      : bits_(file.bits), rows_(file.rows), tiles_(std::move(file.tiles)), memory_(std::move(file.memory)) {
    count_lanes();
  }

  [[nodiscard]] Query query(std::span<const std::uint16_t> on_bits, const SimilarityMeasure& measure) const {
    return Query(on_bits, lanes_of_bit_, measure);
  }

  // Appends the rows of a tile's pages that are at least as similar as `threshold`.
  void find(const Query& query, double threshold, std::size_t tile, std::uint32_t first_page, std::uint32_t last_page,
            Scratch& scratch, std::vector<SimilarRow>& found) const {
    const TileView view(tiles_[tile]);
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
    const std::uint8_t* next = tile + 1 < tiles_.size() ? tiles_[tile + 1] : nullptr;
    const std::size_t hits = find_hits({view, query.columns(), first, last, needs, next}, scratch);
    std::size_t run = first_run(runs, first * kPageLanes);
    for (const TileHit& hit : std::span(scratch.hits(), hits)) {
      while (run + 1 < runs.size() && runs[run + 1].first_lane <= hit.lane) ++run;
      const double similarity = query.similarity(hit.shared, runs[run].on_bits);
      if (similarity >= threshold) found.push_back({rows_[tile * kTileLanes + hit.lane], hit.shared, similarity});
    }
  }

  void find(const Query& query, double threshold, std::size_t tile, Scratch& scratch,
            std::vector<SimilarRow>& found) const {
    find(query, threshold, tile, 0, TileView(tiles_[tile]).pages(), scratch, found);
  }

  // From the page whose compounds have as many on-bits as the query outwards, to either side in turn and in growing
  // parts: the k-th best so far soon leaves little to be looked at.
  [[nodiscard]] std::vector<SimilarRow> nearest(const Query& query, std::size_t count) const {
    std::vector<SimilarRow> best;
    if (count == 0 || rows_.empty()) return best;
    Scratch scratch;
    double threshold = -1.0;
    const std::size_t pages = (rows_.size() + kPageLanes - 1) / kPageLanes;
    const auto search = [&](std::size_t first, std::size_t last) {
      const std::size_t tile = first / kTilePages, tile_page = tile * kTilePages;
      find(query, threshold, tile, static_cast<std::uint32_t>(first - tile_page),
           static_cast<std::uint32_t>(last - tile_page), scratch, best);
      if (best.size() < count) return;
      const auto last_best = best.begin() + static_cast<std::ptrdiff_t>(count - 1);
      std::ranges::nth_element(best, last_best, before);
      threshold = last_best->similarity;
      best.resize(count);
    };
    std::size_t below = page_of(query.on_bits()), above = below;  // [below, above) is done
    std::size_t step = std::clamp<std::size_t>(2 * count / kPageLanes, 4, kTilePages);
    for (; below > 0 || above < pages; step = std::min<std::size_t>(4 * step, kTilePages)) {
      if (above < pages) {
        const std::size_t tile_end = std::min(pages, (above / kTilePages + 1) * kTilePages);
        const std::size_t end = std::min(above + step, tile_end);
        search(above, end);
        above = end;
      }
      if (below > 0) {
        const std::size_t tile_begin = (below - 1) / kTilePages * kTilePages;
        const std::size_t begin = below > tile_begin + step ? below - step : tile_begin;
        search(begin, below);
        below = begin;
      }
    }
    std::ranges::sort(best, before);
    return best;
  }

  [[nodiscard]] std::size_t tiles() const { return tiles_.size(); }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] std::uint32_t bits() const { return bits_; }
  [[nodiscard]] IndexFile as_file() const { return {bits_, rows_, tiles_, memory_}; }
  [[nodiscard]] std::size_t tile_bytes() const {
    std::size_t bytes = 0;
    for (const std::uint8_t* tile : tiles_) bytes += TileView(tile).header().bytes;
    return bytes;
  }

 private:
  // The run that holds `lane`.
  static std::size_t first_run(std::span<const OnBitsRun> runs, std::uint32_t lane) {
    const auto after = std::ranges::upper_bound(runs, lane, {}, &OnBitsRun::first_lane);
    return static_cast<std::size_t>(after - runs.begin()) - 1;
  }

  // The first page with a compound that has at least as many on-bits, the last where none has.
  [[nodiscard]] std::size_t page_of(std::uint32_t on_bits) const {
    const auto fewer = [&](const std::uint8_t* tile) { return TileView(tile).runs().back().on_bits < on_bits; };
    const auto tile = std::ranges::partition_point(tiles_, fewer);
    if (tile == tiles_.end()) return (rows_.size() - 1) / kPageLanes;
    const auto run = std::ranges::lower_bound(TileView(*tile).runs(), on_bits, {}, &OnBitsRun::on_bits);
    return static_cast<std::size_t>(tile - tiles_.begin()) * kTilePages + run->first_lane / kPageLanes;
  }

  [[nodiscard]] std::size_t lanes_of_tile(std::size_t tile) const {
    return std::min<std::size_t>(kTileLanes, rows_.size() - tile * kTileLanes);
  }

  void count_lanes() {
    lanes_of_bit_.resize(bits_);
    for (const std::uint8_t* tile : tiles_) {
      const auto columns = TileView(tile).columns();
      for (std::size_t bit = 0; bit < bits_; ++bit) lanes_of_bit_[bit] += columns[bit].lanes;
    }
  }

  std::uint32_t bits_;
  std::span<const std::uint32_t> rows_;  // of all lanes, tile after tile
  std::vector<const std::uint8_t*> tiles_;
  std::shared_ptr<const void> memory_;  // that both lie in
  std::vector<std::uint64_t> lanes_of_bit_;
};

FingerprintIndex::FingerprintIndex(const FingerprintSet& fingerprints)
    : impl_(std::make_unique<const Impl>(fingerprints)) {}
FingerprintIndex::FingerprintIndex(std::unique_ptr<const Impl> impl) : impl_(std::move(impl)) {}
FingerprintIndex::~FingerprintIndex() = default;
FingerprintIndex::FingerprintIndex(FingerprintIndex&&) noexcept = default;
FingerprintIndex& FingerprintIndex::operator=(FingerprintIndex&&) noexcept = default;

void FingerprintIndex::save(const std::filesystem::path& file, std::string_view label) const {
  write_index_file(file, impl_->as_file(), label);
}

std::optional<FingerprintIndex> FingerprintIndex::load(const std::filesystem::path& file, std::string_view label,
                                                       const Parallel& parallel) {
  auto found = read_index_file(file, label, parallel);
  if (!found) return std::nullopt;
  return FingerprintIndex(std::make_unique<const Impl>(*std::move(found)));
}

std::vector<SimilarRow> FingerprintIndex::similar(std::span<const std::uint16_t> on_bits, double threshold,
                                                  const SimilarityMeasure& measure) const {
  const Query query = impl_->query(on_bits, measure);
  Scratch scratch;
  std::vector<SimilarRow> found;
  for (std::size_t tile = 0; tile < impl_->tiles(); ++tile) impl_->find(query, threshold, tile, scratch, found);
  std::ranges::sort(found, before);
  return found;
}

std::vector<SimilarRow> FingerprintIndex::nearest(std::span<const std::uint16_t> on_bits, std::size_t count,
                                                  const SimilarityMeasure& measure) const {
  return impl_->nearest(impl_->query(on_bits, measure), count);
}

std::vector<std::vector<SimilarRow>> FingerprintIndex::similar(const FingerprintSet& queries, double threshold,
                                                               const SimilarityMeasure& measure) const {
  std::vector<std::vector<SimilarRow>> found(queries.size());
  visit_similar(
      queries, threshold, [&](std::size_t query, const SimilarRow& row) { found[query].push_back(row); }, measure);
  for (auto& rows : found) std::ranges::sort(rows, before);
  return found;
}

void FingerprintIndex::visit_similar(const FingerprintSet& queries, double threshold,
                                     const std::function<void(std::size_t, const SimilarRow&)>& visit,
                                     const SimilarityMeasure& measure) const {
  if (queries.bits() != bits()) throw std::invalid_argument("queries and index have fingerprints of different lengths");
  std::vector<Query> prepared;
  prepared.reserve(queries.size());
  for (std::size_t i = 0; i < queries.size(); ++i) prepared.push_back(impl_->query(queries[i], measure));
  Scratch scratch;
  std::vector<SimilarRow> found;
  for (std::size_t tile = 0; tile < impl_->tiles(); ++tile)
    for (std::size_t i = 0; i < prepared.size(); ++i) {
      impl_->find(prepared[i], threshold, tile, scratch, found);
      for (const SimilarRow& row : found) visit(i, row);
      found.clear();
    }
}

std::size_t FingerprintIndex::size() const { return impl_->rows(); }
std::uint32_t FingerprintIndex::bits() const { return impl_->bits(); }
std::size_t FingerprintIndex::tile_bytes() const { return impl_->tile_bytes(); }

std::string_view search_instruction_set() { return tile_search::instruction_set(); }

}  // namespace digitalis
