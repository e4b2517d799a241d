// Energies of pairs against terms worked out by hand from the published functional forms and weights.

#include "scoring/docking/scoring_function.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using enum AtomType;

const ScoringFunction& vina() { return ScoringFunction::vina(); }
const ScoringFunction& vinardo() { return ScoringFunction::vinardo(); }

double term(const ScoringFunction& function, Term which, AtomType a, AtomType b, double r_A) {
  return pair_terms(function, a, b, r_A)[static_cast<std::size_t>(which)];
}

TEST(VinaScore, AttractsMostWhereSurfacesTouch) {
  EXPECT_NEAR(term(vina(), Term::kGauss1, kCarbonPolar, kOxygenPlain, 1.9 + 1.7), -0.035579, 1e-12);
  EXPECT_NEAR(term(vina(), Term::kGauss1, kCarbonPolar, kOxygenPlain, 1.9 + 1.7 + 0.5), -0.035579 * std::exp(-1.0),
              1e-12);
}

TEST(VinaScore, AttractsFromFarAroundThreeAngstroms) {
  EXPECT_NEAR(term(vina(), Term::kGauss2, kSulfur, kNitrogenPlain, 2.0 + 1.8 + 3.0), -0.005156, 1e-12);
  EXPECT_NEAR(term(vina(), Term::kGauss2, kSulfur, kNitrogenPlain, 2.0 + 1.8 + 1.0), -0.005156 * std::exp(-1.0), 1e-12);
}

TEST(VinaScore, RepelsWithTheSquareOfTheOverlap) {
  EXPECT_NEAR(term(vina(), Term::kRepulsion, kMetal, kOxygenAcceptor, 2.1), 0.840245 * 0.8 * 0.8, 1e-12);
  EXPECT_EQ(term(vina(), Term::kRepulsion, kMetal, kOxygenAcceptor, 2.9001), 0.0);
}

TEST(VinaScore, RewardsHydrophobicContactsDownToOneAndAHalfAngstroms) {
  const double touch = 1.9 + 2.2;
  EXPECT_NEAR(term(vina(), Term::kHydrophobic, kCarbonHydrophobic, kIodine, touch + 0.4), -0.035069, 1e-12);
  EXPECT_NEAR(term(vina(), Term::kHydrophobic, kCarbonHydrophobic, kIodine, touch + 1.25), -0.035069 * 0.25, 1e-12);
  EXPECT_EQ(term(vina(), Term::kHydrophobic, kCarbonHydrophobic, kIodine, touch + 1.51), 0.0);
}

TEST(VinaScore, GivesPolarCarbonNoHydrophobicContact) {
  EXPECT_EQ(term(vina(), Term::kHydrophobic, kCarbonHydrophobic, kCarbonPolar, 3.8), 0.0);
}

TEST(VinaScore, RewardsHydrogenBondsThatOverlap) {
  const double touch = 1.8 + 1.7;
  EXPECT_NEAR(term(vina(), Term::kHydrogenBond, kNitrogenDonor, kOxygenAcceptor, touch - 0.8), -0.587439, 1e-12);
  EXPECT_NEAR(term(vina(), Term::kHydrogenBond, kNitrogenDonor, kOxygenAcceptor, touch - 0.35), -0.587439 * 0.5, 1e-12);
  EXPECT_EQ(term(vina(), Term::kHydrogenBond, kNitrogenDonor, kOxygenAcceptor, touch), 0.0);
}

TEST(VinaScore, NeedsADonorAndAnAcceptorForAHydrogenBond) {
  EXPECT_EQ(term(vina(), Term::kHydrogenBond, kNitrogenDonor, kOxygenDonor, 2.8), 0.0);
  EXPECT_EQ(term(vina(), Term::kHydrogenBond, kOxygenAcceptor, kNitrogenAcceptor, 2.8), 0.0);
  EXPECT_LT(term(vina(), Term::kHydrogenBond, kOxygenBoth, kOxygenBoth, 2.8), 0.0);
  EXPECT_LT(term(vina(), Term::kHydrogenBond, kMetal, kNitrogenAcceptor, 2.0), 0.0);
}

TEST(VinaScore, EndsAtEightAngstroms) {
  EXPECT_LT(pair_energy(vina(), kAstatine, kIodine, 7.999), 0.0);
  EXPECT_EQ(pair_energy(vina(), kAstatine, kIodine, 8.0), 0.0);
}

TEST(VinardoScore, HasOneWideAttraction) {
  EXPECT_NEAR(term(vinardo(), Term::kGauss1, kCarbonPolar, kOxygenPlain, 2.0 + 1.6 + 0.8), -0.045 * std::exp(-1.0),
              1e-12);
  EXPECT_EQ(term(vinardo(), Term::kGauss2, kCarbonPolar, kOxygenPlain, 6.0), 0.0);
}

