#include "scoring/docking/affinity_grid.hpp"

#include <gtest/gtest.h>
#include "scoring/vector_targets.hpp"  // before Highway's

#include <hwy/targets.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "scoring/docking/affinity_kernel.hpp"
#include "scoring/docking/half.hpp"
#include "tests/scheduler/scratch_folder.hpp"

namespace digitalis {
namespace {

using enum AtomType;
using testing::ScratchFolder;

constexpr Box kBox{{1.0, -2.0, 0.5}, {4.0, 3.2, 5.0}};

/// Atoms of all types around an empty place, so that energies of both signs occur.
DockingReceptor make_receptor() {
  DockingReceptor receptor;
  receptor.residues.push_back({"A", "RES", "1"});
  std::mt19937 random(11);
  std::uniform_real_distribution<double> along(-13.0, 13.0);
  for (std::size_t i = 0; receptor.atoms() < 500; ++i) {
    const Position at{along(random), along(random), along(random)};
    if (distance(at, kBox.center_A) < 4.0) continue;
    receptor.positions_A.push_back(at);
    receptor.types.push_back(static_cast<AtomType>(i % kAtomTypes));
    receptor.residue_of.push_back(0);
    receptor.names.push_back("X");
  }
  return receptor;
}

class AffinityGridTest : public ::testing::Test {
 protected:
  AffinityGridTest() : receptor_(make_receptor()), cells_(receptor_) {}

  [[nodiscard]] AffinityGrid grid(std::vector<AtomType> wanted = {}, const GridOptions& options = {}) const {
    return {cells_, kBox, ScoringFunction::vina(), wanted, options};
  }
  [[nodiscard]] double exact(AtomType type, const Position& at, const ScoringFunction& function) const {
    double sum = 0.0;
    for (std::size_t j = 0; j < receptor_.atoms(); ++j)
      sum += pair_energy(function, type, receptor_.types[j], distance(at, receptor_.positions_A[j]));
    return sum;
  }

  DockingReceptor receptor_;
  ReceptorCells cells_;
};

std::string bytes_of(const AffinityGrid& grid, AtomType type) {
  const auto [x, y, z] = grid.points();
  return {reinterpret_cast<const char*>(grid.map(type)), static_cast<std::size_t>(x * y * z) * sizeof(std::uint64_t)};
}

Position lattice_point(const AffinityGrid& grid, int x, int y, int z) {
  return grid.origin_A() + grid.spacing_A() * Position{1.0 * x, 1.0 * y, 1.0 * z};
}

template <class Visit>
void for_each_point(const AffinityGrid& grid, const Visit& visit) {
  for (int x = 0; x < grid.points()[0]; ++x)
    for (int y = 0; y < grid.points()[1]; ++y)
      for (int z = 0; z < grid.points()[2]; ++z) visit(x, y, z);
}

/// Half of a half's last bit, and what sums in single precision and straight lines between rows of tables cost.
double tolerance(double energy) { return std::ldexp(1.0, std::ilogb(std::abs(energy) + 1e-4) - 11) + 4e-4; }

/// Runs every test below with one instruction set of this machine.
class AffinityGridOnEachInstructionSet : public AffinityGridTest, public ::testing::WithParamInterface<std::int64_t> {
 protected:
  AffinityGridOnEachInstructionSet() { choose(GetParam()); }
  ~AffinityGridOnEachInstructionSet() override { choose(0); }

  void expect_exact(const ScoringFunction& function, const std::vector<AtomType>& wanted) const {
    const AffinityGrid grid(cells_, kBox, function, wanted);
    for (std::size_t t = 0; t < kAtomTypes; ++t) {
      const auto type = static_cast<AtomType>(t);
      if (!grid.has(type)) continue;
      for_each_point(grid, [&](int x, int y, int z) {
        if ((x + 3 * y + 9 * z) % 23 != 0) return;
        const Position at = lattice_point(grid, x, y, z);
        const double energy = exact(type, at, function);
        ASSERT_NEAR(grid.interpolate(type, at), energy, tolerance(energy)) << name_of(type);
      });
    }
  }

