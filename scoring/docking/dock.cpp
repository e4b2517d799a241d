#include "scoring/docking/dock.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <string>

#include "chem/usage_error.hpp"
#include "scoring/docking/monte_carlo.hpp"

namespace digitalis {
namespace {

using Parallel = std::function<void(std::size_t, const std::function<void(std::size_t)>&)>;

double env(const char* n, double d) { const char* v = std::getenv(n); return v ? std::atof(v) : d; }

/// Heavy-atom deviation of two poses of one ligand, symmetry aside, Å squared.
double squared_rmsd(std::span<const Position> a, std::span<const Position> b, std::size_t atoms) {
  double sum = 0.0;
  for (std::size_t i = 0; i < atoms; ++i) sum += squared_distance(a[i], b[i]);
  return sum / static_cast<double>(atoms);
}

/// Minima that differ from each other, best first.
class DistinctPoses {
 public:
  DistinctPoses(const DockingLigand& ligand, double min_rmsd_A, std::size_t most)
      : ligand_(ligand), min2_(min_rmsd_A * min_rmsd_A), most_(most) {}
  /// Takes minima in ascending order of energy; false when full.
  bool add(const Minimum& minimum) {
    if (kept_.size() == most_) return false;
    std::vector<Position> at = place_atoms(ligand_, pose_of(minimum.coordinates, minimum.conformer));
    for (std::size_t k = 0; k < places_.size(); ++k)
      if (squared_rmsd(at, places_[k], ligand_.ligand_atoms) < min2_) return true;
    kept_.push_back(minimum);
    places_.push_back(std::move(at));
    return kept_.size() < most_;
  }
  [[nodiscard]] std::vector<Minimum>& kept() { return kept_; }

 private:
  const DockingLigand& ligand_;
  double min2_;
  std::size_t most_;
  std::vector<Minimum> kept_;
  std::vector<std::vector<Position>> places_;
};

class Search {
 public:
  Search(const DockingTarget& target, const DockingLigand& ligand, const DockingOptions& options, std::uint64_t seed,
         const Parallel& parallel)
      : target_(target), ligand_(ligand), options_(options), parallel_(parallel) {
    for (std::uint32_t c = 0; c < ligand.conformers.size(); ++c)
      models_.push_back(make_lane_model(target, ligand, c, options.restraints));
    chain_options_.seed = seed;
    chain_options_.placements = static_cast<std::uint32_t>(env("PLACE", 8));
    chain_options_.minimiser.most_steps = static_cast<std::uint32_t>(env("MAXB", 20));
    chain_options_.minimiser.tolerance_kcal_mol = static_cast<float>(env("TOL", 1e-2));
  }

  DockingResult run() {
    std::vector<Minimum> minima;
    if (options_.local_only) {
      for (std::uint32_t c = 0; c < ligand_.conformers.size(); ++c)
        minima.push_back({0.0f, c, coordinates_of(pose_of_conformer(ligand_, c))});
    } else {
      explore();
      for (const Chain& chain : chains_)
        minima.insert(minima.end(), chain.minima.begin(), chain.minima.end());
      sort_by_energy(minima);
      minima = distinct(minima, 0.7, static_cast<std::size_t>(env("KEEP", 24)), env("WINDOW", 6.0));
    }
    finish(minima);
    return std::move(result_);
  }

 private:
  static void sort_by_energy(std::vector<Minimum>& minima) {
    std::stable_sort(minima.begin(), minima.end(), [](const Minimum& a, const Minimum& b) { return a.energy < b.energy; });
  }

  std::vector<Minimum> distinct(const std::vector<Minimum>& minima, double rmsd_A, std::size_t most, double window) const {
    DistinctPoses poses{ligand_, rmsd_A, most};
    for (const Minimum& minimum : minima) {
      if (minimum.energy > minima.front().energy + static_cast<float>(window)) break;
      if (!poses.add(minimum)) break;
    }
    return std::move(poses.kept());
  }

  void explore() {
    const auto count = static_cast<std::uint32_t>(env("CHAINS", 256));
    const auto steps = static_cast<std::uint32_t>(env("STEPS", 10));
    const auto rounds = static_cast<int>(env("ROUNDS", 4));
    const double keep = env("SHARE", 0.5);
    chains_.resize(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      chains_[i].number = i;
      chains_[i].conformer = i % static_cast<std::uint32_t>(models_.size());
    }
    std::vector<Chain*> active;
    for (Chain& chain : chains_) active.push_back(&chain);
    for (int round = 0; round < rounds; ++round) {
      run_round(active, steps, round == 0);
      std::stable_sort(active.begin(), active.end(), [](const Chain* a, const Chain* b) { return a->best() < b->best(); });
      if (converged(active)) { result_.converged = true; break; }
      const auto left = std::max<std::size_t>(16, static_cast<std::size_t>(keep * static_cast<double>(active.size())));
      if (left < active.size()) active.resize(left);
    }
  }

