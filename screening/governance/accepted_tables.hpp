#pragma once
// What a site keeps of the outcome tables that campaigns of it were allowed to use, in the folder that the site file
// names: two tables, each in order for itself, can give a small group away by their difference (E-DIFF), whoever
// brought them and when. One file a table, FOLDER/SHA256.json, with its counts (scoring/outcomes/kept_counts.hpp) and
// nothing else; none for a rounded table.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "scoring/outcomes/tables.hpp"
#include "screening/governance/locked_file.hpp"

namespace digitalis::governance {

/// The folder, locked for the life of this object, so that of two tables that give a group away together not both are
/// accepted at one time. Not for concurrent use.
class AcceptedTables {
 public:
  /// @param folder  empty: the site keeps nothing, and nothing is read
  /// @throws UsageError  it is not there, or others than its user and group may look into it
  /// @throws std::system_error, std::runtime_error  it cannot be locked, or a file in it cannot be read
  explicit AcceptedTables(std::filesystem::path folder);

  /// For check_tables(). Those of the very file that is checked do no harm: they are passed over there.
  [[nodiscard]] const std::vector<OutcomeTable>& tables() const { return tables_; }

  /// Adds counts by the SHA-256 of their table's file; those that are there stay. Readable for its user, and for the
  /// group of a folder that hands its group on (setgid). @throws std::system_error
  void keep(const std::map<std::string, std::string>& counts) const;

 private:
  std::filesystem::path folder_;
  bool is_shared_ = false;
  std::unique_ptr<LockedFile> lock_;
  std::vector<OutcomeTable> tables_;
};

}  // namespace digitalis::governance
