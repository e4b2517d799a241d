#include "chem/forms_in_place.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/chem/prepared_ligands.hpp"

namespace digitalis {
namespace {

using testing::as_prepared;
using testing::prepared;

FormOptions in_water() {
  FormOptions options;
  options.ph = 7.4;
  return options;
}

TEST(ProtomersInPlace, HaveTheAtomsWhereTheyWereAndOtherCharges) {
  const PreparedLigand drawn = prepared("OC(=O)CCCN");
  const auto found = protomers_in_place(drawn, in_water());
  ASSERT_TRUE(found);
  const auto& [form, ligand] = found->front();
  EXPECT_EQ(form.smiles, "[NH3+]CCCC(=O)[O-]");
  EXPECT_EQ(form.groups.size(), 2U);
  EXPECT_FALSE(form.as_drawn);
  const auto before = heavy_atoms_in_smiles_order(drawn, as_prepared(drawn));
  const auto after = heavy_atoms_in_smiles_order(ligand, as_prepared(ligand));
  ASSERT_EQ(after.size(), before.size());
  for (const Position& at : before) {  // charges may change the order of the SMILES
    double nearest_A = 99.0;
    for (const Position& other : after)
      nearest_A = std::min(nearest_A, std::hypot(at[0] - other[0], at[1] - other[1], at[2] - other[2]));
    EXPECT_LT(nearest_A, 1e-3);
  }
}

TEST(ProtomersInPlace, AreTheLigandItselfWhereNothingChanges) {
  const PreparedLigand drawn = prepared("CCO");
  const auto found = protomers_in_place(drawn, in_water());
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_TRUE(found->front().form.as_drawn);
  EXPECT_EQ(found->front().form.name, "as drawn");
  EXPECT_EQ(found->front().ligand.molecule, drawn.molecule);
}

TEST(ProtomersInPlace, AreNamedAsTheFormsOfTheCompound) {
  for (const char* smiles : {"OC(=O)CCCN", "CN1CCN(C)CC1", "Oc1ccc(CCN)cc1", "c1c[nH]cn1"}) {
    const auto found = protomers_in_place(prepared(smiles), in_water());
    ASSERT_TRUE(found) << smiles;
    std::vector<std::string> here, there;
    for (const FormInPlace& one : found.value()) here.push_back(one.form.name + one.form.smiles);
    const auto forms = forms_of(smiles, "X", in_water());
    for (const Form& one : forms.value().kept) there.push_back(one.name + one.smiles);
    EXPECT_EQ(here, there);
  }
}

}  // namespace
}  // namespace digitalis