  bool converged(const std::vector<Chain*>& active) const {
    const auto wanted = static_cast<std::size_t>(env("AGREE", 1000));
    if (active.size() < wanted) return false;
    const auto best_of = [](const Chain& chain) {
      const Minimum* best = &chain.minima.front();
      for (const Minimum& m : chain.minima) if (m.energy < best->energy) best = &m;
      return best;
    };
    if (active.front()->minima.empty()) return false;
    const Minimum* best = best_of(*active.front());
    const auto at = place_atoms(ligand_, pose_of(best->coordinates, best->conformer));
    std::size_t agree = 0;
    for (const Chain* chain : active) {
      if (chain->minima.empty()) continue;
      const Minimum* own = best_of(*chain);
      if (own->energy > best->energy + 0.2f) break;
      if (squared_rmsd(place_atoms(ligand_, pose_of(own->coordinates, own->conformer)), at, ligand_.ligand_atoms) < 1.0)
        ++agree;
    }
    return agree >= wanted;
  }

  /// Chains of one conformer run in blocks; a block is what a thread does at a time.
  void run_round(std::vector<Chain*>& active, std::uint32_t steps, bool first) {
    constexpr std::size_t kBlock = 64;
    std::vector<std::vector<Chain>> blocks;
    std::vector<std::vector<Chain*>> sources;
    for (std::uint32_t c = 0; c < models_.size(); ++c) {
      std::size_t filled = kBlock;
      for (Chain* chain : active) {
        if (chain->conformer != c) continue;
        if (filled == kBlock) {
          blocks.emplace_back(), sources.emplace_back();
          filled = 0;
        }
        blocks.back().push_back(std::move(*chain));
        sources.back().push_back(chain);
        ++filled;
      }
    }
    std::vector<std::uint64_t> evaluations(blocks.size());
    const auto work = [&](std::size_t b) {
      const LaneModel& model = models_[blocks[b].front().conformer];
      if (first) evaluations[b] += place_chains(model, blocks[b], chain_options_);
      evaluations[b] += run_chains(model, blocks[b], steps, chain_options_);
    };
    if (parallel_ && blocks.size() > 1)
      parallel_(blocks.size(), work);
    else
      for (std::size_t b = 0; b < blocks.size(); ++b) work(b);
    for (std::size_t b = 0; b < blocks.size(); ++b) {
      result_.evaluations += evaluations[b];
      result_.local_searches += blocks[b].size() * steps;
      for (std::size_t k = 0; k < blocks[b].size(); ++k) *sources[b][k] = std::move(blocks[b][k]);
    }
  }

  void settle(std::vector<Minimum>& minima, const lane_minimiser::Options& options) {
    for (std::uint32_t c = 0; c < models_.size(); ++c) {
      std::vector<Minimum> own;
      for (const Minimum& m : minima) if (m.conformer == c) own.push_back(m);
      if (own.empty()) continue;
      result_.evaluations += minimise_all(models_[c], own, options);
      std::size_t k = 0;
      for (Minimum& m : minima) if (m.conformer == c) m = own[k++];
    }
  }

  void finish(std::vector<Minimum>& minima) {
    lane_minimiser::Options exact;
    exact.receptor = lane_minimiser::Options::Receptor::kAtoms;
    exact.most_steps = static_cast<std::uint32_t>(env("XSTEPS", 40));
    exact.tolerance_kcal_mol = 1e-3f;
    settle(minima, exact);
    sort_by_energy(minima);
    std::vector<DockedPose> poses;
    for (const Minimum& m : minima) {
      DockedPose pose;
      pose.pose = pose_of(m.coordinates, m.conformer);
      pose.positions = place_atoms(ligand_, pose.pose);
      pose.score = score_pose(*target_.cells, ligand_, pose.positions, *target_.function);
      poses.push_back(std::move(pose));
    }
    std::stable_sort(poses.begin(), poses.end(), [](const DockedPose& a, const DockedPose& b) {
      return a.score.total_kcal_mol() < b.score.total_kcal_mol();
    });
    const double divisor = 1.0 + target_.function->torsion * ligand_.effective_torsions;
    const double reference = poses.front().score.intra_kcal_mol;
    const double min2 = options_.min_rmsd_A * options_.min_rmsd_A;
    for (DockedPose& pose : poses) {
      pose.score.affinity_kcal_mol = (pose.score.total_kcal_mol() - reference) / divisor;
      if (result_.poses.size() == options_.most_poses) break;
      if (!result_.poses.empty() &&
          pose.score.affinity_kcal_mol > result_.poses.front().score.affinity_kcal_mol + options_.energy_range_kcal_mol)
        break;
      const bool is_new = std::none_of(result_.poses.begin(), result_.poses.end(), [&](const DockedPose& kept) {
        return squared_rmsd(pose.positions, kept.positions, ligand_.ligand_atoms) < min2;
      });
      if (is_new) result_.poses.push_back(std::move(pose));
    }
  }

  const DockingTarget& target_;
  const DockingLigand& ligand_;
  const DockingOptions& options_;
  const Parallel& parallel_;
  std::vector<LaneModel> models_;
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
