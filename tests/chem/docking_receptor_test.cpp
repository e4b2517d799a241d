#include "chem/docking_receptor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/chem/receptor_files.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;

/// A histidine ring far from the serine: ND1 looks to -x, NE2 to +x.
std::string histidine() {
  return atom("N", "HIS", "60", {50, 3.9, 0}, "N") + atom("CA", "HIS", "60", {50, 2.5, 0}, "C") +
         atom("C", "HIS", "60", {51.4, 3.1, 0}, "C") + atom("O", "HIS", "60", {52.4, 2.4, 0}, "O") +
         atom("CB", "HIS", "60", {49.2, 1.3, 0}, "C") + atom("CG", "HIS", "60", {49.35, -0.2, 0}, "C") +
         atom("ND1", "HIS", "60", {48.4, -1.2, 0}, "N") + atom("CE1", "HIS", "60", {49.0, -2.35, 0}, "C") +
         atom("NE2", "HIS", "60", {50.3, -2.1, 0}, "N") + atom("CD2", "HIS", "60", {50.55, -0.75, 0}, "C");
}

/// A phenylalanine whose side chain has bond lengths as they should be.
constexpr const char* kPhenylalanine = R"(ATOM      1  N   PHE A  12      11.104   6.134  -6.504  1.00  0.00           N
ATOM      2  CA  PHE A  12      11.639   6.071  -5.147  1.00  0.00           C
ATOM      3  C   PHE A  12      10.723   6.830  -4.194  1.00  0.00           C
ATOM      4  O   PHE A  12      10.112   7.832  -4.567  1.00  0.00           O
ATOM      5  CB  PHE A  12      13.053   6.654  -5.118  1.00  0.00           C
ATOM      6  CG  PHE A  12      13.744   6.523  -3.791  1.00  0.00           C
ATOM      7  CD1 PHE A  12      14.326   5.321  -3.411  1.00  0.00           C
ATOM      8  CD2 PHE A  12      13.811   7.602  -2.921  1.00  0.00           C
ATOM      9  CE1 PHE A  12      14.962   5.199  -2.189  1.00  0.00           C
ATOM     10  CE2 PHE A  12      14.446   7.484  -1.698  1.00  0.00           C
ATOM     11  CZ  PHE A  12      15.022   6.281  -1.332  1.00  0.00           C
)";

TEST_F(DockingReceptorTest, TypesASerineWithoutHydrogensAndOccupancy) {
  EXPECT_THAT(types_of(prepare_receptor(write("a.pdb", kSerine))),
              ElementsAre("N_D", "C_P", "C_P", "O_A", "C_P", "O_DA"));
}

TEST_F(DockingReceptorTest, TakesTypesFromAPdbqtFile) {
  const fs::path file = write("a.pdbqt",
                              "ROOT\n"
                              "ATOM      1  N   LYS A   7       0.000   0.000   0.000  1.00  0.00    -0.100 N \n"
                              "ATOM      2  HN  LYS A   7       0.000   1.010   0.000  1.00  0.00     0.100 HD\n"
                              "ATOM      3  CA  LYS A   7       1.450   0.000   0.000  1.00  0.00     0.100 C \n"
                              "ATOM      4  CB  LYS A   7       2.050   1.420   0.000  1.00  0.00     0.100 C \n"
                              "ATOM      5 ZN    ZN A   8      10.000   0.000   0.000  1.00  0.00     0.100 Zn\n");
  EXPECT_THAT(types_of(prepare_receptor(file)), ElementsAre("N_D", "C_P", "C_H", "Met_D"));
}

TEST_F(DockingReceptorTest, TakesTheAlternateLocationOfHighestOccupancy) {
  const std::string text = std::string{kSerine} + atom("C1", "LIG", "70", {30, 0, 0}, "C", "A", 0.4) +
                           atom("C1", "LIG", "70", {31, 0, 0}, "C", "B", 0.6) +
                           atom("C2", "LIG", "70", {30, 1.5, 0}, "C", "A", 0.4);
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", text));
  EXPECT_EQ(receptor.rigid.positions_A.at(6), (Position{31, 0, 0}));
  EXPECT_EQ(receptor.rigid.atoms(), 8U) << "what only location A has stays";
}

