#pragma once
// What comes out of a funnel, and how it travels between ranks.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "chem/bytes.hpp"

namespace digitalis {

/// Among a stage's reasons: what it scored, and its `keep` left out.
inline constexpr const char* kBelowCut = "below the cut (keep)";

struct StageSummary {
  std::string name;
  std::uint64_t entered = 0;
  std::uint64_t passed = 0;                      ///< after its cut
  std::map<std::string, std::uint64_t> reasons;  ///< why the others were dropped
};
/// Adds the counts of `more`, stage by stage; names are left as they are.
void add(std::vector<StageSummary>& all, const std::vector<StageSummary>& more);
/// Counts and reasons without names.
[[nodiscard]] std::string to_bytes(const std::vector<StageSummary>& summaries);
/// Throws std::runtime_error when the bytes are damaged.
[[nodiscard]] std::vector<StageSummary> summaries_from(std::string_view bytes);

/// A compound that passed every stage and may be a hit.
struct Candidate {
  std::uint64_t chunk = 0;
  std::uint32_t index = 0;             ///< in the chunk
  double score = 0.0;                  ///< the campaign's score
  std::vector<double> columns;         ///< one per ScoreColumn
  std::vector<std::uint32_t> nearest;  ///< for each column the number of the nearest query, or the receptor's conformer
  std::size_t leading = 0;             ///< the column that makes most of its score

  void put_into(ByteWriter& out) const;
  /// Throws std::runtime_error when the bytes are damaged.
  [[nodiscard]] static Candidate taken_from(ByteReader& in);
};

/// The part of a drop reason that is worth counting: "alert PAINS", "mw_g_mol above 500".
[[nodiscard]] std::string reason_category(const std::string& reason);

}  // namespace digitalis
