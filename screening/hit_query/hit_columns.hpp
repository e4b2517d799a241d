#pragma once
// The columns that hits can be asked for: those of the view `hits` in results.sqlite, shorter names for them, and the
// best over all targets.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "screening/database.hpp"

namespace digitalis {

struct QueryColumn {
  std::string name;  ///< as results write it, with its unit
  bool is_text = false;
  int decimals = 0;       ///< that it is written with; numbers only
  std::string sql;        ///< its value, in a question to `hits AS h`
  std::string sql_given;  ///< whether it has one, where that can be said at less cost; else empty
  bool is_added = false;  ///< not in hits.csv
};

class HitColumns {
 public:
  explicit HitColumns(Database& results);

  /// One more, behind the others.
  void add(QueryColumn column) { columns_.push_back(std::move(column)); }

  /// The columns of hits.csv, in its order, then those that were added.
  [[nodiscard]] const std::vector<QueryColumn>& all() const { return columns_; }
  /// By name in any case, by its descriptor's short name (mw), without its unit (affinity_AURKA), or one of the names
  /// of what is not a column of hits.csv: score_kcal_mol or affinity (the best over targets and stages), similarity
  /// and ligand_efficiency (the same), alerts (of any set), id, target. Nothing when there is none.
  [[nodiscard]] std::optional<QueryColumn> find(std::string_view name) const;
  /// What to say of a name that find() does not know: "did you mean 'mw'?", and the columns that there are; in brief:
  /// these only when no name is near.
  [[nodiscard]] std::string hint_for(std::string_view name, bool in_brief = false) const;

 private:
  struct Named {
    std::string name;
    QueryColumn column;
  };
  void add_short_names();
  void add_best(Database& results, const char* kind, const std::string& aggregate, const std::string& name,
                const std::vector<std::string>& short_names);
  std::vector<QueryColumn> columns_;
  std::vector<Named> short_names_;
};

}  // namespace digitalis