TEST_F(DockingReceptorTest, TakesTheAlternateLocationAskedFor) {
  const std::string text = std::string{kSerine} + atom("C1", "LIG", "70", {30, 0, 0}, "C", "A", 0.4) +
                           atom("C1", "LIG", "70", {31, 0, 0}, "C", "B", 0.6);
  ReceptorOptions options;
  options.altloc = "A";
  EXPECT_EQ(prepare_receptor(write("a.pdb", text), options).rigid.positions_A.at(6), (Position{30, 0, 0}));
}

TEST_F(DockingReceptorTest, KeepsResiduesApartThatDifferInTheInsertionCodeOnly) {
  std::string second = kSerine;
  for (std::size_t at = second.find("  57 "); at != std::string::npos; at = second.find("  57 ", at + 1))
    second[at + 4] = 'A';
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kSerine + second));
  ASSERT_EQ(receptor.rigid.residues.size(), 2U);
  EXPECT_EQ(receptor.rigid.residues[1].label(), "A:SER57A");
}

TEST_F(DockingReceptorTest, JoinsResiduesThatChargesInTheSegmentColumnsSplit) {
  std::string text = kSerine;
  for (std::size_t line = 0, charge = 0; (line = text.find("           ", line)) != std::string::npos; line += 20)
    text.replace(line + 6, 4, "." + std::to_string(100 + ++charge));
  EXPECT_EQ(prepare_receptor(write("a.pdb", text)).rigid.residues.size(), 1U);
}

TEST_F(DockingReceptorTest, ReportsWhatItDropsAndKeeps) {
  const std::string text = std::string{kSerine} + atom("O", "HOH", "80", {20, 0, 0}, "O") +
                           atom("O", "HOH", "81", {25, 0, 0}, "O") + atom("ZN", "ZN", "82", {30, 0, 0}, "ZN") +
                           atom("C1", "GOL", "83", {40, 0, 0}, "C") + atom("C1", "NAG", "84", {45, 0, 0}, "C");
  EXPECT_THAT(prepare_receptor(write("a.pdb", text)).report.decisions,
              ElementsAre("waters: 2 dropped", "metals: 1 kept (ZN)", "cofactors: 1 kept (NAG)",
                          "crystallisation agents: 1 dropped (GOL)"));
}

TEST_F(DockingReceptorTest, KeepsWatersNearTheReferenceLigandWhenAsked) {
  const std::string text = std::string{kSerine} + atom("O", "HOH", "80", {20, 0, 0}, "O") +
                           atom("O", "HOH", "81", {33, 0, 0}, "O") + atom("C1", "LIG", "70", {30, 0, 0}, "C");
  ReceptorOptions options;
  options.reference = "LIG";
  options.waters = ReceptorOptions::Keep::kNearLigand;
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", text), options);
  EXPECT_THAT(receptor.report.decisions,
              ElementsAre("reference ligand: A:LIG70 taken out, 1 heavy atom",
                          "waters: 1 of 2 kept, those within 5.0 A of the reference ligand"));
  EXPECT_EQ(receptor.rigid.types.back(), AtomType::kOxygenBoth);
}

TEST_F(DockingReceptorTest, GivesTheReferenceLigandAsPdbWithItsHydrogensAndBonds) {
  const std::string text = std::string{kSerine} +
                           "HETATM   70  C1  LIG B 501      30.000   0.000   0.000  1.00  0.00           C\n"
                           "HETATM   71  H1  LIG B 501      31.090   0.000   0.000  1.00  0.00           H\n"
                           "CONECT   70   71\n";
  ReceptorOptions options;
  options.reference = "B:LIG:501";
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", text), options);
  EXPECT_EQ(receptor.reference_pdb,
            "HETATM   70  C1  LIG B 501      30.000   0.000   0.000  1.00  0.00           C\n"
            "HETATM   71  H1  LIG B 501      31.090   0.000   0.000  1.00  0.00           H\n"
            "CONECT   70   71\n"
            "END\n");
  EXPECT_THAT(receptor.reference_A, ElementsAre(Position{30, 0, 0}));
}

