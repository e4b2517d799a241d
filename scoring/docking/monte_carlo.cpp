#include "scoring/docking/monte_carlo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace digitalis {
namespace {

using Span = std::span<float>;

/// Uses of a chain's random numbers, beside its steps.
constexpr std::uint32_t kPlacing = 0xffff0000u;

/// Turns the orientation in `q` by a rotation vector (rad).
void turn(Span q, const std::array<float, 3>& by) {
  const float angle = std::sqrt(by[0] * by[0] + by[1] * by[1] + by[2] * by[2]);
  if (angle < 1e-6f) return;
  const float s = std::sin(0.5f * angle) / angle, w = std::cos(0.5f * angle);
  const float x = s * by[0], y = s * by[1], z = s * by[2];
  const float a = q[3], b = q[4], c = q[5], d = q[6];
  q[3] = w * a - x * b - y * c - z * d;
  q[4] = w * b + x * a + y * d - z * c;
  q[5] = w * c - x * d + y * a + z * b;
  q[6] = w * d + x * c - y * b + z * a;
}

/// A random pose: its middle anywhere in the box, any orientation, any torsions.
void place(const LaneModel& model, RandomStream& random, Span q) {
  const auto orientation = random.orientation();
  std::copy(orientation.begin(), orientation.end(), q.begin() + 3);
  // The middle of the conformer as it is turned; torsions will move it a little.
  const auto [w, x, y, z] = orientation;
  const std::array<float, 3>& m = model.middle;
  const std::array<float, 3> t{2 * (y * m[2] - z * m[1]), 2 * (z * m[0] - x * m[2]), 2 * (x * m[1] - y * m[0])};
  const std::array<float, 3> turned{m[0] + w * t[0] + y * t[2] - z * t[1], m[1] + w * t[1] + z * t[0] - x * t[2],
                                    m[2] + w * t[2] + x * t[1] - y * t[0]};
  for (std::size_t k = 0; k < 3; ++k) {
    const float size = model.grid_spacing * static_cast<float>(model.grid_points[k] - 1);
    const float margin = std::min(0.3f * size, 0.5f * model.gyration_A);
    q[k] = model.grid_origin[k] + random.between(margin, size - margin) - turned[k];
  }
  for (float& torsion : q.subspan(7)) torsion = random.angle();
}

/// One change: a shift of up to 2 Å, a turn that moves atoms by about as much, or one torsion to anywhere.
void change(const LaneModel& model, RandomStream& random, Span q) {
  constexpr float kReach_A = 2.0f;
  const std::uint32_t what = random.below(2 + static_cast<std::uint32_t>(model.torsions));
  if (what == 0) {
    const auto shift = random.in_ball();
    for (std::size_t k = 0; k < 3; ++k) q[k] += kReach_A * shift[k];
  } else if (what == 1) {
    auto by = random.in_ball();
    for (float& angle : by) angle *= kReach_A / model.gyration_A;
    turn(q, by);
  } else {
    q[7 + what - 2] = random.angle();
  }
}

class Placing final : public lane_minimiser::Jobs {
 public:
  Placing(const LaneModel& model, std::span<Chain* const> chains, const ChainOptions& options)
      : model_(model), chains_(chains), options_(options), at_(lane_minimiser::lanes()) {}

  bool start(std::size_t slot, std::span<float> coordinates, float&) override {
    const std::size_t chain = next_ / options_.placements;
    if (chain == chains_.size()) return false;
    RandomStream random{options_.seed, chains_[chain]->number,
                        kPlacing + static_cast<std::uint32_t>(next_ % options_.placements)};
    place(model_, random, coordinates);
    at_[slot] = chain;
    ++next_;
    return true;
  }
  void end(std::size_t slot, std::span<const float> coordinates, float energy) override {
    Chain& chain = *chains_[at_[slot]];
    // Equal energies do not happen in practice; were they to, the order of the lanes would decide.
    if (!chain.coordinates.empty() && !(energy < chain.energy)) return;
    chain.energy = std::isnan(energy) ? std::numeric_limits<float>::max() : energy;
    chain.coordinates.assign(coordinates.begin(), coordinates.end());
  }

