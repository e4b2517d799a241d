#include "chem/ligand_preparation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "chem/ligand_molecule.hpp"
#include "chem/ring_shape.hpp"
#include "chem/usage_error.hpp"
#include "tests/chem/prepared_ligands.hpp"

namespace digitalis {
namespace {

using testing::as_prepared;
using testing::prepared;
using testing::types_of;
using Notes = std::vector<std::string>;

std::string canonical(const std::string& smiles) {
  const std::unique_ptr<RDKit::RWMol> mol(RDKit::SmilesToMol(smiles));
  return RDKit::MolToSmiles(*mol);
}

/// The structure that an SD record holds, its stereo read from the coordinates.
std::string structure_in(const std::string& record) {
  const std::unique_ptr<RDKit::RWMol> mol(RDKit::MolBlockToMol(record));
  if (!mol) return "unreadable";
  RDKit::MolOps::assignStereochemistryFrom3D(*mol);
  return RDKit::MolToSmiles(*mol);
}

// ---------------------------------------------------------------- types and torsions

TEST(LigandPreparation, TypesNitrogensAsMeekoDoes) {
  EXPECT_EQ(types_of(prepared("c1ccncc1")), "C_H 3, C_P 2, N_A 1");         // pyridine
  EXPECT_EQ(types_of(prepared("c1cc[nH]c1")), "C_H 2, C_P 2, N_D 1");       // pyrrole
  EXPECT_EQ(types_of(prepared("CC(=O)NC")), "C_H 1, C_P 2, N_D 1, O_A 1");  // amide
  EXPECT_EQ(types_of(prepared("CN(C)C")), "C_P 3, N_A 1");                  // tertiary amine
  EXPECT_EQ(types_of(prepared("C[NH3+]")), "C_P 1, N_D 1");
  EXPECT_EQ(types_of(prepared("CN")), "C_P 1, N_DA 1");
  EXPECT_EQ(types_of(prepared("Nc1ccccc1")), "C_H 5, C_P 1, N_D 1");  // aniline
  EXPECT_EQ(types_of(prepared("C[N+](C)(C)C")), "C_P 4, N_P 1");
}

TEST(LigandPreparation, TypesEveryElementOfOrganicChemistry) {
  EXPECT_EQ(types_of(prepared("FC(Cl)(Br)I")), "C_P 1, F_H 1, Cl_H 1, Br_H 1, I_H 1");
  EXPECT_EQ(types_of(prepared("CSC")), "C_P 2, S_P 1");
  EXPECT_EQ(types_of(prepared("C[Si](C)(C)C")), "C_P 4, Si 1");
  EXPECT_EQ(types_of(prepared("CP(=O)(O)O")), "C_P 1, O_A 1, O_DA 2, P_P 1");
  EXPECT_EQ(types_of(prepared("C[Se]C")), "C_P 2, S_P 1");
}

TEST(LigandPreparation, DoesNotTurnAmidesUnlessAsked) {
  LigandOptions turning;
  turning.turn_amides = true;
  const std::string anilide = "O=C(Nc1ccccc1)c1ccccc1";
  EXPECT_EQ(prepared(anilide).docking.turning(), 2U);
  EXPECT_EQ(prepared(anilide, turning).docking.turning(), 3U);
}

TEST(LigandPreparation, TurnsTertiaryAmidesWhoseTwoFormsDiffer) {
  EXPECT_EQ(prepared("CN(C)C(=O)CC").docking.torsions, 1U);
  EXPECT_EQ(prepared("CN(CC)C(=O)CC").docking.torsions, 3U);
}

TEST(LigandPreparation, CountsTurningHydrogensWithoutTurningThem) {
  const auto ligand = prepared("OCCN").docking;
  EXPECT_EQ(ligand.torsions, 3U);
  EXPECT_EQ(ligand.turning(), 1U);
  EXPECT_DOUBLE_EQ(ligand.effective_torsions, 2.0);
}

TEST(LigandPreparation, CountsABondToANitrileWithoutTurningIt) {
  const auto ligand = prepared("N#CCc1ccccc1").docking;
  EXPECT_EQ(ligand.torsions, 2U);
  EXPECT_EQ(ligand.turning(), 1U);
}

TEST(LigandPreparation, PutsTheRootInTheMiddle) {
  // Of a chain of three rings, the one in the middle is the root.
  const auto ligand = prepared("C1CC1CCc1ccc(CCC2CC2)cc1").docking;
  EXPECT_EQ(ligand.fragments[0].end - ligand.fragments[0].first, 6U);
  for (std::size_t f = 0; f < ligand.fragments.size(); ++f) {
    int depth = 0;
    for (auto at = ligand.fragments[f].parent; at >= 0; at = ligand.fragments[static_cast<std::size_t>(at)].parent)
      ++depth;
    EXPECT_LE(depth, 3);
  }
}

// ---------------------------------------------------------------- hard cases

TEST(LigandPreparation, TakesOneHeavyAtom) {
  for (const char* smiles : {"C", "O", "[Zn+2]", "Cl"}) {
    const auto ligand = prepared(smiles);
    EXPECT_EQ(ligand.docking.atoms(), 1U) << smiles;
    EXPECT_EQ(ligand.docking.fragments.size(), 1U) << smiles;
  }
  EXPECT_EQ(types_of(prepared("[Zn+2]")), "Met_D 1");
}

TEST(LigandPreparation, TakesFortyTorsions) {
  std::string chain = "C";
  for (int i = 0; i < 14; ++i) chain += "OCC";
  const auto ligand = prepared(chain + "OC");
  EXPECT_GE(ligand.docking.turning(), 40U);
}

TEST(LigandPreparation, KeepsAMacrocycleRigidAndGivesItSeveralShapes) {
  const auto ligand = prepared("O=C1CCCCCCCCCCCCCCO1");
  EXPECT_EQ(ligand.docking.turning(), 0U);
  EXPECT_GE(ligand.docking.conformers.size(), 3U);
  EXPECT_LE(ligand.docking.conformers.size(), 8U);
}

TEST(LigandPreparation, PutsSaturatedSixRingsIntoChairs) {
  for (const char* smiles : {"Clc1ccccc1C1CCNCC1", "O[C@H]1CCCC[C@H]1N", "C1COCCN1CCc1ccccc1"}) {
    const auto ligand = prepared(smiles);
    const RingShape shape(*ligand.molecule->mol);
    const auto at = by_source(ligand.docking, as_prepared(ligand), ligand.molecule->mol->getNumAtoms());
    EXPECT_LT(shape.strain(at), 0.7) << smiles;
  }
}

TEST(LigandPreparation, GivesAChairItsOtherFormWhereBothArePlausible) {
  EXPECT_GE(prepared("O[C@H]1CCCC[C@H]1N").docking.conformers.size(), 2U);
}

TEST(LigandPreparation, GivesFlatRingsOneShape) {
  EXPECT_EQ(prepared("c1ccc(-c2ccccc2)cc1").docking.conformers.size(), 1U);
}

TEST(LigandPreparation, MakesNoMoreShapesThanAskedFor) {
  LigandOptions one;
  one.most_ring_conformers = 1;
  EXPECT_EQ(prepared("O[C@H]1CCCC[C@H]1N", one).docking.conformers.size(), 1U);
}

TEST(LigandPreparation, TakesBiphenyl) {
  const auto ligand = prepared("c1ccc(-c2ccccc2)cc1");
  EXPECT_EQ(ligand.docking.turning(), 1U);
  EXPECT_EQ(ligand.notes, Notes{});
}

TEST(LigandPreparation, ScoresBoronAsPolarCarbonAndWarnsOfTheWarhead) {
  const auto bortezomib = prepared("CC(C)C[C@H](NC(=O)[C@H](Cc1ccccc1)NC(=O)c1cnccn1)B(O)O");
  EXPECT_EQ(bortezomib.notes,
            (Notes{"covalent warhead (boronic acid): docked without the bond", "boron scored as polar carbon"}));
}

TEST(LigandPreparation, WarnsOfCovalentWarheads) {
  const auto warhead = [](const std::string& smiles) {
    const auto notes = prepared(smiles).notes;
    return notes.empty() ? "" : notes.front();
  };
  EXPECT_EQ(warhead("C=CC(=O)Nc1ccccc1"), "covalent warhead (acrylamide): docked without the bond");
  EXPECT_EQ(warhead("ClCC(=O)Nc1ccccc1"), "covalent warhead (haloacetamide): docked without the bond");
  EXPECT_EQ(warhead("C=CS(=O)(=O)c1ccccc1"), "covalent warhead (vinyl sulfone): docked without the bond");
  EXPECT_EQ(warhead("O=Cc1ccccc1"), "covalent warhead (aldehyde): docked without the bond");
  EXPECT_EQ(warhead("c1ccccc1OCC1CO1").substr(0, 39), "covalent warhead (epoxide or aziridine)");
  EXPECT_EQ(warhead("O=C1CCN1c1ccccc1"), "covalent warhead (beta-lactam): docked without the bond");
  EXPECT_EQ(warhead("CC(=O)Nc1ccccc1"), "");
}

TEST(LigandPreparation, SaysThatAPermanentChargeIsNotScored) {
  EXPECT_EQ(prepared("C[N+](C)(C)CCO").notes, Notes{"permanent charge: the score does not see it"});
  EXPECT_EQ(prepared("O=[N+]([O-])c1ccccc1").notes, Notes{});
}

TEST(LigandPreparation, TakesAZwitterion) { EXPECT_EQ(types_of(prepared("[NH3+]CC(=O)[O-]")), "C_P 2, N_D 1, O_A 2"); }

TEST(LigandPreparation, MakesOneFormOfOpenStereoAndSaysSo) {
  const auto ligand = prepared("CC(O)c1ccccc1");
  EXPECT_EQ(ligand.notes, Notes{"1 stereo centre left open: one form was made"});
  EXPECT_EQ(prepared("C[C@H](O)c1ccccc1").notes, Notes{});
}

TEST(LigandPreparation, GivesAllShapesTheSameStereo) {
  const auto ligand = prepared("CC1CCC(O)C(N)C1");
  std::set<std::string> forms;
  for (std::uint32_t k = 0; k < ligand.docking.conformers.size(); ++k)
    forms.insert(structure_in(sdf_record(ligand, as_prepared(ligand, k), {})));
  EXPECT_EQ(forms.size(), 1U);
}

TEST(LigandPreparation, DocksTheLargestPartOfASalt) {
  const auto ligand = prepared("[Na+].CC(=O)[O-]");
  EXPECT_EQ(ligand.docking.atoms(), 4U);
  EXPECT_EQ(ligand.notes, Notes{"largest of 2 parts docked"});
}

TEST(LigandPreparation, RefusesWhatItCannotUseWithoutQuotingIt) {
  start_rdkit();
  const auto message = [](const std::string& smiles) {
    const auto ligand = prepare_ligand(smiles, "x7", {});
    return ligand ? std::string() : std::string(name_of(ligand.reject().code)) + " " + ligand.reject().message();
  };
  EXPECT_EQ(message("C1CC"), "bad_smiles x7: not a SMILES");
  EXPECT_EQ(message(""), "bad_smiles x7: not a SMILES");
  EXPECT_EQ(message("C*"), "not_dockable x7: holds an element that docking cannot score");
  EXPECT_EQ(message("[Xe]"), "not_dockable x7: holds an element that docking cannot score");
}

// ---------------------------------------------------------------- conformers

TEST(LigandPreparation, DoesNotDependOnTheOrderOfAtomsInTheInput) {
  const std::string one = "CC(C)Cc1ccc(C(C)C(=O)NC2CCNCC2)cc1", other = "N1CCC(CC1)NC(C(c1ccc(cc1)CC(C)C)C)=O";
  const auto a = prepared(one), b = prepared(other);
  EXPECT_EQ(sdf_record(a, as_prepared(a), {}), sdf_record(b, as_prepared(b), {}));
}

TEST(LigandPreparation, MakesOtherConformersForAnotherSeed) {
  LigandOptions other;
  other.seed = 1;
  const auto a = prepared("CCCCCCO"), b = prepared("CCCCCCO", other);
  EXPECT_NE(a.docking.conformers, b.docking.conformers);
}

TEST(LigandPreparation, KeepsStereochemistryThroughDocking) {
  for (const char* smiles : {"C[C@H](N)C(=O)O", "C/C=C\\CCO", "O[C@@H]1CCCC[C@H]1N", "C[C@]1(O)C[C@@H]2CC[C@H]1O2"}) {
    const auto ligand = prepared(smiles);
    EXPECT_EQ(structure_in(sdf_record(ligand, as_prepared(ligand), {})), canonical(smiles));
  }
}

// ---------------------------------------------------------------- back to molecules

TEST(SdfRecord, HoldsTitleBondOrdersHydrogensAndTags) {
  const auto ligand = prepared("CC#N");
  const auto record = sdf_record(ligand, as_prepared(ligand), {{"affinity_kcal_mol", "-2.0"}, {"two\nlines", "a\nb"}});
  EXPECT_EQ(record.substr(0, record.find('\n')), "ligand");
  EXPECT_EQ(structure_in(record), "CC#N");
  EXPECT_NE(record.find("  6  5  0"), std::string::npos);
  const auto tags = record.find("M  END\n");
  EXPECT_EQ(record.substr(tags), "M  END\n>  <affinity_kcal_mol>\n-2.0\n\n>  <two lines>\na b\n\n$$$$\n");
}

TEST(SdfRecord, OfAPoseMovesHydrogensApartThatGeometryPutsTogether) {
  // Pentane bent like a U: its ends' hydrogens would be 1.27 Å apart.
  const std::vector<Position> bent{{2.524, -0.058, 0.05},
                                   {1.181, -0.71, -0.238},
                                   {0.037, 0.299, -0.139},
                                   {0.189, 1.416, -1.171},
                                   {1.465, 2.211, -0.946}};
  const std::unique_ptr<RDKit::RWMol> mol(
      RDKit::MolBlockToMol(sdf_record_of_pose("CCCCC", "pentane", bent, {}), true, /*removeHs=*/false));
  ASSERT_TRUE(mol);
  const auto& at = mol->getConformer().getPositions();
  for (std::size_t i = 0; i < bent.size(); ++i)
    for (int axis = 0; axis < 3; ++axis) EXPECT_NEAR(at[i][axis], bent[i][axis], 1e-4);
  double nearest_A = 99.0;
  for (std::size_t i = bent.size(); i < at.size(); ++i)
    for (std::size_t j = bent.size(); j < i; ++j) nearest_A = std::min(nearest_A, (at[i] - at[j]).length());
  EXPECT_GT(nearest_A, 1.6);
}

TEST(SdfRecord, OfAPoseEqualsThatOfTheLigand) {
  const std::string smiles = "CC(C)C[C@H](NC(=O)c1ccccc1Cl)C(=O)OCCN";
  const auto ligand = prepared(smiles);
  Pose pose = pose_of_conformer(ligand.docking);
  for (double& angle : pose.torsions_rad) angle = 0.7;
  const auto positions = place_atoms(ligand.docking, pose);
  const auto heavy = heavy_atoms_in_smiles_order(ligand, positions);
  const auto record = sdf_record_of_pose(smiles, "ligand", heavy, {});
  EXPECT_EQ(structure_in(record), canonical(smiles));
  // The same heavy atoms at the same places, line by line: both molecules have the atoms of the canonical SMILES first.
  const auto whole = sdf_record(ligand, positions, {});
  const auto atom_lines = [&](const std::string& text) {
    std::string lines;
    std::size_t at = 0;
    for (std::size_t i = 0; i < 4 + ligand.docking.atoms(); ++i) {
      const auto end = text.find('\n', at);
      if (i >= 4) lines += text.substr(at, 34) + "\n";
      at = end + 1;
    }
    return lines;
  };
  EXPECT_EQ(atom_lines(record), atom_lines(whole));
}

TEST(ToPdbqt, WritesATreeThatReadsBackTheSame) {
  for (const char* smiles :
       {"CC(C)C[C@H](NC(=O)c1ccccc1Cl)C(=O)OCCN", "N#CCc1ccccc1", "OCCN", "C", "C[N+](C)(C)CCOP(=O)(O)OC"}) {
    const auto ligand = prepared(smiles);
    const auto positions = as_prepared(ligand);
    const std::string file = ::testing::TempDir() + "digitalis_to_pdbqt.pdbqt";
    std::FILE* out = std::fopen(file.c_str(), "w");
    ASSERT_NE(out, nullptr);
    const auto text = to_pdbqt(ligand, positions, {"one remark"});
    std::fwrite(text.data(), 1, text.size(), out);
    std::fclose(out);
    const auto again = read_ligands(file, {});
    ASSERT_EQ(again.size(), 1U);
    ASSERT_TRUE(again[0]) << again[0].reject().message();
    const DockingLigand &a = ligand.docking, &b = again[0].value().docking;
    EXPECT_EQ(types_of(ligand), types_of(again[0].value())) << smiles;
    EXPECT_EQ(a.torsions, b.torsions) << smiles;
    EXPECT_EQ(a.effective_torsions, b.effective_torsions) << smiles;
    EXPECT_EQ(a.pairs.size(), b.pairs.size()) << smiles;
    EXPECT_EQ(text.substr(0, text.find('\n')), "REMARK one remark");
  }
}

// ---------------------------------------------------------------- cores

TEST(MatchCore, GivesTheReferencesPlacesToTheLigandsAtoms) {
  const auto reference = prepared("Oc1ccncc1"), ligand = prepared("CCc1ccncc1");
  const auto placements = match_core(ligand, reference, "c1ccncc1");
  ASSERT_EQ(placements.size(), 2U);  // the ring fits either way round
  ASSERT_EQ(placements[0].size(), 6U);
  for (const auto& [atom, at] : placements[0]) {
    const bool nitrogen = ligand.docking.types[atom] == AtomType::kNitrogenAcceptor;
    const auto& theirs = reference.docking;
    for (std::uint32_t i = 0; i < theirs.atoms(); ++i)
      if (theirs.types[i] == AtomType::kNitrogenAcceptor) {
        EXPECT_EQ(nitrogen, distance(at, theirs.conformers[0][i]) < 1e-12);
      }
  }
}

TEST(MatchCore, IsEmptyForALigandWithoutTheCore) {
  EXPECT_TRUE(match_core(prepared("CCO"), prepared("Oc1ccncc1"), "c1ccncc1").empty());
}

TEST(SdfRecord, SaysWhichWayAnOpenDoubleBondWasDocked) {
  const auto ligand = prepared("OC(=O)C(=Cc1ccccc1)NC(=O)C");
  std::istringstream record{sdf_record(ligand, as_prepared(ligand), {})};
  for (std::string line; std::getline(record, line) && line != "M  END";)
    EXPECT_FALSE(line.size() == 12 && line.ends_with("  2  3")) << line;
}

TEST(MatchCore, RefusesAPatternThatTheReferenceLacks) {
  const auto ligand = prepared("CCO");
  EXPECT_THROW((void)match_core(ligand, ligand, "c1ccncc1"), UsageError);
  EXPECT_THROW((void)match_core(ligand, ligand, "c1cc("), UsageError);
}

}  // namespace
}  // namespace digitalis
