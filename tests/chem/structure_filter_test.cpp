#include "chem/structure_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "chem/alerts.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr double kOpen = std::numeric_limits<double>::infinity();
using Reason = std::optional<std::string>;

Descriptors with(std::initializer_list<std::pair<Descriptor, float>> values) {
  Descriptors descriptors{};
  for (const auto& [which, value] : values) descriptors[static_cast<std::size_t>(which)] = value;
  return descriptors;
}

FilterRules range(Descriptor which, double low, double high) {
  FilterRules rules;
  rules.ranges = {{which, low, high}};
  return rules;
}

std::string error_of(const FilterRules& rules) {
  try {
    StructureFilter filter({rules});
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(StructureFilter, SaysWhichValueIsOutsideWhichBound) {
  const StructureFilter filter({range(Descriptor::kMw, 150, 500)});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kMw, 612.34F}}), {}, ""), "mw_g_mol 612.34 above 500");
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kMw, 44.1F}}), {}, ""), "mw_g_mol 44.10 below 150");
}
TEST(StructureFilter, WritesEnoughDigitsToShowTheDifference) {
  const StructureFilter filter({range(Descriptor::kMw, -kOpen, 500)});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kMw, 500.001F}}), {}, ""), "mw_g_mol 500.001 above 500");
}
TEST(StructureFilter, KeepsValuesExactlyAtABound) {
  const StructureFilter filter({range(Descriptor::kClogp, 1.1, 3.3)});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kClogp, 1.1F}}), {}, ""), Reason{});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kClogp, 3.3F}}), {}, ""), Reason{});
}
TEST(StructureFilter, AllowsLipinskiOneViolationAndNamesBothOfTwo) {
  const StructureFilter filter({*filter_preset("lipinski")});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kMw, 700}, {Descriptor::kClogp, 5}}), {}, ""), Reason{});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kMw, 700}, {Descriptor::kHbd, 6}}), {}, ""),
            "mw_g_mol 700.00 above 500, hbd 6 above 5");
}
TEST(StructureFilter, AppliesEveryRuleSet) {
  const StructureFilter filter({*filter_preset("lipinski"), *filter_preset("veber")});
  EXPECT_EQ(filter.reason_to_drop(with({{Descriptor::kTpsa, 150}}), {}, ""), "tpsa_A2 150.0 above 140");
}
TEST(FilterPreset, KnowsFourByName) {
  EXPECT_EQ(filter_preset_names(), (std::vector<std::string_view>{"lipinski", "veber", "lead-like", "fragment"}));
  for (const auto name : filter_preset_names()) EXPECT_TRUE(filter_preset(name)) << name;
  EXPECT_FALSE(filter_preset("lipinsky"));
}

TEST(StructureFilter, DropsAlertsOfTheSetsAskedFor) {
  const auto number = [](std::string_view set, std::string_view name) {
    const auto alert =
        std::ranges::find_if(alert_table(), [&](const Alert& a) { return a.set == set && a.name == name; });
    return static_cast<std::uint16_t>(alert - alert_table().begin());
  };
  const std::vector<std::uint16_t> alerts{number("PAINS", "anil_di_alk_A(478)"), number("BRENK", "diazo_group")};
  FilterRules rules;
  rules.alert_sets = {"BRENK"};
  EXPECT_EQ(StructureFilter({rules}).reason_to_drop({}, alerts, ""), "alert BRENK diazo_group");
  rules.alert_sets = {"BRENK", "PAINS"};
  EXPECT_EQ(StructureFilter({rules}).reason_to_drop({}, alerts, ""), "alert PAINS anil_di_alk_A(478)");
  rules.alert_sets = {"NIH"};
  EXPECT_EQ(StructureFilter({rules}).reason_to_drop({}, alerts, ""), Reason{});
}

TEST(StructureFilter, NamesSmartsByNumber) {
  FilterRules rules;
  rules.include_smarts = {"c1ccccc1", "[NX3;$(N-C=O)]"};
  rules.exclude_smarts = {"[F]", "S"};
  const StructureFilter filter({rules});
  EXPECT_EQ(filter.reason_to_drop({}, {}, "CC(=O)Nc1ccccc1"), Reason{});
  EXPECT_EQ(filter.reason_to_drop({}, {}, "Nc1ccccc1"), "does not match include_smarts 2");
  EXPECT_EQ(filter.reason_to_drop({}, {}, "CC(=O)Nc1ccccc1CS"), "matches exclude_smarts 2");
}
TEST(StructureFilter, RefusesAnUnknownAlertSet) {
  FilterRules rules;
  rules.alert_sets = {"PAIN"};
  EXPECT_EQ(error_of(rules), "unknown alert set \"PAIN\"; hint: there are PAINS, BRENK and NIH");
}
TEST(StructureFilter, RefusesASmartsWithoutQuotingIt) {
  FilterRules rules;
  rules.exclude_smarts = {"C", "[C"};
  EXPECT_EQ(error_of(rules),
            "exclude_smarts 2 is not a SMARTS; hint: try it on one molecule in RDKit or a structure editor first");
}

}  // namespace
}  // namespace digitalis