 private:
  static void choose(std::int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};
INSTANTIATE_TEST_SUITE_P(Docking, AffinityGridOnEachInstructionSet,
                         ::testing::ValuesIn(hwy::SupportedAndGeneratedTargets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

TEST_P(AffinityGridOnEachInstructionSet, IsTheOneThatRuns) {
  EXPECT_EQ(affinity_kernel::instruction_set(), hwy::TargetName(GetParam()));
}

TEST_P(AffinityGridOnEachInstructionSet, HoldsTheExactEnergyOfEveryType) {
  expect_exact(ScoringFunction::vina(), {});
  expect_exact(ScoringFunction::vinardo(), {});
}

TEST_P(AffinityGridOnEachInstructionSet, HoldsTheExactEnergyWhenFewTypesAreWanted) {
  expect_exact(ScoringFunction::vina(), {kCarbonHydrophobic, kNitrogenBoth, kOxygenAcceptor});
}

TEST_P(AffinityGridOnEachInstructionSet, HasTheSameValuesWhicheverElseIsWanted) {
  const AffinityGrid all = grid(), few = grid({kCarbonHydrophobic, kNitrogenDonor});
  EXPECT_EQ(bytes_of(few, kCarbonHydrophobic), bytes_of(all, kCarbonHydrophobic));
  EXPECT_EQ(bytes_of(few, kNitrogenDonor), bytes_of(all, kNitrogenDonor));
}

TEST_F(AffinityGridTest, InterpolatesBetweenTheCornersOfACell) {
  const AffinityGrid grid = this->grid();
  const Position at = lattice_point(grid, 2, 3, 4) + grid.spacing_A() * Position{0.3, 0.6, 0.85};
  double expected = 0.0, largest = 0.0;
  for (int corner = 0; corner < 8; ++corner) {
    const int x = corner & 1, y = corner >> 1 & 1, z = corner >> 2;
    const double energy = exact(kNitrogenBoth, lattice_point(grid, 2 + x, 3 + y, 4 + z), ScoringFunction::vina());
    expected += (x != 0 ? 0.3 : 0.7) * (y != 0 ? 0.6 : 0.4) * (z != 0 ? 0.85 : 0.15) * energy;
    largest = std::max(largest, std::abs(energy));
  }
  EXPECT_NEAR(grid.interpolate(kNitrogenBoth, at), expected, tolerance(largest));
}

TEST_F(AffinityGridTest, PutsTheFourNeighboursInXAndYIntoOneElement) {
  const AffinityGrid grid = this->grid({kCarbonPolar});
  const auto [nx, ny, nz] = grid.points();
  const auto first_of = [&](int x, int y, int z) {
    return grid.map(kCarbonPolar)[(std::min(x, nx - 1) * ny + std::min(y, ny - 1)) * nz + z] & 0xffffU;
  };
  for_each_point(grid, [&](int x, int y, int z) {
    const std::uint64_t element = grid.map(kCarbonPolar)[(x * ny + y) * nz + z];
    ASSERT_EQ(element, first_of(x, y, z) | first_of(x + 1, y, z) << 16U | first_of(x, y + 1, z) << 32U |
                           first_of(x + 1, y + 1, z) << 48U);
  });
}

TEST_F(AffinityGridTest, CoversTheBoxAroundTheSameCentre) {
  const AffinityGrid grid = this->grid({kCarbonPolar});
  EXPECT_EQ(grid.points(), (std::array<std::int32_t, 3>{12, 10, 15}));
  for (std::size_t k = 0; k < 3; ++k) {
    EXPECT_GE(grid.box().size_A[k], kBox.size_A[k]);
    EXPECT_NEAR(grid.box().center_A[k], kBox.center_A[k], 1e-12);
  }
}

TEST_F(AffinityGridTest, HasTheNearestValueOutsideOfTheBox) {
  const AffinityGrid grid = this->grid({kCarbonPolar});
  const Position corner = grid.box().high();
  EXPECT_EQ(grid.interpolate(kCarbonPolar, corner + Position{5, 5, 5}), grid.interpolate(kCarbonPolar, corner));
}

TEST_F(AffinityGridTest, HasOnlyWhatWasWanted) {
  const AffinityGrid grid = this->grid({kOxygenBoth, kCarbonHydrophobic});
  EXPECT_TRUE(grid.has(kOxygenBoth) && grid.has(kCarbonHydrophobic));
  EXPECT_FALSE(grid.has(kCarbonPolar));
  EXPECT_EQ(grid.map(kCarbonPolar), nullptr);
  EXPECT_THROW((void)grid.interpolate(kCarbonPolar, kBox.center_A), std::invalid_argument);
}

TEST_F(AffinityGridTest, HasTheSameBytesOnEveryRun) {
  const AffinityGrid first = grid(), second = grid();
  for (std::size_t t = 0; t < kAtomTypes; ++t)
    EXPECT_EQ(bytes_of(first, static_cast<AtomType>(t)), bytes_of(second, static_cast<AtomType>(t)));
}

TEST_F(AffinityGridTest, KeepsSlopesInsideOfAtoms) {
  const Position atom = receptor_.positions_A.front();
  const AffinityGrid grid(cells_, {atom, {2, 2, 2}}, ScoringFunction::vina(), std::vector{kCarbonPolar});
  const double inside = grid.interpolate(kCarbonPolar, atom),
               outside = grid.interpolate(kCarbonPolar, atom + Position{0.9, 0, 0});
  EXPECT_GT(inside, 5.0);
  EXPECT_NE(inside, outside);
}

TEST(AffinityGridCap, HoldsWhatAHalfCannot) {
  DockingReceptor heap;  // ten thousand atoms in one place
  for (int i = 0; i < 10'000; ++i) {
    heap.positions_A.push_back({0, 0, 0});
    heap.types.push_back(kPhosphorus);
  }
  const AffinityGrid grid(ReceptorCells(heap), {{0, 0, 0}, {1, 1, 1}}, ScoringFunction::vina(),
                          std::vector{kPhosphorus});
  EXPECT_NEAR(grid.interpolate(kPhosphorus, {0, 0, 0}), 60'000.0, 32.0);
}

TEST(AffinityGridOfNothing, IsZero) {
  const DockingReceptor nothing;
  const AffinityGrid grid(ReceptorCells(nothing), kBox, ScoringFunction::vina(), {});
  EXPECT_EQ(grid.interpolate(kNitrogenDonor, kBox.center_A), 0.0);
}

TEST_F(AffinityGridTest, AddsABiasToTheTypesThatCanMakeTheContact) {
  GridOptions options;
  options.biases.push_back({.at_A = {1, -2, 3}, .wants_acceptor = true});
  const AffinityGrid plain = grid(), biased = grid({}, options);
  const Position at = lattice_point(plain, 6, 5, 6);
  const double off = (distance(at, {1, -2, 3}) - 2.9) / 0.6, expected = -2.0 * std::exp(-off * off);
  ASSERT_LT(expected, -0.1);
  const auto added = [&](AtomType type) { return biased.interpolate(type, at) - plain.interpolate(type, at); };
  EXPECT_NEAR(added(kOxygenAcceptor), expected, 0.004);
  EXPECT_NEAR(added(kNitrogenBoth), expected, 0.004);
  EXPECT_EQ(added(kNitrogenDonor), 0.0);
  EXPECT_EQ(added(kCarbonPolar), 0.0);
}

TEST_F(AffinityGridTest, AddsABiasForDonorsToDonors) {
  GridOptions options;
  options.biases.push_back({.at_A = {1, -2, 3}, .wants_acceptor = false});
  const AffinityGrid plain = grid(), biased = grid({}, options);
  EXPECT_NE(bytes_of(biased, kNitrogenDonor), bytes_of(plain, kNitrogenDonor));
  EXPECT_EQ(bytes_of(biased, kOxygenAcceptor), bytes_of(plain, kOxygenAcceptor));
}

TEST_F(AffinityGridTest, RefusesImpossibleBoxes) {
  const auto build = [&](const Box& box, double spacing_A) {
    return AffinityGrid(cells_, box, ScoringFunction::vina(), {}, {.spacing_A = spacing_A, .biases = {}});
  };
  EXPECT_THROW(build(kBox, 0.0), std::invalid_argument);
  EXPECT_THROW(build({{0, 0, 0}, {1, -1, 1}}, 0.375), std::invalid_argument);
  EXPECT_THROW(build({{0, 0, 0}, {1, 1, std::numeric_limits<double>::infinity()}}, 0.375), std::invalid_argument);
  EXPECT_THROW(build({{0, 0, 0}, {500, 500, 500}}, 0.375), std::invalid_argument);
}

std::shared_ptr<void> block_of(std::size_t bytes, int filler = 0xab) {
  std::shared_ptr<void> memory{std::aligned_alloc(64, (bytes + 63) / 64 * 64), [](void* block) { std::free(block); }};
  std::memset(memory.get(), filler, bytes);
  return memory;
}

TEST_F(AffinityGridTest, IsBuiltIntoGivenMemoryAndAttachedByOthers) {
  const std::size_t bytes = AffinityGrid::bytes_needed(kBox, {});
  const std::shared_ptr<void> memory = block_of(bytes);
  const AffinityGrid built(cells_, kBox, ScoringFunction::vina(), {}, {}, memory);
  EXPECT_EQ(built.bytes(), bytes);
  const AffinityGrid attached = AffinityGrid::attach(memory, bytes), own = grid();
  EXPECT_EQ(attached.points(), own.points());
  EXPECT_EQ(attached.origin_A(), own.origin_A());
  for (std::size_t t = 0; t < kAtomTypes; ++t)
    EXPECT_EQ(bytes_of(attached, static_cast<AtomType>(t)), bytes_of(own, static_cast<AtomType>(t)));
}

TEST_F(AffinityGridTest, FillsEveryByteOfGivenMemory) {
  const std::size_t bytes = AffinityGrid::bytes_needed(kBox, std::vector{kSulfur, kFluorine});
  const std::shared_ptr<void> one = block_of(bytes, 0x00), other = block_of(bytes, 0xff);
  for (const auto& memory : {one, other})
    (void)AffinityGrid(cells_, kBox, ScoringFunction::vina(), std::vector{kSulfur, kFluorine}, {}, memory);
  EXPECT_EQ(std::memcmp(one.get(), other.get(), bytes), 0);
}

TEST_F(AffinityGridTest, AttachesToNothingThatIsNoGrid) {
  const std::size_t bytes = AffinityGrid::bytes_needed(kBox, {});
  const std::shared_ptr<void> memory = block_of(bytes);
  try {
    (void)AffinityGrid::attach(memory, bytes);
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(std::string{error.what()}, "affinity grid: the memory holds no grid of this version");
  }
  (void)AffinityGrid(cells_, kBox, ScoringFunction::vina(), {}, {}, memory);
  EXPECT_THROW((void)AffinityGrid::attach(memory, bytes - 1), std::runtime_error);
}

class CachedGrid : public AffinityGridTest {
 protected:
  [[nodiscard]] AffinityGrid cached(const GridOptions& options = {}) const {
    return cached_grid(scratch_.path() / "grids", cells_, kBox, ScoringFunction::vina(), wanted_, options);
  }
  [[nodiscard]] std::filesystem::path file() const {
    return *std::filesystem::directory_iterator(scratch_.path() / "grids");
  }
  [[nodiscard]] std::optional<AffinityGrid> loaded() const { return AffinityGrid::load(file(), digest()); }
  [[nodiscard]] std::string digest(const GridOptions& options = {}) const {
    return AffinityGrid::digest(cells_, kBox, ScoringFunction::vina(), wanted_, options);
  }

  ScratchFolder scratch_;
  std::vector<AtomType> wanted_{kCarbonPolar, kOxygenBoth};
};

TEST_F(CachedGrid, IsReadBackAsItWasBuilt) {
  const AffinityGrid built = cached();
  const auto read = loaded();
  ASSERT_TRUE(read);
  EXPECT_EQ(read->points(), built.points());
  for (const AtomType type : wanted_) EXPECT_EQ(bytes_of(*read, type), bytes_of(built, type));
  EXPECT_FALSE(read->has(kSulfur));
}

TEST_F(CachedGrid, IsRebuiltWhereverTheFileIsDamaged) {
  const std::string good = bytes_of(cached(), kOxygenBoth), whole = testing::read_file(file());
  for (const std::size_t at : {std::size_t{0}, std::size_t{10}, std::size_t{17}, std::size_t{40}, std::size_t{100},
                               std::size_t{190}, std::size_t{5000}, whole.size() - 1}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    testing::write_file(file(), damaged);
    EXPECT_FALSE(loaded()) << at;
    EXPECT_EQ(bytes_of(cached(), kOxygenBoth), good);
    EXPECT_EQ(testing::read_file(file()), whole);
  }
}

TEST_F(CachedGrid, IsRebuiltWhenTheFileIsCutShortOrLonger) {
  (void)cached();
  const std::string whole = testing::read_file(file());
  for (const std::string& bytes :
       {std::string{}, whole.substr(0, 100), whole.substr(0, whole.size() - 8), whole + "x"}) {
    testing::write_file(file(), bytes);
    EXPECT_FALSE(loaded());
    (void)cached();
    EXPECT_EQ(testing::read_file(file()), whole);
  }
}

TEST_F(CachedGrid, IsNotTakenForAnother) {
  (void)cached();
  EXPECT_FALSE(AffinityGrid::load(file(), digest({.spacing_A = 0.4, .biases = {}})));
  EXPECT_FALSE(AffinityGrid::load(scratch_.path() / "none", digest()));
}

TEST_F(CachedGrid, HasADigestOfAllThatDecides) {
  const std::string reference = digest();
  EXPECT_EQ(digest(), reference);
  EXPECT_NE(digest({.spacing_A = 0.4, .biases = {}}), reference);
  EXPECT_NE(digest({.spacing_A = 0.375, .biases = {{}}}), reference);
  const ScoringFunction& vina = ScoringFunction::vina();
  EXPECT_NE(AffinityGrid::digest(cells_, kBox, ScoringFunction::vinardo(), wanted_), reference);
  EXPECT_NE(AffinityGrid::digest(cells_, kBox, vina, std::vector{kCarbonPolar}), reference);
  EXPECT_NE(AffinityGrid::digest(cells_, {{1.0, -2.0, 0.6}, kBox.size_A}, vina, wanted_), reference);
  DockingReceptor other = receptor_;
  std::ranges::replace(other.types, kMetal, kSulfur);
  EXPECT_NE(AffinityGrid::digest(ReceptorCells(other), kBox, vina, wanted_), reference);
}

TEST_F(CachedGrid, IsBuiltWhereTheFolderCannotBeWritten) {
  testing::write_file(scratch_.path() / "grids", "a file, not a folder");
  EXPECT_EQ(bytes_of(cached(), kOxygenBoth), bytes_of(grid(wanted_), kOxygenBoth));
}

}  // namespace
}  // namespace digitalis
