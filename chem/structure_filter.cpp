#include "chem/structure_filter.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include "chem/alerts.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();

// A value at a bound passes, and so does one that is at it but for rounding to float: the ranges are stated in
// decimals.
bool is_inside(double value, const DescriptorRange& range) {
  return value >= static_cast<double>(static_cast<float>(range.low)) &&
         value <= static_cast<double>(static_cast<float>(range.high));
}

// The shortest text that says the number as a user would have written it.
std::string plain(double value) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string rounded(double value, int decimals) {
  std::array<char, 64> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals).ptr;
  return {text.data(), end};
}

std::string describe(double value, const DescriptorRange& range) {
  const auto& info = descriptor_table()[static_cast<std::size_t>(range.descriptor)];
  const bool above = value > range.high;
  const double bound = above ? range.high : range.low;
  int decimals = info.decimals;
  while (decimals < 7 && std::stod(rounded(value, decimals)) == bound) ++decimals;  // never "500.0 above 500"
  return std::string{info.column} + ' ' + rounded(value, decimals) + (above ? " above " : " below ") + plain(bound);
}

// C. A. Lipinski et al., Adv. Drug Deliv. Rev. 23 (1997) 3-25, doi:10.1016/S0169-409X(96)00423-1: poor absorption is
// more likely when more than one of the four is exceeded.
FilterRules lipinski() {
  using enum Descriptor;
  FilterRules rules;
  rules.ranges = {{kMw, -kOpen, 500}, {kClogp, -kOpen, 5}, {kHbd, -kOpen, 5}, {kHba, -kOpen, 10}};
  rules.allowed_range_violations = 1;
  return rules;
}

// D. F. Veber et al., J. Med. Chem. 45 (2002) 2615-2623, doi:10.1021/jm020017n: oral bioavailability in rats.
FilterRules veber() {
  using enum Descriptor;
  FilterRules rules;
  rules.ranges = {{kRotatableBonds, -kOpen, 10}, {kTpsa, -kOpen, 140}};
  return rules;
}

// Room to grow into a drug: S. J. Teague et al., Angew. Chem. Int. Ed. 38 (1999) 3743-3748,
// doi:10.1002/(SICI)1521-3773(19991216)38:24<3743::AID-ANIE3743>3.0.CO;2-U, in the bounds that ZINC's lead-like subset
// uses: T. Sterling, J. J. Irwin, J. Chem. Inf. Model. 55 (2015) 2324-2337, doi:10.1021/acs.jcim.5b00559.
FilterRules lead_like() {
  using enum Descriptor;
  FilterRules rules;
  rules.ranges = {{kMw, 250, 350}, {kClogp, -kOpen, 3.5}, {kRotatableBonds, -kOpen, 7}};
  return rules;
}

// Rule of three: M. Congreve et al., Drug Discov. Today 8 (2003) 876-877, doi:10.1016/S1359-6446(03)02831-9, with its
// two additional criteria (rotatable bonds, polar surface area).
FilterRules fragment() {
  using enum Descriptor;
  FilterRules rules;
  rules.ranges = {{kMw, -kOpen, 300}, {kClogp, -kOpen, 3},          {kHbd, -kOpen, 3},
                  {kHba, -kOpen, 3},  {kRotatableBonds, -kOpen, 3}, {kTpsa, -kOpen, 60}};
  return rules;
}

constexpr std::pair<std::string_view, FilterRules (*)()> kPresets[] = {
    {"lipinski", lipinski}, {"veber", veber}, {"lead-like", lead_like}, {"fragment", fragment}};

constexpr std::string_view kAlertSets[] = {"PAINS", "BRENK", "NIH"};

std::string numbered(std::string field, std::size_t number) { return std::move(field) + ' ' + std::to_string(number); }

using Query = std::shared_ptr<const RDKit::ROMol>;

std::vector<Query> read_smarts(const std::vector<std::string>& all, const std::string& field) {
  std::vector<Query> queries;
  for (const auto& smarts : all) {
    const auto which = numbered(field, queries.size() + 1);
    Query query;
    try {
      if (!smarts.empty()) query.reset(RDKit::SmartsToMol(smarts));
    } catch (const std::exception&) {
      // The message of RDKit holds the SMARTS: ours names its number.
    }
    if (!query || query->getNumAtoms() == 0)
      throw UsageError(which + " is not a SMARTS; hint: try it on one molecule in RDKit or a structure editor first");
    queries.push_back(std::move(query));
  }
  return queries;
}

