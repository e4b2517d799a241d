// The search.
//
// The problem. The energy of a ligand in a pocket has thousands of minima. Vina walks few chains for tens of thousands
// of steps; most of them are spent in places that were lost from the start.
//
// The idea. Many short chains from well-chosen starts, then a tournament: after every round of steps only the better
// half of the chains goes on, until a few are left that walk on. The effort goes where it pays, and what each chain has
// seen on its way stays in the pool of poses, which keeps them diverse. The search ends early when enough chains have
// come to the same best pose on their own: an easy ligand costs a fraction of a hard one.
//
// The end. Distinct minima of all chains are minimised again against the receptor's atoms: the maps that steer the
// search err by some tenths of kcal/mol, and more where the energy bends most, in the best places. A good search finds
// so many minima of the best binding mode that they alone would fill every list; so half of the places goes to the
// best minima, however alike, and decides which pose is the best, and the rest to minima of other modes.

#include "scoring/docking/dock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "chem/usage_error.hpp"
#include "scoring/docking/monte_carlo.hpp"

namespace digitalis {
namespace {

using Parallel = std::function<void(std::size_t, const std::function<void(std::size_t)>&)>;

/// What an exhaustiveness buys: chains in proportion; with each doubling longer rounds and more of them.
struct Plan {
  std::uint32_t chains, steps_per_round, rounds;
  std::size_t agreeing;       ///< chains in the best pose that end the search
  std::size_t refined;        ///< minima that are refined a little,
  std::size_t refined_fully;  ///< and the best of them until nothing moves

  Plan(double exhaustiveness, std::size_t torsions) {
    const double effort = std::max(0.25, exhaustiveness);
    const double doublings = std::max(0.0, std::log2(effort));
    chains = static_cast<std::uint32_t>(std::max(16.0, std::round(96.0 * effort)));
    // Beyond twenty torsions the space is too large to be searched by any effort that a screening can afford.
    const double walked = std::min(20.0, static_cast<double>(torsions));
    steps_per_round = static_cast<std::uint32_t>(std::lround(5.0 + (1.0 + doublings) * walked));
    rounds = static_cast<std::uint32_t>(std::lround(8.0 + 4.0 * doublings));
    agreeing = static_cast<std::size_t>(std::lround(5.0 + 0.5 * effort));
    refined = static_cast<std::size_t>(std::clamp(16.0 + 4.0 * effort, 24.0, 48.0));
    refined_fully = static_cast<std::size_t>(std::clamp(10.0 + 1.25 * effort, 12.0, 20.0));
  }
};

constexpr std::size_t kFewestChains = 16;     // the tournament's last
constexpr double kPoolWindow_kcal_mol = 6.0;  // above the best: not refined
constexpr double kPoolRmsd_A = 0.7;           // closer: the same minimum
constexpr double kSettledRmsd_A = 1.0;        // the same once minimised a little
constexpr double kTwinEnergy_kcal_mol = 0.1;  // a pose and its mirror image by symmetry are so close in energy
constexpr double kTwinRmsd_A = 0.5;           // and in place, atom by nearest atom of its type
constexpr double kSamePose_A = 1.0;           // chains that agree
constexpr double kSameEnergy_kcal_mol = 0.2;

/// Whether two poses of one ligand deviate by less than a limit (Å squared), symmetry aside.
bool is_closer(std::span<const Position> a, std::span<const Position> b, std::size_t atoms, double limit) {
  const double enough = limit * static_cast<double>(atoms);
  double sum = 0.0;
  for (std::size_t i = 0; i < atoms && sum < enough; ++i) sum += squared_distance(a[i], b[i]);
  return sum < enough;
}

/// Squared deviation without regard to which atom of a type is which, and thus no larger: a ring that has flipped is
/// where it was. Each atom is compared with the nearest of its type in the other pose, both ways round.
double squared_rmsd_by_type(const DockingLigand& ligand, std::span<const Position> a, std::span<const Position> b) {
  const auto one_way = [&](std::span<const Position> from, std::span<const Position> to) {
    double sum = 0.0;
    for (std::size_t i = 0; i < ligand.ligand_atoms; ++i) {
      double nearest = std::numeric_limits<double>::max();
      for (std::size_t j = 0; j < ligand.ligand_atoms; ++j)
        if (ligand.types[i] == ligand.types[j]) nearest = std::min(nearest, squared_distance(from[i], to[j]));
      sum += nearest;
    }
    return sum / static_cast<double>(ligand.ligand_atoms);
  };
  return std::max(one_way(a, b), one_way(b, a));
}

void sort_by_energy(std::vector<Minimum>& minima) {
  std::stable_sort(minima.begin(), minima.end(),
                   [](const Minimum& a, const Minimum& b) { return a.energy < b.energy; });
}

class Search {
 public:
  Search(const DockingTarget& target, const DockingLigand& ligand, const DockingOptions& options, std::uint64_t seed,
         const Parallel& parallel)
      : target_(target),
        ligand_(ligand),
        options_(options),
        parallel_(parallel),
        plan_(options.effort.exhaustiveness, ligand.turning()) {
    for (std::uint32_t c = 0; c < ligand.conformers.size(); ++c)
      models_.push_back(make_lane_model(target, ligand, c, options.restraints));
    chain_options_.seed = seed;
    chain_options_.minimiser = {.receptor = lane_minimiser::Options::Receptor::kGrid,
                                .most_steps = 20,
                                .most_trials = 6,
                                .tolerance_kcal_mol = 1e-2f};
  }

