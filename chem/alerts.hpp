#pragma once
// Structural alerts: the PAINS, BRENK and NIH sets of RDKit's FilterCatalog, found many times faster, with the same
// answer.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace digitalis {

/// One alert of one set.
struct Alert {
  std::string_view set;  ///< "PAINS", "BRENK" or "NIH"
  std::string name;      ///< as FilterCatalog describes it
};

/// All alerts, in a fixed order: an alert's number is part of the compound store's format.
/// Not for concurrent use of one object: one per worker thread; copies of the patterns are shared where that is safe.
class AlertMatcher {
 public:
  AlertMatcher();
  ~AlertMatcher();
  AlertMatcher(AlertMatcher&&) noexcept;

  /// Numbers of the alerts that match, ascending: exactly those whose FilterCatalog entry matches.
  [[nodiscard]] std::vector<std::uint16_t> match(const RDKit::ROMol& molecule) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The alert table, by number. Built once; safe to call concurrently.
[[nodiscard]] const std::vector<Alert>& alert_table();

}  // namespace digitalis
