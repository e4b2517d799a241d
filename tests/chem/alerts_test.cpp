#include "chem/alerts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/FilterCatalog/FilterCatalog.h>

#include "chem/filter_catalog_patterns.hpp"
#include "tests/chem/molecule_files.hpp"

namespace digitalis {
namespace {

using testing::molecule_of;
using testing::NamedMolecule;
using testing::read_molecules;

std::vector<std::string> names_of(const std::vector<std::uint16_t>& numbers) {
  std::vector<std::string> names;
  for (const auto number : numbers)
    names.push_back(std::string(alert_table()[number].set) + " " + alert_table()[number].name);
  return names;
}

void expect_equal_to_filter_catalog(const std::vector<NamedMolecule>& molecules) {
  const auto catalog = load_catalog_patterns();
  const AlertMatcher matcher;
  for (const auto& [name, molecule] : molecules) {
    std::vector<std::uint16_t> expected;
    for (std::size_t i = 0; i < catalog.patterns.size(); ++i)
      if (catalog.patterns[i].entry->hasFilterMatch(*molecule)) expected.push_back(static_cast<std::uint16_t>(i));
    EXPECT_EQ(matcher.match(*molecule), expected) << name;
  }
}

TEST(AlertTable, ListsPainsThenBrenkThenNihInCatalogOrder) {
  using Params = RDKit::FilterCatalogParams;
  std::vector<std::string> expected;
  for (const auto& [set, id] : {std::pair{"PAINS", Params::PAINS}, {"BRENK", Params::BRENK}, {"NIH", Params::NIH}}) {
    const RDKit::FilterCatalog catalog(id);
    for (unsigned i = 0; i < catalog.getNumEntries(); ++i)
      expected.push_back(std::string(set) + " " + catalog.getEntryWithIdx(i)->getDescription());
  }
  std::vector<std::string> listed;
  for (const auto& alert : alert_table()) listed.push_back(std::string(alert.set) + " " + alert.name);
  EXPECT_EQ(listed, expected);
}

TEST(AlertMatcher, FindsAllThatMatchAndNoOther) {
  const auto azo = molecule_of("CN(C)c1ccc(N=Nc2ccccc2)cc1");
  EXPECT_EQ(
      names_of(AlertMatcher().match(*azo)),
      (std::vector<std::string>{"PAINS anil_di_alk_A(478)", "PAINS azo_A(324)", "BRENK diazo_group", "NIH azo_aryl"}));
}

TEST(AlertMatcher, FindsNothingInACleanMolecule) {
  EXPECT_EQ(AlertMatcher().match(*molecule_of("OC(=O)C1CCNCC1")), std::vector<std::uint16_t>{});
}

TEST(AlertMatcher, EqualsFilterCatalogEntryByEntryOnNci) {
  expect_equal_to_filter_catalog(read_molecules(testing::nci_path(), 3));
}

TEST(AlertMatcher, ReadsEveryEntryOfTheCatalogs) {
  const auto catalog = load_catalog_patterns();
  EXPECT_TRUE(std::ranges::all_of(catalog.patterns, [](const auto& pattern) { return pattern.query != nullptr; }));
}

TEST(AlertMatcher, AnswersTheSameFromTwoThreadsAsFromOne) {
  const auto molecules = read_molecules(testing::nci_path(), 5);
  const auto match_all = [&molecules](std::size_t first, std::vector<std::vector<std::uint16_t>>& found) {
    const AlertMatcher matcher;
    for (std::size_t i = first; i < molecules.size(); i += 2) found[i] = matcher.match(*molecules[i].molecule);
  };
  std::vector<std::vector<std::uint16_t>> alone(molecules.size());
  match_all(0, alone);
  match_all(1, alone);
  std::vector<std::vector<std::uint16_t>> shared(molecules.size());
  std::thread odd(match_all, 1, std::ref(shared));
  match_all(0, shared);
  odd.join();
  EXPECT_EQ(shared, alone);
}

TEST(AlertMatcherExternal, EqualsFilterCatalogOnAllOfNci) {
  expect_equal_to_filter_catalog(read_molecules(testing::nci_path()));
}

TEST(AlertMatcherExternal, EqualsFilterCatalogOnMixedLibraries) {
  const auto file = testing::external_file("mixed_unique.smi.gz");
  if (!file) GTEST_SKIP() << "DIGITALIS_DATA is not set";
  const auto molecules = read_molecules(*file, 150);
  ASSERT_GT(molecules.size(), 7000U);
  expect_equal_to_filter_catalog(molecules);
}

}  // namespace
}  // namespace digitalis