  DockingResult run() {
    std::vector<Minimum> minima;
    if (options_.local_only) {
      for (std::uint32_t c = 0; c < models_.size(); ++c)
        minima.push_back({0.0f, c, coordinates_of(pose_of_conformer(ligand_, c))});
    } else {
      hold_tournament();
      minima = pool();
    }
    refine(minima);
    report(minima);
    return std::move(result_);
  }

 private:
  [[nodiscard]] std::vector<Position> place(const Minimum& minimum) const {
    return place_atoms(ligand_, pose_of(minimum.coordinates, minimum.conformer));
  }

  /// Whether two poses are one to a chemist.
  [[nodiscard]] bool are_same(std::span<const Position> a, double energy_a, std::span<const Position> b,
                              double energy_b, double rmsd_A) const {
    const double limit = rmsd_A * rmsd_A;
    if (is_closer(a, b, ligand_.ligand_atoms, limit)) return true;
    return std::abs(energy_a - energy_b) < kTwinEnergy_kcal_mol &&
           squared_rmsd_by_type(ligand_, a, b) < std::min(limit, kTwinRmsd_A * kTwinRmsd_A);
  }

  void hold_tournament() {
    chains_.resize(plan_.chains);
    std::vector<Chain*> active;
    for (std::uint32_t i = 0; i < plan_.chains; ++i) {
      chains_[i].number = i;
      chains_[i].conformer = i % static_cast<std::uint32_t>(models_.size());
      active.push_back(&chains_[i]);
    }
    for (std::uint32_t round = 0; round < plan_.rounds && !result_.converged; ++round) {
      run_round(active, plan_.steps_per_round, round == 0);
      std::stable_sort(active.begin(), active.end(),
                       [](const Chain* a, const Chain* b) { return a->best() < b->best(); });
      result_.converged = agree(active) >= plan_.agreeing;
      active.resize(std::min(active.size(), std::max(kFewestChains, active.size() / 2)));
    }
  }

  /// How many chains have come to the best pose.
  [[nodiscard]] std::size_t agree(const std::vector<Chain*>& active) const {
    const Minimum* best = active.front()->lowest();
    if (best == nullptr) return 0;
    const std::vector<Position> at = place(*best);
    std::size_t count = 0;
    for (const Chain* chain : active) {
      const Minimum* own = chain->lowest();
      if (own == nullptr || own->energy > best->energy + static_cast<float>(kSameEnergy_kcal_mol)) break;
      count +=
          are_same(place(*own), static_cast<double>(own->energy), at, static_cast<double>(best->energy), kSamePose_A)
              ? 1
              : 0;
    }
    return count;
  }

  /// Chains of one conformer run in blocks; a block is what a thread does at a time.
  void run_round(std::vector<Chain*>& active, std::uint32_t steps, bool is_first) {
    constexpr std::size_t kBlock = 64;
    std::vector<std::vector<Chain*>> blocks;
    for (std::uint32_t c = 0; c < models_.size(); ++c) {
      bool is_open = false;
      for (Chain* chain : active) {
        if (chain->conformer != c) continue;
        if (!is_open) blocks.emplace_back();
        blocks.back().push_back(chain);
        is_open = blocks.back().size() < kBlock;
      }
    }
    std::vector<std::uint64_t> evaluations(blocks.size());
    const auto work = [&](std::size_t b) {
      const LaneModel& model = models_[blocks[b].front()->conformer];
      if (is_first) evaluations[b] += place_chains(model, blocks[b], chain_options_);
      evaluations[b] += run_chains(model, blocks[b], steps, chain_options_);
    };
    if (parallel_ && blocks.size() > 1)
      parallel_(blocks.size(), work);
    else
      for (std::size_t b = 0; b < blocks.size(); ++b) work(b);
    for (const std::uint64_t count : evaluations) result_.evaluations += count;
    result_.local_searches += active.size() * steps;
  }

  /// Distinct minima of all chains, best first.
  [[nodiscard]] std::vector<Minimum> pool() const {
    std::vector<Minimum> all;
    for (const Chain& chain : chains_) all.insert(all.end(), chain.minima.begin(), chain.minima.end());
    return distinct(std::move(all), kPoolRmsd_A, std::max<std::size_t>(plan_.refined, 3 * options_.most_poses));
  }

