#pragma once
// How well each scoring stage finds the actives that were held back.

#include <cstdint>
#include <string>
#include <vector>

#include "scoring/enrichment.hpp"
#include "screening/funnel.hpp"

namespace digitalis {

struct ColumnEnrichment {
  std::string column;  ///< "similarity_EGFR"
  std::string target;
  std::uint64_t queries = 0;
  std::uint64_t held_back = 0;  ///< in all
  std::uint64_t found = 0;      ///< of them, scored by the stage (in the library and past the filters)
  std::uint64_t listed = 0;     ///< compounds ranked, queries left out
  double roc_auc = 0.0, ef_1_percent = 0.0, ef_5_percent = 0.0, bedroc_20 = 0.0, rie_20 = 0.0, log_auc = 0.0;
  std::vector<std::uint64_t> places{};  ///< of the found among the listed, from 1, ascending: the ROC curve
  Interval roc_auc_95{}, ef_1_percent_95{}, bedroc_20_95{};
  [[nodiscard]] bool measured() const { return found > 0 && listed > found; }
};

/// Ranks every compound that the column's stage scored; the target's queries are left out, all others but its held-back
/// actives count as decoys. Rank 0; two passes over the stage's frames, one over the store. Columns of targets without
/// held-back actives are left out.
[[nodiscard]] std::vector<ColumnEnrichment> measure_enrichment(const Funnel& funnel, const CompoundStore& store,
                                                               const std::vector<Target>& targets);

}  // namespace digitalis
