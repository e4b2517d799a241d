#include <gtest/gtest.h>

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "chem/ligand_molecule.hpp"
#include "chem/usage_error.hpp"
#include "tests/chem/prepared_ligands.hpp"

namespace digitalis {
namespace {

using testing::as_prepared;
using testing::prepared;

/// A file that is gone after the test.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text) : path_(::testing::TempDir() + "digitalis_" + name) {
    std::ofstream file(path_, std::ios::binary);
    if (path_.ends_with(".gz")) {
      boost::iostreams::filtering_ostream packed;
      packed.push(boost::iostreams::gzip_compressor());
      packed.push(file);
      packed << text;
    } else {
      file << text;
    }
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<Result<PreparedLigand>> read(const std::string& name, const std::string& text, bool keep = false) {
  start_rdkit();
  const TemporaryFile file(name, text);
  LigandOptions options;
  options.new_conformer = !keep;
  return read_ligands(file.path(), options);
}

std::string structure_of(const PreparedLigand& ligand) {
  RDKit::RWMol mol(*ligand.molecule->mol);
  RDKit::MolOps::removeAllHs(mol);
  return RDKit::MolToSmiles(mol);
}

std::string canonical(const std::string& smiles) {
  const std::unique_ptr<RDKit::RWMol> mol(RDKit::SmilesToMol(smiles));
  return RDKit::MolToSmiles(*mol);
}

const std::string kEthanolMol2 =
    "@<TRIPOS>MOLECULE\nethanol\n3 2 0 0 0\nSMALL\nNO_CHARGES\n\n@<TRIPOS>ATOM\n"
    "1 C1 0.0 0.0 0.0 C.3\n2 C2 1.52 0.0 0.0 C.3\n3 O1 2.0 1.35 0.0 O.3\n@<TRIPOS>BOND\n1 1 2 1\n2 2 3 1\n";

TEST(ReadLigands, ReadsSmilesFilesInOrderAndKeepsRejectsInPlace) {
  const auto ligands = read("three.smi", "CCO ethanol\nC1CC broken\nc1ccccc1 benzene\n");
  ASSERT_EQ(ligands.size(), 3U);
  EXPECT_EQ(ligands[0].value().id, "ethanol");
  ASSERT_FALSE(ligands[1]);
  EXPECT_EQ(ligands[1].reject().at.line, 2U);
  EXPECT_EQ(ligands[2].value().id, "benzene");
}

TEST(ReadLigands, ReadsPackedFiles) {
  const auto ligands = read("two.smi.gz", "CCO ethanol\nc1ccccc1 benzene\n");
  ASSERT_EQ(ligands.size(), 2U);
  EXPECT_EQ(ligands[1].value().id, "benzene");
}

TEST(ReadLigands, TakesItsArgumentAsSmilesWhenThereIsNoSuchFile) {
  start_rdkit();
  const auto ligands = read_ligands("CCO", {});
  ASSERT_EQ(ligands.size(), 1U);
  EXPECT_EQ(ligands[0].value().docking.atoms(), 3U);
}

TEST(ReadLigands, RefusesWhatIsNeitherFileNorSmiles) {
  start_rdkit();
  try {
    (void)read_ligands("ligands/missing.sdf", {});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "ligands/missing.sdf: neither a file nor a SMILES");
  }
}

TEST(ReadLigands, KeepsCoordinatesOfAnSdFileWhenAsked) {
  const auto source = prepared("CC(=O)Oc1ccccc1C(=O)O");
  const auto at = as_prepared(source);
  const auto ligands = read("pose.sdf", sdf_record(source, at, {}), true);
  ASSERT_EQ(ligands.size(), 1U);
  ASSERT_TRUE(ligands[0]) << ligands[0].reject().message();
  const auto again = as_prepared(ligands[0].value());
  ASSERT_EQ(again.size(), at.size());
  for (std::size_t i = 0; i < at.size(); ++i) EXPECT_LT(distance(at[i], again[i]), 1e-3);
}

TEST(ReadLigands, MakesTheSameConformerOfAnSdFileAsOfItsSmiles) {
  const auto source = prepared("CC(=O)Oc1ccccc1C(=O)O");
  const auto ligands = read("again.sdf", sdf_record(source, as_prepared(source), {}));
  ASSERT_EQ(ligands.size(), 1U);
  EXPECT_EQ(ligands[0].value().docking.conformers, source.docking.conformers);
}

TEST(ReadLigands, AddsHydrogensWhereAMol2FileHasNone) {
  const auto ligands = read("ethanol.mol2", kEthanolMol2, true);
  ASSERT_EQ(ligands.size(), 1U);
  ASSERT_TRUE(ligands[0]) << ligands[0].reject().message();
  EXPECT_EQ(ligands[0].value().id, "ethanol");
  EXPECT_EQ(ligands[0].value().docking.passengers.size(), 6U);
}

TEST(ReadLigands, ReadsEveryMoleculeOfAMol2File) {
  EXPECT_EQ(read("two.mol2", kEthanolMol2 + kEthanolMol2).size(), 2U);
}

TEST(ReadLigands, MakesCoordinatesWhenAFlatFileHasNone) {
  const auto ligands = read("flat.mol",
                            "flat\n     RDKit          2D\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n"
                            "    0.0000    0.0000    0.0000 C   0  0\n    1.2990    0.7500    0.0000 O   0  0\n"
                            "  1  2  1  0\nM  END\n",
                            true);
  ASSERT_EQ(ligands.size(), 1U);
  ASSERT_TRUE(ligands[0]);
  EXPECT_EQ(ligands[0].value().notes, std::vector<std::string>{"no 3D coordinates in the file: made anew"});
}

TEST(ReadLigands, SaysThatAnEmptyFileHoldsNoLigand) {
  start_rdkit();
  const TemporaryFile file("empty.pdbqt", "");
  EXPECT_THROW((void)read_ligands(file.path(), {}), UsageError);
}

// ---------------------------------------------------------------- PDB records

/// Aurora A with inhibitor SKE, from RDKit's data.
std::string ske_records() {
  std::ifstream file(DIGITALIS_RDKIT_DATA "/../Contrib/CalcLigRMSD/data/5dt0.pdb");
  std::string line, records;
  while (std::getline(file, line))
    if (line.starts_with("HETATM") && line.substr(17, 3) == "SKE") records += line + "\n";
  return records;
}

const std::string kSke = "NS(=O)(=O)c1ccc(cc1)Nc1nc(N)n(n1)C(=O)c1c(F)cccc1F";

TEST(LigandOfPdb, TakesBondOrdersFromATemplate) {
  start_rdkit();
  const auto ligand = ligand_of_pdb(ske_records(), "SKE", kSke);
  ASSERT_TRUE(ligand) << ligand.reject().message();
  EXPECT_EQ(structure_of(ligand.value()), canonical(kSke));
  EXPECT_EQ(ligand.value().notes, std::vector<std::string>{});
}

TEST(LigandOfPdb, KeepsTheCoordinates) {
  start_rdkit();
  const auto ligand = ligand_of_pdb(ske_records(), "SKE", kSke);
  ASSERT_TRUE(ligand);
  const auto& docking = ligand.value().docking;
  for (std::size_t i = 0; i < docking.atoms(); ++i)
    if (docking.types[i] == AtomType::kSulfur) {
      EXPECT_LT(distance(docking.conformers[0][i], {-2.395, -33.946, 1.449}), 1e-9);
    }
}

TEST(LigandOfPdb, JudgesBondOrdersFromGeometryWithoutATemplate) {
  start_rdkit();
  const auto ligand = ligand_of_pdb(ske_records(), "SKE", "");
  ASSERT_TRUE(ligand) << ligand.reject().message();
  EXPECT_EQ(structure_of(ligand.value()), canonical(kSke));
  EXPECT_EQ(ligand.value().notes,
            std::vector<std::string>{"bond orders judged from geometry: give a template SMILES to be sure"});
}

TEST(LigandOfPdb, RefusesATemplateOfAnotherMolecule) {
  start_rdkit();
  const auto ligand = ligand_of_pdb(ske_records(), "SKE", "c1ccccc1");
  ASSERT_FALSE(ligand);
  EXPECT_EQ(ligand.reject().message(), "SKE: the template has 6 heavy atoms, the residue 27; hint: check the template");
}

TEST(LigandOfPdb, TakesBondOrdersFromAMonomerDictionary) {
  start_rdkit();
  const std::filesystem::path folder = ::testing::TempDir() + "digitalis_monomers";
  std::filesystem::create_directories(folder / "s");
  std::ofstream(folder / "s" / "SKX.cif")
      << "data_comp_SKX\nloop_\n_chem_comp_atom.comp_id\n_chem_comp_atom.atom_id\n_chem_comp_atom.type_symbol\n"
         "SKX C1 C\nSKX O1 O\nSKX C2 C\n"
         "loop_\n_chem_comp_bond.comp_id\n_chem_comp_bond.atom_id_1\n_chem_comp_bond.atom_id_2\n_chem_comp_bond.type\n"
         "SKX C1 O1 double\nSKX C1 C2 single\n";
  ::setenv("CLIBD_MON", folder.c_str(), 1);
  // Lengths of single bonds, so that geometry would not find the carbonyl.
  const auto ligand = ligand_of_pdb(
      "HETATM    1  C1  SKX A   1       0.000   0.000   0.000  1.00  0.00           C\n"
      "HETATM    2  O1  SKX A   1       1.430   0.000   0.000  1.00  0.00           O\n"
      "HETATM    3  C2  SKX A   1      -0.750   1.300   0.000  1.00  0.00           C\n",
      "SKX", "");
  ::unsetenv("CLIBD_MON");
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(ligand) << ligand.reject().message();
  EXPECT_EQ(structure_of(ligand.value()), "CC=O");
}

}  // namespace
}  // namespace digitalis