// RDKit keeps the state of a recursive search in the query, behind a lock; a copy per call keeps threads apart
// altogether.
bool occurs(const RDKit::ROMol& query, const RDKit::ROMol& molecule) {
  const RDKit::ROMol own(query, true);
  RDKit::MatchVectType match;
  return RDKit::SubstructMatch(molecule, own, match);
}

}  // namespace

std::optional<FilterRules> filter_preset(std::string_view name) {
  const auto* preset = std::ranges::find(kPresets, name, [](const auto& entry) { return entry.first; });
  if (preset == std::end(kPresets)) return std::nullopt;
  return preset->second();
}

std::vector<std::string_view> filter_preset_names() {
  std::vector<std::string_view> names;
  for (const auto& preset : kPresets) names.push_back(preset.first);
  return names;
}

struct StructureFilter::Impl {
  struct Smarts {
    Query query;
    bool wanted;
    std::string name;  ///< "exclude_smarts 2"
  };
  std::vector<FilterRules> rules;
  std::vector<char> alert_dropped;  ///< by alert number
  std::vector<Smarts> smarts;       ///< numbered through all rules, in the order given
};

StructureFilter::StructureFilter(std::vector<FilterRules> rules) : impl_(std::make_unique<Impl>()) {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  for (const auto& rule : rules) {
    for (const auto& set : rule.alert_sets) {
      if (std::ranges::find(kAlertSets, set) == std::end(kAlertSets))
        throw UsageError(std::string("unknown alert set \"") + set + "\"; hint: there are PAINS, BRENK and NIH");
      impl_->alert_dropped.resize(alert_table().size());
      for (std::size_t i = 0; i < impl_->alert_dropped.size(); ++i)
        if (alert_table()[i].set == set) impl_->alert_dropped[i] = 1;
    }
    include.insert(include.end(), rule.include_smarts.begin(), rule.include_smarts.end());
    exclude.insert(exclude.end(), rule.exclude_smarts.begin(), rule.exclude_smarts.end());
  }
  for (const auto& [texts, wanted, field] :
       {std::tuple{include, true, "include_smarts"}, {exclude, false, "exclude_smarts"}})
    for (auto& query : read_smarts(texts, field)) impl_->smarts.push_back({std::move(query), wanted, {}});
  std::size_t included = 0;
  std::size_t excluded = 0;
  for (auto& entry : impl_->smarts)
    entry.name = entry.wanted ? numbered("include_smarts", ++included) : numbered("exclude_smarts", ++excluded);
  impl_->rules = std::move(rules);
}
StructureFilter::~StructureFilter() = default;
StructureFilter::StructureFilter(StructureFilter&&) noexcept = default;

std::optional<std::string> StructureFilter::reason_to_drop(const Descriptors& descriptors,
                                                           const std::vector<std::uint16_t>& alerts,
                                                           const std::string& smiles) const {
  for (const auto& rule : impl_->rules) {
    std::uint32_t violations = 0;
    std::string reasons;
    for (const auto& range : rule.ranges) {
      const double value = static_cast<double>(descriptors[static_cast<std::size_t>(range.descriptor)]);
      if (is_inside(value, range)) continue;
      if (!reasons.empty()) reasons += ", ";
      reasons += describe(value, range);
      if (++violations > rule.allowed_range_violations) return reasons;
    }
  }
  for (const auto alert : alerts) {
    if (alert < impl_->alert_dropped.size() && impl_->alert_dropped[alert])
      return std::string("alert ") + std::string{alert_table()[alert].set} + ' ' + alert_table()[alert].name;
  }
  if (impl_->smarts.empty()) return std::nullopt;
  std::unique_ptr<const RDKit::ROMol> molecule;
  try {
    molecule.reset(RDKit::SmilesToMol(smiles));
  } catch (const std::exception&) {
    // Answered below, like a SMILES that is none.
  }
  if (!molecule) return "its structure cannot be read";
  for (const auto& [query, wanted, name] : impl_->smarts) {
    if (occurs(*query, *molecule) != wanted) return std::string(wanted ? "does not match " : "matches ") + name;
  }
  return std::nullopt;
}

}  // namespace digitalis
