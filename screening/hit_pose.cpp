#include "screening/hit_pose.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

#include "screening/csv.hpp"

namespace digitalis {
namespace {

constexpr int kTermDecimals = 4;
constexpr double kPlacesPer_A = 100.0;

/// The bytes of one number: how many follow the first, and what is added to what they say, highest byte first.
constexpr std::uint32_t kOneByte = 240, kTwoBytes = 2287, kThreeBytes = 67823;
constexpr std::uint32_t kSteps = 256, kThree = 249, kFour = 250;
/// 16 million picometres in three bytes: nothing docked is further from its target.
constexpr std::int64_t kReach = (1 << 23) - 1;

void put_number(std::string& out, std::uint32_t value) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (value <= kOneByte) {
    put(value);
  } else if (value <= kTwoBytes) {
    put((value - kOneByte) / kSteps + kOneByte + 1);
    put((value - kOneByte) % kSteps);
  } else if (value <= kThreeBytes) {
    put(kThree);
    put((value - kTwoBytes - 1) / kSteps);
    put((value - kTwoBytes - 1) % kSteps);
  } else {
    put(kFour);
    for (const unsigned shift : {16U, 8U, 0U}) put(value >> shift & 0xFFU);
  }
}

std::uint32_t take_number(std::string_view& bytes) {
  const auto byte = [&](std::size_t at) -> std::uint32_t {
    if (at >= bytes.size()) throw std::runtime_error("the places of a pose are damaged");
    return static_cast<unsigned char>(bytes[at]);
  };
  const std::uint32_t first = byte(0);
  const auto taken = [&](std::size_t length, std::uint32_t value) {
    bytes.remove_prefix(length);
    return value;
  };
  if (first <= kOneByte) return taken(1, first);
  if (first < kThree) return taken(2, kOneByte + kSteps * (first - kOneByte - 1) + byte(1));
  if (first == kThree) return taken(3, kTwoBytes + 1 + kSteps * byte(1) + byte(2));
  if (first == kFour) return taken(4, byte(1) << 16U | byte(2) << 8U | byte(3));
  throw std::runtime_error("the places of a pose are damaged");
}

}  // namespace

std::string_view name_of_pose_term(std::size_t number) {
  return number == 0 ? "inter" : number == 1 ? "intra" : name_of(static_cast<Term>(number - 2));
}

std::string to_text(std::span<const StrongResidue> residues) {
  std::string text;
  for (const auto& [residue, hundredths] : residues) {
    const std::string digits = std::to_string(100 + std::abs(hundredths) % 100);
    text += (text.empty() ? "" : "; ") + residue + (hundredths < 0 ? " -" : " ") +
            std::to_string(std::abs(hundredths) / 100) + "." + digits.substr(1);
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> HitPose::fields() const {
  std::vector<std::pair<std::string, std::string>> said{
      {"pose_target", target}, {"pose_stage", stage}, {"pose_receptor", receptor}};
  for (std::size_t i = 0; i < kPoseTerms; ++i)
    said.emplace_back("pose_" + std::string{name_of_pose_term(i)} + "_kcal_mol",
                      fixed(terms_kcal_mol[i], kTermDecimals));
  return said;
}

std::string dock_column(const std::string& what, const std::string& stage, const std::string& target) {
  const auto again = stage.find('_');
  const auto unit = what.find("_kcal_mol");
  const std::string suffix = again == std::string::npos ? "" : stage.substr(again);
  return (unit == std::string::npos ? what + suffix : what.substr(0, unit) + suffix + what.substr(unit)) + "_" + target;
}

std::string pack_places(std::span<const Position> places_A, const Position& origin_A) {
  std::string bytes;
  std::array<std::int64_t, 3> before{};
  for (const Position& place : places_A)
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double from_origin = (place[axis] - origin_A[axis]) * kPlacesPer_A;
      const auto at = static_cast<std::int64_t>(
          std::llround(std::clamp(from_origin, -static_cast<double>(kReach) / 2, static_cast<double>(kReach) / 2)));
      const std::int64_t step = at - before[axis];
      before[axis] = at;
      put_number(bytes, static_cast<std::uint32_t>(step >= 0 ? 2 * step : -2 * step - 1));
    }
  return bytes;
}

std::vector<Position> unpack_places(std::string_view bytes, const Position& origin_A) {
  std::vector<Position> places;
  std::array<std::int64_t, 3> at{};
  while (!bytes.empty()) {
    Position& place = places.emplace_back();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::int64_t number = take_number(bytes);
      at[axis] += number % 2 == 0 ? number / 2 : -(number + 1) / 2;
      place[axis] = origin_A[axis] + static_cast<double>(at[axis]) / kPlacesPer_A;
    }
  }
  return places;
}

}  // namespace digitalis
