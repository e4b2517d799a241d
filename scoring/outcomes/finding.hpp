#pragma once
// What is wrong with an outcome table, all in one go, and never with a cell of it in the words.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// The checks, in the order in which they are made. Logs and agreements name them: append only.
enum class TableCode : std::uint8_t {
  kSchema,             ///< E-SCHEMA: not a table of the kind we take
  kRowLevel,           ///< E-ROWLEVEL: something in it may be about one person
  kArea,               ///< E-AREA: areas finer than a region
  kDigest,             ///< E-DIGEST: not the file that was checked, or not the one agreed on
  kMeta,               ///< E-META: no statement on disclosure control, or one that does not hold
  kSmall,              ///< E-SMALL: a count of fewer than min_count, zero aside
  kRound,              ///< E-ROUND: a count that is not rounded as declared
  kClass,              ///< E-CLASS: all or none of a small group
  kRate,               ///< E-RATE: a rate that disagrees with its counts, or gives a suppressed one away
  kRecover,            ///< E-RECOVER: a suppressed count follows from totals
  kDiff,               ///< E-DIFF: two counts differ by a small group
  kMap,                ///< E-MAP: a disease without exactly one current ontology id, or without evidence
  kSuppression,        ///< E-SUPP: too much of a disease's count is suppressed
  kClassWarning,       ///< W-CLASS: as E-CLASS, where zeros are not held to be disclosive
  kSuppressionWarning  ///< W-SUPP: much of a disease's count is suppressed
};
[[nodiscard]] std::string_view name_of(TableCode code);  ///< "E-SMALL"
[[nodiscard]] constexpr bool refuses(TableCode code) { return code < TableCode::kClassWarning; }

/// One thing to be said about a table, however many of its lines it is true of.
struct TableFinding {
  TableCode code{};
  std::string file;                  ///< as the user named it
  std::vector<std::uint64_t> lines;  ///< the first ten, ascending from 1; empty: the file as a whole
  std::uint64_t count = 1;           ///< how many lines or cells in all
  std::string what;                  ///< holds no cell's value and no unknown column's name
  std::string hint;

  /// "E-SMALL file:line: what (75 cells; also lines 15, 18, ...); hint: remedy".
  [[nodiscard]] std::string message() const;
};

/// The worst of what was found. Names after ACRO's: pass, review, fail.
enum class Verdict : std::uint8_t { kPass, kReview, kFail };
[[nodiscard]] std::string_view name_of(Verdict verdict);  ///< "pass", "review", "fail"

/// Findings in the order they were made; the same said of another line is counted, not repeated. Not for concurrent
/// use.
class TableFindings {
 public:
  /// `line` 0: the file as a whole.
  void add(TableCode code, const std::string& file, std::uint64_t line, const std::string& what,
           const std::string& hint = "");
  void append(const TableFindings& others);

  [[nodiscard]] const std::vector<TableFinding>& all() const { return all_; }
  [[nodiscard]] Verdict verdict() const;
  /// Of one file.
  [[nodiscard]] Verdict verdict(std::string_view file) const;
  [[nodiscard]] bool refused() const { return verdict() == Verdict::kFail; }
  /// Cells or lines per code, for the audit log: {"E-SMALL": 75}.
  [[nodiscard]] std::map<std::string, std::uint64_t> counts() const;

 private:
  std::vector<TableFinding> all_;
};

}  // namespace digitalis
