#include "screening/search/similarity_search.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/bytes.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/csv.hpp"

namespace digitalis {
namespace {

namespace tbb = oneapi::tbb;

using Answers = std::vector<std::vector<SimilarRow>>;  // by query

// Queries of a round, for each thread of a rank: a tile is read once for all of them.
constexpr std::size_t kTogether = 64;
// A round of queries is as large as brings about so many hits.
constexpr std::size_t kHitsInARound = std::size_t{1} << 22U;
// Hits whose IDs and SMILES are in memory at the same time.
constexpr std::size_t kHitsInAPage = 100'000;
// Enough to tell any two different fractions of numbers up to 1,000 apart.
constexpr int kDecimals = 6;

/// Searches queries [first, first + count). Called within the arena.
Answers answer(const StoreIndex& index, const SimilarityRequest& request, std::size_t first, std::size_t count) {
  const FingerprintIndex::Parallel over_tiles = [&](std::size_t tasks, const std::function<void(std::size_t)>& work) {
    tbb::parallel_for(std::size_t{0}, tasks, work);
  };
  const FingerprintIndex::Parallel parallel = request.threads > 1 ? over_tiles : FingerprintIndex::Parallel{};
  if (!request.top) {
    FingerprintSet queries(index.bits());
    for (std::size_t i = first; i < first + count; ++i) queries.add(request.queries[i].on_bits);
    return index.similar(queries, request.threshold, request.measure, parallel);
  }
  // Many queries: each by a thread, which looks for less the more it has found. Few: tiles over the threads.
  Answers answers(count);
  const bool is_many = count >= 2 * static_cast<std::size_t>(request.threads);
  tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) {
    auto& found = answers[i];
    found = index.nearest(request.queries[first + i].on_bits, *request.top, request.measure,
                          is_many ? FingerprintIndex::Parallel{} : parallel);
    found.erase(std::ranges::find_if(found, [&](auto& row) { return row.similarity < request.threshold; }),
                found.end());
  });
  return answers;
}

/// The answers of all ranks, on rank 0; empty ones elsewhere. Collective.
Answers together(MpiWorld& world, Answers answers, const SimilarityRequest& request) {
  if (world.size() == 1) return answers;
  ByteWriter out;
  for (const auto& found : answers) out.put_array(std::span{found});
  const std::size_t count = answers.size();
  answers = Answers(count);
  for (const std::string& bytes : world.gather(out.take())) {
    ByteReader in{bytes};
    for (std::vector<SimilarRow>& all : answers) {
      const auto more = in.get_array<SimilarRow>();
      const auto middle = static_cast<std::ptrdiff_t>(all.size());
      all.insert(all.end(), more.begin(), more.end());
      std::inplace_merge(all.begin(), all.begin() + middle, all.end(), before);
      if (request.top && all.size() > *request.top) all.resize(*request.top);
    }
  }
  return answers;
}

