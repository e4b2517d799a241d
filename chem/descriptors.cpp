#include "chem/descriptors.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RDKitBase.h>

#include "chem/pattern_matcher.hpp"
#include "chem/pattern_set.hpp"
#include "chem/qed.hpp"

namespace digitalis {
namespace {

constexpr std::array<DescriptorInfo, kDescriptorCount> kTable{{
    {"mw", "mw_g_mol", "molecular weight", 2},
    {"clogp", "clogp", "cLogP (Crippen)", 2},
    {"tpsa", "tpsa_A2", "topological polar surface area", 1},
    {"hbd", "hbd", "hydrogen bond donors", 0},
    {"hba", "hba", "hydrogen bond acceptors", 0},
    {"rotatable_bonds", "rotatable_bonds", "rotatable bonds", 0},
    {"rings", "rings", "rings", 0},
    {"fsp3", "fsp3", "fraction of sp3 carbons", 2},
    {"heavy_atoms", "heavy_atoms", "heavy atoms", 0},
    {"charge", "charge_e", "formal charge", 0},
    {"qed", "qed", "drug-likeness (QED)", 3},
}};

// RDKit's definitions of calcNumHBD and calcNumHBA (both 2.0.1) and of the strict rotatable bond (3.1.0). RDKit copies
// the recursive ones for every call, which costs more than the search; the tests compare the counts on 50,000
// molecules.
constexpr const char* kDonor = "[N&!H0&v3,N&!H0&+1&v4,O&H1&+0,S&H1&+0,n&H1&+0]";
constexpr const char* kAcceptor =
    "[$([O,S;H1;v2]-[!$(*=[O,N,P,S])]),$([O,S;H0;v2]),$([O,S;-]),$([N;v3;!$(N-*=!@[O,N,P,S])]),$([nH0,o,s;+0])]";
constexpr const char* kRotatable =
    "[!$(*#*)&!D1&!$(C(F)(F)F)&!$(C(Cl)(Cl)Cl)&!$(C(Br)(Br)Br)&!$(C([CH3])([CH3])[CH3])&!$([CD3](=[N,O,S])-!@[#7,O,S!"
    "D1])"
    "&!$([#7,O,S!D1]-!@[CD3]=[N,O,S])&!$([CD3](=[N+])-!@[#7!D1])&!$([#7!D1]-!@[CD3]=[N+])]-,:;!@"
    "[!$(*#*)&!D1&!$(C(F)(F)F)&!$(C(Cl)(Cl)Cl)&!$(C(Br)(Br)Br)&!$(C([CH3])([CH3])[CH3])]";
// QED counts the rings that are left when these atoms are gone as aromatic.
constexpr const char* kAliphaticRingAtom = "[A;R][!a]";

// RDKit stops after 1,000 matches of a pattern, of which one atom takes up to 24: above this size its own code must
// answer.
constexpr unsigned kMaxAtomsForLogp = 100;

// Rings of the graph without the atoms marked gone: bonds - atoms + parts.
int count_rings_without(const RDKit::ROMol& molecule, const std::vector<char>& gone) {
  std::vector<unsigned> root(molecule.getNumAtoms());
  for (unsigned i = 0; i < root.size(); ++i) root[i] = i;
  const auto find = [&root](unsigned atom) {
    while (root[atom] != atom) atom = root[atom] = root[root[atom]];
    return atom;
  };
  int rings = 0;
  for (const auto* bond : molecule.bonds()) {
    if (gone[bond->getBeginAtomIdx()] || gone[bond->getEndAtomIdx()] || bond->getBondType() == RDKit::Bond::ZERO)
      continue;
    const auto begin = find(bond->getBeginAtomIdx());
    const auto end = find(bond->getEndAtomIdx());
    if (begin == end)
      ++rings;  // both ends were connected before: this bond closes a ring
    else
      root[begin] = end;
  }
  return rings;
}

}  // namespace

struct DescriptorCalculator::Patterns {
  struct Contribution {
    int pattern;
    double logp;
  };
  int donor, acceptor, rotatable, aliphatic_ring_atom;
  std::vector<int> qed_acceptors, qed_alerts;
  std::vector<Contribution> crippen;
  PatternMatcher matcher{compile()};

  std::shared_ptr<const PatternSet> compile() {
    using enum PatternSet::Anchor;
    auto set = std::make_shared<PatternSet>();
    donor = set->add(kDonor, kFirstAtom);
    acceptor = set->add(kAcceptor, kFirstAtom);
    rotatable = set->add(kRotatable, kFirstAtom);
    aliphatic_ring_atom = set->add(kAliphaticRingAtom, kFirstAtom);
    for (const auto* smarts : qed_acceptor_smarts()) qed_acceptors.push_back(set->add(smarts, kFirstAtom));
    for (const auto* smarts : qed_alert_smarts()) qed_alerts.push_back(set->add(smarts));
    for (const auto& type : *RDKit::Descriptors::CrippenParamCollection::getParams())
      crippen.push_back({set->add(*type.dp_pattern, kFirstAtom), type.logp});
    return set;
  }