  /// The best of what differs, best first: the first half by `near_A`, the others by what listed poses must differ.
  [[nodiscard]] std::vector<Minimum> distinct(std::vector<Minimum> all, double near_A, std::size_t most) const {
    sort_by_energy(all);
    std::vector<Minimum> kept;
    std::vector<std::vector<Position>> places;
    for (Minimum& minimum : all) {
      if (kept.size() == most || minimum.energy > all.front().energy + static_cast<float>(kPoolWindow_kcal_mol)) break;
      const double apart_A = kept.size() < most / 2 ? near_A : std::max(near_A, options_.min_rmsd_A);
      std::vector<Position> at = place(minimum);
      bool is_known = false;
      for (std::size_t k = 0; k < kept.size() && !is_known; ++k)
        is_known =
            are_same(at, static_cast<double>(minimum.energy), places[k], static_cast<double>(kept[k].energy), apart_A);
      if (is_known) continue;
      kept.push_back(std::move(minimum));
      places.push_back(std::move(at));
    }
    return kept;
  }

  /// Minimises against the receptor's atoms: all a little, then the best until nothing moves.
  void refine(std::vector<Minimum>& minima) {
    lane_minimiser::Options exact{.receptor = lane_minimiser::Options::Receptor::kAtoms,
                                  .most_steps = 8,
                                  .most_trials = 6,
                                  .tolerance_kcal_mol = 1e-3f};
    const std::size_t wanted = std::max<std::size_t>(plan_.refined_fully, 3 * options_.most_poses / 2);
    if (minima.size() > wanted) {
      settle(minima, exact);
      minima = distinct(std::move(minima), kSettledRmsd_A, wanted);
    }
    exact.most_steps = options_.local_only ? 200 : 40;
    settle(minima, exact);
  }

  void settle(std::vector<Minimum>& minima, const lane_minimiser::Options& options) {
    for (std::uint32_t c = 0; c < models_.size(); ++c) {
      std::vector<Minimum*> own;
      for (Minimum& minimum : minima)
        if (minimum.conformer == c) own.push_back(&minimum);
      if (!own.empty()) result_.evaluations += minimise_all(models_[c], own, options);
    }
  }

  void report(const std::vector<Minimum>& minima) {
    std::vector<DockedPose> poses;
    for (const Minimum& minimum : minima) {
      DockedPose pose;
      pose.pose = pose_of(minimum.coordinates, minimum.conformer);
      pose.positions = place_atoms(ligand_, pose.pose);
      pose.score = score_pose(*target_.cells, ligand_, pose.positions, *target_.function);
      poses.push_back(std::move(pose));
    }
    std::stable_sort(poses.begin(), poses.end(), [](const DockedPose& a, const DockedPose& b) {
      return a.score.total_kcal_mol() < b.score.total_kcal_mol();
    });
    const double divisor = 1.0 + target_.function->torsion * ligand_.effective_torsions;
    const double reference = poses.front().score.intra_kcal_mol;
    for (DockedPose& pose : poses) {
      pose.score.affinity_kcal_mol = (pose.score.total_kcal_mol() - reference) / divisor;
      std::vector<DockedPose>& kept = result_.poses;
      if (!kept.empty() &&
          (kept.size() >= options_.most_poses ||
           pose.score.affinity_kcal_mol > kept.front().score.affinity_kcal_mol + options_.energy_range_kcal_mol))
        break;
      const bool is_known = std::any_of(kept.begin(), kept.end(), [&](const DockedPose& other) {
        return are_same(pose.positions, pose.score.total_kcal_mol(), other.positions, other.score.total_kcal_mol(),
                        options_.min_rmsd_A);
      });
      if (!is_known) kept.push_back(std::move(pose));
    }
  }

  const DockingTarget& target_;
  const DockingLigand& ligand_;
  const DockingOptions& options_;
  const Parallel& parallel_;
  Plan plan_;
  std::vector<LaneModel> models_;  // one per conformer
  ChainOptions chain_options_;
  std::vector<Chain> chains_;
  DockingResult result_;
};

}  // namespace

DockingEffort DockingEffort::by_name(std::string_view name) {
  if (name == "fast") return fast();
  if (name == "balanced") return balanced();
  if (name == "thorough") return thorough();
  throw UsageError("no docking effort '" + std::string{name} + "'; hint: fast, balanced or thorough");
}

DockingResult dock(const DockingTarget& target, const DockingLigand& ligand, const DockingOptions& options,
                   std::uint64_t seed, const Parallel& parallel) {
  return Search{target, ligand, options, seed, parallel}.run();
}

std::string_view docking_instruction_set() { return lane_minimiser::instruction_set(); }

}  // namespace digitalis
