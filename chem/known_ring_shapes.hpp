#pragma once
// Shapes of ring systems that were sampled before. Compounds of a library share their ring systems (a few hundred make
// up most of a million compounds), and a system's shapes are found without a look at the rest of the compound.

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chem/geometry.hpp"

namespace digitalis {

/// One shape of a ring system and the atoms next to it.
struct RingSystemShape {
  double strain = 0.0;       ///< in eclipsed bonds
  std::vector<Position> at;  ///< A, by atom of the system
};

/// Shapes by a key that says all they depend on, so that it does not matter who found them. Safe to use concurrently.
/// Holds the first 16,384 systems that come, about 2 kB each.
class KnownRingShapes {
 public:
  using Shapes = std::shared_ptr<const std::vector<RingSystemShape>>;

  /// Null when they are not known.
  [[nodiscard]] Shapes find(const std::string& key) const;
  void add(const std::string& key, Shapes shapes);
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Shapes> shapes_;
};

}  // namespace digitalis
