#include "chem/descriptors.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <sstream>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>

#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

using testing::molecule_of;

constexpr auto kQedIndex = static_cast<std::size_t>(Descriptor::kQed);

double value(const std::string& smiles, Descriptor which) {
  return static_cast<double>(DescriptorCalculator().compute(*molecule_of(smiles))[static_cast<std::size_t>(which)]);
}

// Everything but QED, which RDKit has in Python only.
Descriptors by_rdkit(const RDKit::ROMol& molecule) {
  namespace rdkit = RDKit::Descriptors;
  int charge = 0;
  for (const auto* atom : molecule.atoms()) charge += atom->getFormalCharge();
  const double values[] = {rdkit::calcAMW(molecule),
                           rdkit::calcClogP(molecule),
                           rdkit::calcTPSA(molecule),
                           static_cast<double>(rdkit::calcNumHBD(molecule)),
                           static_cast<double>(rdkit::calcNumHBA(molecule)),
                           static_cast<double>(rdkit::calcNumRotatableBonds(molecule)),
                           static_cast<double>(rdkit::calcNumRings(molecule)),
                           rdkit::calcFractionCSP3(molecule),
                           static_cast<double>(molecule.getNumHeavyAtoms()),
                           static_cast<double>(charge)};
  Descriptors result{};
  for (std::size_t i = 0; i < std::size(values); ++i) result[i] = static_cast<float>(values[i]);
  return result;
}

void expect_equal_to_rdkit(const std::vector<testing::NamedMolecule>& molecules) {
  const DescriptorCalculator calculator;
  for (const auto& [name, molecule] : molecules) {
    auto computed = calculator.compute(*molecule);
    computed[kQedIndex] = 0;
    EXPECT_EQ(computed, by_rdkit(*molecule)) << name;
  }
}

// Compares with lines of make_descriptor_fixture.py: line number in `path`, then the columns of descriptor_table().
void expect_equal_to_python(std::istream& fixture, const std::string& path, std::size_t at_least) {
  std::map<std::string, std::shared_ptr<RDKit::RWMol>> molecules;
  for (auto& [name, molecule] : testing::read_molecules(path)) molecules[name.substr(name.rfind(':') + 1)] = molecule;
  const DescriptorCalculator calculator;
  std::size_t count = 0;
  for (std::string line; std::getline(fixture, line); ++count) {
    std::istringstream fields(line);
    std::string number;
    fields >> number;
    ASSERT_TRUE(molecules.contains(number)) << number;
    const auto computed = calculator.compute(*molecules[number]);
    for (std::size_t i = 0; i < kDescriptorCount; ++i) {
      double expected = NAN;
      fields >> expected;
      EXPECT_NEAR(static_cast<double>(computed[i]), expected, 1e-5 + 1e-6 * std::abs(expected))
          << "line " << number << ", " << descriptor_table()[i].key;
    }
  }
  EXPECT_GE(count, at_least);
}

TEST(DescriptorTable, FindsDescriptorsByKeyAndByColumn) {
  for (std::size_t i = 0; i < kDescriptorCount; ++i) {
    EXPECT_EQ(find_descriptor(descriptor_table()[i].key), static_cast<Descriptor>(i));
    EXPECT_EQ(find_descriptor(descriptor_table()[i].column), static_cast<Descriptor>(i));
  }
  EXPECT_EQ(find_descriptor("weight"), std::nullopt);
}

// Reference values of QED's authors for cimetidine-like H2 antagonists, as quoted in RDKit's QED module.
TEST(DescriptorCalculator, GivesThePublishedQed) {
  EXPECT_NEAR(value("N=C(CCSCc1csc(N=C(N)N)n1)NS(N)(=O)=O", Descriptor::kQed), 0.253, 1e-3);
  EXPECT_NEAR(value("CNC(=NCCSCc1nc[nH]c1C)NC#N", Descriptor::kQed), 0.234, 1e-3);
}
TEST(DescriptorCalculator, CountsDeuteriumAsHydrogenNotAsHeavyAtom) {
  EXPECT_EQ(value("[2H]C([2H])O", Descriptor::kHeavyAtoms), 2);
}
TEST(DescriptorCalculator, ComputesQedWithoutHydrogenAtoms) {
  const auto with = value("[H]c1ccccc1O", Descriptor::kQed);
  EXPECT_EQ(with, value("Oc1ccccc1", Descriptor::kQed));
}
TEST(DescriptorCalculator, LeavesLogpOfVeryLargeMoleculesToRdkit) {
  std::string peptide = "N";
  for (int i = 0; i < 40; ++i) peptide += "CC(=O)N";
  const auto molecule = molecule_of(peptide);
  ASSERT_GT(molecule->getNumAtoms(), 100U);
  EXPECT_EQ(value(peptide, Descriptor::kClogp), static_cast<double>(by_rdkit(*molecule)[1]));
}

TEST(DescriptorCalculator, EqualsRdkitsFunctionsOnNci) {
  expect_equal_to_rdkit(testing::read_molecules(testing::nci_path()));
}

TEST(DescriptorCalculator, EqualsRdkitsPythonOnTheFixture) {
  std::ifstream fixture(DIGITALIS_FIXTURES "/descriptors_nci.tsv");
  expect_equal_to_python(fixture, testing::nci_path(), 190);
}

TEST(DescriptorCalculatorExternal, EqualsRdkitsPythonOnAllOfNci) {
  if (std::system("/usr/bin/python3 -c 'import rdkit' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-rdkit is not installed";
  const auto command =
      "/usr/bin/python3 " DIGITALIS_FIXTURES "/make_descriptor_fixture.py " + testing::nci_path() + " 1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 65536> buffer;
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) output.append(buffer.data(), size);
  std::istringstream fixture(output);
  expect_equal_to_python(fixture, testing::nci_path(), 4990);
}

TEST(DescriptorCalculatorExternal, EqualsRdkitsFunctionsOnMixedLibraries) {
  const auto file = testing::external_file("mixed_unique.smi.gz");
  if (!file) GTEST_SKIP() << "DIGITALIS_DATA is not set";
  const auto molecules = testing::read_molecules(*file, 20);
  ASSERT_GT(molecules.size(), 50'000U);
  expect_equal_to_rdkit(molecules);
}

}  // namespace
}  // namespace digitalis
