// The score of a state is the sum over contacts of its polar atoms: a donor facing an acceptor counts for it, two
// donors or two acceptors face to face count more against it, hydroxyls and waters suit either, a metal wants a lone
// pair, and a hydrogen has no room beside a carbon. States are scored one residue at a time, twice over all residues,
// because neighbors may be histidines or amides themselves. Without hydrogens the optimum over whole networks that
// other programs search would rest on guessed hydroxyls; a turn is therefore made only for a clear gain.

#include "chem/receptor_flips.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "chem/cell_list.hpp"
#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"
#include "chem/receptor_typing.hpp"

namespace digitalis {
namespace {

constexpr double kFull_A = 3.2;   // a hydrogen bond counts in full up to here ...
constexpr double kReach_A = 3.6;  // ... and not at all from here
constexpr double kClash_A = 3.3;  // between a carbon and a nitrogen with hydrogen
constexpr double kMetal_A = 2.8;
constexpr double kMatch = 1.0, kChargedMatch = 1.25, kMismatch = -1.5, kEither = 0.5, kMetalBond = 3.0, kClash = -0.5;
constexpr double kBothProtonated = -2.4;  // a charged histidine needs two acceptors in full reach
constexpr double kDelta = -0.1;           // without partners the epsilon nitrogen carries the hydrogen
constexpr double kClearGain = 1.5;        // for turning a side chain

/// What stands at a place: an atom of the receptor or of its surroundings.
struct Place {
  Position at_A{};
  const DockingReceptor::Residue* residue = nullptr;
  const std::string* name = nullptr;
  bool carbon = false, donor = false, acceptor = false, metal = false, charged = false;
};

/// An atom of a group that may turn, in one of its states.
struct Site {
  std::uint32_t atom = 0;   ///< index in the receptor
  std::uint32_t place = 0;  ///< where it stands: its own place, or that of the atom it swaps with
  bool donor = false, acceptor = false;
};

struct State {
  std::vector<Site> sites;
  bool turned = false;
  double prior = 0.0;
  std::string words;  ///< "delta nitrogen carries the hydrogen"
};

struct Group {
  std::uint32_t residue = 0;
  Position middle_A{};  ///< hydrogens and lone pairs point away from here
  std::vector<State> states;
  std::size_t chosen = 0;
};

struct Contact {
  std::uint32_t place = 0;
  double value = 0.0;
};

class Flips {
 public:
  Flips(ReceptorStructure& receptor, const BondTable& bonds, const ReceptorStructure& whole,
        const std::vector<bool>& in_receptor)
      : receptor_(receptor), bonds_(bonds), places_(all_places(receptor, whole, in_receptor)), cells_(points(), 4.0) {
    for (std::uint32_t r = 0; r < receptor.residues.size(); ++r) add_group(r);
  }

  void judge(ReceptorReport& report) {
    for (int pass = 0; pass < 2; ++pass)
      for (Group& group : groups_) {
        group.chosen = best_state(group);
        settle(group);
      }
    std::vector<std::string> without_partner;
    for (const Group& group : groups_) describe(group, without_partner, report);
    if (!without_partner.empty())
      report.decisions.push_back(
          "histidines without a hydrogen bond to tell by: epsilon nitrogen carries the hydrogen (" +
          listed(without_partner, 40) + ")");
    for (const Group& group : groups_) apply(group);
  }

 private:
  static std::vector<Place> all_places(const ReceptorStructure& receptor, const ReceptorStructure& whole,
                                       const std::vector<bool>& in_receptor) {
    std::vector<Place> places;
    places.reserve(whole.atoms.size());
    for (const StructureAtom& atom : receptor.atoms) {
      const StructureResidue& residue = receptor.residues[atom.residue];
      const std::string_view name = standard_name(residue.id.name);
      places.push_back({atom.at_A, &residue.id, &atom.name, atom.element == element::kCarbon, atom.donor, atom.acceptor,
                        atom.metal, (name == "ASP" || name == "GLU") && atom.acceptor && !is_backbone(atom.name)});
    }
    for (const StructureAtom& atom : whole.atoms)
      if (!in_receptor[atom.residue] && !atom.is_hydrogen())
        places.push_back({atom.at_A, &whole.residues[atom.residue].id, &atom.name, atom.element == element::kCarbon,
                          atom.is_polar(), atom.is_polar(), atom.metal, false});
    return places;
  }

