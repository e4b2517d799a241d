#pragma once
// The tables of results.sqlite, and the SQL of its views. results_store fills them; README.md of this folder describes
// them.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// Tables that every run has, but for `compounds` and `poses`, whose columns depend on it.
extern const std::string_view kFixedTables;
/// Views that depend on no column of a run: rejects, funnel, best_per_target.
extern const std::string_view kFixedViews;

enum class ValueType : std::uint8_t { kInteger, kReal, kText };
[[nodiscard]] std::string_view sql_type(ValueType type);

/// A column of the view `hits`.
struct HitColumn {
  /// Where its value comes from: a column of `compounds`, as it is or by its number in another table; alerts of a set;
  /// or `scores` of a stage and target.
  enum class From : std::uint8_t {
    kPlace,
    kCompound,
    kTarget,
    kActive,
    kSource,
    kAlerts,
    kScore,
    kEfficiency,
    // What follows is text.
    kResidues,
    kReceptor,
    kInteractions,
    kFlags
  };
  std::string name;
  ValueType type = ValueType::kReal;
  int decimals = 0;  ///< that hits.csv writes; reals only
  From from = From::kCompound;
  std::int64_t stage = 0, target = 0;  ///< of a score
  /// Whether `compounds` has a column of its name.
  [[nodiscard]] bool in_compounds() const { return from >= From::kCompound && from <= From::kAlerts; }
};

/// CREATE TABLE compounds, and CREATE VIEW hits.
[[nodiscard]] std::string compounds_table(const std::vector<HitColumn>& columns);
[[nodiscard]] std::string hits_view(const std::vector<HitColumn>& columns);

/// CREATE TABLE poses: `terms` are columns with what docking says of a pose.
[[nodiscard]] std::string poses_table(const std::vector<std::pair<std::string, ValueType>>& terms);

/// Sets of alerts as columns name them: "pains", "brenk", "nih"; nothing for another column.
[[nodiscard]] std::optional<std::string_view> alert_set_of(std::string_view column);

}  // namespace digitalis
