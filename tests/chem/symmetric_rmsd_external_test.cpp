// Against RMSDs by spyrmsd and OpenBabel's obrms of docked poses of the PDBbind refined set:
// R. Meli, P. C. Biggin, J. Cheminf. 12 (2020) 49, doi:10.1186/s13321-020-00455-2.

#include <GraphMol/FileParsers/MolSupplier.h>
#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "chem/symmetric_rmsd.hpp"
#include "tests/chem/library_files.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

struct HeavyAtoms {
  MoleculeGraph graph;
  std::vector<AtomType> types;  // of the elements only: enough for bonds by distance
  std::vector<Position> positions;
};

AtomType type_of(int element) {
  using enum AtomType;
  static const std::map<int, AtomType> kTypes{{6, kCarbonPolar}, {7, kNitrogenPlain}, {8, kOxygenPlain}, {9, kFluorine},
                                              {15, kPhosphorus}, {16, kSulfur},       {17, kChlorine},   {35, kBromine},
                                              {53, kIodine},     {5, kCarbonPolar}};
  const auto found = kTypes.find(element);
  return found == kTypes.end() ? kMetal : found->second;
}

std::vector<HeavyAtoms> read_sdf(const fs::path& file) {
  std::vector<HeavyAtoms> molecules;
  RDKit::SDMolSupplier supplier(file.string(), false, false);
  while (!supplier.atEnd()) {
    const std::unique_ptr<RDKit::ROMol> molecule{supplier.next()};
    HeavyAtoms& heavy = molecules.emplace_back();
    std::map<unsigned, std::uint32_t> index;
    for (const RDKit::Atom* atom : molecule->atoms()) {
      if (atom->getAtomicNum() == 1) continue;
      index[atom->getIdx()] = static_cast<std::uint32_t>(heavy.graph.atoms());
      heavy.graph.elements.push_back(static_cast<std::uint8_t>(atom->getAtomicNum()));
      heavy.types.push_back(type_of(atom->getAtomicNum()));
      const auto& at = molecule->getConformer().getAtomPos(atom->getIdx());
      heavy.positions.push_back({at.x, at.y, at.z});
    }
    for (const RDKit::Bond* bond : molecule->bonds())
      if (index.contains(bond->getBeginAtomIdx()) && index.contains(bond->getEndAtomIdx()))
        heavy.graph.bonds.emplace_back(index[bond->getBeginAtomIdx()], index[bond->getEndAtomIdx()]);
  }
  return molecules;
}

class SymmetricRmsdExternal : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("DIGITALIS_DATA");
    if (data == nullptr) GTEST_SKIP() << "DIGITALIS_DATA is not set";
    const fs::path folder = fs::path{data} / "rmsd-reference";
    if (!fs::exists(folder)) GTEST_SKIP() << "DIGITALIS_DATA has no folder rmsd-reference";
    const std::string command = "tar -xJf '" + (folder / "poses.tar.xz").string() + "' -C '" + scratch_.path("") + "'";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    std::ifstream table(folder / "rmsd_selected.csv");
    std::string line;
    std::getline(table, line);
    ASSERT_THAT(line, ::testing::StartsWith("pdb,pose,smina_affinity,obrms,spyrmsd"));
    while (std::getline(table, line)) {
      std::istringstream fields(line);
      std::string name, pose, affinity, obrms, spyrmsd;
      for (std::string* field : {&name, &pose, &affinity, &obrms, &spyrmsd}) std::getline(fields, *field, ',');
      reference_[name][std::stoul(pose) - 1] = std::stod(spyrmsd);
    }
  }
  testing::TempFolder scratch_;
  std::map<std::string, std::map<std::size_t, double>> reference_;  // Å, by system and pose
};

TEST_F(SymmetricRmsdExternal, EqualsSpyrmsdOnThousandsOfPoses) {
  std::size_t compared = 0, off = 0;
  for (const auto& [name, poses] : reference_) {
    const HeavyAtoms crystal = read_sdf(scratch_.path(name + "/ligand_crystal.sdf")).at(0);
    const std::vector<HeavyAtoms> docked = read_sdf(scratch_.path(name + "/docked.sdf"));
    const SymmetricRmsd rmsd(docked.at(0).graph, crystal.graph, crystal.positions);
    for (const auto& [pose, expected_A] : poses) {
      const double own_A = rmsd(docked.at(pose).positions);
      ++compared;
      if (std::abs(own_A - expected_A) <= 1e-3) continue;
      ++off;
      ADD_FAILURE() << name << " pose " << pose + 1 << ": " << own_A << " Å, not " << expected_A;
    }
  }
  EXPECT_EQ(compared, 3499u);
  EXPECT_EQ(off, 0u);
}

TEST_F(SymmetricRmsdExternal, IsTheSameWithBondsByDistance) {
  std::size_t compared = 0;
  for (const auto& [name, poses] : reference_) {
    const HeavyAtoms crystal = read_sdf(scratch_.path(name + "/ligand_crystal.sdf")).at(0);
    const std::vector<HeavyAtoms> docked = read_sdf(scratch_.path(name + "/docked.sdf"));
    const SymmetricRmsd rmsd(graph_by_distance(docked.at(0).types, docked.at(0).positions),
                             graph_by_distance(crystal.types, crystal.positions), crystal.positions);
    for (const auto& [pose, expected_A] : poses) {
      EXPECT_NEAR(rmsd(docked.at(pose).positions), expected_A, 1e-3) << name << " pose " << pose + 1;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 3499u);
}

}  // namespace
}  // namespace digitalis
