// Donors and acceptors outside of templates: cofactors, modified residues, ligands without hydrogens. Bond lengths and
// planarity tell hydroxyl from carbonyl and amide from amine; structures are refined with restraints on both, so they
// can be trusted where coordinates alone could not. Mean lengths: F. H. Allen et al., J. Chem. Soc. Perkin Trans. 2
// (1987) S1-S19, doi:10.1039/P298700000S1.

#include <algorithm>
#include <cmath>
#include <vector>

#include "chem/receptor_typing.hpp"

namespace digitalis {
namespace {

constexpr double kCarbonyl_A = 1.30;    // C=O 1.23, C-OH of acids and phenols 1.31-1.36
constexpr double kNitrile_A = 1.22;     // C#N 1.14
constexpr double kImine_A = 1.30;       // C=N 1.28, amide C-N 1.33
constexpr double kConjugated_A = 1.42;  // aromatic C-N 1.34-1.38, amine C-N 1.47
constexpr double kLactam_A = 1.355;     // the shorter C-N beside a ring's carbonyl: 1.37 with a hydrogen, 1.33 without
constexpr double kOutOfPlane_A = 0.22;  // of an atom above its three neighbors: 0 in amides, 0.4 in amines

class Perception {
 public:
  Perception(const ReceptorStructure& structure, const BondTable& bonds) : structure_(structure), bonds_(bonds) {}

  [[nodiscard]] std::vector<std::uint32_t> neighbors(std::uint32_t i) const {
    std::vector<std::uint32_t> heavy;
    for (const std::uint32_t j : bonds_.of(i))
      if (!atom(j).is_hydrogen() && !atom(j).metal) heavy.push_back(j);
    return heavy;
  }

  /// {gives, takes}
  [[nodiscard]] std::pair<bool, bool> oxygen(std::uint32_t i) const {
    const auto near = neighbors(i);
    if (near.empty()) return {true, true};
    if (near.size() > 1) return {false, true};
    return {hydroxyl(i, near.front()), true};
  }

  [[nodiscard]] std::pair<bool, bool> nitrogen(std::uint32_t i) const {
    const auto near = neighbors(i);
    const bool on_metal = std::ranges::any_of(bonds_.of(i), [&](std::uint32_t j) { return atom(j).metal; });
    constexpr std::pair kGives{true, false}, kTakes{false, true}, kNothing{false, false};
    switch (near.size()) {
      case 0: return kGives;
      case 1: return length(i, near[0]) < kNitrile_A ? kTakes : kGives;
      case 2:
        if (on_metal) return kNothing;
        return secondary_gives(i, near[0], near[1]) ? kGives : kTakes;
      case 3: return planar(i) || beside_sulfur(near) || on_metal ? kNothing : kGives;
      default: return kNothing;
    }
  }

 private:
  [[nodiscard]] const StructureAtom& atom(std::uint32_t i) const { return structure_.atoms[i]; }
  [[nodiscard]] double length(std::uint32_t i, std::uint32_t j) const { return distance(atom(i).at_A, atom(j).at_A); }
  [[nodiscard]] bool beside_sulfur(const std::vector<std::uint32_t>& near) const {
    return std::ranges::any_of(near, [&](std::uint32_t j) { return atom(j).element == element::kSulfur; });
  }

  [[nodiscard]] bool planar(std::uint32_t i) const {
    const auto near = neighbors(i);
    if (near.size() != 3) return false;
    const Position a = atom(near[0]).at_A;
    const Position normal = cross(atom(near[1]).at_A - a, atom(near[2]).at_A - a);
    const double height_A = std::abs(dot(normal, atom(i).at_A - a)) / std::sqrt(std::max(dot(normal, normal), 1e-12));
    return height_A < kOutOfPlane_A;
  }

