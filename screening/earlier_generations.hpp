#pragma once
// What a store holds before a further generation is appended to it: see repeated_compounds.hpp.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "chem/store_keys.hpp"

namespace digitalis {

/// Compounds are counted on over generations. Looking things up is safe to call concurrently.
class EarlierGenerations {
 public:
  /// None: a store's first generation.
  EarlierGenerations() = default;
  /// Throws UsageError where keys are missing.
  explicit EarlierGenerations(CompoundStore store);

  [[nodiscard]] std::optional<std::uint64_t> compound_with(std::uint64_t high, std::uint64_t low) const;
  /// How often an ID occurred in all of them.
  [[nodiscard]] std::uint64_t occurrences_of(std::uint64_t id) const;
  /// "ID (file:line)". Reads a chunk of the store, unless the last one asked for is the same. Not for concurrent use.
  [[nodiscard]] std::string describe(std::uint64_t compound);

 private:
  std::optional<CompoundStore> store_;
  std::vector<StoreKeys> keys_;
  std::size_t generation_ = 0;
  std::uint64_t chunk_ = UINT64_MAX;  // `block_` is this one of that generation
  CompoundBlock block_;
};

}  // namespace digitalis
