#include "screening/dock_job.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/site_docking.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using ::testing::HasSubstr;

constexpr const char* kReceptor = "/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb";

/// Small ligands into Aurora kinase A, as Debian's package rdkit-data has it.
class DockJobTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { start_rdkit(); }
  void SetUp() override {
    if (!std::filesystem::exists(kReceptor)) GTEST_SKIP() << "no " << kReceptor << "; hint: apt-get install rdkit-data";
    job.site.receptors = {kReceptor};
    job.site.reference = "SKE";
    job.ligands = {"CCO"};
    job.options.effort = {0.05};
    job.quiet = true;
    job.csv = true;
  }
  std::string csv() {
    std::ostringstream table, messages;
    end = run_dock_job(job, table, messages);
    said = messages.str();
    return table.str();
  }
  std::string refusal() {
    try {
      (void)csv();
    } catch (const UsageError& error) {
      return error.what();
    }
    return "nothing was thrown";
  }

  testing::ScratchFolder folder;
  DockJob job;
  DockEnd end;
  std::string said;
};

TEST_F(DockJobTest, PrintsOneLinePerPoseBestFirst) {
  const CsvTable table = parse_csv(csv(), "table");
  EXPECT_EQ(csv_line(table.header),
            "ligand_id,pose,affinity_kcal_mol,inter_kcal_mol,intra_kcal_mol,torsions,rmsd_to_reference_A,"
            "interactions,pose_flags\n");
  ASSERT_GE(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0][1] + table.rows[1][1], "12");
  EXPECT_LE(std::stod(table.rows[0][2]), std::stod(table.rows[1][2]));
  EXPECT_EQ(table.rows[0][6], "") << "ethanol is not the reference";
}

TEST_F(DockJobTest, GivesTheSameForAnyNumberOfThreads) {
  testing::write_file(folder.path() / "l.smi", "CCO a\nc1ccccc1O b\nCC(=O)N c\nCCCN d\n");
  job.ligands = {(folder.path() / "l.smi").string()};
  job.out = folder.path() / "one.sdf";
  const std::string one = csv();
  job.threads = 3;
  job.out = folder.path() / "three.sdf";
  EXPECT_EQ(csv(), one);
  EXPECT_EQ(testing::read_file(folder.path() / "one.sdf"), testing::read_file(folder.path() / "three.sdf"));
  EXPECT_EQ(end.docked, 4U);
}

TEST_F(DockJobTest, GoesOnAfterALigandThatCannotBeDocked) {
  testing::write_file(folder.path() / "l.smi", "CCO a\nC1CC(F bad\nCCN c\n");
  job.ligands = {(folder.path() / "l.smi").string()};
  EXPECT_THAT(csv(), HasSubstr("\nc,1,"));
  EXPECT_EQ(end.docked, 2U);
  EXPECT_EQ(end.rejected, 1U);
  EXPECT_THAT(said, HasSubstr("l.smi:2: "));
  EXPECT_THAT(said, Not(HasSubstr("C1CC(F"))) << "no structure in messages";
}

/// The inhibitor that the structure holds, where it stands.
std::string inhibitor() {
  std::string lines;
  std::istringstream in{testing::read_file(kReceptor)};
  for (std::string line; std::getline(in, line);)
    if (line.starts_with("HETATM") && line.substr(17, 3) == "SKE") lines += line + "\n";
  return lines;
}

TEST_F(DockJobTest, ScoresTheReferenceWhereItIs) {
  testing::write_file(folder.path() / "ske.pdb", inhibitor());
  job.ligands = {(folder.path() / "ske.pdb").string()};
  job.mode = DockJob::Mode::kScoreOnly;
  const CsvTable table = parse_csv(csv(), "table");
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0][6], "0.000");
  EXPECT_LT(std::stod(table.rows[0][2]), -7.0);
}

TEST_F(DockJobTest, TellsWhatHoldsTheReferenceAtTheHinge) {
  testing::write_file(folder.path() / "ske.pdb", inhibitor());
  job.ligands = {(folder.path() / "ske.pdb").string()};
  job.mode = DockJob::Mode::kScoreOnly;
  job.out = folder.path() / "pose.sdf";
  const CsvTable table = parse_csv(csv(), "table");
  ASSERT_EQ(table.rows.size(), 1U);
  const std::string& told = table.rows[0][table.column("interactions")];
  EXPECT_EQ(told,
            "hbond A:ARG:137 2.9; hbond A:ARG:137 3.3; hbond A:GLU:211 2.8; hbond A:ALA:213 3.0; hbond A:ALA:213 2.7; "
            "hbond A:ARG:220 3.3; hydrophobic A:LEU:139 3.9; hydrophobic A:TYR:212 3.8; hydrophobic A:THR:217 3.9")
      << "among them the backbone of the hinge, N-H and C=O of ALA213 and C=O of GLU211";
  EXPECT_EQ(table.rows[0][table.column("pose_flags")], "") << "a crystal pose is plausible";
  EXPECT_THAT(testing::read_file(job.out), HasSubstr("<interactions>\n" + told + "\n"));
}

TEST_F(DockJobTest, ScoresWithoutABox) {
  job.site.reference.clear();
  job.mode = DockJob::Mode::kScoreOnly;
  EXPECT_THAT(csv(), HasSubstr("\nligand,1,"));
}

