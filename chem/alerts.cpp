#include "chem/alerts.hpp"

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/FilterCatalog/FilterCatalog.h>

#include "chem/filter_catalog_patterns.hpp"
#include "chem/pattern_matcher.hpp"
#include "chem/pattern_set.hpp"

namespace digitalis {
namespace {

// Everything about alerts that never changes; workers share it.
struct AlertPatterns {
  CatalogPatterns catalog = load_catalog_patterns();
  std::vector<int> compiled;  ///< by alert
  std::vector<Alert> table;
  std::shared_ptr<const PatternSet> patterns;

  AlertPatterns() {
    const auto set = std::make_shared<PatternSet>();
    for (const auto& pattern : catalog.patterns) {
      compiled.push_back(pattern.query == nullptr ? PatternSet::kNotCompiled : set->add(*pattern.query));
      table.push_back({pattern.set, pattern.name});
    }
    patterns = set;
  }
};

const AlertPatterns& alert_patterns() {
  static const AlertPatterns patterns;
  return patterns;
}

}  // namespace

struct AlertMatcher::Impl {
  const AlertPatterns& alerts = alert_patterns();
  PatternMatcher matcher{alerts.patterns};
};

AlertMatcher::AlertMatcher() : impl_(std::make_unique<Impl>()) {}
AlertMatcher::~AlertMatcher() = default;
AlertMatcher::AlertMatcher(AlertMatcher&&) noexcept = default;

std::vector<std::uint16_t> AlertMatcher::match(const RDKit::ROMol& molecule) const {
  const auto& alerts = impl_->alerts;
  auto& matcher = impl_->matcher;
  matcher.load(molecule);
  std::vector<std::uint16_t> numbers;
  for (std::size_t i = 0; i < alerts.compiled.size(); ++i) {
    const bool matches = alerts.compiled[i] == PatternSet::kNotCompiled
                             ? alerts.catalog.patterns[i].entry->hasFilterMatch(molecule)
                             : matcher.matches(alerts.compiled[i]);
    if (matches) numbers.push_back(static_cast<std::uint16_t>(i));
  }
  return numbers;
}

const std::vector<Alert>& alert_table() { return alert_patterns().table; }

}  // namespace digitalis
