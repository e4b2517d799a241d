#include "scoring/docking/half.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace digitalis {
namespace {

TEST(Half, ReadsEveryPattern) {
  for (std::uint32_t bits = 0; bits < 0x10000U; ++bits) {
    const std::uint32_t exponent = bits >> 10U & 31U, fraction = bits & 1023U;
    if (exponent == 31) continue;
    const double magnitude =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024.0 + fraction, static_cast<int>(exponent) - 25);
    ASSERT_EQ(float_of_half(static_cast<std::uint16_t>(bits)), (bits >> 15U) != 0 ? -magnitude : magnitude);
  }
  EXPECT_TRUE(std::isinf(float_of_half(0x7c00)) && std::isnan(float_of_half(0x7e00)));
}

TEST(Half, WritesEveryValueItHas) {
  for (std::uint32_t bits = 0; bits < 0x10000U; ++bits)
    if ((bits & 0x7c00U) != 0x7c00U) {
      ASSERT_EQ(half_of_float(float_of_half(static_cast<std::uint16_t>(bits))), bits);
    }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  for (std::uint32_t bits = 0; bits < 0x7bffU; ++bits) {
    const float low = float_of_half(static_cast<std::uint16_t>(bits));
    const float high = float_of_half(static_cast<std::uint16_t>(bits + 1));
    const float middle = 0.5F * (low + high);
    ASSERT_EQ(half_of_float(middle), bits + (bits & 1U));
    ASSERT_EQ(half_of_float(std::nextafter(middle, low)), bits);
    ASSERT_EQ(half_of_float(std::nextafter(middle, high)), bits + 1);
  }
}

TEST(Half, BecomesInfinityBeyondItsRange) {
  EXPECT_EQ(half_of_float(65519.0F), 0x7bff);
  EXPECT_EQ(half_of_float(65520.0F), 0x7c00);
  EXPECT_EQ(half_of_float(-std::numeric_limits<float>::infinity()), 0xfc00);
}

}  // namespace
}  // namespace digitalis