  [[nodiscard]] std::vector<Position> points() const {
    std::vector<Position> at_A;
    for (const Place& place : places_) at_A.push_back(place.at_A);
    return at_A;
  }

  void add_group(std::uint32_t r) {
    const StructureResidue& residue = receptor_.residues[r];
    if (residue.kind != ResidueKind::kAminoAcid) return;
    const std::string& name = residue.id.name;
    if (name == "ASN") add_amide(r, "CG", "OD1", "ND2");
    if (name == "GLN") add_amide(r, "CD", "OE1", "NE2");
    if (name == "HIS" && !tautomer_is_given(receptor_, residue, bonds_)) add_histidine(r);
  }

  /// Own atoms by name; empty when one is missing, shows its hydrogens, or is bonded to another residue but a metal.
  [[nodiscard]] std::vector<std::uint32_t> find_all(const StructureResidue& residue,
                                                    std::initializer_list<std::string_view> names) const {
    std::vector<std::uint32_t> found;
    for (const std::string_view name : names) {
      const std::int64_t index = receptor_.find(residue, name);
      if (index < 0) return {};
      found.push_back(static_cast<std::uint32_t>(index));
      for (const std::uint32_t j : bonds_.of(found.back())) {
        const StructureAtom& other = receptor_.atoms[j];
        const bool outside = j < residue.first || j >= residue.end;
        const bool nitrogen = receptor_.atoms[found.back()].element == element::kNitrogen;
        if ((outside && !other.metal) || (nitrogen && other.is_hydrogen())) return {};
      }
    }
    return found;
  }

  void add_amide(std::uint32_t r, std::string_view carbon, std::string_view oxygen, std::string_view nitrogen) {
    const auto atoms = find_all(receptor_.residues[r], {carbon, oxygen, nitrogen});
    if (atoms.empty()) return;
    const std::uint32_t o = atoms[1], n = atoms[2];
    Group group{r, receptor_.atoms[atoms[0]].at_A, {}, 0};
    group.states.push_back({{{o, o, false, true}, {n, n, true, false}}, false, 0.0, ""});
    group.states.push_back({{{o, n, false, true}, {n, o, true, false}}, true, 0.0, ""});
    groups_.push_back(std::move(group));
  }

  void add_histidine(std::uint32_t r) {
    const auto atoms = find_all(receptor_.residues[r], {"CG", "ND1", "CD2", "CE1", "NE2"});
    if (atoms.empty()) return;
    Group group{r, {}, {}, 0};
    for (const std::uint32_t atom : atoms) group.middle_A = group.middle_A + 0.2 * receptor_.atoms[atom].at_A;
    const std::uint32_t nd1 = atoms[1], cd2 = atoms[2], ce1 = atoms[3], ne2 = atoms[4];
    for (const bool turned : {false, true}) {
      const auto add = [&](bool delta, bool epsilon, double prior, const char* words) {
        State state{{}, turned, prior, words};
        state.sites.push_back({nd1, turned ? cd2 : nd1, delta, !delta});
        state.sites.push_back({ne2, turned ? ce1 : ne2, epsilon, !epsilon});
        state.sites.push_back({cd2, turned ? nd1 : cd2, false, false});
        state.sites.push_back({ce1, turned ? ne2 : ce1, false, false});
        group.states.push_back(std::move(state));
      };
      add(false, true, 0.0, "epsilon nitrogen carries the hydrogen");
      add(true, false, kDelta, "delta nitrogen carries the hydrogen");
      add(true, true, kBothProtonated, "both nitrogens carry a hydrogen");
    }
    groups_.push_back(std::move(group));
  }

  /// What the contact of a site with a place is worth.
  [[nodiscard]] static double worth(const Site& site, const Place& other, double distance_A) {
    const bool polar_site = site.donor || site.acceptor;
    if (other.metal) return distance_A >= kMetal_A ? 0.0 : (site.acceptor && !site.donor ? kMetalBond : -kMetalBond);
    if (other.carbon) return site.acceptor ? 0.0 : kClash * std::min(1.0, std::max(0.0, kClash_A - distance_A) / 0.3);
    if (!polar_site || !(other.donor || other.acceptor)) return 0.0;
    const double reach = std::clamp((kReach_A - distance_A) / (kReach_A - kFull_A), 0.0, 1.0);
    if (other.donor && other.acceptor) return kEither * reach;
    const bool match = site.donor ? other.acceptor : other.donor;
    return reach * (match ? (other.charged ? kChargedMatch : kMatch) : kMismatch);
  }