  // Wildman-Crippen logP: each atom, hydrogens included, counts for the first type that fits it.
  // S. A. Wildman, G. M. Crippen, J. Chem. Inf. Comput. Sci. 39 (1999) 868-873, doi:10.1021/ci990307l.
  double logp(const RDKit::ROMol& molecule) {
    if (molecule.getNumAtoms() > kMaxAtomsForLogp) return RDKit::Descriptors::calcClogP(molecule);
    matcher.load_with_hydrogens(molecule);
    double sum = 0;
    for (std::uint32_t atom = 0; atom < matcher.atom_count(); ++atom) {
      const auto type =
          std::ranges::find_if(crippen, [&](const auto& c) { return matcher.matches_at(c.pattern, atom); });
      if (type != crippen.end()) sum += type->logp;
    }
    return sum;
  }
};

std::span<const DescriptorInfo, kDescriptorCount> descriptor_table() { return kTable; }

std::optional<Descriptor> find_descriptor(std::string_view name) {
  const auto* found =
      std::ranges::find_if(kTable, [name](const auto& info) { return info.key == name || info.column == name; });
  if (found == kTable.end()) return std::nullopt;
  return static_cast<Descriptor>(found - kTable.begin());
}

DescriptorCalculator::DescriptorCalculator() : patterns_(std::make_unique<Patterns>()) {}
DescriptorCalculator::~DescriptorCalculator() = default;
DescriptorCalculator::DescriptorCalculator(DescriptorCalculator&&) noexcept = default;

Descriptors DescriptorCalculator::compute(const RDKit::ROMol& molecule) const {
  auto& patterns = *patterns_;
  auto& matcher = patterns.matcher;
  Descriptors values{};
  const auto set = [&values](Descriptor which, double value) {
    values[static_cast<std::size_t>(which)] = static_cast<float>(value);
  };

  int charge = 0;
  unsigned heavy_atoms = 0;
  for (const auto* atom : molecule.atoms()) {
    charge += atom->getFormalCharge();
    if (atom->getAtomicNum() > 1) ++heavy_atoms;
  }
  const bool has_hydrogen_atoms = heavy_atoms < molecule.getNumAtoms();

  QedProperties qed_of{};
  qed_of.mw_g_mol = RDKit::Descriptors::calcAMW(molecule);
  qed_of.psa_A2 = RDKit::Descriptors::calcTPSA(molecule);
  qed_of.alogp = patterns.logp(molecule);
  matcher.load(molecule);
  qed_of.hydrogen_bond_donors = matcher.count_atoms(patterns.donor);
  qed_of.rotatable_bonds = matcher.count_bonds(patterns.rotatable);
  for (const int pattern : patterns.qed_acceptors) qed_of.hydrogen_bond_acceptors += matcher.count_atoms(pattern);
  for (const int pattern : patterns.qed_alerts) qed_of.alerts += matcher.matches(pattern) ? 1 : 0;
  std::vector<char> gone(molecule.getNumAtoms());
  for (std::uint32_t atom = 0; atom < gone.size(); ++atom)
    gone[atom] = matcher.matches_at(patterns.aliphatic_ring_atom, atom) ? 1 : 0;
  qed_of.aromatic_rings = count_rings_without(molecule, gone);

  set(Descriptor::kMw, qed_of.mw_g_mol);
  set(Descriptor::kClogp, qed_of.alogp);
  set(Descriptor::kTpsa, qed_of.psa_A2);
  set(Descriptor::kHbd, qed_of.hydrogen_bond_donors);
  set(Descriptor::kHba, matcher.count_atoms(patterns.acceptor));
  set(Descriptor::kRotatableBonds, qed_of.rotatable_bonds);
  set(Descriptor::kRings, molecule.getRingInfo()->numRings());
  set(Descriptor::kFsp3, RDKit::Descriptors::calcFractionCSP3(molecule));
  set(Descriptor::kHeavyAtoms, heavy_atoms);
  set(Descriptor::kFormalCharge, charge);
  set(Descriptor::kQed, qed(qed_of));
  if (has_hydrogen_atoms) {  // QED is defined without them; deuterium stays, so this ends
    const std::unique_ptr<const RDKit::ROMol> without{RDKit::MolOps::removeHs(molecule)};
    if (without->getNumAtoms() < molecule.getNumAtoms())
      set(Descriptor::kQed, compute(*without)[static_cast<std::size_t>(Descriptor::kQed)]);
  }
  return values;
}

}  // namespace digitalis
