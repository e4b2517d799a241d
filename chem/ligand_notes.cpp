#include <GraphMol/Chirality.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "chem/docking_chemistry.hpp"

namespace digitalis {
namespace {

struct Warhead {
  const char* name;
  const char* smarts;
};

// Groups that drugs and probes bind covalently with. J. Singh, R. C. Petter, T. A. Baillie, A. Whitty, Nat. Rev. Drug
// Discov. 10 (2011) 307-317, doi:10.1038/nrd3410; M. Gehringer, S. A. Laufer, J. Med. Chem. 62 (2019) 5673-5724,
// doi:10.1021/acs.jmedchem.8b01153.
constexpr std::array<Warhead, 16> kWarheads{{
    {"acrylamide", "[CX3;H1,H2]=[CX3]-C(=O)-[NX3]"},
    {"propiolamide", "[CX2]#[CX2]-C(=O)-[NX3]"},
    {"haloacetamide", "[Cl,Br,I]-[CX4;H1,H2]-C(=O)-[NX3]"},
    {"acrylate or enone", "[CX3;H1,H2;!$(C=CC(=O)N)]=[CX3;!R]-C(=O)-[#6,OX2]"},
    {"vinyl sulfone", "[CX3;H1,H2]=[CX3]-S(=O)(=O)-[#6,#7]"},
    {"cyanoacrylamide", "[CX3]=[CX3](-C#N)-C(=O)-[NX3]"},
    {"cyanamide", "[NX3;!$(N-C=O)]-C#N"},
    {"nitrile beside a heteroatom", "[$(C(-C#N)[NX3]C=O),$(c(-C#N)(n)n)]"},
    {"boronic acid", "[BX3;$(B-[OH]),$(B(-O)-O)]"},
    {"aldehyde", "[CX3H1](=O)-[#6]"},
    {"epoxide or aziridine", "C1[O,N]C1"},
    {"beta-lactam", "O=C1[NX3]CC1"},
    {"beta-lactone", "O=C1OCC1"},
    {"sulfonyl fluoride", "[F]-S(=O)(=O)-[#6,#7,#8]"},
    {"alpha-ketoamide", "[#6]-C(=O)-C(=O)-[NX3]"},
    {"isothiocyanate or isocyanate", "N=C=[O,S]"},
}};

using Patterns = std::vector<std::unique_ptr<RDKit::RWMol>>;

/// Matching changes a query's caches, so that every thread has its own.
const Patterns& warhead_patterns() {
  thread_local const Patterns patterns = [] {
    Patterns compiled;
    for (const Warhead& warhead : kWarheads) compiled.emplace_back(RDKit::SmartsToMol(warhead.smarts));
    return compiled;
  }();
  return patterns;
}

std::string stereo_note(const RDKit::ROMol& mol) {
  constexpr bool kClean = false;
  RDKit::RWMol copy(mol);
  std::size_t centres = 0, bonds = 0;
  for (const auto& info : RDKit::Chirality::findPotentialStereo(copy, kClean)) {
    if (info.specified != RDKit::Chirality::StereoSpecified::Unspecified) continue;
    if (info.type == RDKit::Chirality::StereoType::Atom_Tetrahedral) ++centres;
    if (info.type == RDKit::Chirality::StereoType::Bond_Double) ++bonds;
  }
  const auto counted = [](std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
  };
  std::string note;
  if (centres > 0) note = counted(centres, "stereo centre");
  if (bonds > 0) note += (note.empty() ? "" : " and ") + counted(bonds, "double bond");
  return note.empty() ? note : note + " left open: one form was made";
}

}  // namespace

std::vector<std::string> docking_notes_of(const RDKit::ROMol& mol) {
  std::vector<std::string> notes;
  const auto& patterns = warhead_patterns();
  RDKit::MatchVectType match;
  for (std::size_t i = 0; i < patterns.size(); ++i)
    if (RDKit::SubstructMatch(mol, *patterns[i], match))
      notes.push_back(std::string("covalent warhead (") + kWarheads[i].name + "): docked without the bond");
  bool boron = false, metal = false;
  int permanent = 0;
  for (const auto* atom : mol.atoms()) {
    boron |= atom->getAtomicNum() == 5;
    // A charge that no proton explains and no neighbour balances: a quaternary ammonium, an N-alkyl pyridinium.
    if (atom->getFormalCharge() > 0 && atom->getTotalNumHs() == 0) {
      bool balanced = false;
      for (const auto* other : mol.atomNeighbors(atom)) balanced |= other->getFormalCharge() < 0;
      permanent += balanced ? 0 : 1;
    }
  }
  const auto types = autodock_types_of(mol);
  metal = std::any_of(types.begin(), types.end(), [](const auto* type) {
    return type != nullptr && type->plain == AtomType::kMetal && type->role == AutoDockType::Role::kScored;
  });
  if (boron) notes.emplace_back("boron scored as polar carbon");
  if (metal) notes.emplace_back("metal scored as a hydrogen bond donor of radius 1.2 A");
  if (permanent > 0) notes.emplace_back("permanent charge: the score does not see it");
  if (auto stereo = stereo_note(mol); !stereo.empty()) notes.push_back(std::move(stereo));
  return notes;
}

}  // namespace digitalis
