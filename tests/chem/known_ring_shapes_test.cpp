#include "chem/known_ring_shapes.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/chem/prepared_ligands.hpp"

namespace digitalis::testing {
namespace {

using Conformers = std::vector<std::vector<Position>>;

const std::vector<std::string> kLigands = {"CCN1CCN(CC(N)=O)CC1", "OCCN1CCN(CCO)CC1", "C[C@H]1CCC[C@@H](CO)O1",
                                           "C[C@@H]1CCC[C@@H](CO)O1", "O=C(Nc1ccccc1)C1CCOC1"};

LigandOptions with(std::shared_ptr<KnownRingShapes> known) {
  LigandOptions options;
  options.known_ring_shapes = std::move(known);
  return options;
}

Conformers conformers_of(const std::string& smiles, const LigandOptions& options) {
  return prepared(smiles, options).docking.conformers;
}

std::vector<Conformers> conformers_of_all(const LigandOptions& options) {
  std::vector<Conformers> all;
  for (const auto& smiles : kLigands) all.push_back(conformers_of(smiles, options));
  return all;
}

TEST(KnownRingShapes, ChangeNoConformer) {
  const auto known = std::make_shared<KnownRingShapes>();
  const auto alone = conformers_of_all({});
  for (std::size_t i = kLigands.size(); i-- > 0;) EXPECT_EQ(conformers_of(kLigands[i], with(known)), alone[i]);
  EXPECT_EQ(conformers_of_all(with(known)), alone);  // now everything is known
}

TEST(KnownRingShapes, AreSharedByLigandsThatHaveTheSameRingSystem) {
  const auto known = std::make_shared<KnownRingShapes>();
  const auto options = with(known);
  EXPECT_FALSE(conformers_of("CCN1CCOCC1", options).empty());
  EXPECT_EQ(known->size(), 1U);
  EXPECT_FALSE(conformers_of("CCCCCCN1CCOCC1", options).empty());
  EXPECT_EQ(known->size(), 1U);
}

TEST(KnownRingShapes, AreOfOneStereoisomer) {
  const auto known = std::make_shared<KnownRingShapes>();
  const auto options = with(known);
  for (const char* smiles : {"C[C@H]1CCC[C@@H](C)C1", "C[C@H]1CCC[C@H](C)C1"}) {
    const auto ligand = prepared(smiles, options);
    EXPECT_EQ(ligand.docking.conformers, prepared(smiles).docking.conformers) << smiles;
  }
  EXPECT_EQ(known->size(), 2U);
}

TEST(KnownRingShapes, DependOnHowManyAreWanted) {
  const auto known = std::make_shared<KnownRingShapes>();
  auto one = with(known), four = with(known);
  one.most_ring_conformers = 1;
  EXPECT_EQ(conformers_of("O[C@H]1CCCC[C@H]1N", one).size(), 1U);
  EXPECT_GE(conformers_of("O[C@H]1CCCC[C@H]1N", four).size(), 2U);
}

TEST(KnownRingShapes, AreTheSameWhoeverOfManyThreadsFindsThem) {
  const auto alone = conformers_of_all({});
  const auto options = with(std::make_shared<KnownRingShapes>());
  std::vector<std::vector<Conformers>> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& own : found) threads.emplace_back([&] { own = conformers_of_all(options); });
  }
  for (const auto& own : found) EXPECT_EQ(own, alone);
}

}  // namespace
}  // namespace digitalis::testing