  [[nodiscard]] std::ptrdiff_t terminal_oxygens(std::uint32_t i) const {
    return std::ranges::count_if(
        neighbors(i), [&](std::uint32_t j) { return atom(j).element == element::kOxygen && neighbors(j).size() == 1; });
  }
  [[nodiscard]] bool carbonyl(std::uint32_t i) const {
    return atom(i).element == element::kCarbon && std::ranges::any_of(neighbors(i), [&](std::uint32_t j) {
             return atom(j).element == element::kOxygen && neighbors(j).size() == 1 && length(i, j) < kCarbonyl_A;
           });
  }

  /// Whether the oxygen `i`, bonded to `on` alone, has a hydrogen.
  [[nodiscard]] bool hydroxyl(std::uint32_t i, std::uint32_t on) const {
    const auto beside = neighbors(on);
    switch (atom(on).element) {
      case element::kCarbon: return length(i, on) >= kCarbonyl_A && !(planar(on) && terminal_oxygens(on) > 1);
      case element::kSulfur: return beside.size() == 2;  // sulfenic acid
      case element::kBoron: return true;
      case element::kNitrogen:  // oxime, hydroxamic acid; neither nitro nor N-oxide
        return beside.size() == 2 ||
               (beside.size() == 3 && std::ranges::any_of(beside, [&](std::uint32_t j) { return carbonyl(j); }));
      default: return false;  // phosphates
    }
  }

  /// The smallest ring of up to seven atoms through the bonds a-i-b; empty: none.
  [[nodiscard]] std::vector<std::uint32_t> ring(std::uint32_t i, std::uint32_t a, std::uint32_t b) const {
    std::vector<std::vector<std::uint32_t>> paths{{i, a}};
    for (std::size_t size = 2; size < 7; ++size) {
      std::vector<std::vector<std::uint32_t>> longer;
      for (const auto& path : paths)
        for (const std::uint32_t next : neighbors(path.back())) {
          if (std::ranges::find(path, next) != path.end()) continue;
          longer.push_back(path);
          longer.back().push_back(next);
          if (next == b) return longer.back();
        }
      paths = std::move(longer);
    }
    return {};
  }

  /// Whether the nitrogen `i` between `a` and `b` has a hydrogen.
  [[nodiscard]] bool secondary_gives(std::uint32_t i, std::uint32_t a, std::uint32_t b) const {
    const double shorter_A = std::min(length(i, a), length(i, b)), longer_A = std::max(length(i, a), length(i, b));
    if (longer_A >= kConjugated_A) return shorter_A >= kImine_A;  // amine, amide, aniline; but not an imine
    const auto atoms = ring(i, a, b);
    if (atoms.size() == 5) return azole_gives(i, atoms);
    if (atoms.size() >= 6 && (carbonyl(a) || carbonyl(b))) return (carbonyl(a) && carbonyl(b)) || shorter_A > kLactam_A;
    if (atoms.size() == 6) return false;
    return shorter_A >= kImine_A;
  }

  /// Pyrroles give; an imidazole gives at the nitrogen with the longer bonds; beside a substituted nitrogen, oxygen or
  /// sulfur a nitrogen takes.
  [[nodiscard]] bool azole_gives(std::uint32_t i, const std::vector<std::uint32_t>& atoms) const {
    const auto mean_A = [&](std::uint32_t nitrogen) {
      const auto near = neighbors(nitrogen);
      return 0.5 * (length(nitrogen, near[0]) + length(nitrogen, near[1]));
    };
    for (const std::uint32_t j : atoms) {
      if (j == i || atom(j).element == element::kCarbon) continue;
      if (atom(j).element != element::kNitrogen || neighbors(j).size() != 2) return false;
      if (std::pair{mean_A(j), i} > std::pair{mean_A(i), j}) return false;
    }
    return true;
  }

  const ReceptorStructure& structure_;
  const BondTable& bonds_;
};

}  // namespace

void perceive_hydrogen_bonding(ReceptorStructure& structure, std::uint32_t index, const BondTable& bonds) {
  const Perception perception(structure, bonds);
  StructureAtom& atom = structure.atoms[index];
  std::tie(atom.donor, atom.acceptor) =
      atom.element == element::kOxygen ? perception.oxygen(index) : perception.nitrogen(index);
}

}  // namespace digitalis
