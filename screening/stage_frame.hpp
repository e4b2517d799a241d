#pragma once
// What a stage of the funnel made of one chunk of the store: the frame in the run's journal.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace digitalis {

struct StageFrame {
  /// Compounds that the stage dropped, by index in the chunk, with the reason.
  std::vector<std::pair<std::uint32_t, std::string>> dropped;
  /// Compounds that it passed, by index in the chunk, ascending.
  std::vector<std::uint32_t> passed;
  /// Scores of the passed ones, shape (passed, columns), row-major; higher is better. Empty for a filter.
  std::vector<double> scores;
  /// For each score the number of the query that gave it; same shape.
  std::vector<std::uint32_t> nearest;

  [[nodiscard]] std::size_t columns() const { return passed.empty() ? 0 : scores.size() / passed.size(); }
  [[nodiscard]] std::span<const double> row(std::size_t i) const {
    return std::span{scores}.subspan(i * columns(), columns());
  }
  [[nodiscard]] std::span<const std::uint32_t> nearest_row(std::size_t i) const {
    return std::span{nearest}.subspan(i * columns(), columns());
  }

  [[nodiscard]] std::string to_bytes() const;
  /// Throws std::runtime_error when the bytes are damaged.
  [[nodiscard]] static StageFrame from_bytes(std::string_view bytes);
};

}  // namespace digitalis
