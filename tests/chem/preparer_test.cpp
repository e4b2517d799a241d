#include "chem/preparer.hpp"

#include <gtest/gtest.h>

#include <thread>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "chem/alerts.hpp"
#include "chem/parse_record.hpp"
#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

Result<Compound> prepare(const std::string& smiles, const PrepareOptions& options = {}) {
  start_rdkit();
  return Preparer(options).prepare_smiles(smiles, "CHEMBL25", {"library.smi", 7});
}

TEST(Preparer, FillsEveryFieldOfACompound) {
  start_rdkit();
  RecordLayout layout;
  layout.id_column = 1;
  RawRecord record;
  record.record = 3;
  record.line = 4;
  record.text = "CC(=O)Oc1ccccc1C(=O)[O-].[Na+] aspirin";
  const auto compound = Preparer({}).prepare(layout, record, 2, "library.smi");
  ASSERT_TRUE(compound) << compound.reject().message();
  EXPECT_EQ(compound->id, "aspirin");
  EXPECT_EQ(compound->smiles, "CC(=O)Oc1ccccc1C(=O)O");
  EXPECT_EQ(compound->source, 2U);
  EXPECT_EQ(compound->line, 4U);
  EXPECT_NEAR(compound->descriptors[static_cast<std::size_t>(Descriptor::kMw)], 180.159, 1e-3);
  EXPECT_EQ(compound->on_bits.size(), 24U);
  ASSERT_EQ(compound->alerts.size(), 1U);
  EXPECT_EQ(alert_table()[compound->alerts[0]].name, "phenol_ester");
}
TEST(Preparer, TakesMoleculesAsTheyAreWhenAskedTo) {
  EXPECT_EQ(prepare("CC(=O)[O-].[Na+]", {.standardise = false, .max_heavy_atoms = 200, .fingerprint = {}})->smiles,
            "CC(=O)[O-].[Na+]");
}
TEST(Preparer, RejectsInorganicCompoundsByTheirId) {
  const auto result = prepare("[Na+].[Cl-]");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.reject().code, RejectCode::kNoOrganicPart);
  EXPECT_EQ(result.reject().compound_id, "CHEMBL25");
  EXPECT_EQ(result.reject().message(), "library.smi:7: no part of it holds carbon");
}
TEST(Preparer, RejectsLargeMoleculesAndSaysTheLimit) {
  const auto result = prepare(std::string(201, 'C'));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.reject().code, RejectCode::kTooLarge);
  EXPECT_EQ(result.reject().message(),
            "library.smi:7: 201 heavy atoms, more than 200; hint: raise max_heavy_atoms to keep it");
}
TEST(Preparer, JudgesASaltByItsLargestPart) {
  const std::string chain(150, 'C');
  EXPECT_TRUE(prepare(chain + "." + chain));
}
TEST(Preparer, RejectsWhatIsNoSmilesWithoutShowingIt) {
  const auto result = prepare("C1CC(");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.reject().code, RejectCode::kBadSmiles);
  EXPECT_EQ(result.reject().compound_id, "CHEMBL25");
  EXPECT_EQ(result.reject().message().find("C1CC("), std::string::npos);
}

TEST(Preparer, WritesSmilesThatReadBackToThemselves) {
  start_rdkit();
  const Preparer preparer({});
  std::ifstream file(testing::nci_path());
  std::size_t count = 0;
  for (std::string smiles, id; file >> smiles >> id;) {
    const auto compound = preparer.prepare_smiles(smiles, id, {"nci", 0});
    if (!compound) continue;
    EXPECT_TRUE(RDKit::MolToSmiles(*testing::molecule_of(compound->smiles)) == compound->smiles) << id;
    ++count;
  }
  EXPECT_GT(count, 4900U);
}

TEST(Preparer, PreparesTheSameInTwoThreadsAsInOne) {
  start_rdkit();
  std::vector<std::string> library;
  std::ifstream file(testing::nci_path());
  for (std::string smiles, id; file >> smiles >> id && library.size() < 800;) library.push_back(smiles);
  const auto prepare_all = [&library](std::size_t first, std::vector<std::string>& prepared) {
    const Preparer preparer({});
    for (std::size_t i = first; i < library.size(); i += 2) {
      const auto compound = preparer.prepare_smiles(library[i], "", {});
      prepared[i] = compound ? compound->smiles : compound.reject().detail;
      if (!compound) continue;
      for (const auto value : compound->descriptors) prepared[i].append(" ").append(std::to_string(value));
      for (const auto alert : compound->alerts) prepared[i].append(" ").append(std::to_string(alert));
      for (const auto bit : compound->on_bits) prepared[i].append(" ").append(std::to_string(bit));
    }
  };
  std::vector<std::string> together(library.size());
  std::thread odd(prepare_all, 1, std::ref(together));
  prepare_all(0, together);
  odd.join();
  std::vector<std::string> alone(library.size());
  prepare_all(0, alone);
  prepare_all(1, alone);
  EXPECT_EQ(together, alone);
}

}  // namespace
}  // namespace digitalis
