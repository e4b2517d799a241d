#pragma once
// The chemist's report: one HTML file that holds the whole campaign and asks the network for nothing.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chem/depiction.hpp"

namespace digitalis {

/// A column of the table, after place, drawing and compound id. The first kNumber column is what the hits are ranked
/// by.
struct ReportColumn {
  enum class Kind {
    kNumber,  ///< sorted and filtered as a number, shown with `decimals`
    kText,
    kFlags,  ///< words separated by ';', shown one by one
  };
  std::string key;    ///< the column's name in hits.csv
  std::string title;  ///< what the chemist reads
  std::string unit;   ///< "kcal/mol", "Å²"; may be empty
  int decimals = 2;
  Kind kind = Kind::kNumber;
  std::string help;   ///< one sentence on what it means; may be empty
  std::string group;  ///< its heading in the compound panel: "Why it is here", "Properties"; may be empty
};

struct ReportHit {
  std::uint64_t place = 0;  ///< from 1
  std::string compound_id, smiles;
  std::optional<Depiction> drawing;
  std::vector<std::string> values;  ///< one per column, as in hits.csv; empty: none
};

struct ReportFunnelStage {
  std::string name;
  std::uint64_t in = 0, out = 0;
  std::vector<std::pair<std::string, std::uint64_t>> reasons;  ///< why the others were dropped, and how many
};

struct ReportTarget {
  std::string name;
  double weight = 1;  ///< its share in the score
  std::uint64_t actives = 0, held_back = 0;
  std::vector<std::pair<std::string, std::string>> figures;  ///< {"ROC AUC", "0.93 (0.88-0.97)"}
};

/// A place where poses are shown.
struct ReportPocket {
  std::string target;
  std::string pocket_pdb;     ///< receptor atoms around it, PDB records
  std::string reference_sdf;  ///< a ligand known to bind there; may be empty
};

/// The docked pose of a hit.
struct ReportPose {
  std::size_t hit = 0;  ///< index into the hits
  std::string target;   ///< whose pocket it is in
  std::string mol;      ///< mol block with hydrogens
};

struct ReportData {
  std::string title,
      subtitle;  ///< the campaign; its partner and project. Together they name the stars kept in a browser
  std::string confidentiality;  ///< stands in the head and on every printed page; may be empty
  std::vector<ReportColumn> columns;
  std::vector<ReportHit> hits;    ///< by place
  std::uint64_t hits_in_all = 0;  ///< hits.csv may hold more than the report shows
  std::vector<ReportFunnelStage> funnel;
  std::vector<ReportTarget> targets;
  std::vector<ReportPocket> pockets;
  std::vector<ReportPose> poses;
  std::vector<std::pair<std::string, std::string>> provenance;  ///< an entry "date" stands in the head too
  std::vector<std::string> notes;  ///< what the reader must know before trusting the list, one paragraph each
  std::string methods;             ///< a paragraph ready for a paper
};

/// Writes the report beside `file` and renames it: a reader sees the old report or the whole new one.
///
/// Text of any bytes is safe: it travels as data, never as markup, and bytes that are not UTF-8 become U+FFFD.
/// The same data give the same bytes.
///
/// @throws std::system_error      when the file cannot be written; no temporary stays behind
/// @throws UsageError             when the program was built without the page
/// @throws std::invalid_argument  when a hit has not one value per column (a bug in the caller)
///
/// About 0.2 s and 3 MB per 10,000 hits. Safe to call concurrently on different files.
void write_report(const std::filesystem::path& file, const ReportData& data);

/// Whether this program was built with the page (-DDIGITALIS_REPORT=ON).
[[nodiscard]] bool report_available();

}  // namespace digitalis