TEST_F(DockingReceptorTest, TakesTheFirstOfSeveralCopiesByChainAndDropsTheRest) {
  const std::string copies =
      "HETATM   70  C1  LIG B 501      30.000   0.000   0.000  1.00  0.00           C\n"
      "HETATM   71  C1  LIG A 501      40.000   0.000   0.000  1.00  0.00           C\n";
  ReceptorOptions options;
  options.reference = "LIG";
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kSerine + copies), options);
  EXPECT_THAT(receptor.report.decisions, ElementsAre("reference ligand: A:LIG501 taken out, 1 heavy atom",
                                                     "further copies of the reference ligand: 1 dropped (B:LIG501)"));
  EXPECT_EQ(receptor.rigid.atoms(), 6U);
}

TEST_F(DockingReceptorTest, LetsAHydroxylThatCarriesASugarGiveNothing) {
  const std::string text = std::string{kSerine} + atom("C1", "MAN", "70", {15.1, 5.4, -5.4}, "C");
  EXPECT_EQ(types_of(prepare_receptor(write("a.pdb", text))).at(5), "O_A");
}

TEST_F(DockingReceptorTest, TellsHydroxylCarbonylAndAmideOfACofactorByGeometry) {
  // N-hydroxymethylacetamide: CH3-C(=O)-NH-CH2-OH
  const std::string text =
      std::string{kSerine} + atom("C1", "LIG", "70", {30.0, 0.0, 0}, "C") +
      atom("C2", "LIG", "70", {31.51, 0.0, 0}, "C") + atom("O2", "LIG", "70", {32.13, 1.06, 0}, "O") +
      atom("N3", "LIG", "70", {32.18, -1.15, 0}, "N") + atom("C4", "LIG", "70", {33.64, -1.15, 0}, "C") +
      atom("O4", "LIG", "70", {34.12, -2.49, 0}, "O");
  const auto types = types_of(prepare_receptor(write("a.pdb", text)));
  EXPECT_THAT(std::vector(types.begin() + 6, types.end()), ElementsAre("C_H", "C_P", "O_A", "N_D", "C_P", "O_DA"));
}

TEST_F(DockingReceptorTest, LetsHydrogensInTheFileDecideForACofactor) {
  const std::string text = std::string{kSerine} + atom("C1", "LIG", "70", {30.0, 0.0, 0}, "C") +
                           atom("N1", "LIG", "70", {31.47, 0.0, 0}, "N") +
                           atom("O1", "LIG", "70", {29.5, 1.3, 0}, "O") + atom("HO", "LIG", "70", {28.54, 1.3, 0}, "H");
  const auto types = types_of(prepare_receptor(write("a.pdb", text)));
  EXPECT_THAT(std::vector(types.begin() + 6, types.end()), ElementsAre("C_P", "N_A", "O_DA"));
}

TEST_F(DockingReceptorTest, GivesAHistidineTheHydrogenThatItsNeighborAsksFor) {
  const std::string text = histidine() + atom("ZN", "ZN", "90", {51.7, -3.6, 0}, "ZN");
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", text));
  EXPECT_THAT(receptor.report.decisions,
              Contains("A:HIS60: delta nitrogen carries the hydrogen (NE2 2.1 A from A:ZN90 ZN)"));
  EXPECT_EQ(types_of(receptor).at(6), "N_D");
  EXPECT_EQ(types_of(receptor).at(8), "N_P") << "its lone pair is the metal's";
}

