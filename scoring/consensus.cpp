#include "scoring/consensus.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

#include "chem/bytes.hpp"

namespace digitalis {
namespace {

// What a compound without a score gets from a column of z-scores: worse than 99.9 % of a normal distribution.
constexpr double kMissingZScore = -3.0;

constexpr std::array<std::pair<Consensus, std::string_view>, 5> kNames{{
    {Consensus::kBest, "best"},
    {Consensus::kWeighted, "weighted"},
    {Consensus::kZScore, "zscore"},
    {Consensus::kRank, "rank"},
    {Consensus::kBestRank, "best_rank"},
}};

bool is_missing(double score) { return !std::isfinite(score); }

double z_score(const ColumnStatistics::Column& column, double score) {
  if (is_missing(score)) return kMissingZScore;
  if (!(column.sum_of_squares > 0.0)) return 0.0;  // all the same: the column tells nothing
  return (score - column.mean) / std::sqrt(column.sum_of_squares / static_cast<double>(column.count));
}

double share_below(const std::vector<double>& sorted, double score) {
  if (is_missing(score) || sorted.empty()) return 0.0;
  const auto [first, last] = std::equal_range(sorted.begin(), sorted.end(), score);
  const auto lower = static_cast<double>(first - sorted.begin());
  return (lower + 0.5 * static_cast<double>(last - first)) / static_cast<double>(sorted.size());
}

void check_width(std::size_t scores, std::size_t columns) {
  if (scores != columns)
    throw std::invalid_argument("consensus of " + std::to_string(columns) + " columns was given " +
                                std::to_string(scores) + " scores");
}

/// Weights as the scores are multiplied with: relative to the largest, or of sum 1.
std::vector<double> relative(bool takes_best, std::vector<double> weights) {
  double sum = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!std::isfinite(weights[i]) || weights[i] < 0.0)
      throw std::invalid_argument("weight " + std::to_string(i + 1) + " of " + std::to_string(weights.size()) +
                                  " is negative or not a number; hint: weights are relative, 0 leaves a column out");
    sum += weights[i];
    largest = std::max(largest, weights[i]);
  }
  if (!(sum > 0.0)) throw std::invalid_argument("all weights are 0; hint: give at least one column a weight");
  if (!std::isfinite(sum)) throw std::invalid_argument("the weights' sum is too large; hint: weights are relative");
  for (double& weight : weights) weight /= takes_best ? largest : sum;
  return weights;
}

/// `level_of` gives a column's level; columns of weight 0 are not asked for.
template <class LevelOf>
double combine(bool takes_best, std::span<const double> weights, const LevelOf& level_of) {
  bool first = true;
  double result = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] == 0.0) continue;
    const double own = weights[i] * level_of(i);
    result = first ? own : takes_best ? std::max(result, own) : result + own;
    first = false;
  }
  return result;
}

}  // namespace

std::optional<Consensus> find_consensus(std::string_view name) {
  for (const auto& [consensus, its_name] : kNames)
    if (its_name == name) return consensus;
  return std::nullopt;
}

std::string_view name_of(Consensus consensus) {
  for (const auto& [known, name] : kNames)
    if (known == consensus) return name;
  throw std::logic_error("a consensus without a name");
}

ColumnStatistics::ColumnStatistics(Consensus consensus, std::size_t columns)
    : consensus_(consensus), columns_(columns) {}

void ColumnStatistics::add(std::span<const double> scores) {
  check_width(scores.size(), columns_.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (is_missing(scores[i])) continue;
    Column& column = columns_[i];
    const double from_old_mean = scores[i] - column.mean;
    column.mean += from_old_mean / static_cast<double>(++column.count);
    column.sum_of_squares += from_old_mean * (scores[i] - column.mean);
    if (consensus_ == Consensus::kRank || consensus_ == Consensus::kBestRank) column.scores.push_back(scores[i]);
  }
}

