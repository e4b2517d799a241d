#include "chem/interaction_features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "chem/parse_record.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using enum InteractionFeatures::Hydrogens;
using Atoms = std::vector<std::uint32_t>;

class LigandFeaturesTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  static Atoms donors(const std::string& smiles) {
    Atoms atoms;
    for (const auto& donor : ligand_features(smiles).donors) atoms.push_back(donor.atom);
    return atoms;
  }
  static Atoms acceptors(const std::string& smiles) { return ligand_features(smiles).acceptors; }
  /// "+0", "-1,2,3": sign and atoms.
  static std::vector<std::string> charges(const std::string& smiles) {
    std::vector<std::string> found;
    for (const auto& charge : ligand_features(smiles).charges) {
      found.emplace_back(charge.positive ? "+" : "-");
      for (std::size_t i = 0; i < charge.atoms.size(); ++i)
        found.back() += (i == 0 ? "" : ",") + std::to_string(charge.atoms[i]);
    }
    return found;
  }
};

TEST_F(LigandFeaturesTest, TellWhoGivesAndWhoTakesAHydrogenBond) {
  EXPECT_THAT(donors("CC(N)=O"), ElementsAre(2));     // amide: gives with its nitrogen,
  EXPECT_THAT(acceptors("CC(N)=O"), ElementsAre(3));  // takes with its oxygen
  EXPECT_THAT(donors("CO"), ElementsAre(1));
  EXPECT_THAT(acceptors("CO"), ElementsAre(1));
  EXPECT_THAT(acceptors("c1ccncc1"), ElementsAre(3));
  EXPECT_THAT(acceptors("c1cc[nH]c1"), IsEmpty());
  EXPECT_THAT(acceptors("Nc1ccccc1"), IsEmpty());      // aniline
  EXPECT_THAT(acceptors("COC(C)=O"), ElementsAre(4));  // an ester takes with its carbonyl
}

TEST_F(LigandFeaturesTest, SayWhereHydrogensStand) {
  const auto where = [](const std::string& smiles) { return ligand_features(smiles).donors.at(0).where; };
  EXPECT_EQ(where("CO"), kCone);
  EXPECT_EQ(where("CN"), kCone);
  EXPECT_EQ(where("CC(N)=O"), kPlanar);
  EXPECT_EQ(where("CNC(C)=O"), kOpposite);
  EXPECT_EQ(where("CNC"), kPair);
  EXPECT_EQ(where("CN(C)C"), kOpposite);
}

TEST_F(LigandFeaturesTest, ProtonateAminesAsPHSevenDoes) {
  EXPECT_EQ(ligand_features("CN").donors.at(0).hydrogens, 3U);
  EXPECT_EQ(ligand_features("C[NH3+]").donors.at(0).hydrogens, 3U);
  EXPECT_EQ(ligand_features("Nc1ccccc1").donors.at(0).hydrogens, 2U);
}

TEST_F(LigandFeaturesTest, FindChargedGroups) {
  EXPECT_THAT(charges("CN"), ElementsAre("+1"));
  EXPECT_THAT(charges("C[N+](C)(C)C"), ElementsAre("+1"));
  EXPECT_THAT(charges("CC(=O)O"), ElementsAre("-1,2,3"));
  EXPECT_THAT(charges("CC(=O)[O-]"), ElementsAre("-1,2,3"));
  EXPECT_THAT(charges("CNC(=N)N"), ElementsAre("+1,2,3,4"));
  EXPECT_THAT(charges("CS(=O)(=O)O"), ElementsAre("-1,2,3,4"));
  EXPECT_THAT(charges("COP(=O)(O)O"), ElementsAre("-2,3,4,5"));
  EXPECT_THAT(charges("COP(=O)(O)OC"), ElementsAre("-2,3,4"));
}

TEST_F(LigandFeaturesTest, FindNoChargeWhereThereIsNone) {
  for (const char* neutral :
       {"COC(C)=O", "CC(N)=O", "CS(N)(=O)=O", "Nc1ccccc1", "C[N+](=O)[O-]", "Nc1ccccn1", "COP(=O)(OC)OC"})
    EXPECT_THAT(charges(neutral), IsEmpty()) << neutral;
}

TEST_F(LigandFeaturesTest, FindRingsHalogensAndGreasyCarbons) {
  const LigandFeatures found = ligand_features("Fc1ccc(Cl)cc1");
  EXPECT_THAT(found.rings, ElementsAre(::testing::UnorderedElementsAre(1, 2, 3, 4, 6, 7)));
  ASSERT_EQ(found.halogens.size(), 1U);
  EXPECT_EQ(found.halogens[0].atom, 5U);
  EXPECT_EQ(found.halogens[0].neighbour, 4U);
  EXPECT_THAT(found.hydrophobic, ElementsAre(2, 3, 6, 7));
}

TEST_F(LigandFeaturesTest, BindMetalsWithSulfonamidesAndThiols) {
  EXPECT_THAT(ligand_features("CS(N)(=O)=O").metal_binders, ElementsAre(2, 3, 4));
  EXPECT_THAT(ligand_features("CS").metal_binders, ElementsAre(1));
  EXPECT_THAT(ligand_features("CC(N)=O").metal_binders, ElementsAre(3));
}

