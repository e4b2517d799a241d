#include "chem/fingerprint.hpp"

#include <gtest/gtest.h>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>

#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

void expect_equal_to_rdkit(const FingerprintSpec& spec) {
  for (const auto& [name, molecule] : testing::read_molecules(testing::nci_path(), 10)) {
    const std::unique_ptr<ExplicitBitVect> bits{
        RDKit::MorganFingerprints::getFingerprintAsBitVect(*molecule, spec.radius, spec.bits)};
    std::vector<int> expected;
    bits->getOnBits(expected);
    EXPECT_EQ(morgan_on_bits(*molecule, spec), std::vector<std::uint16_t>(expected.begin(), expected.end())) << name;
  }
}

TEST(MorganOnBits, EqualRdkitsForTheDefaultSpec) { expect_equal_to_rdkit({}); }
TEST(MorganOnBits, EqualRdkitsForRadiusThreeAndTheLongestFingerprint) { expect_equal_to_rdkit({3, 65536}); }
TEST(MorganOnBits, EqualRdkitsForTheShortestFingerprint) { expect_equal_to_rdkit({1, 64}); }

}  // namespace
}  // namespace digitalis
