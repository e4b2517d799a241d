#pragma once
// A question to a finished run: which hits, in which order, how many of them.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chem/preparer.hpp"
#include "screening/hit_query/hit_columns.hpp"
#include "screening/hit_table.hpp"

namespace digitalis {

class HitQuery {
 public:
  /// @param results      a run's results.sqlite; nobody may write it meanwhile
  /// @param preparation  of the run's library
  /// @throws UsageError  it is not there, or of another version of this program
  HitQuery(const std::filesystem::path& results, const PrepareOptions& preparation);
  ~HitQuery();
  HitQuery(HitQuery&&) noexcept;

  [[nodiscard]] const HitColumns& columns() const;

  /// Only hits for which the expression (expression.hpp) holds. Several together must all hold.
  /// @throws UsageError  with a caret under what is wrong
  void keep(const std::string& expression);
  /// "mw=450" of an option: at least or at most so much.
  void keep_at_least(const std::string& bound, const char* option);
  void keep_at_most(const std::string& bound, const char* option);
  /// Only hits whose column says this.
  void keep_equal(const std::string& column, const std::string& text);

  /// "mw", "mw:asc" or "mw:desc"; without a direction, highest first unless `ascending`. Missing values come last, and
  /// ties by place. Otherwise hits come by place.
  void sort_by(const std::string& column, bool ascending);
  /// At most so many; 0: all.
  void stop_after(std::size_t most);
  /// Only hits at these places, instead of all that was asked so far.
  void keep_only(const std::vector<std::int64_t>& places);
  /// One more column of whole numbers, by place.
  void add_column(const std::string& name, const std::vector<std::pair<std::int64_t, std::int64_t>>& values);
  /// Names of columns that the question speaks of.
  [[nodiscard]] std::vector<std::string> asked_columns() const;

  /// Every hit's cells as hits.csv writes them, one per column, in order. A million rows take seconds, one by one.
  void each(const std::vector<QueryColumn>& wanted, const std::function<void(const std::vector<std::string>&)>& visit);
  /// All of them with every column, and their poses to 0.01 Å.
  [[nodiscard]] HitTable table();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace digitalis
