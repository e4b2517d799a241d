#pragma once
// The chemist's report: one HTML file that holds the whole campaign and asks the network for nothing.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chem/depiction.hpp"
#include "chem/geometry.hpp"

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
  int better = 0;     ///< 1: higher is better, -1: lower is; 0: it is no score
};

struct ReportHit {
  /// Another hit, and how similar it is: Tanimoto, 0 to 1.
  struct Neighbour {
    std::uint32_t hit;  ///< index into the hits
    float similarity;
  };
  std::uint64_t place = 0;  ///< from 1
  std::string compound_id, smiles;
  std::optional<Depiction> drawing;
  std::vector<std::string> values;       ///< one per column, as in hits.csv; empty: none
  std::optional<std::uint32_t> cluster;  ///< hits of one number are alike; numbers need not be in a row
  std::vector<Neighbour> neighbours;     ///< the most similar first; the first kReportNeighbours are shown
};
inline constexpr std::size_t kReportNeighbours = 4;

/// A known active that hits resemble: the value of the column "nearest_active".
struct ReportActive {
  std::string id;
  std::optional<Depiction> drawing;
};

struct ReportFunnelStage {
  std::string name;
  std::uint64_t in = 0, out = 0;
  struct Reason {
    std::string text;
    std::uint64_t count = 0;
    std::vector<std::string> ids;  ///< of some that were dropped for it
  };
  std::vector<Reason> reasons;  ///< why the others were dropped
};

/// A stage that scored the hits, and where it put them.
struct ReportStandings {
  struct OfHit {
    double score = 0;
    std::uint64_t place = 0;  ///< from 1, among all that the stage scored
  };
  std::string stage;                ///< a name of the funnel
  std::string unit;                 ///< of its score; may be empty
  std::uint64_t scored = 0;         ///< compounds
  std::uint64_t kept = 0;           ///< of them, by its cut
  std::optional<double> cut_score;  ///< of the last that was kept; nothing where it kept all
  std::vector<OfHit> of_hits;       ///< one per hit
};

/// A number with its 95 % interval.
struct ReportEstimate {
  double value = 0, low = 0, high = 0;
};

/// How well a stage finds the actives that were held back.
struct ReportEnrichment {
  std::string stage;                                            ///< "similarity"
  std::vector<std::pair<std::string, ReportEstimate>> figures;  ///< {"ROC AUC", ...}
  std::uint64_t found = 0, listed = 0;                          ///< actives in the list, compounds in the list
  std::vector<std::uint64_t> places;                            ///< of the actives, from 1, ascending: the ROC curve
};

/// How a ligand whose place is known came out when docked like any compound.
struct ReportRedocking {
  std::string reference;
  double rmsd_A = 0, affinity_kcal_mol = 0, crystal_affinity_kcal_mol = 0;
  std::string problem;   ///< why there are no figures; empty: there are
  std::string pose_sdf;  ///< mol block; empty: not kept
};

/// What outcome tables and evidence say of a target, as shares of all targets' weights.
struct ReportWeight {
  ReportEstimate share;
  double equal_diseases = 0;            ///< its share if all diseases weighed the same
  std::string leading_disease;          ///< the disease that makes most of it
  std::optional<double> leading_share;  ///< how much of it, 0 to 1
};

struct ReportTarget {
  std::string name;
  double weight = 1;  ///< its share in the score
  std::uint64_t actives = 0, held_back = 0;
  std::optional<ReportWeight> outcome;
  std::vector<ReportEnrichment> enrichment;
  std::vector<ReportRedocking> redocking;
};

/// What one outcome table does: half the sum of the weights' changes without it, 0 nothing, 1 everything.
struct ReportTable {
  std::string table_id;
  double disease_shift = 0, target_shift = 0;
  std::optional<double> ranking_change;  ///< share of the best hits that would not be among them without it
};

/// A place where poses are shown.
struct ReportPocket {
  std::string target;
  std::string pocket_pdb;     ///< receptor atoms around it, PDB records
  std::string reference_sdf;  ///< a ligand known to bind there; may be empty
};

/// A contact of a pose with a residue.
struct ReportContact {
  std::string kind;     ///< "hbond"; the page knows the names of InteractionKind and shows others as they are
  std::string residue;  ///< "A:LEU:83"
  bool ligand_is_donor = false;
  double distance_A = 0;
  std::optional<double> angle_deg;
  Position ligand_A{}, receptor_A{};  ///< where a line between them begins and ends
  std::optional<Position> water_A;    ///< what it goes through
};

/// A docked pose of a hit; a hit may have several.
struct ReportPose {
  struct Hydrogen {
    std::uint16_t on = 0;  ///< index into atoms_A
    Position at_A{};
  };
  std::size_t hit = 0;              ///< index into the hits
  std::string target;               ///< whose pocket it is in
  std::string stage = {};           ///< that docked it: "dock", "dock_2"
  std::vector<Position> atoms_A;    ///< heavy atoms in the order of the hit's drawing
  std::vector<Hydrogen> hydrogens;  ///< those worth showing: on nitrogen, oxygen, sulfur
  std::vector<ReportContact> contacts;
  std::vector<std::string> values;  ///< one per pose column
};

struct ReportData {
  std::string title,
      subtitle;  ///< the campaign; its partner and project. Together they name the stars kept in a browser
  std::string confidentiality;  ///< stands in the head and on every printed page; may be empty
  std::vector<ReportColumn> columns;
  std::vector<ReportHit> hits;    ///< by place
  std::uint64_t hits_in_all = 0;  ///< hits.csv may hold more than the report shows
  std::vector<ReportFunnelStage> funnel;
  std::vector<ReportStandings> standings;  ///< in the funnel's order
  std::vector<ReportTarget> targets;
  std::vector<std::pair<std::string, ReportEstimate>> diseases;  ///< weights of the outcome tables' diseases
  std::vector<ReportTable> tables;
  std::vector<ReportActive> actives;
  std::string clustering;  ///< how the hits were clustered, for the reader; empty: they were not
  std::vector<ReportPocket> pockets;
  std::vector<ReportColumn> pose_columns;                       ///< what is said of a pose: score terms, flags
  std::vector<ReportPose> poses;                                ///< by hit, of one hit the best first
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
/// @throws std::invalid_argument  when a hit has not one value per column, or a stage not one standing per hit (a bug
/// in the caller)
///
/// About 1 s and 7 MB per 10,000 hits with poses. Safe to call concurrently on different files.
void write_report(const std::filesystem::path& file, const ReportData& data);

/// Whether this program was built with the page (-DDIGITALIS_REPORT=ON).
[[nodiscard]] bool report_available();

}  // namespace digitalis
