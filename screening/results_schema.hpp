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

/// Tables that every run has, but for `compounds`, whose columns depend on it, and `poses`.
extern const std::string_view kFixedTables;
/// Views that depend on no column of a run: rejects, funnel, best_per_target, contacts_of_hits.
extern const std::string_view kFixedViews;

enum class ValueType : std::uint8_t { kInteger, kReal, kText };
[[nodiscard]] std::string_view sql_type(ValueType type);

/// A column of the view `hits`.
struct HitColumn {
  /// Where its value comes from: a column of `compounds`, as it is or by its number in another table; alerts of a set;
  /// `scores` of a stage and target, or what `poses` and `contacts` say of its pose.
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

  /// A real column of `compounds` whose values are kept as whole numbers, times 10 to the power of its decimals: 2 or 3
  /// bytes instead of 8. Its name there tells ("mw_g_mol_x100"), the view `hits` divides.
  bool is_scaled = false;
  [[nodiscard]] std::int64_t scale() const;
  [[nodiscard]] std::string stored_name() const { return is_scaled ? name + "_x" + std::to_string(scale()) : name; }
};

/// CREATE TABLE compounds, and CREATE VIEW hits. Behind the columns stand place and score in each stage that scores:
/// whole numbers, as a million hits have them.
[[nodiscard]] std::string compounds_table(const std::vector<HitColumn>& columns,
                                          const std::vector<std::int64_t>& scoring_stages);
[[nodiscard]] std::string hits_view(const std::vector<HitColumn>& columns);
/// CREATE VIEW standings_of_hits; empty where nothing scores.
[[nodiscard]] std::string standings_view(const std::vector<std::int64_t>& scoring_stages);

/// CREATE TABLE poses, and CREATE VIEW poses_of_hits: the terms of docking are columns.
[[nodiscard]] std::string poses_table();
[[nodiscard]] std::string poses_view();

/// Sets of alerts as columns name them: "pains", "brenk", "nih"; nothing for another column.
[[nodiscard]] std::optional<std::string_view> alert_set_of(std::string_view column);

}  // namespace digitalis
