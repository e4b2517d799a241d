#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "chem/cell_list.hpp"
#include "chem/interaction_features.hpp"
#include "chem/molecule_graph.hpp"
#include "chem/receptor_residues.hpp"

namespace digitalis {
namespace {

using Features = InteractionFeatures;

constexpr std::uint8_t kCarbon = 6, kNitrogen = 7, kOxygen = 8, kPhosphorus = 15, kSulfur = 16;
/// S. Salentin et al. 2015: the normals at a flat ring's atoms differ by no more.
constexpr double kFlat_deg = 5.0;
constexpr double kOutOfPlane_A = 0.22;   // an atom above its three neighbours: 0 in amides, 0.4 in amines
constexpr double kAmineAngle_deg = 115;  // at a nitrogen with two neighbours: 110 in amines, 120 to 126 in amides

struct AromaticRing {
  std::string_view residue;
  std::array<std::string_view, 6> atoms;  ///< the last is empty in rings of five
};
constexpr std::array kAromaticRings{AromaticRing{"PHE", {"CG", "CD1", "CE1", "CZ", "CE2", "CD2"}},
                                    AromaticRing{"TYR", {"CG", "CD1", "CE1", "CZ", "CE2", "CD2"}},
                                    AromaticRing{"TRP", {"CG", "CD1", "NE1", "CE2", "CD2", ""}},
                                    AromaticRing{"TRP", {"CD2", "CE2", "CZ2", "CH2", "CZ3", "CE3"}},
                                    AromaticRing{"HIS", {"CG", "ND1", "CE1", "NE2", "CD2", ""}}};

struct PositiveGroup {
  std::string_view residue;
  std::array<std::string_view, 3> nitrogens;
};
constexpr std::array kPositiveGroups{PositiveGroup{"ARG", {"NE", "NH1", "NH2"}}, PositiveGroup{"LYS", {"NZ", "", ""}},
                                     PositiveGroup{"HIS", {"ND1", "NE2", ""}}};
/// Forms whose names say that they are neutral.
constexpr std::array<std::string_view, 5> kNeutralForms{"LYN", "HID", "HIE", "HSD", "HSE"};

double angle_deg(const Position& a, const Position& b) {
  const double cosine = dot(a, b) / std::sqrt(dot(a, a) * dot(b, b));
  return std::acos(std::clamp(cosine, -1.0, 1.0)) * 180.0 / 3.14159265358979323846;
}

class Perception {
 public:
  explicit Perception(const DockingReceptor& receptor) : receptor_(receptor), bonds_(receptor.atoms()) {
    elements_.reserve(receptor.atoms());
    for (const AtomType type : receptor.types) elements_.push_back(element_of(type));
    find_bonds();
    std::uint32_t first = 0;
    for (std::uint32_t i = 0; i <= receptor.atoms(); ++i)
      if (i == receptor.atoms() || receptor.residue_of[i] != receptor.residue_of[first]) {
        if (i > first) add_residue(first, i);
        first = i;
      }
  }
  Features found;

 private:
  void find_bonds();
  void add_residue(std::uint32_t first, std::uint32_t end);
  void add_atom(std::uint32_t i);
  void add_template_groups(std::uint32_t first, std::uint32_t end, std::string_view name);
  void add_acid(std::uint32_t i);
  void add_flat_rings(std::uint32_t first, std::uint32_t end);
  [[nodiscard]] Features::Donor donor_of(std::uint32_t i) const;
  [[nodiscard]] bool is_planar(std::uint32_t i) const;
  [[nodiscard]] bool is_flat(const std::vector<std::uint32_t>& ring) const;

  [[nodiscard]] const Position& at(std::uint32_t i) const { return receptor_.positions_A[i]; }
  [[nodiscard]] AtomType type(std::uint32_t i) const { return receptor_.types[i]; }