TEST_F(DockingReceptorTest, KeepsTheHydrogensThatAHistidineShows) {
  const std::string text =
      histidine() + atom("HE2", "HIS", "60", {50.95, -2.9, 0}, "H") + atom("ZN", "ZN", "90", {51.7, -3.6, 0}, "ZN");
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", text));
  EXPECT_THAT(receptor.report.decisions, ElementsAre("metals: 1 kept (ZN)"));
  EXPECT_EQ(types_of(receptor).at(8), "N_D");
}

TEST_F(DockingReceptorTest, TurnsAnAmideThatFacesItsNeighborsTheWrongWay) {
  const std::string amide = atom("N", "ASN", "61", {50, 3.9, 0}, "N") + atom("CA", "ASN", "61", {50, 2.5, 0}, "C") +
                            atom("C", "ASN", "61", {51.4, 3.1, 0}, "C") + atom("O", "ASN", "61", {52.4, 2.4, 0}, "O") +
                            atom("CB", "ASN", "61", {49.2, 1.3, 0}, "C") + atom("CG", "ASN", "61", {50, 0, 0}, "C") +
                            atom("OD1", "ASN", "61", {51.24, 0, 0}, "O") +
                            atom("ND2", "ASN", "61", {49.34, -1.15, 0}, "N");
  const std::string acceptor =
      atom("O", "GLY", "70", {53.6, -1.6, 0}, "O") + atom("C", "GLY", "70", {54.8, -1.6, 0}, "C") +
      atom("CA", "GLY", "70", {55.6, -2.9, 0}, "C") + atom("N", "GLY", "70", {57.0, -2.6, 0}, "N");
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", amide + acceptor));
  EXPECT_THAT(receptor.report.decisions,
              ElementsAre("A:ASN61: side chain turned by 180 degrees (ND2 2.9 A from A:GLY70 O)"));
  EXPECT_EQ(receptor.rigid.positions_A.at(6), (Position{49.34, -1.15, 0}));
}

TEST_F(DockingReceptorTest, CutsASideChainIntoFragmentsThatTurn) {
  ReceptorOptions options;
  options.flexible = {"A:PHE12"};
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kPhenylalanine), options);
  ASSERT_TRUE(receptor.side_chains);
  std::vector<std::pair<std::int32_t, std::uint32_t>> parents_and_sizes;
  for (const DockingLigand::Fragment& fragment : receptor.side_chains->fragments)
    parents_and_sizes.emplace_back(fragment.parent, fragment.end - fragment.first);
  EXPECT_THAT(parents_and_sizes, ElementsAre(std::pair{DockingLigand::kFixed, 1U}, std::pair{0, 1U}, std::pair{1, 6U}));
  EXPECT_THAT(receptor.rigid.names, ElementsAre("N", "C", "O"));
}

/// Two atoms without torsions.
DockingLigand small_ligand() {
  DockingLigand ligand;
  ligand.fragments = {{DockingLigand::kFree, 0, 0, 2}};
  ligand.types = {AtomType::kCarbonPolar, AtomType::kOxygenBoth};
  ligand.source = {0, 1};
  ligand.passengers = {{0, 2}};
  ligand.conformers = {{{0, 0, 0}, {1.4, 0, 0}, {1.7, 0.9, 0}}};
  ligand.ligand_atoms = 2;
  return ligand;
}

TEST_F(DockingReceptorTest, JoinsSideChainsBehindTheLigandWhereTheyAre) {
  ReceptorOptions options;
  options.flexible = {"A:12"};
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kPhenylalanine), options);
  const DockingLigand joined = join_side_chains(small_ligand(), *receptor.side_chains);
  ASSERT_NO_THROW(check_invariants(joined));
  EXPECT_EQ(joined.atoms(), 10U);
  EXPECT_EQ(joined.ligand_atoms, 2U);
  const std::vector<Position> placed = place_atoms(joined, pose_of_conformer(joined));
  EXPECT_EQ(placed.at(2), (Position{11.639, 6.071, -5.147})) << "the alpha carbon stays";
  EXPECT_EQ(placed.at(10), (Position{1.7, 0.9, 0})) << "the ligand's hydrogen comes last";
}

