// PDBQT out. AutoDock Vina reads donors from hydrogens of type HD within bonding distance, so each donor gets one,
// where it bonds to nothing else.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "chem/cell_list.hpp"
#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"
#include "chem/receptor_structure.hpp"

namespace digitalis {
namespace {

constexpr double kHydrogenBond_A = 1.0;  // N-H 1.01, O-H 0.96: both well within Vina's 1.21

Position unit(const Position& v) { return (1.0 / std::sqrt(std::max(dot(v, v), 1e-12))) * v; }

/// Any unit vector across `axis`.
Position across(const Position& axis) {
  const Position other = std::abs(axis[0]) < 0.8 * std::sqrt(dot(axis, axis)) ? Position{1, 0, 0} : Position{0, 1, 0};
  return unit(cross(axis, other));
}

class HydrogenPlacer {
 public:
  explicit HydrogenPlacer(const DockingReceptor& receptor)
      : receptor_(receptor),
        structure_(as_structure(receptor)),
        bonds_(find_bonds(structure_)),
        cells_(receptor.positions_A, 4.0) {}

  /// Of the places that the bonds leave free, the one furthest from every other atom.
  [[nodiscard]] Position place(std::uint32_t donor) const {
    const Position& at_A = receptor_.positions_A[donor];
    Position best{};
    double widest = -1.0;
    for (const Position& direction : directions(donor)) {
      const Position hydrogen = at_A + kHydrogenBond_A * direction;
      double nearest = 4.0;
      cells_.for_each_within(hydrogen, 3.0, [&](std::uint32_t i, double squared) {
        if (i != donor) nearest = std::min(nearest, std::sqrt(squared));
      });
      if (nearest <= widest + 1e-9) continue;
      widest = nearest;
      best = hydrogen;
    }
    return best;
  }

 private:
  static ReceptorStructure as_structure(const DockingReceptor& receptor) {
    ReceptorStructure structure;
    for (std::size_t i = 0; i < receptor.atoms(); ++i) {
      StructureAtom atom;
      atom.at_A = receptor.positions_A[i];
      atom.element = element_of(receptor, i);
      structure.atoms.push_back(std::move(atom));
    }
    return structure;
  }

  [[nodiscard]] std::vector<std::uint32_t> neighbors(std::uint32_t atom) const {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t other : bonds_.of(atom))
      if (receptor_.types[other] != AtomType::kMetal) found.push_back(other);
    return found;
  }

  [[nodiscard]] std::vector<Position> directions(std::uint32_t donor) const {
    const auto near = neighbors(donor);
    const Position& at_A = receptor_.positions_A[donor];
    if (near.empty()) return {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    if (near.size() == 1) return around(donor, near.front());
    Position away{};
    for (const std::uint32_t other : near) away = away + unit(at_A - receptor_.positions_A[other]);
    if (dot(away, away) > 0.05) return {unit(away)};
    const Position normal = unit(cross(receptor_.positions_A[near[0]] - at_A, receptor_.positions_A[near[1]] - at_A));
    return {normal, -1.0 * normal};
  }

  /// On a cone about the only bond; in the plane of the neighbor's bonds where the neighbor is flat (amides).
  [[nodiscard]] std::vector<Position> around(std::uint32_t donor, std::uint32_t neighbor) const {
    const Position axis = unit(receptor_.positions_A[donor] - receptor_.positions_A[neighbor]);
    std::vector<std::uint32_t> beyond = neighbors(neighbor);
    std::erase(beyond, donor);
    const bool flat = beyond.size() == 2 && receptor_.types[donor] == AtomType::kNitrogenDonor &&
                      distance(receptor_.positions_A[donor], receptor_.positions_A[neighbor]) < 1.42;
    Position first = across(axis);
    if (!beyond.empty()) {
      const Position to = receptor_.positions_A[beyond[0]] - receptor_.positions_A[neighbor];
      first = unit(to - dot(to, axis) * axis);
    }
    const Position second = cross(axis, first);
    const double slope = flat ? 0.5 : 1.0 / 3.0;  // minus the cosine of 120 and 109.5 degrees
    const int steps = flat ? 2 : 12;
    std::vector<Position> directions;
    for (int k = 0; k < steps; ++k) {
      const double angle_rad = 2.0 * std::numbers::pi * (k + (flat ? 0.0 : 0.5)) / steps;
      const Position sideways = std::cos(angle_rad) * first + std::sin(angle_rad) * second;
      directions.push_back(slope * axis + std::sqrt(1.0 - slope * slope) * sideways);
    }
    return directions;
  }

  const DockingReceptor& receptor_;
  ReceptorStructure structure_;
  BondTable bonds_;
  CellList cells_;
};

std::string autodock_type(const DockingReceptor& receptor, std::size_t i) {
  using enum AtomType;
  switch (receptor.types[i]) {
    case kCarbonHydrophobic:
    case kCarbonPolar:
      return is_aromatic_carbon(receptor.residues[receptor.residue_of[i]].name, receptor.names[i]) ? "A" : "C";
    case kNitrogenPlain:
    case kNitrogenDonor: return "N";
    case kNitrogenAcceptor:
    case kNitrogenBoth: return "NA";
    case kOxygenPlain:
    case kOxygenDonor: return "O";
    case kOxygenAcceptor:
    case kOxygenBoth: return "OA";
    case kSulfur: return "SA";
    case kMetal: {
      constexpr std::array<std::string_view, 13> kKnown{"Mg", "Mn", "Zn", "Ca", "Fe", "Cu", "Na",
                                                        "K",  "Hg", "Co", "U",  "Cd", "Ni"};
      const std::string symbol = element_symbol(element_of(receptor, i));
      return std::ranges::find(kKnown, symbol) == kKnown.end() ? "Zn" : symbol;
    }
    default: return element_symbol(element_of(receptor, i));
  }
}

void append_record(std::string& text, int serial, std::string_view name, std::string_view element,
                   const DockingReceptor::Residue& residue, const Position& at_A, const std::string& type) {
  text += pdb_record("ATOM", serial, name, element, residue, at_A);
  text += "     0.000 " + type + (type.size() < 2 ? " \n" : "\n");
}

}  // namespace

std::string to_pdbqt(const DockingReceptor& receptor) {
  const HydrogenPlacer placer(receptor);
  std::string text = "REMARK  charges are zero: the Vina scoring functions use none\n";
  int serial = 0;
  for (std::uint32_t i = 0; i < receptor.atoms(); ++i) {
    const DockingReceptor::Residue& residue = receptor.residues[receptor.residue_of[i]];
    const std::string element = element_symbol(element_of(receptor, i));
    append_record(text, ++serial, receptor.names[i], element, residue, receptor.positions_A[i],
                  autodock_type(receptor, i));
    if (receptor.types[i] != AtomType::kMetal && is_donor(receptor.types[i]))
      append_record(text, ++serial, "H", "H", residue, placer.place(i), "HD");
  }
  return text;
}

}  // namespace digitalis
