// What docking can cost at best: random reads of affinity maps, the search's energies, building and loading a grid,
// scoring a pose. One thread, CPU time, the least of several rounds. Usage: digitalis_docking_bench [RECEPTOR
// LIGAND.pdbqt]     (default: random atoms, as dense as a protein)

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/ligand_preparation.hpp"
#include "scoring/docking/affinity_grid.hpp"
#include "scoring/docking/affinity_kernel.hpp"
#include "scoring/docking/lane_model.hpp"
#include "scoring/docking/monte_carlo.hpp"
#include "scoring/docking/pose_score.hpp"
#include "tests/bench/cpu_time.hpp"

namespace {

using namespace digitalis;

struct Sample {
  DockingReceptor receptor;
  DockingLigand ligand;
};

/// Protein has some 0.045 heavy atoms per Å^3; an empty pocket with a ligand of 30 atoms in its middle.
Sample random_sample() {
  Sample sample;
  sample.receptor.residues.push_back({"A", "RES", "1"});
  std::mt19937 random(1);
  constexpr double kHalf_A = 24.0, kPocket_A = 6.0;
  std::uniform_real_distribution<double> along(-kHalf_A, kHalf_A);
  using enum AtomType;
  constexpr AtomType kTypes[] = {kCarbonHydrophobic, kCarbonHydrophobic, kCarbonHydrophobic, kCarbonPolar,
                                 kCarbonPolar,       kCarbonPolar,       kNitrogenDonor,     kNitrogenDonor,
                                 kOxygenAcceptor,    kOxygenAcceptor,    kOxygenBoth,        kNitrogenPlain};
  const auto atoms = static_cast<std::size_t>(0.045 * 8 * kHalf_A * kHalf_A * kHalf_A);
  while (sample.receptor.atoms() < atoms) {
    const Position at{along(random), along(random), along(random)};
    if (dot(at, at) < kPocket_A * kPocket_A) continue;
    sample.receptor.positions_A.push_back(at);
    sample.receptor.types.push_back(kTypes[sample.receptor.types.size() % std::size(kTypes)]);
    sample.receptor.names.emplace_back("X");
    sample.receptor.residue_of.push_back(0);
  }
  sample.ligand.conformers.emplace_back();
  while (sample.ligand.atoms() < 30) {
    const Position at = 0.2 * Position{along(random), along(random), along(random)};
    if (dot(at, at) > 16.0) continue;
    sample.ligand.conformers[0].push_back(at);
    sample.ligand.types.push_back(kTypes[sample.ligand.types.size() % std::size(kTypes)]);
  }
  sample.ligand.source.resize(sample.ligand.atoms());
  sample.ligand.ligand_atoms = static_cast<std::uint32_t>(sample.ligand.atoms());
  // Six bonds turn; an atom in every five starts a fragment.
  sample.ligand.fragments.push_back({DockingLigand::kFree, 0, 0, 6});
  for (std::uint32_t t = 0; t < 6; ++t)
    sample.ligand.fragments.push_back({static_cast<std::int32_t>(t), t == 0 ? 5 : 2 + 4 * t, 6 + 4 * t, 10 + 4 * t});
  // 250 pairs, as a drug of this size has.
  for (std::uint32_t i = 0; i < 30 && sample.ligand.pairs.size() < 250; ++i)
    for (std::uint32_t j = i + 6; j < 30 && sample.ligand.pairs.size() < 250; ++j)
      sample.ligand.pairs.emplace_back(i, j);
  return sample;
}

Sample read_sample(const char* receptor, const char* ligand) {
  return {prepare_receptor(receptor).rigid, (*read_ligands(ligand, {}).at(0)).docking};
}

/// Million random reads of eight corners per second from the first `bytes` bytes of a grid's maps.
double reads_per_s(const AffinityGrid& grid, std::size_t bytes) {
  const std::uint64_t* const corners = grid.map(AtomType::kCarbonHydrophobic);
  const std::size_t elements = std::min(bytes, grid.bytes() / 2) / sizeof(std::uint64_t);
  std::mt19937 random(5);
  std::uniform_int_distribution<std::uint32_t> any(0, static_cast<std::uint32_t>(elements - 2));
  std::vector<std::uint32_t> places(1U << 16U);
  for (std::uint32_t& place : places) place = any(random);
  std::uint64_t sum = 0;
  constexpr int kRepeats = 8;
  const double seconds = least_s(20, [&] {
    for (int repeat = 0; repeat < kRepeats; ++repeat)
      for (const std::uint32_t place : places) sum += corners[place] ^ corners[place + 1];
  });
  if (sum == 42) std::puts("");  // the sum must be wanted
  return static_cast<double>(places.size()) * kRepeats / seconds;
}

/// Million energies with gradients per second while searching, all of the search's own work included.
double evaluations_per_s(const DockingTarget& target, const DockingLigand& ligand) {
  const LaneModel model = make_lane_model(target, ligand, 0, {});
  ChainOptions options;
  options.minimiser.tolerance_kcal_mol = 1e-2f;
  std::uint64_t evaluations = 0;
  const double seconds = least_s(5, [&] {
    std::vector<Chain> chains(64);
    std::vector<Chain*> all;
    for (Chain& chain : chains) {
      chain.number = static_cast<std::uint32_t>(all.size());
      all.push_back(&chain);
    }
    evaluations = place_chains(model, all, options) + run_chains(model, all, 40, options);
  });
  return static_cast<double>(evaluations) / seconds;
}

void run(const Sample& sample) {
  const std::vector<Position> positions = place_atoms(sample.ligand, pose_of_conformer(sample.ligand));
  const ReceptorCells cells(sample.receptor);
  const Box box{box_around(std::span(positions).first(sample.ligand.ligand_atoms), 0.0).center_A, {24.0, 24.0, 24.0}};
  const ScoringFunction& vina = ScoringFunction::vina();
  using enum AtomType;
  const std::vector<AtomType> common{kCarbonHydrophobic, kCarbonPolar, kNitrogenDonor, kNitrogenAcceptor,
                                     kOxygenAcceptor,    kOxygenBoth,  kFluorine,      kChlorine};
  std::printf("instruction set %s\n", std::string{affinity_kernel::instruction_set()}.c_str());

  constexpr int kRounds = 15;
  const auto build_ms = [&](const Box& in, std::span<const AtomType> wanted) {
    return 1e3 * least_s(kRounds, [&] { (void)AffinityGrid(cells, in, vina, wanted); });
  };
  std::printf("%-52s %8.1f ms\n", "grid of 24 A, all types", build_ms(box, {}));
  std::printf("%-52s %8.1f ms\n", "grid of 24 A, 8 types", build_ms(box, common));
  std::printf("%-52s %8.1f ms\n", "grid of 36 A, all types", build_ms({box.center_A, {36, 36, 36}}, {}));

  const AffinityGrid grid(cells, box, vina, {});
  std::printf("%-52s %8.1f MB\n", "its size (24 A)", static_cast<double>(grid.bytes()) / 1e6);
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "digitalis_docking_bench.grid";
  grid.save(file);
  const std::string digest = AffinityGrid::digest(cells, box, vina, {});
  const double load_s = least_s(kRounds, [&] {
    if (!AffinityGrid::load(file, digest)) std::exit(EXIT_FAILURE);
  });
  std::printf("%-52s %8.1f ms\n", "loaded from a file in the page cache", 1e3 * load_s);
  {
    const auto mapped = AffinityGrid::load(file, digest);
    std::printf("%-52s %8.0f M/s\n", "random reads of 8 corners, 20 MB, mapped file",
                reads_per_s(*mapped, 20U << 20U) / 1e6);
  }
  std::filesystem::remove(file);
  for (const std::size_t kB : {32U, 512U, 2048U, 20480U}) {
    const std::string what = "random reads of 8 corners, " + std::to_string(kB) + " kB of maps";
    std::printf("%-52s %8.0f M/s\n", what.c_str(), reads_per_s(grid, kB << 10U) / 1e6);
  }

  const double rate = evaluations_per_s({&cells, &grid, &vina}, sample.ligand);
  const double reads = rate * static_cast<double>(sample.ligand.atoms());
  std::printf("%-52s %8.2f M/s\n", "energies with gradients, while searching", rate / 1e6);
  std::printf("%-52s %8.0f %%\n", "their reads of maps, of the reads from 512 kB",
              100.0 * reads / reads_per_s(grid, 512U << 10U));

  constexpr int kPoses = 200;
  double sum = 0.0;
  const double score_s = least_s(kRounds, [&] {
    for (int i = 0; i < kPoses; ++i) sum += score_pose(cells, sample.ligand, positions, vina).affinity_kcal_mol;
  });
  const double parts_s = least_s(kRounds, [&] {
    for (int i = 0; i < kPoses; ++i) sum += break_down(cells, sample.ligand, positions, vina).inter[0];
  });
  const double interpolate_s = least_s(kRounds, [&] {
    for (int i = 0; i < kPoses; ++i)
      for (std::size_t a = 0; a < sample.ligand.ligand_atoms; ++a)
        sum += grid.interpolate(sample.ligand.types[a], positions[a]);
  });
  std::printf("%-52s %8.1f us\n", "score_pose", 1e6 * score_s / kPoses);
  std::printf("%-52s %8.1f us\n", "break_down", 1e6 * parts_s / kPoses);
  std::printf("%-52s %8.2f us\n", "the pose by interpolate(), the reference code", 1e6 * interpolate_s / kPoses);
  std::printf("%u atoms, %zu pairs, sum %.3f\n", sample.ligand.ligand_atoms, sample.ligand.pairs.size(), sum);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(argc == 3 ? read_sample(argv[1], argv[2]) : random_sample());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return EXIT_FAILURE;
  }
}