TEST_F(LigandFeaturesTest, DoNotDependOnHowTheSmilesIsWritten) {
  EXPECT_EQ(donors("OCC"), donors("CCO"));
  EXPECT_EQ(charges("OC(=O)C"), charges("CC(=O)O"));
}

TEST_F(LigandFeaturesTest, RefuseWhatIsNoSmiles) { EXPECT_THROW((void)ligand_features("no"), std::logic_error); }

/// Aurora A, as Debian's package rdkit-data has it.
class ReceptorFeaturesTest : public ::testing::Test {
 protected:
  static constexpr const char* kFile = DIGITALIS_RDKIT_DATA "/../Contrib/CalcLigRMSD/data/5dt0.pdb";
  void SetUp() override {
    ReceptorOptions options;
    options.reference = "SKE";
    options.waters = ReceptorOptions::Keep::kNearLigand;
    receptor = prepare_receptor(kFile, options).rigid;
    features = receptor_features(receptor);
  }
  [[nodiscard]] std::string name(std::uint32_t atom) const {
    return receptor.residues[receptor.residue_of[atom]].label() + ":" + receptor.names[atom];
  }
  [[nodiscard]] const InteractionFeatures::Donor* donor(const std::string& wanted) const {
    for (const auto& donor : features.donors)
      if (name(donor.atom) == wanted) return &donor;
    return nullptr;
  }
  DockingReceptor receptor;
  InteractionFeatures features;
};

TEST_F(ReceptorFeaturesTest, SeeHydrogensWhereEachKindOfDonorHasThem) {
  ASSERT_TRUE(donor("A:ALA213:N"));
  EXPECT_EQ(donor("A:ALA213:N")->where, kOpposite);
  EXPECT_EQ(donor("A:LYS162:NZ")->where, kCone);
  EXPECT_EQ(donor("A:LYS162:NZ")->hydrogens, 3U);
  EXPECT_EQ(donor("A:ARG137:NH1")->where, kPlanar);
  EXPECT_EQ(donor("A:ARG137:NE")->where, kOpposite);
  EXPECT_EQ(donor("A:TYR212:OH")->where, kCone);
  EXPECT_FALSE(donor("A:PRO214:N"));
}

TEST_F(ReceptorFeaturesTest, FindTheRingsOfEachAminoAcid) {
  std::map<std::string, std::size_t> rings, residues;
  for (const auto& ring : features.rings) ++rings[receptor.residues[receptor.residue_of[ring.front()]].name];
  for (const auto& residue : receptor.residues) ++residues[residue.name];
  EXPECT_EQ(rings["PHE"], residues["PHE"]);
  EXPECT_EQ(rings["TRP"], 2 * residues["TRP"]);
  EXPECT_EQ(rings["PRO"], 0U);
}

TEST_F(ReceptorFeaturesTest, ChargeAcidsAndBases) {
  std::map<std::string, bool> charged;
  for (const auto& charge : features.charges)
    charged[receptor.residues[receptor.residue_of[charge.atoms.front()]].name] = charge.positive;
  EXPECT_THAT(charged, ElementsAre(std::pair{"ARG", true}, std::pair{"ASP", false}, std::pair{"GLU", false},
                                   std::pair{"HIS", true}, std::pair{"LYS", true}));
}

TEST_F(ReceptorFeaturesTest, KeepWatersApart) {
  EXPECT_THAT(features.waters, ::testing::Not(IsEmpty()));
  for (const std::uint32_t acceptor : features.acceptors) EXPECT_FALSE(name(acceptor).starts_with("A:HOH"));
}

TEST(ReceptorFeatures, FindTheFlatRingAndThePhosphateOfACofactor) {
  DockingReceptor receptor;
  const auto add = [&](AtomType type, const std::string& name, const Position& at) {
    receptor.positions_A.push_back(at);
    receptor.types.push_back(type);
    receptor.names.push_back(name);
    receptor.residue_of.push_back(0);
  };
  receptor.residues = {{"A", "XYZ", "1"}};
  for (int k = 0; k < 6; ++k)
    add(AtomType::kCarbonHydrophobic, "C" + std::to_string(k),
        {1.39 * std::cos(k * 1.0471975512), 1.39 * std::sin(k * 1.0471975512), 0});
  add(AtomType::kPhosphorus, "P", {10, 0, 0});
  for (const Position& at : {Position{11.5, 0, 0}, Position{9.5, 1.4, 0}, Position{9.5, -1.4, 0}})
    add(AtomType::kOxygenAcceptor, "O", at);
  const InteractionFeatures features = receptor_features(receptor);
  EXPECT_THAT(features.rings, ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5)));
  ASSERT_EQ(features.charges.size(), 1U);
  EXPECT_FALSE(features.charges[0].positive);
  EXPECT_THAT(features.charges[0].centre, ElementsAre(6));
  receptor.positions_A[0][2] = 0.4;
  EXPECT_THAT(receptor_features(receptor).rings, IsEmpty()) << "puckered";
}

}  // namespace
}  // namespace digitalis
