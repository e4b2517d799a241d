#pragma once
// The campaign: what a user wants screened against what, as written in one TOML file.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chem/forms.hpp"
#include "chem/preparer.hpp"
#include "chem/structure_filter.hpp"
#include "scoring/consensus.hpp"
#include "scoring/docking/dock.hpp"
#include "scoring/shape/shape_score.hpp"
#include "screening/compound_walls.hpp"
#include "screening/docking_site.hpp"
#include "screening/findings.hpp"
#include "screening/outcomes_spec.hpp"

namespace digitalis {

/// How much of a stage's output goes on.
struct Keep {
  std::optional<double> share;         ///< 0 to 1, of the compounds that the stage scored
  std::optional<std::uint64_t> count;  ///< at most so many
  [[nodiscard]] bool all() const { return !share && !count; }
};

struct TargetSpec {
  /// One entry of `actives` or `shape_query`: a file of molecules, or a SMILES.
  struct Molecules {
    bool is_file = false;
    std::string text;   ///< path (resolved) or SMILES
    std::string place;  ///< "campaign.toml:12:14", for messages
  };
  std::string name;
  std::string symbol;   ///< of its gene, as evidence names it; the name unless given
  double weight = 1.0;  ///< with [outcomes]: filled in by it
  std::vector<Molecules> actives;
  double hold_back = 0.0;              ///< share of the actives that is kept back to measure enrichment
  std::vector<Molecules> shape_query;  ///< that compounds are overlaid on; empty: the receptor's reference
  SiteRequest site;                    ///< without receptors: none
  std::string place;
  [[nodiscard]] bool has_receptor() const { return !site.receptors.empty(); }
  [[nodiscard]] bool has_shape_query() const {
    return !shape_query.empty() || (has_receptor() && !site.reference.empty());
  }
};

struct StageSpec {
  enum class Kind : std::uint8_t { kFilter, kSimilarity, kShape, kDock } kind = Kind::kFilter;
  std::string name;  ///< unique in the campaign; heads its columns: "similarity", "similarity_2"
  Keep keep;
  std::uint32_t nearest = 1;                    ///< similarity: mean of the k nearest actives
  DockingEffort effort = {};                    ///< dock
  std::string scoring = "vina";                 ///< dock: "vina" or "vinardo"
  std::uint32_t conformers = 10;                ///< shape: of a compound, at most
  ShapeScore shape_score = ShapeScore::kCombo;  ///< shape

  /// Whether it gives a target a score: similarity needs known actives, docking a receptor.
  [[nodiscard]] bool scores(const TargetSpec& target) const;
};

/// "filter", "similarity", "shape", "dock".
[[nodiscard]] std::string_view name_of(StageSpec::Kind kind);
[[nodiscard]] std::optional<StageSpec::Kind> find_stage_kind(std::string_view name);
/// Whether a compound takes such a stage a tenth of a second or more, not microseconds.
[[nodiscard]] bool takes_long(StageSpec::Kind kind);

struct Campaign {
  std::filesystem::path file;
  std::string name, partner, project;
  std::uint64_t seed = 0;

  std::vector<std::string> library_files;  ///< paths and globs, resolved against the campaign's folder
  std::filesystem::path store;             ///< or a prepared store; empty: none
  std::string smiles_column, id_column;
  PrepareOptions preparation;

  std::vector<FilterRules> filters;
  OutcomesSpec outcomes;
  std::vector<TargetSpec> targets;
  std::vector<StageSpec> stages;
  FormOptions forms;  ///< that docking stages dock of each compound
  Consensus consensus = Consensus::kBest;
  bool score_all_stages = false;  ///< false: each target's last score counts
  std::uint64_t max_hits = 10'000;
  double budget_core_h = 0;   ///< a run of it stops when it has used so much; 0: no bound. Not part of its identity
  CompoundLimits limits;      ///< not part of its identity: another machine has others
  bool list_queries = false;  ///< whether the known actives that were compared with may be hits themselves

  [[nodiscard]] bool has(StageSpec::Kind kind) const;
  /// Which stages' scores of each target make the campaign's score, as (stage, target): all, or each target's last.
  [[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> deciding_scores() const;

  /// Everything that changes results, as canonical JSON: a run directory belongs to one of these.
  [[nodiscard]] std::string identity() const;
};

/// Reads and checks the file's form: keys, types, ranges. Everything wrong goes to `findings`, with its place.
/// Throws UsageError only when the file cannot be read at all.
[[nodiscard]] Campaign read_campaign(const std::filesystem::path& file, Findings& findings);

}  // namespace digitalis
