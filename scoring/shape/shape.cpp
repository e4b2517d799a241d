#include "scoring/shape/shape.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace digitalis {
namespace {

using Matrix = std::array<Position, 3>;

Quaternion product(const Quaternion& a, const Quaternion& b) {
  return {a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3], a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
          a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1], a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0]};
}

/// Rows of the rotation whose unit quaternion this is; safe for any angle.
Quaternion quaternion_of(const Matrix& rows) {
  const double trace = rows[0][0] + rows[1][1] + rows[2][2];
  Quaternion q{1.0 + trace, rows[2][1] - rows[1][2], rows[0][2] - rows[2][0], rows[1][0] - rows[0][1]};
  if (trace <= 0.0) {  // the largest of the other three stands firm
    const std::size_t i =
        rows[0][0] > rows[1][1] ? (rows[0][0] > rows[2][2] ? 0 : 2) : (rows[1][1] > rows[2][2] ? 1 : 2);
    const std::size_t j = (i + 1) % 3, k = (i + 2) % 3;
    q[0] = rows[k][j] - rows[j][k];
    q[1 + i] = 1.0 + rows[i][i] - rows[j][j] - rows[k][k];
    q[1 + j] = rows[j][i] + rows[i][j];
    q[1 + k] = rows[k][i] + rows[i][k];
  }
  const double norm = std::sqrt(std::inner_product(q.begin(), q.end(), q.begin(), 0.0));
  for (double& part : q) part /= norm;
  return q;
}

/// Eigenvectors of a symmetric matrix as rows of a rotation, largest eigenvalue first. Jacobi's method: it is exact
/// where eigenvalues are equal, too, which those of linear and of round molecules are.
Matrix principal_axes(Matrix spread) {
  Matrix axes{Position{1, 0, 0}, Position{0, 1, 0}, Position{0, 0, 1}};
  constexpr int kMostSweeps = 30;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    const double scale = spread[0][0] + spread[1][1] + spread[2][2];
    if (std::abs(spread[0][1]) + std::abs(spread[0][2]) + std::abs(spread[1][2]) <= 1e-15 * scale) break;
    for (const auto& [p, q] : {std::pair{0U, 1U}, std::pair{0U, 2U}, std::pair{1U, 2U}}) {
      if (spread[p][q] == 0.0) continue;
      const double theta = (spread[q][q] - spread[p][p]) / (2.0 * spread[p][q]);
      const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::sqrt(theta * theta + 1.0));
      const double c = 1.0 / std::sqrt(t * t + 1.0), s = t * c;
      for (std::size_t k = 0; k < 3; ++k) {
        const double kp = spread[k][p], kq = spread[k][q];
        spread[k][p] = c * kp - s * kq, spread[k][q] = s * kp + c * kq;
      }
      for (std::size_t k = 0; k < 3; ++k) {
        const double pk = spread[p][k], qk = spread[q][k];
        spread[p][k] = c * pk - s * qk, spread[q][k] = s * pk + c * qk;
      }
      const Position axis_p = axes[p], axis_q = axes[q];
      axes[p] = c * axis_p - s * axis_q, axes[q] = s * axis_p + c * axis_q;
    }
  }
  std::array<std::size_t, 3> order{0, 1, 2};
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return spread[a][a] > spread[b][b]; });
  const Position x = axes[order[0]], y = axes[order[1]];
  return {x, y, cross(x, y)};
}

Shape::Point rounded(const Position& at) {
  return {static_cast<float>(at[0]), static_cast<float>(at[1]), static_cast<float>(at[2])};
}
Position exact(const Shape::Point& at) { return {at[0], at[1], at[2]}; }

double overlap(std::span<const Shape::Point> a, std::span<const Position> b, double exponent) {
  double sum = 0.0;
  for (const Position& at : b)
    for (const Shape::Point& point : a) sum += std::exp(-exponent * squared_distance(exact(point), at));
  return sum;
}

double self_overlap(std::span<const Shape::Point> points, double exponent) {
  double pairs = 0.0;
  for (std::size_t i = 0; i < points.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      pairs += std::exp(-exponent * squared_distance(exact(points[i]), exact(points[j])));
  return static_cast<double>(points.size()) + 2.0 * pairs;
}

}  // namespace

Position RigidMotion::operator()(const Position& at_A) const {
  const Position axis{turn[1], turn[2], turn[3]};
  const Position twice = 2.0 * cross(axis, at_A);
  return at_A + turn[0] * twice + cross(axis, twice) + shift_A;
}

RigidMotion RigidMotion::after(const RigidMotion& first) const {
  return {product(turn, first.turn), (*this)(first.shift_A)};
}

RigidMotion RigidMotion::inverse() const {
  const RigidMotion back{{turn[0], -turn[1], -turn[2], -turn[3]}, {}};
  return {back.turn, -1.0 * back(shift_A)};
}

Shape make_shape(std::span<const Position> atoms_A, std::span<const ColourPoint> colours) {
  if (atoms_A.empty()) throw std::invalid_argument("a shape of no atoms");
  Position mean{};
  for (const Position& at : atoms_A) mean = mean + at;
  mean = (1.0 / static_cast<double>(atoms_A.size())) * mean;
  Matrix spread{};
  for (const Position& at : atoms_A) {
    const Position from_mean = at - mean;
    for (std::size_t row = 0; row < 3; ++row) spread[row] = spread[row] + from_mean[row] * from_mean;
  }
  Shape shape;
  shape.to_frame.turn = quaternion_of(principal_axes(spread));
  shape.to_frame.shift_A = -1.0 * shape.to_frame(mean);
  for (const Position& at : atoms_A) shape.atoms.push_back(rounded(shape.to_frame(at)));
  for (std::size_t colour = 0; colour < kColours; ++colour) {
    for (const ColourPoint& point : colours)
      if (point.colour == static_cast<Colour>(colour)) shape.colours.push_back(rounded(shape.to_frame(point.at_A)));
    shape.colour_begins[colour + 1] = static_cast<std::uint32_t>(shape.colours.size());
    shape.self_colour += self_overlap(shape.of(colour), overlap_exponent(kColourRadius_A));
  }
  shape.self_shape = self_overlap(shape.atoms, overlap_exponent(kAtomRadius_A));
  for (const Shape::Point& at : shape.atoms)
    for (std::size_t k = 0; k < 3; ++k) shape.spread_A[k] += double{at[k]} * double{at[k]};
  for (double& along : shape.spread_A) along = std::sqrt(along / static_cast<double>(shape.atoms.size()));
  return shape;
}

Overlaps overlaps(const Shape& query, const Shape& library, const RigidMotion& motion) {
  std::vector<Position> moved;
  const auto move = [&](std::span<const Shape::Point> points) {
    moved.clear();
    for (const Shape::Point& at : points) moved.push_back(motion(exact(at)));
    return std::span<const Position>{moved};
  };
  Overlaps sum;
  sum.shape = overlap(query.atoms, move(library.atoms), overlap_exponent(kAtomRadius_A));
  for (std::size_t colour = 0; colour < kColours; ++colour)
    sum.colour += overlap(query.of(colour), move(library.of(colour)), overlap_exponent(kColourRadius_A));
  return sum;
}

double overlap_tanimoto(double shared, double self_a, double self_b) {
  const double either = self_a + self_b - shared;
  return either > 0.0 ? shared / either : 1.0;
}

}  // namespace digitalis
