#pragma once
// Chains of random changes, each followed by a local optimisation: Monte Carlo with minimisation.
// Z. Li, H. A. Scheraga, Proc. Natl. Acad. Sci. USA 84 (1987) 6611-6615, doi:10.1073/pnas.84.19.6611.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "scoring/docking/lane_minimiser.hpp"
#include "scoring/docking/lane_model.hpp"
#include "scoring/docking/random_stream.hpp"

namespace digitalis {

/// A local minimum that a chain has been in.
struct Minimum {
  float energy = 0.0f;
  std::uint32_t conformer = 0;
  std::vector<float> coordinates;  ///< shape (LaneModel::coordinates())
};

/// A chain depends on its number and the ligand's seed only: not on other chains, lanes or threads.
struct Chain {
  std::uint32_t number = 0;
  std::uint32_t conformer = 0;
  std::uint32_t steps = 0;  ///< done so far
  float energy = std::numeric_limits<float>::max();
  std::vector<float> coordinates;
  std::vector<Minimum> minima;  ///< the best, one of each kind; at most kMostMinima
  /// The best minimum so far; nullptr before the first. best(): its energy, or the largest float.
  [[nodiscard]] const Minimum* lowest() const;
  [[nodiscard]] float best() const;

  static constexpr std::size_t kMostMinima = 12;
};

struct ChainOptions {
  std::uint64_t seed = 0;
  std::uint32_t placements = 8;  ///< random ones, of which the best is the start
  float temperature_kcal_mol = 1.2f;
  lane_minimiser::Options minimiser;
};

/// Chooses the start of each chain. Returns energies computed.
std::uint64_t place_chains(const LaneModel& model, std::span<Chain* const> chains, const ChainOptions& options);

/// Runs each chain for so many more steps. Returns energies computed.
std::uint64_t run_chains(const LaneModel& model, std::span<Chain* const> chains, std::uint32_t steps,
                         const ChainOptions& options);

/// Minimises poses where they stand; energies and coordinates are replaced. Returns energies computed.
std::uint64_t minimise_all(const LaneModel& model, std::span<Minimum* const> minima,
                           const lane_minimiser::Options& options);

}  // namespace digitalis
