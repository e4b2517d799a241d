#pragma once
// One compound from what a vendor wrote: metals disconnected, largest organic fragment, functional groups
// normalised, charges reionised, then neutralised.

#include <memory>
#include <string>

#include "chem/result.hpp"

namespace RDKit {
class RWMol;
}

namespace digitalis {

/// Owns RDKit's MolStandardize objects; building them costs as much as standardising a molecule, so one per worker
/// thread is built once. Not for concurrent use of one object.
class Standardiser {
 public:
  Standardiser();
  ~Standardiser();
  Standardiser(Standardiser&&) noexcept;

  /// @param molecule  sanitised, hydrogens implicit; consumed
  /// @return          the standardised molecule, sanitised; or a reject with code and detail
  ///                  (location and compound_id are left for the caller to fill in)
  [[nodiscard]] Result<std::shared_ptr<RDKit::RWMol>> standardise(std::shared_ptr<RDKit::RWMol> molecule) const;

 private:
  struct Steps;
  std::unique_ptr<Steps> steps_;
};

}  // namespace digitalis