TEST(VinardoScore, HasItsOwnRampsAndWeights) {
  EXPECT_NEAR(term(vinardo(), Term::kRepulsion, kNitrogenPlain, kCarbonPolar, 3.2), 0.8 * 0.5 * 0.5, 1e-12);
  EXPECT_NEAR(term(vinardo(), Term::kHydrophobic, kCarbonHydrophobic, kCarbonHydrophobic, 4.0 + 2.0), -0.035 * 0.2,
              1e-12);
  EXPECT_NEAR(term(vinardo(), Term::kHydrogenBond, kNitrogenDonor, kOxygenBoth, 3.3 - 0.3), -0.600 * 0.5, 1e-12);
}

TEST(PairEnergy, IsTheSumOfItsTermsAndSymmetric) {
  for (const ScoringFunction* function : {&vina(), &vinardo()})
    for (std::size_t a = 0; a < kAtomTypes; ++a)
      for (std::size_t b = 0; b < kAtomTypes; ++b) {
        const auto type_a = static_cast<AtomType>(a), type_b = static_cast<AtomType>(b);
        double sum = 0.0;
        for (const double one : pair_terms(*function, type_a, type_b, 3.1)) sum += one;
        ASSERT_DOUBLE_EQ(pair_energy(*function, type_a, type_b, 3.1), sum);
        ASSERT_DOUBLE_EQ(pair_energy(*function, type_b, type_a, 3.1), sum);
      }
}

TEST(PairEnergy, RisesAsItsSlopeSays) {
  constexpr double kStep = 1e-5;
  for (const ScoringFunction* function : {&vina(), &vinardo()})
    for (std::size_t a = 0; a < kAtomTypes; ++a)
      for (std::size_t b = 0; b <= a; ++b)
        for (double r_A = 0.5013; r_A < 7.99; r_A += 0.0731) {  // beside the kinks, which are at multiples of 0.1
          const auto at = [&](double r) {
            return pair_energy_slope(*function, static_cast<AtomType>(a), static_cast<AtomType>(b), r);
          };
          const double difference = at(r_A + kStep).energy_kcal_mol - at(r_A - kStep).energy_kcal_mol;
          ASSERT_NEAR(at(r_A).slope_kcal_mol_A, difference / (2 * kStep), 1e-6)
              << name_of(static_cast<AtomType>(a)) << " " << name_of(static_cast<AtomType>(b)) << " at " << r_A;
        }
}

TEST(Soften, LeavesAttractionAndBoundsRepulsion) {
  EXPECT_EQ(soften(-3.0, kSearchSoftening), -3.0);
  EXPECT_DOUBLE_EQ(soften(10.0, kSearchSoftening), 5.0);
  EXPECT_LT(soften(1e9, kSearchSoftening), 10.0);
}

TEST(BinnedEnergies, AreTheMeanOfTheirBinsEnds) {
  const BinnedEnergies& binned = BinnedEnergies::of(vina());
  const auto exact = [](double r2) { return pair_energy(vina(), kCarbonHydrophobic, kNitrogenDonor, std::sqrt(r2)); };
  EXPECT_DOUBLE_EQ(binned(kCarbonHydrophobic, kNitrogenDonor, 12.26),
                   0.5 * (exact(392 / 32.0) + exact(393 / 32.0)));  // 12.26 x 32 = 392.3
}

TEST(BinnedEnergies, StayCloseToTheExactOnes) {
  for (const ScoringFunction* function : {&vina(), &vinardo()}) {
    const BinnedEnergies& binned = BinnedEnergies::of(*function);
    for (std::size_t a = 0; a < kAtomTypes; ++a)
      for (std::size_t b = 0; b < kAtomTypes; ++b)
        for (double r_A = 2.0; r_A < 7.99; r_A += 0.0173) {
          const auto type_a = static_cast<AtomType>(a), type_b = static_cast<AtomType>(b);
          const EnergySlope exact = pair_energy_slope(*function, type_a, type_b, r_A);
          // Half a bin of r^2 is that much in r; kinks add a little.
          const double half_bin_A = 0.5 / 32.0 / (2.0 * r_A);
          ASSERT_NEAR(binned(type_a, type_b, r_A * r_A), exact.energy_kcal_mol,
                      1.5 * half_bin_A * std::abs(exact.slope_kcal_mol_A) + 0.004);
        }
  }
}

TEST(BinnedEnergies, EndAtTheCutoff) {
  const BinnedEnergies& binned = BinnedEnergies::of(vina());
  EXPECT_NE(binned(kCarbonPolar, kCarbonPolar, 63.999), 0.0);
  EXPECT_EQ(binned(kCarbonPolar, kCarbonPolar, 64.0), 0.0);
}

TEST(BinnedEnergies, RefuseFunctionsThatAreNotShared) {
  ScoringFunction other = vina();
  other.repulsion = 1.0;
  EXPECT_THROW((void)BinnedEnergies::of(other), std::logic_error);
}

TEST(ScoringFunctionByName, KnowsBoth) {
  EXPECT_EQ(&ScoringFunction::by_name("vina"), &vina());
  EXPECT_EQ(&ScoringFunction::by_name("vinardo"), &vinardo());
}

TEST(ScoringFunctionByName, SaysWhichThereAre) {
  try {
    (void)ScoringFunction::by_name("ad4");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string{error.what()}, "unknown scoring function \"ad4\"; hint: vina or vinardo");
  }
}

}  // namespace
}  // namespace digitalis
