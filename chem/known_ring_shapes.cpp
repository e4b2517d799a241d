#include "chem/known_ring_shapes.hpp"

#include <utility>

namespace digitalis {

constexpr std::size_t kMostSystems = 16'384;

KnownRingShapes::Shapes KnownRingShapes::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto it = shapes_.find(key);
  return it == shapes_.end() ? nullptr : it->second;
}

void KnownRingShapes::add(const std::string& key, Shapes shapes) {
  const std::lock_guard lock(mutex_);
  if (shapes_.size() < kMostSystems) shapes_.emplace(key, std::move(shapes));
}

std::size_t KnownRingShapes::size() const {
  const std::lock_guard lock(mutex_);
  return shapes_.size();
}

}  // namespace digitalis
