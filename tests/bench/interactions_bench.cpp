// What telling a pose's interactions and checking it costs, once molecule and receptor are perceived. One thread, CPU
// time, the least of several rounds. Usage: digitalis_interactions_bench [RECEPTOR REFERENCE]     (default: Aurora A
// with inhibitor SKE and its waters, from Debian's rdkit-data)

#include <algorithm>
#include <cstdio>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/parse_record.hpp"
#include "scoring/interactions/interaction_site.hpp"
#include "scoring/interactions/pose_check.hpp"
#include "tests/bench/cpu_time.hpp"

namespace {

using namespace digitalis;

/// The crystal pose, moved as a whole by up to 1 Å along each axis: about as many contacts as docked poses have.
std::vector<std::vector<Position>> poses_around(const std::vector<Position>& crystal, std::size_t count) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> along(-1.0, 1.0);
  std::vector<std::vector<Position>> poses(count, crystal);
  for (auto& pose : poses) {
    const Position by{along(random), along(random), along(random)};
    for (Position& at : pose) at = at + by;
  }
  return poses;
}

void measure(const std::string& file, const std::string& reference) {
  ReceptorOptions options;
  options.reference = reference;
  options.waters = ReceptorOptions::Keep::kKeep;
  const PreparedReceptor receptor = prepare_receptor(file, options);
  const auto ligand = ligand_of_pdb(receptor.reference_pdb, reference, "");
  if (!ligand) throw std::runtime_error(ligand.reject().message());
  const auto crystal = heavy_atoms_in_smiles_order(ligand.value(), ligand.value().docking.conformers.front());

  std::printf("receptor of %zu atoms: site %.1f ms, surroundings %.1f ms\n", receptor.rigid.atoms(),
              1e3 * least_s(3, [&] { (void)InteractionSite{receptor.rigid}; }),
              1e3 * least_s(3, [&] { (void)PoseSurroundings{receptor.rigid}; }));
  std::printf("ligand of %zu atoms: features %.2f ms, geometry %.2f ms\n", crystal.size(),
              1e3 * least_s(5, [&] { (void)ligand_features(ligand.value()); }),
              1e3 * least_s(5, [&] { (void)pose_geometry(ligand.value()); }));

  const InteractionSite site{receptor.rigid};
  const PoseSurroundings surroundings{receptor.rigid};
  const LigandFeatures features = ligand_features(ligand.value());
  const PoseGeometry geometry = pose_geometry(ligand.value());
  constexpr std::size_t kPoses = 2000;
  const auto poses = poses_around(crystal, kPoses);
  std::size_t told = 0, flags = 0;
  const double find_s = least_s(5, [&] {
    told = 0;
    for (const auto& pose : poses) told += site.find(features, pose).size();
  });
  const double check_s = least_s(5, [&] {
    flags = 0;
    for (const auto& pose : poses) flags += check_pose(geometry, surroundings, pose).size();
  });
  std::printf("interactions: %.1f us a pose, %.0f poses/s (%.1f told of each)\n", 1e6 * find_s / kPoses,
              kPoses / find_s, static_cast<double>(told) / kPoses);
  std::printf("check: %.1f us a pose, %.0f poses/s (%.2f flags of each)\n", 1e6 * check_s / kPoses, kPoses / check_s,
              static_cast<double>(flags) / kPoses);
}

}  // namespace

int main(int argc, char** argv) try {
  start_rdkit();
  if (argc == 3)
    measure(argv[1], argv[2]);
  else
    measure(DIGITALIS_RDKIT_DATA "/../Contrib/CalcLigRMSD/data/5dt0.pdb", "SKE");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "error: %s\n", error.what());
  return 1;
}
