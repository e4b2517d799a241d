// Scores of crystal poses against what AutoDock Vina 1.2.3 prints for them with --score_only.

#include <gtest/gtest.h>
#include <stdio.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/ligand_preparation.hpp"
#include "scoring/docking/pose_score.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

/// As Vina prints them, rounded to three digits.
struct Energies {
  double affinity = 0.0, inter = 0.0, intra = 0.0;
};
constexpr double kRounding = 0.001;

std::string output_of(const std::string& command) {
  std::string text;
  if (FILE* const pipe = popen(command.c_str(), "r")) {
    char buffer[4096];
    while (fgets(buffer, sizeof buffer, pipe) != nullptr) text += buffer;
    if (pclose(pipe) != 0) text.clear();
  }
  return text;
}

Energies score(const fs::path& receptor_file, const fs::path& ligand_file, const ScoringFunction& function) {
  const PreparedReceptor receptor = prepare_receptor(receptor_file);
  const auto ligands = read_ligands(ligand_file.string(), {});
  if (ligands.size() != 1 || !ligands[0]) throw std::runtime_error("cannot read " + ligand_file.string());
  const DockingLigand& ligand = ligands[0]->docking;
  const ReceptorCells cells(receptor.rigid);
  const PoseScore score = score_pose(cells, ligand, place_atoms(ligand, pose_of_conformer(ligand)), function);
  return {score.affinity_kcal_mol, score.inter_kcal_mol, score.intra_kcal_mol};
}

void expect_same(const Energies& ours, const Energies& vinas, const std::string& name) {
  EXPECT_NEAR(ours.affinity, vinas.affinity, kRounding) << name << ": affinity";
  EXPECT_NEAR(ours.inter, vinas.inter, kRounding) << name << ": inter";
  EXPECT_NEAR(ours.intra, vinas.intra, kRounding) << name << ": intra";
}

/// Runs Vina; nothing when it fails.
std::optional<Energies> vina_score(const fs::path& receptor, const fs::path& ligand, const std::string& function) {
  std::istringstream lines(output_of("vina --score_only --autobox --cpu 1 --scoring " + function + " --receptor '" +
                                     receptor.string() + "' --ligand '" + ligand.string() + "' 2>/dev/null"));
  Energies energies;
  bool found = false;
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(" : ");
    if (colon == std::string::npos) continue;
    const double value = std::strtod(line.c_str() + colon + 3, nullptr);
    if (line.starts_with("Estimated Free Energy of Binding")) energies.affinity = value, found = true;
    if (line.starts_with("(1) Final Intermolecular Energy")) energies.inter = value;
    if (line.starts_with("(2) Final Total Internal Energy")) energies.intra = value;
  }
  if (!found) return std::nullopt;
  return energies;
}

class VinaParityExternal : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const folder = std::getenv("DIGITALIS_DATA");
    if (folder == nullptr) GTEST_SKIP() << "DIGITALIS_DATA is not set";
    data_ = folder;
    const fs::path archive = data_ / "pdbbind2013-core-pdbqt/complexes.tar.xz";
    if (!fs::exists(archive)) GTEST_SKIP() << "no " << archive;
    output_of("tar -C '" + scratch_.path().string() + "' -xf '" + archive.string() + "'");
    for (const auto& entry : fs::directory_iterator(scratch_.path()))
      if (fs::exists(entry.path() / "ligand.pdbqt")) complexes_.push_back(entry.path());
    std::sort(complexes_.begin(), complexes_.end());
    ASSERT_FALSE(complexes_.empty());
  }
  static void require_vina() {
    if (output_of("vina --version 2>/dev/null").find("v1.2.3") == std::string::npos)
      GTEST_SKIP() << "vina 1.2.3 is not on the PATH";
  }

  fs::path data_;
  testing::ScratchFolder scratch_;
  std::vector<fs::path> complexes_;
};

