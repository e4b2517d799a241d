#pragma once
// One score from several: over the targets of a campaign, or over several scorers of one target.
// Compared in C. Charifson et al., J. Med. Chem. 42 (1999) 5100-5109, doi:10.1021/jm990352k.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// How the columns become one score; in each, higher is better and weights are relative.
enum class Consensus : std::uint8_t {
  kBest,      ///< the best of weight / largest weight x score: a hit of one target is a hit
  kWeighted,  ///< weighted mean of the scores, for columns on one scale
  kZScore,    ///< weighted mean of (score - mean) / standard deviation of its column (over count; 0 where that is 0)
  kRank,      ///< weighted mean of the share of compounds that score lower (ties, the compound itself too, count half)
  kBestRank,  ///< the best of weight / largest weight x that share: as kBest, for columns on different scales
};
[[nodiscard]] std::optional<Consensus> find_consensus(
    std::string_view name);  ///< "best", "weighted", "zscore", "rank", "best_rank"
[[nodiscard]] std::string_view name_of(Consensus consensus);

/// What has to be known of all compounds before one can be judged: filled chunk by chunk, merged in chunk order,
/// so that its floating-point sums do not depend on ranks or threads. Memory: constant, but for kRank and kBestRank 8
/// bytes per score.
class ColumnStatistics {
 public:
  ColumnStatistics(Consensus consensus, std::size_t columns);
  /// One compound's scores, one per column (std::invalid_argument else); NaN or infinite: this column has none
  /// (it is left out of the sums).
  void add(std::span<const double> scores);
  /// Appends what another object saw after this one. Both were made with the same arguments (std::invalid_argument
  /// else).
  void merge(const ColumnStatistics& later);

  struct Column {
    std::uint64_t count = 0;
    double mean = 0.0;
    double sum_of_squares = 0.0;  ///< of deviations from the mean (Welford; merged after Chan et al.)
    std::vector<double> scores;   ///< kRank, kBestRank only, as they came
  };
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }

  /// For sending to other ranks. from_bytes throws std::runtime_error when the bytes are damaged.
  [[nodiscard]] std::string to_bytes() const;
  [[nodiscard]] static ColumnStatistics from_bytes(std::string_view bytes);

 private:
  Consensus consensus_;
  std::vector<Column> columns_;
};

/// Turns a compound's columns into its score. Safe to call concurrently.
class ConsensusScorer {
 public:
  /// `weights`: one per column, >= 0, not all zero (std::invalid_argument else). kBest and kWeighted need no
  /// statistics; for the others they were made with the same consensus and as many columns. Sorts for kRank: O(n log
  /// n).
  ConsensusScorer(Consensus consensus, std::vector<double> weights, ColumnStatistics statistics);
  /// One score per column (std::invalid_argument else). NaN or infinite counts as the worst score that column can give
  /// (kBest, kWeighted: 0; kZScore: -3; kRank, kBestRank: 0). Columns of weight 0 are not looked at.
  [[nodiscard]] double score(std::span<const double> scores) const;
  /// What each score is worth before weighting, on the scale of the consensus: the score itself, its z-score, or the
  /// share of compounds that score lower; the worst where it is missing.
  [[nodiscard]] std::vector<double> levels(std::span<const double> scores) const;
  /// The score that a compound of these levels has under other weights, given as to the constructor.
  [[nodiscard]] double score_under(std::span<const double> weights, std::span<const double> levels) const;
  /// The column that contributes most to score(), the first among equals.
  [[nodiscard]] std::size_t leading(std::span<const double> scores) const;

 private:
  [[nodiscard]] bool takes_best() const { return consensus_ == Consensus::kBest || consensus_ == Consensus::kBestRank; }
  [[nodiscard]] bool takes_places() const {
    return consensus_ == Consensus::kRank || consensus_ == Consensus::kBestRank;
  }
  [[nodiscard]] double level(std::size_t column, double score) const;
  Consensus consensus_;
  std::vector<double> weights_;  ///< relative to the largest for the bests, else of sum 1
  ColumnStatistics statistics_;
  std::vector<std::vector<double>> sorted_;  ///< kRank, kBestRank: scores of each column, ascending
};

}  // namespace digitalis
