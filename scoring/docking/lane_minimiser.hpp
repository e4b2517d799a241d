#pragma once
// Local optimisation of many poses at once, one per vector lane. Compiled once per instruction set, chosen at run time.

#include <cstdint>
#include <span>
#include <string_view>

#include "scoring/docking/lane_model.hpp"

namespace digitalis::lane_minimiser {

/// Where poses come from and where they go. A slot is a lane: whoever starts in it ends in it before the next start.
/// Which slot a pose gets, and in which order poses end, depends on the instruction set: results must not.
class Jobs {
 public:
  virtual ~Jobs() = default;
  /// Writes the next starting point of the slot to `coordinates`; false: none is left.
  /// `hopeless_above`: the search may be given up as soon as it is not going to end below this energy.
  virtual bool start(std::size_t slot, std::span<float> coordinates, float& hopeless_above) = 0;
  virtual void end(std::size_t slot, std::span<const float> coordinates, float energy) = 0;
};

struct Options {
  enum class Receptor : std::uint8_t {
    kGrid,   ///< interpolated maps, tables for pairs, clashes softened for searching
    kAtoms,  ///< atom by atom, clashes softened as in final scores
  } receptor = Receptor::kGrid;
  std::uint32_t most_steps = 20;     ///< of the quasi-Newton method; 0: energies of the starting points only
  std::uint32_t most_trials = 6;     ///< of one line search
  float tolerance_kcal_mol = 1e-3f;  ///< ends when the next step promises less
};

/// Minimises every pose that `jobs` starts. Returns the number of energies with gradients that were computed.
/// The outcome of a pose depends on its starting point only. Safe to call concurrently on one model.
std::uint64_t minimise(const LaneModel& model, const Options& options, Jobs& jobs);

/// Energy and gradient of one pose, for tests: gradient has shape (model.dofs()): by position, by rotation about the
/// axes through atom 0, by torsions.
float energy_and_gradient(const LaneModel& model, Options::Receptor receptor, std::span<const float> coordinates,
                          std::span<float> gradient);

/// Poses that are minimised side by side here.
[[nodiscard]] std::size_t lanes();
/// As Highway names it.
[[nodiscard]] std::string_view instruction_set();

}  // namespace digitalis::lane_minimiser
