#pragma once
// results.sqlite: the run's tables for those who ask in SQL. Tables: run(key, value), hits (the columns of hits.csv),
// rejects (those of rejects.csv). PRAGMA user_version is the schema's version.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "screening/hit_table.hpp"

namespace digitalis {

/// Builds the file in the machine's temporary folder, then moves it to `file`. `rejects_csv` is read line by line.
/// Throws std::runtime_error naming the file when SQLite refuses.
void write_results_store(const std::filesystem::path& file, const HitTable& hits,
                         const std::filesystem::path& rejects_csv,
                         const std::vector<std::pair<std::string, std::string>>& run);

}  // namespace digitalis
