// RDKit's five standardisation steps each copy the molecule and search it with their SMARTS, 18 to 700 us a step,
// although nine of ten compounds of a library leave all five unchanged. So each step's own question - does one of its
// patterns occur? - is asked first, with compiled patterns taken from RDKit's own objects, and the step runs only when
// the answer is yes. The result is that of the plain sequence; the tests compare the canonical SMILES of both.

#include "chem/standardiser.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/MolStandardize/AcidBaseCatalog/AcidBaseCatalogParams.h>
#include <GraphMol/MolStandardize/Charge.h>
#include <GraphMol/MolStandardize/Fragment.h>
#include <GraphMol/MolStandardize/Metal.h>
#include <GraphMol/MolStandardize/MolStandardize.h>
#include <GraphMol/MolStandardize/Normalize.h>
#include <GraphMol/RDKitBase.h>
#include <GraphMol/SanitException.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include "chem/pattern_matcher.hpp"
#include "chem/pattern_set.hpp"

namespace digitalis {
namespace {

namespace rdkit = RDKit::MolStandardize;

// Normalizers share their reactions, which RDKit prepares at first use without a lock: make that first use here, once.
void prepare_shared_reactions() {
  static const bool done = [] {
    const std::unique_ptr<RDKit::ROMol> methane{RDKit::SmilesToMol("C")};
    const std::unique_ptr<RDKit::ROMol> same{rdkit::Normalizer().normalize(*methane)};
    return same != nullptr;
  }();
  static_cast<void>(done);
}

bool has_carbon(const RDKit::ROMol& molecule) {
  for (const auto* atom : molecule.atoms())
    if (atom->getAtomicNum() == 6) return true;
  return false;
}

bool is_connected(const RDKit::ROMol& molecule) {
  if (molecule.getNumAtoms() == 0 || molecule.getNumBonds() + 1 < molecule.getNumAtoms()) return false;
  std::vector<char> seen(molecule.getNumAtoms());
  std::vector<const RDKit::Atom*> open{molecule.getAtomWithIdx(0)};
  seen[0] = 1;
  std::size_t reached = 0;
  while (!open.empty()) {
    const auto* atom = open.back();
    open.pop_back();
    ++reached;
    for (const auto* next : molecule.atomNeighbors(atom))
      if (!std::exchange(seen[next->getIdx()], 1)) open.push_back(next);
  }
  return reached == seen.size();
}

// True when no charge is one the Uncharger could take away: there is none, or they come as pairs of a negative atom
// whose only neighbour is positive, and a positive one with no other negative neighbour (nitro, N-oxide, azide,
// isocyanide). All its patterns ask for a charge without such a partner, a positive atom with two negative ones, or a
// negative atom with another neighbour.
bool only_paired_charges(const RDKit::ROMol& molecule) {
  for (const auto* atom : molecule.atoms()) {
    const int charge = atom->getFormalCharge();
    if (charge == 0) continue;
    if (charge < 0 && atom->getDegree() != 1) return false;
    unsigned partners = 0;
    for (const auto* neighbour : molecule.atomNeighbors(atom))
      partners += neighbour->getFormalCharge() * charge < 0 ? 1U : 0U;
    if (partners != 1) return false;
  }
  return true;
}

Reject reject(RejectCode code, std::string detail) { return {code, {}, {}, std::move(detail), {}}; }

}  // namespace

struct Standardiser::Steps {
  rdkit::MetalDisconnector metals;
  rdkit::LargestFragmentChooser fragments{true};
  rdkit::Normalizer normalizer;
  rdkit::Reionizer reionizer;
  rdkit::Uncharger uncharger;

  // The patterns of the steps above. kNotCompiled counts as "occurs": then the step runs and finds out itself.
  std::vector<int> metal_bonds, reactants, acids, bases;
  PatternMatcher matcher{compile()};

  std::shared_ptr<const PatternSet> compile() {
    auto set = std::make_shared<PatternSet>();
    metal_bonds = {set->add(*metals.getMetalNof()), set->add(*metals.getMetalNon())};
    const auto& defaults = rdkit::defaultCleanupParameters;
    const rdkit::TransformCatalogParams transforms(defaults.normalizations);
    for (const auto& transform : transforms.getTransformations())
      for (const auto& reactant : transform->getReactants()) reactants.push_back(set->add(*reactant));
    const rdkit::AcidBaseCatalogParams pairs(defaults.acidbaseFile);
    for (const auto& [acid, base] : pairs.getPairs()) {
      acids.push_back(set->add(*acid));
      bases.push_back(set->add(*base));
    }
    return set;
  }

  [[nodiscard]] bool occurs(int pattern) { return pattern == PatternSet::kNotCompiled || matcher.matches(pattern); }
  [[nodiscard]] bool occurs_any(const std::vector<int>& patterns) {
    return std::ranges::any_of(patterns, [this](int pattern) { return occurs(pattern); });
  }
  // Pairs are sorted by acid strength; the Reionizer moves a proton only from a stronger acid to a weaker one's base.
  [[nodiscard]] bool would_move_proton() {
    std::size_t weakest = bases.size();
    while (weakest > 0 && !occurs(bases[weakest - 1])) --weakest;
    if (weakest == 0) return false;
    return std::any_of(acids.begin(), acids.begin() + static_cast<std::ptrdiff_t>(weakest - 1),
                       [this](int acid) { return occurs(acid); });
  }
};

Standardiser::Standardiser() {
  prepare_shared_reactions();
  steps_ = std::make_unique<Steps>();
}
Standardiser::~Standardiser() = default;
Standardiser::Standardiser(Standardiser&&) noexcept = default;

Result<std::shared_ptr<RDKit::RWMol>> Standardiser::standardise(std::shared_ptr<RDKit::RWMol> molecule) const try {
  auto& steps = *steps_;
  bool changed = false;
  const auto take = [&](RDKit::ROMol* result) {
    const std::unique_ptr<RDKit::ROMol> owner{result};
    molecule = std::make_shared<RDKit::RWMol>(*result);
    steps.matcher.load(*molecule);
    changed = true;
  };
  if (!has_carbon(*molecule)) return reject(RejectCode::kNoOrganicPart, "no part of it holds carbon");

  steps.matcher.load(*molecule);
  const bool has_metal_bond = steps.occurs_any(steps.metal_bonds);
  if (has_metal_bond) steps.metals.disconnect(*molecule);
  if (has_metal_bond || !is_connected(*molecule)) take(steps.fragments.choose(*molecule));
  if (!has_carbon(*molecule)) return reject(RejectCode::kNoOrganicPart, "no part of it holds carbon");

  if (steps.occurs_any(steps.reactants)) take(steps.normalizer.normalize(*molecule));
  if (steps.would_move_proton()) take(steps.reionizer.reionize(*molecule));
  if (!only_paired_charges(*molecule)) take(steps.uncharger.uncharge(*molecule));
  if (changed) RDKit::MolOps::sanitizeMol(*molecule);
  return molecule;
} catch (const RDKit::AtomSanitizeException&) {
  return reject(RejectCode::kStandardisation, "standardisation leaves an atom with an impossible valence");
} catch (const RDKit::MolSanitizeException&) {
  return reject(RejectCode::kStandardisation, "standardisation leaves rings that cannot be kekulized");
} catch (const std::exception&) {
  return reject(RejectCode::kStandardisation, "a standardisation step failed");
}

}  // namespace digitalis