TEST_F(DockJobTest, NeedsABoxToDock) {
  job.site.reference.clear();
  EXPECT_EQ(refusal(),
            "no box to dock into; hint: --center_x ... --size_z, or --autobox_ligand with a file or a residue of the "
            "receptor");
}

TEST_F(DockJobTest, RefusesABoxAwayFromTheReceptor) {
  job.site.box = Box{{500, 0, 0}, {20, 20, 20}};
  EXPECT_THAT(refusal(), ::testing::MatchesRegex(".*5dt0.pdb: the box around 500.0, 0.0, 0.0 is not at this receptor, "
                                                 "[0-9.]+ Å from its nearest atom; hint: --autobox_ligand finds one"));
}

TEST_F(DockJobTest, RefusesABoxThatIsNone) {
  job.site.box = Box{{0, 0, 0}, {20, -20, 20}};
  EXPECT_EQ(refusal(), "a box of 20.0 x -20.0 x 20.0 Å; hint: sides are above 0 and up to 150 Å, 20 to 30 Å is usual");
}

TEST_F(DockJobTest, WarnsOfALigandLongerThanTheBox) {
  job.site.reference.clear();
  job.site.box_ligand = "SKE";
  job.site.margin_A = 0.0;
  job.ligands = {"CCCCCCCCCCCCCCCCCCCCCC"};
  job.options.effort = {0.01};
  (void)csv();
  EXPECT_THAT(said, HasSubstr("warning: ligand: is "));
}

TEST_F(DockJobTest, NeedsAReferenceForACore) {
  job.site.reference.clear();
  job.site.box_ligand = "SKE";
  job.core = "c1ccccc1";
  EXPECT_EQ(refusal(), "--core needs a reference whose place it keeps; hint: --reference FILE or residue");
}

TEST_F(DockJobTest, TellsWhichAtomsOfAResidueMakeContacts) {
  job.contacts = {"A:ALA213:CB"};
  EXPECT_EQ(refusal(),
            "contact 'A:ALA213:CB': the receptor has no such atom that makes hydrogen bonds; hint: this residue has "
            "A:ALA213:N, A:ALA213:O");
}

TEST_F(DockJobTest, NamesTheReceptorOfEachPoseOfAnEnsemble) {
  std::filesystem::copy_file(kReceptor, folder.path() / "second.pdb");
  job.site.receptors.push_back(folder.path() / "second.pdb");
  job.csv = false;
  const std::string table = csv();
  EXPECT_THAT(table, HasSubstr("5dt0.pdb"));
  EXPECT_THAT(table, Not(HasSubstr("second.pdb"))) << "equal poses count once, in the first";
}

TEST_F(DockJobTest, WritesTheSideChainsThatTurned) {
  job.site.preparation.flexible = {"A:LYS162"};
  job.options.most_poses = 1;
  job.side_chains_out = folder.path() / "side_chains.pdb";
  (void)csv();
  const std::string written = testing::read_file(job.side_chains_out);
  EXPECT_TRUE(
      written.starts_with("MODEL     1\nREMARK   ligand\nATOM      1  CA  LYS A 162      -4.163 -22.514   9.749"))
      << written;
  EXPECT_THAT(written, HasSubstr(" NZ  LYS A 162 "));
  EXPECT_TRUE(written.ends_with("ENDMDL\n"));
}

TEST_F(DockJobTest, KeepsPosesThatScoreTheSameWhenReadBack) {
  job.options.most_poses = 1;
  job.out = folder.path() / "pose.sdf";
  const CsvTable docked = parse_csv(csv(), "docked");
  job.mode = DockJob::Mode::kScoreOnly;
  job.ligands = {job.out.string()};
  job.out.clear();
  const CsvTable scored = parse_csv(csv(), "scored");
  EXPECT_NEAR(std::stod(docked.rows.at(0)[2]), std::stod(scored.rows.at(0)[2]), 0.002) << "SD records keep 4 digits";
}

TEST(DockingSeed, DependsOnEverythingThatItIsMadeOf) {
  const std::uint64_t seed = docking_seed(1, "a", 0, "dock");
  EXPECT_NE(seed, docking_seed(2, "a", 0, "dock"));
  EXPECT_NE(seed, docking_seed(1, "b", 0, "dock"));
  EXPECT_NE(seed, docking_seed(1, "a", 1, "dock"));
  EXPECT_NE(seed, docking_seed(1, "a", 0, "dock_2"));
  EXPECT_EQ(seed, docking_seed(1, "a", 0, "dock"));
}

TEST(ContactBiases, OfAnAtomThatGivesAndTakesAreTwo) {
  DockingReceptor receptor;
  receptor.residues = {{"A", "SER", "57"}};
  receptor.positions_A = {{1, 2, 3}};
  receptor.types = {AtomType::kOxygenBoth};
  receptor.names = {"OG"};
  receptor.residue_of = {0};
  const std::vector<ContactBias> biases = contact_biases(receptor, {"A:57:OG"});
  ASSERT_EQ(biases.size(), 2U);
  EXPECT_TRUE(biases[0].wants_acceptor);
  EXPECT_FALSE(biases[1].wants_acceptor);
  EXPECT_EQ(biases[0].at_A, (Position{1, 2, 3}));
}

}  // namespace
}  // namespace digitalis
