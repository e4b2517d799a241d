#pragma once
// What is wrong with a request, all in one go.

#include <string>
#include <vector>

#include "chem/usage_error.hpp"

namespace digitalis {

/// One thing to be said about a campaign: "file:line:column: what; hint: remedy".
struct Finding {
  enum class Kind { kError, kWarning } kind;
  std::string message;
};

/// Findings in the order they were made. Not for concurrent use.
class Findings {
 public:
  void error(std::string message) { all_.push_back({Finding::Kind::kError, std::move(message)}); }
  void warning(std::string message) { all_.push_back({Finding::Kind::kWarning, std::move(message)}); }

  [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
  [[nodiscard]] std::size_t errors() const {
    std::size_t count = 0;
    for (const Finding& finding : all_) count += finding.kind == Finding::Kind::kError;
    return count;
  }
  /// Throws UsageError with all errors, one a line, when there are any.
  void throw_if_errors() const {
    std::string text;
    for (const Finding& finding : all_)
      if (finding.kind == Finding::Kind::kError) text += (text.empty() ? "" : "\n") + finding.message;
    if (!text.empty()) throw UsageError(text);
  }

 private:
  std::vector<Finding> all_;
};

}  // namespace digitalis
