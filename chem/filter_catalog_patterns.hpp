#pragma once
// The alert sets of RDKit's FilterCatalog, with the query molecules behind them.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace RDKit {
class FilterCatalog;
class FilterCatalogEntry;
class ROMol;
}  // namespace RDKit

namespace digitalis {

/// One entry of one catalog.
struct CatalogPattern {
  std::string_view set;                    ///< "PAINS", "BRENK" or "NIH"
  std::string name;                        ///< the entry's description
  const RDKit::FilterCatalogEntry* entry;  ///< owned by CatalogPatterns
  const RDKit::ROMol* query;               ///< null when the entry is more than "this SMARTS occurs"
};

/// PAINS (A, B, C), BRENK, NIH, each in catalog order.
struct CatalogPatterns {
  std::vector<std::shared_ptr<const RDKit::FilterCatalog>> catalogs;
  std::vector<CatalogPattern> patterns;
};

/// Loads the catalogs: about 50 ms.
[[nodiscard]] CatalogPatterns load_catalog_patterns();

}  // namespace digitalis
