// FilterCatalogEntry keeps its matcher private and offers no way to the SMARTS. Parsing the SMARTS from the data files
// of RDKit's sources would be a second reading of them (the catalog merges query hydrogens, and the files are not
// installed), so the member itself is read. The C++ standard allows to name private members in an explicit
// instantiation ([temp.spec.general], "the usual access checking rules do not apply"): that is all that happens here,
// nothing is written through it.

#include "chem/filter_catalog_patterns.hpp"

#include <climits>
#include <utility>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/FilterCatalog/FilterCatalog.h>

namespace digitalis {
namespace {

template <class Key, auto Member>
struct MemberKey {
  friend constexpr auto member_of(Key) { return Member; }
};
struct MatcherKey {
  friend constexpr auto member_of(MatcherKey);
};
template struct MemberKey<MatcherKey, &RDKit::FilterCatalogEntry::d_matcher>;

const RDKit::ROMol* plain_query(const RDKit::FilterCatalogEntry& entry) {
  const auto* matcher = dynamic_cast<const RDKit::SmartsMatcher*>((entry.*member_of(MatcherKey{})).get());
  if (matcher == nullptr || !matcher->isValid() || matcher->getMinCount() != 1 || matcher->getMaxCount() != UINT_MAX)
    return nullptr;
  return matcher->getPattern().get();
}

}  // namespace

CatalogPatterns load_catalog_patterns() {
  using Params = RDKit::FilterCatalogParams;
  CatalogPatterns result;
  for (const auto& [set, id] : {std::pair{"PAINS", Params::PAINS}, {"BRENK", Params::BRENK}, {"NIH", Params::NIH}}) {
    const auto catalog = std::make_shared<const RDKit::FilterCatalog>(id);
    for (unsigned i = 0; i < catalog->getNumEntries(); ++i) {
      const auto* entry = catalog->getEntryWithIdx(i);
      result.patterns.push_back({set, entry->getDescription(), entry, plain_query(*entry)});
    }
    result.catalogs.push_back(catalog);
  }
  return result;
}

}  // namespace digitalis
