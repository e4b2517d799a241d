#pragma once
// results.sqlite: a finished run for those who ask in SQL, and what `hits` and `explain` read. One file, written once
// by one process; a text that many rows share stands in it once. README.md of this folder describes every table; the
// views `hits` and `rejects` are hits.csv and rejects.csv again, column by column.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "screening/database.hpp"
#include "screening/hit_table.hpp"
#include "screening/stage_standings.hpp"

namespace digitalis {

/// `PRAGMA user_version` of the files written here.
inline constexpr int kResultsSchema = 4;

/// What the store keeps of a run beside its hits and rejects.
struct StoredRun {
  struct Stage {
    std::string name, kind;  ///< "dock_2" of kind "dock"; the first is "prepare", the last "hits"
    std::uint64_t entered = 0, passed = 0;
    std::map<std::string, std::uint64_t> reasons;  ///< why the others were dropped
    std::optional<StageStandings> standings = {};  ///< where it scored: of the hits, by place
  };
  struct Target {
    std::string name;
    double weight = 1.0;
    Position origin_A{};                    ///< what places of poses are relative to: the centre of its box
    std::vector<std::string> queries = {};  ///< IDs of the known actives that compounds were compared with
  };
  std::vector<std::pair<std::string, std::string>> facts;  ///< key, value
  std::vector<Stage> stages;
  std::vector<Target> targets;
};

/// Builds the file in the machine's temporary folder, then moves it to `file`. `rejects_csv` is read line by line.
/// The same bytes for the same arguments. About 10 s and 190 bytes a hit for a million of them, 400 bytes with poses.
/// Throws std::runtime_error naming the file when SQLite or the disk refuses.
void write_results_store(const std::filesystem::path& file, const HitTable& hits,
                         const std::filesystem::path& rejects_csv, const StoredRun& run);

/// Opens such a file to ask it. Throws UsageError when it is not there, or of another version.
[[nodiscard]] Database open_results(const std::filesystem::path& file);

}  // namespace digitalis