void ColumnStatistics::merge(const ColumnStatistics& later) {
  if (consensus_ != later.consensus_ || columns_.size() != later.columns_.size())
    throw std::invalid_argument("statistics of different consensus scores cannot be merged");
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    Column& left = columns_[i];
    const Column& right = later.columns_[i];
    if (right.count == 0) continue;
    if (left.count == 0) {  // exactly, so that a chunk may be the first or come after empty ones
      left = right;
      continue;
    }
    const auto left_count = static_cast<double>(left.count), right_count = static_cast<double>(right.count);
    const double all = left_count + right_count, apart = right.mean - left.mean;
    left.mean += apart * (right_count / all);
    left.sum_of_squares += right.sum_of_squares + apart * apart * (left_count * right_count / all);
    left.count += right.count;
    left.scores.insert(left.scores.end(), right.scores.begin(), right.scores.end());
  }
}

std::string ColumnStatistics::to_bytes() const {
  ByteWriter out;
  out.put(consensus_);
  out.put(static_cast<std::uint64_t>(columns_.size()));
  for (const Column& column : columns_) {
    out.put(column.count);
    out.put(column.mean);
    out.put(column.sum_of_squares);
    out.put_array(std::span{column.scores});
  }
  return out.take();
}

ColumnStatistics ColumnStatistics::from_bytes(std::string_view bytes) {
  ByteReader in{bytes};
  const auto consensus = in.get<Consensus>();
  ColumnStatistics statistics{consensus, 0};
  for (auto columns = in.get<std::uint64_t>(); columns > 0; --columns) {
    Column& column = statistics.columns_.emplace_back();
    column.count = in.get<std::uint64_t>();
    column.mean = in.get<double>();
    column.sum_of_squares = in.get<double>();
    column.scores = in.get_array<double>();
  }
  return statistics;
}

ConsensusScorer::ConsensusScorer(Consensus consensus, std::vector<double> weights, ColumnStatistics statistics)
    : consensus_(consensus), weights_(std::move(weights)), statistics_(std::move(statistics)) {
  weights_ = relative(takes_best(), std::move(weights_));
  if (consensus_ != Consensus::kZScore && !takes_places()) return;
  check_width(weights_.size(), statistics_.columns().size());
  if (!takes_places()) return;
  for (const auto& column : statistics_.columns()) {
    if (column.scores.size() != column.count)
      throw std::invalid_argument("consensus by rank needs statistics that were made for it");
    sorted_.push_back(column.scores);
    std::ranges::sort(sorted_.back());
  }
}

double ConsensusScorer::level(std::size_t column, double score) const {
  switch (consensus_) {
    case Consensus::kBest:
    case Consensus::kWeighted: return is_missing(score) ? 0.0 : score;
    case Consensus::kZScore: return z_score(statistics_.columns()[column], score);
    case Consensus::kRank:
    case Consensus::kBestRank: return share_below(sorted_[column], score);
  }
  throw std::logic_error("a consensus without a rule");
}

double ConsensusScorer::score(std::span<const double> scores) const {
  check_width(scores.size(), weights_.size());
  return combine(takes_best(), weights_, [&](std::size_t column) { return level(column, scores[column]); });
}

std::vector<double> ConsensusScorer::levels(std::span<const double> scores) const {
  check_width(scores.size(), weights_.size());
  std::vector<double> levels(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) levels[i] = level(i, scores[i]);
  return levels;
}

double ConsensusScorer::score_under(std::span<const double> weights, std::span<const double> levels) const {
  check_width(weights.size(), weights_.size());
  check_width(levels.size(), weights_.size());
  return combine(takes_best(), relative(takes_best(), {weights.begin(), weights.end()}),
                 [&](std::size_t column) { return levels[column]; });
}

std::size_t ConsensusScorer::leading(std::span<const double> scores) const {
  check_width(scores.size(), weights_.size());
  std::size_t leading = scores.size();
  double most = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (weights_[i] == 0.0) continue;
    const double own = weights_[i] * level(i, scores[i]);
    if (leading < scores.size() && own <= most) continue;
    leading = i;
    most = own;
  }
  return leading;
}

}  // namespace digitalis
