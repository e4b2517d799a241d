#pragma once
// Which compounds a campaign wants: ranges of descriptors, named presets, structural alerts, SMARTS.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/descriptors.hpp"

namespace digitalis {

/// A closed range; either end may be open (infinite).
struct DescriptorRange {
  Descriptor descriptor{};
  double low;   ///< -infinity: no lower end
  double high;  ///< +infinity: no upper end
};

struct FilterRules {
  std::vector<DescriptorRange> ranges;
  std::uint32_t allowed_range_violations = 0;  ///< Lipinski's rule allows one
  std::vector<std::string> alert_sets;         ///< of "PAINS", "BRENK", "NIH": compounds that match one are dropped
  std::vector<std::string> include_smarts;     ///< a compound must match every one
  std::vector<std::string> exclude_smarts;     ///< a compound may match none
};

/// The ranges of "lipinski", "veber", "lead-like" or "fragment", with their source in the .cpp; nothing for another
/// name.
[[nodiscard]] std::optional<FilterRules> filter_preset(std::string_view name);
/// Names of the presets.
[[nodiscard]] std::vector<std::string_view> filter_preset_names();

/// Judges compounds one by one, cheapest rule first; SMARTS only when there are any. Safe for concurrent use.
class StructureFilter {
 public:
  /// Throws UsageError for an unknown alert set or a SMARTS that cannot be read (naming its number, not its text).
  explicit StructureFilter(std::vector<FilterRules> rules);
  ~StructureFilter();
  StructureFilter(StructureFilter&&) noexcept;

  /// Nothing when the compound passes; else the reason: "mw_g_mol 612.3 above 500", "alert PAINS anil_di_alk_A(478)",
  /// "matches exclude_smarts 2". `smiles` is parsed only when a SMARTS rule is asked.
  [[nodiscard]] std::optional<std::string> reason_to_drop(const Descriptors& descriptors,
                                                          const std::vector<std::uint16_t>& alerts,
                                                          const std::string& smiles) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace digitalis
