#include "screening/earlier_generations.hpp"

#include <algorithm>
#include <stdexcept>

#include "chem/usage_error.hpp"

namespace digitalis {

EarlierGenerations::EarlierGenerations(CompoundStore store) : store_(std::move(store)) {
  for (const StoreGeneration& generation : store_->generations()) {
    if (generation.info().keys_digest.empty())
      throw UsageError(generation.folder().string() +
                       ": was saved from a damaged store and has no keys to find duplicates by; hint: prepare its "
                       "libraries again");
    keys_.emplace_back(generation.folder());
  }
}

std::optional<std::uint64_t> EarlierGenerations::compound_with(std::uint64_t high, std::uint64_t low) const {
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (const auto found = keys_[i].compound_with(high, low)) return before + *found;
    before += store_->generations()[i].info().compounds;
  }
  return std::nullopt;
}

std::uint64_t EarlierGenerations::occurrences_of(std::uint64_t id) const {
  std::uint64_t most = 0;  // each generation counts on
  for (const StoreKeys& keys : keys_) most = std::max(most, keys.occurrences_of(id));
  return most;
}

std::string EarlierGenerations::describe(std::uint64_t compound) {
  std::size_t number = 0;
  for (; compound >= store_->generations().at(number).info().compounds; ++number)
    compound -= store_->generations()[number].info().compounds;
  const StoreGeneration& generation = store_->generations()[number];
  const std::uint64_t chunk = generation.chunk_with(compound);
  if (number != generation_ || chunk != chunk_) {
    block_ = generation.chunk(chunk, {CompoundColumn::kId, CompoundColumn::kOrigin});
    generation_ = number;
    chunk_ = chunk;
  }
  const std::size_t i = compound - generation.compounds_before(chunk);
  return std::string{block_.id(i)} + " (" + generation.info().sources.at(block_.source(i)) + ":" +
         std::to_string(block_.line(i)) + ")";
}

}  // namespace digitalis