TEST_F(VinaParityExternal, ScoresEveryPdbbindComplexAsVina) {
  std::ifstream table(data_ / "pdbbind2013-core-pdbqt/vina123_score_only.csv");
  std::map<std::string, Energies> expected;
  std::string line;
  std::getline(table, line);
  ASSERT_TRUE(
      line.starts_with("pdb,score_only_total,final_intermolecular,ligand_receptor,final_internal,torsional,unbound"));
  while (std::getline(table, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
    expected[fields.at(0)] = {std::stod(fields.at(1)), std::stod(fields.at(2)), std::stod(fields.at(4))};
  }
  std::size_t compared = 0;
  for (const fs::path& folder : complexes_) {
    const auto found = expected.find(folder.filename().string());
    if (found == expected.end()) continue;
    expect_same(score(folder / "receptor.pdbqt", folder / "ligand.pdbqt", ScoringFunction::vina()), found->second,
                found->first);
    ++compared;
  }
  EXPECT_EQ(compared, expected.size());
}

TEST_F(VinaParityExternal, ScoresPdbbindComplexesByVinardoAsVina) {
  require_vina();
  if (IsSkipped()) return;
  std::size_t compared = 0;
  constexpr std::size_t kEvery = 4;  // Vina takes some seconds for each
  for (std::size_t i = 0; i < complexes_.size(); i += kEvery) {
    const fs::path& folder = complexes_[i];
    const auto expected = vina_score(folder / "receptor.pdbqt", folder / "ligand.pdbqt", "vinardo");
    ASSERT_TRUE(expected) << folder.filename();
    expect_same(score(folder / "receptor.pdbqt", folder / "ligand.pdbqt", ScoringFunction::vinardo()), *expected,
                folder.filename().string());
    ++compared;
  }
  EXPECT_GT(compared, 20U);
}

TEST_F(VinaParityExternal, ScoresVinasOwnExamplesAsVina) {
  require_vina();
  if (IsSkipped()) return;
  const fs::path examples = data_ / "vina-examples";
  const std::vector<std::pair<std::string, std::string>> pairs{
      {"basic_docking_1iep/1iep_receptor.pdbqt.gz", "basic_docking_1iep/1iep_ligand.pdbqt"},
      {"hydrated_1uw6/1uw6_receptor.pdbqt.gz", "hydrated_1uw6/1uw6_ligand.pdbqt"},
      {"two_ligands_5x72/5x72_receptor.pdbqt.gz", "two_ligands_5x72/5x72_ligand_p59.pdbqt"},
      {"two_ligands_5x72/5x72_receptor.pdbqt.gz", "two_ligands_5x72/5x72_ligand_p69.pdbqt"}};
  for (const auto& [receptor, ligand] : pairs) {
    const fs::path plain = scratch_.path() / "receptor.pdbqt";
    output_of("gzip -dc '" + (examples / receptor).string() + "' > '" + plain.string() + "'");
    for (const std::string function : {"vina", "vinardo"}) {
      const auto expected = vina_score(plain, examples / ligand, function);
      ASSERT_TRUE(expected) << ligand;
      expect_same(score(plain, examples / ligand, ScoringFunction::by_name(function)), *expected,
                  ligand + " " + function);
    }
  }
}

TEST_F(VinaParityExternal, ScoresAFlexibleSideChainAsVina) {
  require_vina();
  if (IsSkipped()) return;
  const fs::path folder = data_ / "vina-examples/flexible_1fpu";
  const fs::path rigid = scratch_.path() / "rigid.pdbqt", ligand_file = folder / "1iep_ligand.pdbqt";
  output_of("gzip -dc '" + (folder / "1fpu_receptor_rigid.pdbqt.gz").string() + "' > '" + rigid.string() + "'");
  const auto expected =
      vina_score(rigid, ligand_file, "vina --flex '" + (folder / "1fpu_receptor_flex.pdbqt").string() + "'");
  ASSERT_TRUE(expected);

  ReceptorOptions options;
  options.flexible = {"A:THR315"};
  const PreparedReceptor flexible = prepare_receptor(folder / "1fpu_receptorH.pdb.gz", options);
  const PreparedReceptor receptor = prepare_receptor(rigid);
  const auto ligands = read_ligands(ligand_file.string(), {});
  const DockingLigand joined = join_side_chains(ligands.at(0)->docking, flexible.side_chains.value());
  const ReceptorCells cells(receptor.rigid);
  const std::vector<Position> positions = place_atoms(joined, pose_of_conformer(joined));
  const PoseScore score = score_pose(cells, joined, positions, ScoringFunction::vina());
  EXPECT_NEAR(score.intra_kcal_mol, expected->intra, kRounding);
  // Vina leaves out what the ligand feels of the atoms that stay where they are.
  double unmoving = 0.0;
  for (const auto& [i, j] : joined.side_chain_pairs)
    if (i < joined.ligand_atoms && j < joined.ligand_atoms + 2)
      unmoving += soften(BinnedEnergies::of(ScoringFunction::vina())(joined.types[i], joined.types[j],
                                                                     squared_distance(positions[i], positions[j])),
                         kFinalSoftening);
  EXPECT_NEAR(score.inter_kcal_mol - unmoving, expected->inter, kRounding);
  EXPECT_LT(unmoving, -0.1);
}

}  // namespace
}  // namespace digitalis
