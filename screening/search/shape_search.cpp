#include "screening/search/shape_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/ligand_preparation.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/csv.hpp"

namespace digitalis {
namespace {

namespace tbb = oneapi::tbb;

constexpr int kDecimals = 4;

struct ShapeHit {
  double score = 0.0;
  std::uint64_t row = 0;  ///< in the store
  std::string id, smiles;
  Overlay overlay;
  std::uint32_t conformer = 0;
  std::vector<Position> pose_A = {};  ///< when poses are written
};

/// Best first.
bool is_before(const ShapeHit& a, const ShapeHit& b) { return a.score != b.score ? a.score > b.score : a.row < b.row; }

/// Of the compound's conformer that is most similar to one of the query's.
double best_moments(const ShapeQuery& query, const ConformerBlock::Entry& entry, const UsrcatKinds& kinds) {
  double best = 0.0;
  for (const auto& conformer : entry.conformers) {
    const Usrcat moments = usrcat(conformer, kinds);
    for (const Usrcat& of_query : query.moments) best = std::max(best, usrcat_similarity(of_query, moments));
  }
  return best;
}

std::vector<Position> pose_of(const ShapeQuery& query, const BestOverlay& best, const ConformerBlock::Entry& entry,
                              const Shape& shape) {
  const RigidMotion motion =
      query.conformers[best.query_conformer].to_frame.inverse().after(best.overlay.motion).after(shape.to_frame);
  std::vector<Position> pose;
  for (const Position& at : entry.conformers[best.conformer]) pose.push_back(motion(at));
  return pose;
}

/// Hits of one query, as they come in the order of the store.
class HitList {
 public:
  HitList(std::optional<std::size_t> top, double threshold) : top_(top), threshold_(threshold) {}

  void add(ShapeHit hit) {
    if (hit.score < threshold_) return;
    hits_.push_back(std::move(hit));
    if (top_ && hits_.size() >= 2 * *top_ + 64) shorten();
  }
  std::vector<ShapeHit> finish() {
    if (top_) shorten();
    std::ranges::sort(hits_, is_before);
    return std::move(hits_);
  }

 private:
  void shorten() {
    if (hits_.size() <= *top_) return;
    std::ranges::nth_element(hits_, hits_.begin() + static_cast<std::ptrdiff_t>(*top_), is_before);
    hits_.resize(*top_);
  }
  std::optional<std::size_t> top_;
  double threshold_;
  std::vector<ShapeHit> hits_;
};

class ShapeSearch {
 public:
  ShapeSearch(const CompoundStore& store, const StoreConformers& conformers, const ShapeRequest& request,
              Progress& progress)
      : store_(store), conformers_(conformers), request_(request), progress_(progress) {
    std::uint64_t first = 0;
    for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
      firsts_.push_back(first);
      first += store.compounds_in(chunk);
    }
    compounds_ = first;
    for (std::size_t q = 0; q < request.queries.size(); ++q) lists_.emplace_back(request.top, request.threshold);
  }

  /// False when it was stopped. Called within the arena.
  bool run() {
    if (request_.prefilter < 1.0 && !choose()) return false;
    return over_chunks<std::vector<std::vector<ShapeHit>>>(
        "overlay", [&](std::uint64_t number) { return overlay_chunk(number); },
        [&](std::vector<std::vector<ShapeHit>>&& hits) {
          for (std::size_t q = 0; q < hits.size(); ++q)
            for (ShapeHit& hit : hits[q]) lists_[q].add(std::move(hit));
        });
  }

  std::uint64_t write(const TableWriter& write) {
    std::uint64_t hits = 0;
    if (!request_.as_sdf)
      write(csv_line({"query_id", "compound_id", "combo", "shape", "colour", "conformer", "smiles"}));
    for (std::size_t q = 0; q < lists_.size(); ++q)
      for (const ShapeHit& hit : lists_[q].finish()) {
        write(request_.as_sdf ? record_of(request_.queries[q], hit) : line_of(request_.queries[q], hit));
        ++hits;
      }
    return hits;
  }

 private:
  template <class Found, class Work, class Take>
  bool over_chunks(const std::string& stage, const Work& work, const Take& take) {
    std::uint64_t next = 0, done = 0;
    bool is_stopped = false;
    progress_.begin(stage, "compounds");
    tbb::parallel_pipeline(
        2 * static_cast<std::size_t>(request_.threads),
        tbb::make_filter<void, std::uint64_t>(tbb::filter_mode::serial_in_order,
                                              [&](tbb::flow_control& flow) {
                                                is_stopped =
                                                    next < store_.chunks() && stop_requested() != StopKind::kNone;
                                                if (next == store_.chunks() || is_stopped) flow.stop();
                                                return next++;
                                              }) &
            tbb::make_filter<std::uint64_t, Found>(tbb::filter_mode::parallel, work) &
            tbb::make_filter<Found, void>(tbb::filter_mode::serial_in_order, [&](Found found) {
              take(std::move(found));
              const std::uint64_t chunk = done++;
              const std::uint64_t items = firsts_[chunk] + store_.compounds_in(chunk);
              progress_.update({.items = items,
                                .fraction = static_cast<double>(items) /
                                            static_cast<double>(std::max<std::uint64_t>(compounds_, 1))});
            }));
    progress_.end({.items = compounds_, .fraction = 1.0});
    return !is_stopped;
  }