  [[nodiscard]] std::vector<Contact> contacts(const Group& group, const Site& site) const {
    std::vector<Contact> found;
    const Position& at_A = places_[site.place].at_A;
    const Position outward = at_A - group.middle_A;
    const DockingReceptor::Residue* const own = &receptor_.residues[group.residue].id;
    cells_.for_each_within(at_A, kReach_A, [&](std::uint32_t index, double squared) {
      const Place& other = places_[index];
      const double distance_A = std::sqrt(squared);
      if (other.residue == own || distance_A < 1e-3) return;
      const double cosine = dot(outward, other.at_A - at_A) / (std::sqrt(dot(outward, outward)) * distance_A);
      if (cosine < 0.2) return;
      if (const double value = worth(site, other, distance_A); value != 0.0) found.push_back({index, value});
    });
    return found;
  }

  [[nodiscard]] double score(const Group& group, const State& state) const {
    double sum = state.prior;
    for (const Site& site : state.sites)
      for (const Contact& contact : contacts(group, site)) sum += contact.value;
    return sum;
  }

  [[nodiscard]] std::size_t best_state(const Group& group) const {
    std::array<std::size_t, 2> best{};  // as it stands, turned
    std::array<double, 2> value{-1e9, -1e9};
    for (std::size_t s = 0; s < group.states.size(); ++s) {
      const std::size_t side = group.states[s].turned ? 1 : 0;
      if (const double sum = score(group, group.states[s]); sum > value[side]) {
        value[side] = sum;
        best[side] = s;
      }
    }
    return value[1] >= value[0] + kClearGain ? best[1] : best[0];
  }

  /// Lets the neighbors see the state that was chosen.
  void settle(const Group& group) {
    for (const Site& site : group.states[group.chosen].sites) {
      Place& place = places_[site.place];
      place.donor = site.donor;
      place.acceptor = site.acceptor;
      place.carbon = !site.donor && !site.acceptor;
    }
  }

  void apply(const Group& group) {
    const State& state = group.states[group.chosen];
    for (const Site& site : state.sites) {
      receptor_.atoms[site.atom].donor = site.donor;
      receptor_.atoms[site.atom].acceptor = site.acceptor;
    }
    std::vector<Position> at_A;
    for (const Site& site : state.sites) at_A.push_back(places_[site.place].at_A);
    for (std::size_t i = 0; i < state.sites.size(); ++i) receptor_.atoms[state.sites[i].atom].at_A = at_A[i];
  }

  /// "2.8 A from A:ASP102 OD1", the contact that speaks most for the state; empty: none.
  [[nodiscard]] std::string reason(const Group& group) const {
    double best = 0.0;
    std::string words;
    for (const Site& site : group.states[group.chosen].sites)
      for (const Contact& contact : contacts(group, site)) {
        if (contact.value <= best) continue;
        best = contact.value;
        const Place& other = places_[contact.place];
        words = receptor_.atoms[site.atom].name + " " + decimals(distance(places_[site.place].at_A, other.at_A), 1) +
                " A from " + other.residue->label() + " " + *other.name;
      }
    return words;
  }

  void describe(const Group& group, std::vector<std::string>& without_partner, ReceptorReport& report) const {
    const State& state = group.states[group.chosen];
    const std::string label = receptor_.residues[group.residue].id.label(), why = reason(group);
    std::string decision = state.turned ? "side chain turned by 180 degrees" : "";
    if (!state.words.empty()) decision += (decision.empty() ? "" : ", ") + state.words;
    if (!state.turned && why.empty() && !state.words.empty())
      without_partner.push_back(label);
    else if (!decision.empty())
      report.decisions.push_back(label + ": " + decision + (why.empty() ? "" : " (" + why + ")"));
  }

  ReceptorStructure& receptor_;
  const BondTable& bonds_;
  std::vector<Place> places_;  ///< the receptor's atoms first, by their index
  CellList cells_;
  std::vector<Group> groups_;
};

}  // namespace

void judge_flips(ReceptorStructure& receptor, const BondTable& bonds, const ReceptorStructure& whole,
                 const std::vector<bool>& in_receptor, ReceptorReport& report) {
  Flips(receptor, bonds, whole, in_receptor).judge(report);
}

}  // namespace digitalis
