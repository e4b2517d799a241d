#pragma once
// The campaign: what a user wants screened against what, as written in one TOML file.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "chem/preparer.hpp"
#include "chem/structure_filter.hpp"
#include "scoring/consensus.hpp"
#include "screening/findings.hpp"

namespace digitalis {

/// How much of a stage's output goes on.
struct Keep {
  std::optional<double> share;         ///< 0 to 1, of the compounds that the stage scored
  std::optional<std::uint64_t> count;  ///< at most so many
  [[nodiscard]] bool all() const { return !share && !count; }
};

struct TargetSpec {
  /// One entry of `actives`: a file of molecules, or a SMILES.
  struct Active {
    bool is_file = false;
    std::string text;   ///< path (resolved) or SMILES
    std::string place;  ///< "campaign.toml:12:14", for messages
  };
  std::string name;
  double weight = 1.0;
  std::vector<Active> actives;
  double hold_back = 0.0;          ///< share of the actives that is kept back to measure enrichment
  std::filesystem::path receptor;  ///< empty: none; checked, but used by no stage of this version
  std::string reference;           ///< name of a ligand in the receptor file, or a file; empty: none
  std::string place;
};

struct StageSpec {
  enum class Kind : std::uint8_t { kFilter, kSimilarity } kind = Kind::kFilter;
  std::string name;  ///< unique in the campaign; heads its columns: "similarity", "similarity_2"
  Keep keep;
  std::uint32_t nearest = 1;  ///< similarity: mean of the k nearest actives
};

struct Campaign {
  std::filesystem::path file;
  std::string name, partner, project;
  std::uint64_t seed = 0;

  std::vector<std::string> library_files;  ///< paths and globs, resolved against the campaign's folder
  std::filesystem::path store;             ///< or a prepared store; empty: none
  std::string smiles_column, id_column;
  PrepareOptions preparation;

  std::vector<FilterRules> filters;
  std::vector<TargetSpec> targets;
  std::vector<StageSpec> stages;
  Consensus consensus = Consensus::kBest;
  bool score_all_stages = false;  ///< false: the last scoring stage makes the score
  std::uint64_t max_hits = 10'000;
  bool list_queries = false;  ///< whether the known actives that were compared with may be hits themselves

  /// Everything that changes results, as canonical JSON: a run directory belongs to one of these.
  [[nodiscard]] std::string identity() const;
};

/// Reads and checks the file's form: keys, types, ranges. Everything wrong goes to `findings`, with its place.
/// Throws UsageError only when the file cannot be read at all.
[[nodiscard]] Campaign read_campaign(const std::filesystem::path& file, Findings& findings);

}  // namespace digitalis