  /// Which compounds are worth an overlay on each query.
  bool choose() {
    using Similarities = std::vector<std::vector<float>>;  // by query
    similarities_.resize(request_.queries.size());
    const bool is_done = over_chunks<Similarities>(
        "usrcat",
        [&](std::uint64_t number) {
          const ConformerBlock block = conformers_.block(number, store_.chunk(number));
          Similarities found(request_.queries.size());
          for (std::size_t i = 0; i < block.size(); ++i) {
            const ConformerBlock::Entry entry = block.entry(i);
            const UsrcatKinds kinds = usrcat_kinds(entry.features);
            for (std::size_t q = 0; q < found.size(); ++q)
              found[q].push_back(static_cast<float>(best_moments(request_.queries[q], entry, kinds)));
          }
          return found;
        },
        [&](Similarities&& found) {
          for (std::size_t q = 0; q < found.size(); ++q)
            similarities_[q].insert(similarities_[q].end(), found[q].begin(), found[q].end());
        });
    if (!is_done) return false;
    for (const auto& of_query : similarities_) {
      const auto kept = std::clamp<std::size_t>(
          static_cast<std::size_t>(std::ceil(request_.prefilter * static_cast<double>(of_query.size()))), 1,
          std::max<std::size_t>(of_query.size(), 1));
      std::vector<float> sorted = of_query;
      if (kept < sorted.size())
        std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(kept - 1), std::greater<>{});
      least_.push_back(kept < sorted.size() ? sorted[kept - 1] : 0.0f);
    }
    return true;
  }

  std::vector<std::vector<ShapeHit>> overlay_chunk(std::uint64_t number) const {
    const CompoundBlock chunk = store_.chunk(number);
    const ConformerBlock block = conformers_.block(number, chunk);
    std::vector<std::vector<ShapeHit>> hits(request_.queries.size());
    for (std::size_t i = 0; i < block.size(); ++i) {
      if (block.is_reject(i)) continue;
      const std::uint64_t row = firsts_[number] + i;
      ConformerBlock::Entry entry;
      std::vector<Shape> shapes;
      for (std::size_t q = 0; q < hits.size(); ++q) {
        if (!least_.empty() && similarities_[q][row] < least_[q]) continue;
        if (shapes.empty()) entry = block.entry(i), shapes = shapes_of(entry);
        const BestOverlay best = best_overlay(request_.queries[q], shapes, request_.score);
        if (best.score < request_.threshold) continue;
        ShapeHit hit{.score = best.score,
                     .row = row,
                     .id = std::string{chunk.id(i)},
                     .smiles = std::string{chunk.smiles(i)},
                     .overlay = best.overlay,
                     .conformer = best.conformer};
        if (request_.as_sdf) hit.pose_A = pose_of(request_.queries[q], best, entry, shapes[best.conformer]);
        hits[q].push_back(std::move(hit));
      }
    }
    return hits;
  }

  /// Numbers of a hit as the table and the records write them.
  static std::array<std::string, 4> numbers_of(const ShapeHit& hit) {
    return {fixed(hit.overlay.combo(), kDecimals), fixed(hit.overlay.shape, kDecimals),
            fixed(hit.overlay.colour, kDecimals), std::to_string(hit.conformer + 1)};
  }
  static std::string line_of(const ShapeQuery& query, const ShapeHit& hit) {
    const auto [combo, shape, colour, conformer] = numbers_of(hit);
    return csv_line({query.id, hit.id, combo, shape, colour, conformer, hit.smiles});
  }
  static std::string record_of(const ShapeQuery& query, const ShapeHit& hit) {
    const auto [combo, shape, colour, conformer] = numbers_of(hit);
    return sdf_record_of_pose(
        hit.smiles, hit.id, hit.pose_A,
        {{"query_id", query.id}, {"combo", combo}, {"shape", shape}, {"colour", colour}, {"conformer", conformer}});
  }

  const CompoundStore& store_;
  const StoreConformers& conformers_;
  const ShapeRequest& request_;
  Progress& progress_;
  std::vector<std::uint64_t> firsts_;  // row of each chunk's first compound
  std::uint64_t compounds_ = 0;
  std::vector<std::vector<float>> similarities_;  // by query and row, with a prefilter
  std::vector<float> least_;                      // of each query's chosen compounds
  std::vector<HitList> lists_;
};

}  // namespace

SearchEnd search_shapes(const CompoundStore& store, const StoreConformers& conformers, const ShapeRequest& request,
                        const TableWriter& write, Progress& progress) {
  SearchEnd end;
  tbb::task_arena{request.threads}.execute([&] {
    ShapeSearch search{store, conformers, request, progress};
    end.is_stopped = !search.run();
    if (!end.is_stopped) end.hits = search.write(write);
  });
  return end;
}

}  // namespace digitalis