/// Writes hits with the IDs and SMILES of the store. Called within the arena.
class HitWriter {
 public:
  HitWriter(const CompoundStore& store, const SimilarityRequest& request, const TableWriter& write)
      : store_(store), request_(request), write_(write) {
    for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk)
      ends_.push_back((ends_.empty() ? 0 : ends_.back()) + store.compounds_in(chunk));
    write_(csv_line({"query_id", "compound_id", "similarity", "smiles"}));
  }

  /// The answers of queries from `first`.
  void add(std::size_t first, const Answers& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i)
      for (const SimilarRow& hit : answers[i]) {
        page_.push_back({first + i, hit});
        if (page_.size() == kHitsInAPage) flush();
      }
  }

  void flush() {
    std::vector<std::uint32_t> rows;
    for (const auto& [query, hit] : page_) rows.push_back(hit.row);
    std::ranges::sort(rows);
    rows.erase(std::ranges::unique(rows).begin(), rows.end());
    const std::vector<Text> texts = read(rows);
    std::string lines;
    for (const auto& [query, hit] : page_) {
      const auto at = static_cast<std::size_t>(std::ranges::lower_bound(rows, hit.row) - rows.begin());
      lines += csv_line({request_.queries[query].id, texts[at].id, fixed(hit.similarity, kDecimals), texts[at].smiles});
    }
    write_(lines);
    hits_ += page_.size();
    page_.clear();
  }

  [[nodiscard]] std::uint64_t hits() const { return hits_; }

 private:
  struct Text {
    std::string id, smiles;
  };

  [[nodiscard]] std::size_t chunk_of(std::uint32_t row) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(ends_, row) - ends_.begin());
  }

  /// Of rows in ascending order: each chunk is read once.
  [[nodiscard]] std::vector<Text> read(const std::vector<std::uint32_t>& rows) const {
    std::vector<std::size_t> begins;  // of the rows of each chunk that has any
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (i == 0 || chunk_of(rows[i]) != chunk_of(rows[i - 1])) begins.push_back(i);
    std::vector<Text> texts(rows.size());
    tbb::parallel_for(std::size_t{0}, begins.size(), [&](std::size_t part) {
      const std::size_t end = part + 1 < begins.size() ? begins[part + 1] : rows.size();
      const std::size_t number = chunk_of(rows[begins[part]]);
      const std::uint64_t first = number == 0 ? 0 : ends_[number - 1];
      const CompoundBlock chunk = store_.chunk(number, {CompoundColumn::kId, CompoundColumn::kSmiles});
      if (chunk.size() != ends_[number] - first) throw std::logic_error("a chunk changed while it was read");
      for (std::size_t i = begins[part]; i < end; ++i)
        texts[i] = {std::string{chunk.id(rows[i] - first)}, std::string{chunk.smiles(rows[i] - first)}};
    });
    return texts;
  }

  const CompoundStore& store_;
  const SimilarityRequest& request_;
  const TableWriter& write_;
  std::vector<std::uint64_t> ends_;  // compounds up to the end of each chunk
  std::vector<std::pair<std::size_t, SimilarRow>> page_;
  std::uint64_t hits_ = 0;
};

}  // namespace

SearchEnd search_similar(MpiWorld& world, const CompoundStore& store, const StoreIndex& part,
                         const SimilarityRequest& request, const TableWriter& write, Progress& progress) {
  SearchEnd end;
  tbb::task_arena arena{request.threads};
  std::optional<HitWriter> writer;  // rank 0
  if (world.is_first()) writer.emplace(store, request, write);
  progress.begin("search", "queries");
  const auto threads = static_cast<std::size_t>(request.threads);
  const std::size_t queries = request.queries.size();
  std::size_t round = std::min(threads, queries);  // the first tells how many hits there are
  for (std::size_t first = 0; round > 0;) {
    Answers answers = together(world, arena.execute([&] { return answer(part, request, first, round); }), request);
    if (writer) arena.execute([&] { writer->add(first, answers); });
    first += round;
    progress.update({.items = first, .fraction = static_cast<double>(first) / static_cast<double>(queries)});
    std::size_t hits = round;  // one more each
    for (const auto& found : answers) hits += found.size();
    const bool is_stopped = first < queries && stop_requested() != StopKind::kNone;
    const std::size_t next = is_stopped ? 0 : std::clamp(kHitsInARound / (hits / round), threads, kTogether * threads);
    // Rank 0 alone knows how many hits there were.
    round = std::min<std::size_t>(world.sum({world.is_first() ? next : 0}).front(), queries - first);
    end.is_stopped = first < queries && round == 0;
  }
  if (writer) {
    arena.execute([&] { writer->flush(); });
    end.hits = writer->hits();
  }
  progress.end({.items = queries, .fraction = 1.0});
  end.hits = world.sum({end.hits}).front();
  return end;
}

}  // namespace digitalis