 private:
  const LaneModel& model_;
  std::span<Chain* const> chains_;
  const ChainOptions& options_;
  std::size_t next_ = 0;
  std::vector<std::size_t> at_;  // chain of each slot
};

/// Whether two poses are about the same, as far as their coordinates tell: within some tenths of Å everywhere.
bool are_alike(const LaneModel& model, std::span<const float> a, std::span<const float> b) {
  constexpr float kAlike_A = 0.7f;
  float shift2 = 0.0f, cosine = 0.0f;
  for (std::size_t k = 0; k < 3; ++k) shift2 += (a[k] - b[k]) * (a[k] - b[k]);
  if (shift2 > kAlike_A * kAlike_A) return false;
  for (std::size_t k = 3; k < 7; ++k) cosine += a[k] * b[k];
  // 1 - cos^2 is the squared sine of half the angle between the orientations.
  const float half = kAlike_A / (2.0f * model.gyration_A);
  if (1.0f - cosine * cosine > half * half) return false;
  for (std::size_t k = 7; k < a.size(); ++k) {
    const float turned = std::remainder(a[k] - b[k], 2.0f * std::numbers::pi_v<float>);
    // scale is 1 / (sum of squared arms)^(1/2); the atoms' root mean square shift follows.
    const float moved = std::abs(turned) / (model.scale[k - 1] * std::sqrt(static_cast<float>(model.atoms)));
    if (moved > kAlike_A) return false;
  }
  return true;
}

/// Remembers a minimum if it is among a chain's best: one of each kind.
void remember(const LaneModel& model, Chain& chain, std::span<const float> coordinates, float energy) {
  Minimum* place = nullptr;
  if (chain.minima.size() == Chain::kMostMinima) {
    for (Minimum& minimum : chain.minima)
      if (place == nullptr || minimum.energy > place->energy) place = &minimum;
    if (!(energy < place->energy)) return;
  }
  for (Minimum& minimum : chain.minima) {
    if (!are_alike(model, minimum.coordinates, coordinates)) continue;
    if (!(energy < minimum.energy)) return;
    place = &minimum;
    break;
  }
  if (place == nullptr) place = &chain.minima.emplace_back();
  place->energy = energy;
  place->conformer = chain.conformer;
  place->coordinates.assign(coordinates.begin(), coordinates.end());
}

class Walking final : public lane_minimiser::Jobs {
 public:
  Walking(const LaneModel& model, std::span<Chain* const> chains, std::uint32_t steps, const ChainOptions& options)
      : model_(model), chains_(chains), steps_(steps), options_(options), walks_(lane_minimiser::lanes()) {}

  bool start(std::size_t slot, std::span<float> coordinates, float& hopeless_above) override {
    Walk& walk = walks_[slot];
    if (walk.left == 0) {
      if (next_ == chains_.size()) return false;
      walk = {next_++, steps_, 0.0f};
    }
    Chain& chain = *chains_[walk.chain];
    std::copy(chain.coordinates.begin(), chain.coordinates.end(), coordinates.begin());
    walk.limit = std::numeric_limits<float>::max();
    if (chain.steps > 0) {
      RandomStream random{options_.seed, chain.number, chain.steps};
      // Metropolis' lot is drawn beforehand: the local search need not go on where it cannot win.
      walk.limit = chain.energy - options_.temperature_kcal_mol * std::log(random.uniform());
      change(model_, random, coordinates);
    }
    hopeless_above = walk.limit;
    return true;
  }

  void end(std::size_t slot, std::span<const float> coordinates, float energy) override {
    Walk& walk = walks_[slot];
    Chain& chain = *chains_[walk.chain];
    --walk.left;
    ++chain.steps;
    if (!(energy < walk.limit)) return;
    chain.energy = energy;
    chain.coordinates.assign(coordinates.begin(), coordinates.end());
    remember(model_, chain, coordinates, energy);
  }

 private:
  struct Walk {
    std::size_t chain = 0;
    std::uint32_t left = 0;
    float limit = 0.0f;
  };
  const LaneModel& model_;
  std::span<Chain* const> chains_;
  std::uint32_t steps_;
  const ChainOptions& options_;
  std::size_t next_ = 0;
  std::vector<Walk> walks_;
};

class Settling final : public lane_minimiser::Jobs {
 public:
  explicit Settling(std::span<Minimum* const> minima) : minima_(minima), at_(lane_minimiser::lanes()) {}
  bool start(std::size_t slot, std::span<float> coordinates, float&) override {
    if (next_ == minima_.size()) return false;
    at_[slot] = next_;
    std::copy(minima_[next_]->coordinates.begin(), minima_[next_]->coordinates.end(), coordinates.begin());
    ++next_;
    return true;
  }
  void end(std::size_t slot, std::span<const float> coordinates, float energy) override {
    Minimum& minimum = *minima_[at_[slot]];
    minimum.energy = energy;
    minimum.coordinates.assign(coordinates.begin(), coordinates.end());
  }

 private:
  std::span<Minimum* const> minima_;
  std::size_t next_ = 0;
  std::vector<std::size_t> at_;
};

}  // namespace

const Minimum* Chain::lowest() const {
  const Minimum* lowest = nullptr;
  for (const Minimum& minimum : minima)
    if (lowest == nullptr || minimum.energy < lowest->energy) lowest = &minimum;
  return lowest;
}

float Chain::best() const {
  const Minimum* const minimum = lowest();
  return minimum == nullptr ? std::numeric_limits<float>::max() : minimum->energy;
}

std::uint64_t place_chains(const LaneModel& model, std::span<Chain* const> chains, const ChainOptions& options) {
  lane_minimiser::Options only_energies = options.minimiser;
  only_energies.most_steps = 0;
  Placing jobs{model, chains, options};
  const std::uint64_t evaluations = lane_minimiser::minimise(model, only_energies, jobs);
  for (Chain* chain : chains) chain->energy = std::numeric_limits<float>::max();
  return evaluations;
}

std::uint64_t run_chains(const LaneModel& model, std::span<Chain* const> chains, std::uint32_t steps,
                         const ChainOptions& options) {
  Walking jobs{model, chains, steps, options};
  return lane_minimiser::minimise(model, options.minimiser, jobs);
}

std::uint64_t minimise_all(const LaneModel& model, std::span<Minimum* const> minima,
                           const lane_minimiser::Options& options) {
  Settling jobs{minima};
  return lane_minimiser::minimise(model, options, jobs);
}

}  // namespace digitalis
