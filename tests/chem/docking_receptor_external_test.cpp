// Receptors as they come: prepared by five programs, with and without hydrogens, occupancies and chains.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "chem/docking_receptor.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

class DockingReceptorExternal : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const data = std::getenv("DIGITALIS_DATA");
    if (data == nullptr) GTEST_SKIP() << "DIGITALIS_DATA is not set";
    data_ = data;
  }

  /// Files below a folder of the data whose names end so, sorted.
  std::vector<fs::path> files(const std::string& folder, const std::string& ending) const {
    std::vector<fs::path> found;
    if (!fs::exists(data_ / folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(data_ / folder))
      if (entry.path().string().ends_with(ending)) found.push_back(entry.path());
    std::ranges::sort(found);
    return found;
  }

  static void expect_sane(const std::vector<fs::path>& files) {
    ASSERT_FALSE(files.empty());
    for (const fs::path& file : files) {
      SCOPED_TRACE(file.string());
      PreparedReceptor receptor;
      ASSERT_NO_THROW(receptor = prepare_receptor(file));
      const DockingReceptor& rigid = receptor.rigid;
      EXPECT_GT(rigid.atoms(), 500U);
      const double atoms_per_residue = static_cast<double>(rigid.atoms()) / static_cast<double>(rigid.residues.size());
      EXPECT_GT(atoms_per_residue, 6.5);
      EXPECT_LT(atoms_per_residue, 9.0);
      std::map<AtomType, double> share;
      for (const AtomType type : rigid.types) share[type] += 1.0 / static_cast<double>(rigid.atoms());
      // What every protein is made of: a backbone nitrogen, oxygen and two polar carbons of eight atoms a residue.
      EXPECT_NEAR(share[AtomType::kNitrogenDonor], 0.16, 0.03);
      EXPECT_NEAR(share[AtomType::kOxygenAcceptor], 0.165, 0.035);
      EXPECT_NEAR(share[AtomType::kCarbonPolar], 0.35, 0.04);
      EXPECT_NEAR(share[AtomType::kCarbonHydrophobic], 0.29, 0.07);
    }
  }

  fs::path data_;
};

TEST_F(DockingReceptorExternal, ReadsEveryPdbqtOfDockstring) { expect_sane(files("dockstring-targets", ".pdbqt.gz")); }
TEST_F(DockingReceptorExternal, ReadsEveryAstexReceptor) { expect_sane(files("astex-diverse", "receptor.pdb.gz")); }
TEST_F(DockingReceptorExternal, ReadsEveryCasfProtein) { expect_sane(files("casf2016", "protein.pdb.gz")); }
TEST_F(DockingReceptorExternal, ReadsEveryDudReceptor) { expect_sane(files("dud-structures", "receptor.pdb.gz")); }
TEST_F(DockingReceptorExternal, ReadsEveryDekoisReceptor) { expect_sane(files("dekois2/receptors", ".pdb.gz")); }

/// Type by position, to a thousandth of an Angstrom.
std::map<Position, AtomType> types_by_place(const DockingReceptor& receptor) {
  std::map<Position, AtomType> types;
  for (std::size_t i = 0; i < receptor.atoms(); ++i) types[receptor.positions_A[i]] = receptor.types[i];
  return types;
}

TEST_F(DockingReceptorExternal, TypesPdbAsMeekoAndAutoDockToolsTypedIt) {
  for (const std::string system : {"basic_docking_1iep/1iep", "hydrated_1uw6/1uw6", "two_ligands_5x72/5x72"}) {
    SCOPED_TRACE(system);
    const std::string stem = (data_ / "vina-examples" / system).string();
    if (!fs::exists(stem + "_receptorH.pdb.gz")) GTEST_SKIP() << "no vina-examples in DIGITALIS_DATA";
    ReceptorOptions options;
    options.waters = ReceptorOptions::Keep::kKeep;
    const auto ours = types_by_place(prepare_receptor(stem + "_receptorH.pdb.gz", options).rigid);
    const PreparedReceptor theirs = prepare_receptor(stem + "_receptor.pdbqt.gz");
    ASSERT_GT(theirs.rigid.atoms(), 1000U);
    for (std::size_t i = 0; i < theirs.rigid.atoms(); ++i) {
      const auto found = ours.find(theirs.rigid.positions_A[i]);
      ASSERT_NE(found, ours.end());
      const std::string label = theirs.rigid.residues[theirs.rigid.residue_of[i]].label();
      EXPECT_EQ(name_of(found->second), name_of(theirs.rigid.types[i])) << label << " " << theirs.rigid.names[i];
    }
  }
}

TEST_F(DockingReceptorExternal, WritesPdbqtThatKeepsTheTypesOfWholeReceptors) {
  const fs::path written = fs::temp_directory_path() / "digitalis_receptor_round_trip.pdbqt";
  for (const fs::path& file : files("astex-diverse", "receptor.pdb.gz")) {
    SCOPED_TRACE(file.string());
    const PreparedReceptor receptor = prepare_receptor(file);
    std::ofstream(written) << to_pdbqt(receptor.rigid);
    EXPECT_EQ(prepare_receptor(written).rigid.types, receptor.rigid.types);
  }
  fs::remove(written);
}

}  // namespace
}  // namespace digitalis