TEST_F(DockingReceptorTest, PairsOnlyAtomsWhoseDistanceASideChainChanges) {
  ReceptorOptions options;
  options.flexible = {"A:PHE12"};
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kPhenylalanine), options);
  // CA against CE1, CE2 and CZ: four bonds and more away; CZ lies on the axis CB-CG only in an ideal ring.
  std::vector<std::pair<std::string, std::string>> names;
  const std::vector<std::string> in_file{"N", "CA", "C", "O", "CB", "CG", "CD1", "CD2", "CE1", "CE2", "CZ"};
  for (const auto& [i, j] : receptor.side_chains->side_chain_pairs)
    names.emplace_back(in_file.at(receptor.side_chains->source[i]), in_file.at(receptor.side_chains->source[j]));
  EXPECT_THAT(names,
              ::testing::UnorderedElementsAre(std::pair{"CA", "CE1"}, std::pair{"CA", "CE2"}, std::pair{"CA", "CZ"}));
}

TEST_F(DockingReceptorTest, PutsEveryLigandAtomAgainstEverySideChainAtom) {
  ReceptorOptions options;
  options.flexible = {"A:PHE12"};
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kPhenylalanine), options);
  EXPECT_EQ(join_side_chains(small_ligand(), *receptor.side_chains).side_chain_pairs.size(), 2U * 8U + 3U);
}

TEST_F(DockingReceptorTest, WritesPdbqtThatReadsBackWithTheSameTypes) {
  const std::string text = histidine() + kSerine + atom("ZN", "ZN", "90", {51.7, -3.6, 0}, "ZN") +
                           atom("C1", "LIG", "70", {30.0, 0.0, 0}, "C") + atom("N1", "LIG", "70", {31.47, 0.0, 0}, "N");
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", text));
  const PreparedReceptor again = prepare_receptor(write("b.pdbqt", to_pdbqt(receptor.rigid)));
  EXPECT_EQ(types_of(again), types_of(receptor));
  EXPECT_EQ(again.rigid.positions_A, receptor.rigid.positions_A);
}

TEST_F(DockingReceptorTest, WritesThePocketNearABox) {
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kSerine));
  EXPECT_EQ(pocket_pdb(receptor.rigid, Box{{13.9, 5.9, -5.9}, {1, 1, 1}}, 0.8),
            "ATOM      1  CB  SER A  57      13.053   6.654  -5.118  1.00  0.00           C\n"
            "ATOM      2  OG  SER A  57      13.931   5.889  -5.930  1.00  0.00           O\n"
            "END\n");
}

TEST_F(DockingReceptorTest, PutsTheBoxAroundResidues) {
  const PreparedReceptor receptor = prepare_receptor(write("a.pdb", kSerine));
  const Box box = box_around_residues(receptor.rigid, {"A:57"}, 5.0);
  EXPECT_NEAR(box.size_A[0], 13.931 - 10.112 + 10.0, 1e-9);
  EXPECT_NEAR(box.low()[2], -6.504 - 5.0, 1e-9);
}

TEST_F(DockingReceptorTest, ReadsMmcif) {
  const fs::path file =
      write("a.cif",
            "data_x\nloop_\n_atom_site.group_PDB\n_atom_site.id\n_atom_site.type_symbol\n"
            "_atom_site.label_atom_id\n_atom_site.label_alt_id\n_atom_site.label_comp_id\n"
            "_atom_site.label_asym_id\n_atom_site.label_entity_id\n_atom_site.label_seq_id\n"
            "_atom_site.pdbx_PDB_ins_code\n_atom_site.Cartn_x\n_atom_site.Cartn_y\n"
            "_atom_site.Cartn_z\n_atom_site.occupancy\n_atom_site.B_iso_or_equiv\n_atom_site.auth_seq_id\n"
            "_atom_site.auth_asym_id\n_atom_site.pdbx_PDB_model_num\n"
            "ATOM 1 N N . LYS AAA 1 1 A 0 0 0 1 9 100 BA 1\n"
            "ATOM 2 C CA . LYS AAA 1 1 A 1.45 0 0 1 9 100 BA 1\n"
            "ATOM 3 C CB . LYS AAA 1 1 A 2.05 1.42 0 1 9 100 BA 1\n"
            "ATOM 4 C CA . LYS AAA 1 1 A 9.0 9.0 9.0 1 9 100 BA 2\n");
  const PreparedReceptor receptor = prepare_receptor(file);
  EXPECT_THAT(types_of(receptor), ElementsAre("N_D", "C_P", "C_H"));
  EXPECT_EQ(receptor.rigid.residues.at(0).label(), "BA:LYS100A");
  EXPECT_THAT(receptor.report.decisions, ElementsAre("models: the first of 2 taken"));
}