  const DockingReceptor& receptor_;
  std::vector<std::uint8_t> elements_;
  std::vector<std::vector<std::uint32_t>> bonds_;  ///< ascending, metals left out
};

/// As graph_by_distance() has them, but by cells.
void Perception::find_bonds() {
  constexpr double kLongest_A = 3.4;
  const CellList cells(receptor_.positions_A, kLongest_A);
  std::vector<std::uint32_t> near;
  for (std::uint32_t i = 0; i < receptor_.atoms(); ++i) {
    if (elements_[i] == 0) continue;
    cells.for_each_within(at(i), kLongest_A, [&](std::uint32_t j, double squared) {
      const double longest_A = longest_bond_A(elements_[i], elements_[j]);
      if (j != i && elements_[j] != 0 && squared < longest_A * longest_A) bonds_[i].push_back(j);
    });
    std::ranges::sort(bonds_[i]);
  }
}

void Perception::add_residue(std::uint32_t first, std::uint32_t end) {
  const std::string& name = receptor_.residues[receptor_.residue_of[first]].name;
  if (is_water_name(name)) {
    for (std::uint32_t i = first; i < end; ++i)
      if (elements_[i] == kOxygen) found.waters.push_back(i);
    return;
  }
  for (std::uint32_t i = first; i < end; ++i) add_atom(i);
  const std::string_view standard = standard_name(name);
  if (standard == "GLY" || !side_chain_atoms(standard).empty())
    add_template_groups(first, end, name);
  else
    add_flat_rings(first, end);
}

void Perception::add_atom(std::uint32_t i) {
  if (type(i) == AtomType::kMetal) {
    found.metals.push_back(i);
    return;
  }
  if (is_donor(type(i))) found.donors.push_back(donor_of(i));
  if (is_acceptor(type(i))) found.acceptors.push_back(i);
  if (type(i) == AtomType::kCarbonHydrophobic) found.hydrophobic.push_back(i);
  const bool polar = elements_[i] == kNitrogen || elements_[i] == kOxygen || elements_[i] == kSulfur;
  if (polar && bonds_[i].size() == 1) {
    const std::uint8_t other = elements_[bonds_[i][0]];
    if (other == kCarbon || other == kNitrogen || other == kPhosphorus || other == kSulfur)
      found.halogen_acceptors.push_back({i, bonds_[i][0]});
  }
  add_acid(i);
}

bool Perception::is_planar(std::uint32_t i) const {
  if (bonds_[i].size() != 3) return false;
  const Position a = at(bonds_[i][0]);
  const Position normal = cross(at(bonds_[i][1]) - a, at(bonds_[i][2]) - a);
  return std::abs(dot(normal, at(i) - a)) < kOutOfPlane_A * std::sqrt(std::max(dot(normal, normal), 1e-12));
}

Features::Donor Perception::donor_of(std::uint32_t i) const {
  Features::Donor donor{.atom = i};
  const auto& near = bonds_[i];
  donor.neighbour_count = static_cast<std::uint32_t>(std::min<std::size_t>(near.size(), 3));
  std::copy_n(near.begin(), donor.neighbour_count, donor.neighbours.begin());
  const bool nitrogen = elements_[i] == kNitrogen;
  switch (donor.neighbour_count) {
    case 0:
      donor.where = Features::Hydrogens::kAnywhere;
      donor.hydrogens = nitrogen ? 4 : 2;
      break;
    case 1: {
      const std::uint32_t on = near[0];
      donor.where = Features::Hydrogens::kCone;
      if (!nitrogen) break;
      donor.hydrogens = 3;
      if (!is_planar(on)) break;
      donor.where = Features::Hydrogens::kPlanar;
      donor.hydrogens = 2;
      const auto beyond = std::ranges::find_if(bonds_[on], [&](std::uint32_t j) { return j != i; });
      donor.neighbours[donor.neighbour_count++] = *beyond;
      break;
    }
    case 2:
      donor.where = Features::Hydrogens::kOpposite;
      if (angle_deg(at(near[0]) - at(i), at(near[1]) - at(i)) < kAmineAngle_deg && !is_planar(near[0]) &&
          !is_planar(near[1])) {
        donor.where = Features::Hydrogens::kPair;
        donor.hydrogens = 2;
      }
      break;
    default: donor.where = Features::Hydrogens::kOpposite;
  }
  return donor;
}

void Perception::add_template_groups(std::uint32_t first, std::uint32_t end, std::string_view name) {
  const auto indices = [&](std::span<const std::string_view> names) {
    std::vector<std::uint32_t> atoms;
    for (const std::string_view wanted : names)
      for (std::uint32_t i = first; i < end; ++i)
        if (!wanted.empty() && receptor_.names[i] == wanted) atoms.push_back(i);
    return atoms;
  };
  const std::string_view standard = standard_name(name);
  for (const AromaticRing& ring : kAromaticRings) {
    const std::size_t size = ring.atoms.back().empty() ? 5 : 6;
    if (ring.residue != standard) continue;
    if (auto atoms = indices(ring.atoms); atoms.size() == size) found.rings.push_back(std::move(atoms));
  }
  for (const PositiveGroup& group : kPositiveGroups) {
    if (group.residue != standard || std::ranges::count(kNeutralForms, name) > 0) continue;
    const auto atoms = indices(group.nitrogens);
    if (!atoms.empty()) found.charges.push_back({true, atoms, atoms, {}});
  }
}

/// Carboxylates, phosphates, sulfates and the like, by their central atom; a hydrogen makes them neutral.
void Perception::add_acid(std::uint32_t i) {
  std::vector<std::uint32_t> oxygens;
  for (const std::uint32_t j : bonds_[i])
    if (elements_[j] == kOxygen && bonds_[j].size() == 1 && !is_donor(type(j))) oxygens.push_back(j);
  const bool carboxylate = elements_[i] == kCarbon && bonds_[i].size() == 3 && oxygens.size() == 2 && is_planar(i);
  const bool phosphate = elements_[i] == kPhosphorus && oxygens.size() >= 2;
  const bool sulfonate = elements_[i] == kSulfur && oxygens.size() >= 3;
  if (!carboxylate && !phosphate && !sulfonate) return;
  std::vector<std::uint32_t> atoms = oxygens;
  atoms.push_back(i);
  std::ranges::sort(atoms);
  found.charges.push_back({false, std::move(atoms), carboxylate ? oxygens : std::vector{i}, {}});
}

bool Perception::is_flat(const std::vector<std::uint32_t>& ring) const {
  std::vector<Position> normals;
  for (std::size_t k = 0; k < ring.size(); ++k) {
    const Position& here = at(ring[k]);
    normals.push_back(
        cross(at(ring[(k + ring.size() - 1) % ring.size()]) - here, at(ring[(k + 1) % ring.size()]) - here));
  }
  for (std::size_t a = 0; a < normals.size(); ++a)
    for (std::size_t b = a + 1; b < normals.size(); ++b)
      if (angle_deg(normals[a], normals[b]) > kFlat_deg) return false;
  return true;
}

/// Flat rings of five or six atoms in what no template knows: nucleotides and cofactors.
void Perception::add_flat_rings(std::uint32_t first, std::uint32_t end) {
  std::vector<std::uint32_t> path;
  std::vector<std::vector<std::uint32_t>> known;
  const auto extend = [&](const auto& self, std::uint32_t i) -> void {
    for (const std::uint32_t j : bonds_[i]) {
      if (j < path.front() || j < first || j >= end) continue;  // each ring once, from its first atom
      if (j == path.front() && path.size() >= 5 && path[1] < path.back()) known.push_back(path);
      if (path.size() == 6 || std::ranges::count(path, j) > 0) continue;
      path.push_back(j);
      self(self, j);
      path.pop_back();
    }
  };
  for (std::uint32_t i = first; i < end; ++i) {
    path = {i};
    extend(extend, i);
  }
  for (auto& ring : known)
    if (is_flat(ring)) found.rings.push_back(std::move(ring));
}

}  // namespace

InteractionFeatures receptor_features(const DockingReceptor& receptor) { return Perception{receptor}.found; }

}  // namespace digitalis