TEST_F(DockingReceptorTest, TypesModifiedResiduesByTemplateBackboneAndGeometry) {
  // Phosphoserine: the phosphate is not protonated, its ester oxygen gives nothing.
  std::string text = kSerine;
  for (std::size_t at = text.find("SER"); at != std::string::npos; at = text.find("SER")) text.replace(at, 3, "SEP");
  text += atom("P", "SEP", "57", {15.4, 6.4, -6.2}, "P") + atom("O1P", "SEP", "57", {15.5, 7.9, -6.1}, "O") +
          atom("O2P", "SEP", "57", {16.1, 5.7, -5.1}, "O") + atom("O3P", "SEP", "57", {15.9, 5.9, -7.5}, "O");
  EXPECT_THAT(types_of(prepare_receptor(write("a.pdb", text))),
              ElementsAre("N_D", "C_P", "C_P", "O_A", "C_P", "O_A", "P_P", "O_A", "O_A", "O_A"));
}

TEST_F(DockingReceptorTest, TypesSelenomethionineAsMethionine) {
  const std::string text =
      std::string{kSerine} + atom("N", "MSE", "58", {10.6, 6.4, -2.95}, "N") +
      atom("CA", "MSE", "58", {9.8, 7.0, -1.9}, "C") + atom("CG", "MSE", "58", {9.0, 5.0, 1.0}, "C") +
      atom("SE", "MSE", "58", {8.0, 6.0, 2.3}, "SE") + atom("CE", "MSE", "58", {9.2, 7.5, 2.6}, "C");
  const auto types = types_of(prepare_receptor(write("a.pdb", text)));
  EXPECT_THAT(std::vector(types.begin() + 6, types.end()), ElementsAre("N_D", "C_P", "C_P", "S_P", "C_P"));
}

TEST_F(DockingReceptorTest, TypesNucleotidesByTheirBases) {
  const std::string text = atom("P", "DG", "1", {0, 0, 0}, "P") + atom("OP1", "DG", "1", {1.5, 0, 0}, "O") +
                           atom("C1'", "DG", "1", {10, 0, 0}, "C") + atom("N9", "DG", "1", {20, 0, 0}, "N") +
                           atom("N7", "DG", "1", {30, 0, 0}, "N") + atom("N1", "DG", "1", {40, 0, 0}, "N") +
                           atom("O6", "DG", "1", {50, 0, 0}, "O") + atom("N2", "DG", "1", {60, 0, 0}, "N");
  EXPECT_THAT(types_of(prepare_receptor(write("a.pdb", text))),
              ElementsAre("P_P", "O_A", "C_H", "N_P", "N_A", "N_D", "O_A", "N_D"));
}

TEST_F(DockingReceptorTest, WarnsOfTypesThatBondLengthsAloneDecide) {
  const std::string text = std::string{kSerine} + atom("C1", "LIG", "70", {30, 0, 0}, "C");
  EXPECT_THAT(prepare_receptor(write("a.pdb", text)).report.warnings,
              ElementsAre("donors and acceptors told from bond lengths alone in 1 residue: A:LIG70"));
}

}  // namespace
}  // namespace digitalis
