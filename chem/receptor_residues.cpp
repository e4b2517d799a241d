#include "chem/receptor_residues.hpp"

#include <algorithm>
#include <array>
#include <gemmi/resinfo.hpp>

namespace digitalis {
namespace {

struct Alias {
  std::string_view form, standard;
};
constexpr std::array kForms{Alias{"HID", "HIS"}, Alias{"HIE", "HIS"}, Alias{"HIP", "HIS"}, Alias{"HSD", "HIS"},
                            Alias{"HSE", "HIS"}, Alias{"HSP", "HIS"}, Alias{"ASH", "ASP"}, Alias{"GLH", "GLU"},
                            Alias{"LYN", "LYS"}, Alias{"CYX", "CYS"}, Alias{"CYM", "CYS"}, Alias{"CY1", "CYS"}};

struct SideChain {
  std::string_view residue, atoms;
};
constexpr std::array kSideChains{SideChain{"ALA", "CB"},
                                 SideChain{"ARG", "CB CG CD NE CZ NH1 NH2"},
                                 SideChain{"ASN", "CB CG OD1 ND2"},
                                 SideChain{"ASP", "CB CG OD1 OD2"},
                                 SideChain{"CYS", "CB SG"},
                                 SideChain{"GLN", "CB CG CD OE1 NE2"},
                                 SideChain{"GLU", "CB CG CD OE1 OE2"},
                                 SideChain{"HIS", "CB CG ND1 CD2 CE1 NE2"},
                                 SideChain{"ILE", "CB CG1 CG2 CD1"},
                                 SideChain{"LEU", "CB CG CD1 CD2"},
                                 SideChain{"LYS", "CB CG CD CE NZ"},
                                 SideChain{"MET", "CB CG SD CE"},
                                 SideChain{"PHE", "CB CG CD1 CD2 CE1 CE2 CZ"},
                                 SideChain{"PRO", "CB CG CD"},
                                 SideChain{"SER", "CB OG"},
                                 SideChain{"THR", "CB OG1 CG2"},
                                 SideChain{"TRP", "CB CG CD1 CD2 NE1 CE2 CE3 CZ2 CZ3 CH2"},
                                 SideChain{"TYR", "CB CG CD1 CD2 CE1 CE2 CZ OH"},
                                 SideChain{"VAL", "CB CG1 CG2"}};

struct Polar {
  std::string_view residue, atom;
  HydrogenBonding bonding;
};
constexpr HydrogenBonding kDonor{true, false}, kAcceptor{false, true}, kBoth{true, true}, kNeither{};
constexpr std::array kAminoAcids{
    Polar{"ARG", "NE", kDonor},     Polar{"ARG", "NH1", kDonor},    Polar{"ARG", "NH2", kDonor},
    Polar{"ASN", "OD1", kAcceptor}, Polar{"ASN", "ND2", kDonor},    Polar{"ASP", "OD1", kAcceptor},
    Polar{"ASP", "OD2", kAcceptor}, Polar{"GLN", "OE1", kAcceptor}, Polar{"GLN", "NE2", kDonor},
    Polar{"GLU", "OE1", kAcceptor}, Polar{"GLU", "OE2", kAcceptor}, Polar{"LYS", "NZ", kDonor},
    Polar{"SER", "OG", kBoth},      Polar{"THR", "OG1", kBoth},     Polar{"TRP", "NE1", kDonor},
    Polar{"TYR", "OH", kBoth},      Polar{"ASH", "OD2", kBoth},     Polar{"GLH", "OE2", kBoth}};

/// Bases by their last letter: A and DA are one row. N1, N3, N7 take where they have no hydrogen.
constexpr std::array kBases{
    Polar{"A", "N1", kAcceptor}, Polar{"A", "N3", kAcceptor}, Polar{"A", "N7", kAcceptor}, Polar{"A", "N6", kDonor},
    Polar{"A", "N9", kNeither},  Polar{"G", "N1", kDonor},    Polar{"G", "N2", kDonor},    Polar{"G", "N3", kAcceptor},
    Polar{"G", "N7", kAcceptor}, Polar{"G", "O6", kAcceptor}, Polar{"G", "N9", kNeither},  Polar{"I", "N1", kDonor},
    Polar{"I", "N3", kAcceptor}, Polar{"I", "N7", kAcceptor}, Polar{"I", "O6", kAcceptor}, Polar{"I", "N9", kNeither},
    Polar{"C", "N1", kNeither},  Polar{"C", "O2", kAcceptor}, Polar{"C", "N3", kAcceptor}, Polar{"C", "N4", kDonor},
    Polar{"U", "N1", kNeither},  Polar{"U", "O2", kAcceptor}, Polar{"U", "N3", kDonor},    Polar{"U", "O4", kAcceptor},
    Polar{"T", "N1", kNeither},  Polar{"T", "O2", kAcceptor}, Polar{"T", "N3", kDonor},    Polar{"T", "O4", kAcceptor}};

constexpr std::array<std::string_view, 9> kWaters{"HOH", "DOD", "WAT", "H2O", "TIP", "TP3", "SOL", "OH2", "TIP3"};

/// Buffers, cryoprotectants, precipitants and halides, beyond those gemmi knows (agents listed by PISA).
constexpr std::array<std::string_view, 58> kBuffers{
    "SO4", "PO4", "GOL", "EDO", "PEG", "PGE", "PG4", "1PE", "2PE", "P6G", "PE3", "PE4", "PE5", "PE8", "12P",
    "15P", "7PE", "DMS", "ACT", "ACY", "FMT", "MPD", "MRD", "IPA", "EOH", "MOH", "BME", "DTT", "TRS", "MES",
    "EPE", "CIT", "FLC", "TLA", "TAR", "MLI", "MLA", "NO3", "SCN", "AZI", "IMD", "CL",  "BR",  "IOD", "F",
    "NH4", "BCT", "CO3", "PGO", "BU3", "BU1", "PG0", "POL", "XE",  "UNX", "UNL", "LDA", "BOG"};

/// What closes a chain's end and belongs to it.
constexpr std::array<std::string_view, 6> kCaps{"ACE", "NME", "NMA", "NH2", "FOR", "NHE"};

template <class Names>
bool contains(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <class Table>
std::optional<HydrogenBonding> find_bonding(const Table& table, std::string_view residue, std::string_view atom) {
  for (const Polar& polar : table)
    if (polar.residue == residue && polar.atom == atom) return polar.bonding;
  return {};
}

bool linked(const ReceptorStructure& structure, const StructureResidue& residue, const BondTable& bonds,
            std::string_view atom) {
  const std::int64_t index = structure.find(residue, atom);
  if (index < 0) return false;
  return std::ranges::any_of(bonds.of(static_cast<std::size_t>(index)), [&](std::uint32_t other) {
    return (other < residue.first || other >= residue.end) && !structure.atoms[other].metal;
  });
}

ResidueKind kind_of(const ReceptorStructure& structure, const StructureResidue& residue, const BondTable& bonds) {
  const auto atoms = structure.atoms_of(residue);
  const std::string& name = residue.id.name;
  const gemmi::ResidueInfo info = gemmi::find_tabulated_residue(name);
  const auto heavy = std::ranges::count_if(atoms, [](const StructureAtom& atom) { return !atom.is_hydrogen(); });
  if (is_water_name(name)) return ResidueKind::kWater;
  const bool any_metal = std::ranges::any_of(atoms, [](const StructureAtom& atom) { return atom.metal; });
  if (heavy == 1 && any_metal) return ResidueKind::kMetal;
  const auto has = [&](std::string_view atom) { return structure.find(residue, atom) >= 0; };
  if (contains(kCaps, name)) return ResidueKind::kAminoAcid;
  if (has("CA") && !side_chain_atoms(standard_name(name)).empty()) return ResidueKind::kAminoAcid;
  if (has("CA") && info.is_amino_acid()) return ResidueKind::kAminoAcid;
  if (has("N") && has("CA") && has("C") &&
      (linked(structure, residue, bonds, "N") || linked(structure, residue, bonds, "C")))
    return ResidueKind::kAminoAcid;
  const bool sugar = has("C1'") || has("C1*") || has("P");
  if (sugar && info.is_nucleic_acid()) return ResidueKind::kNucleotide;
  if ((has("C3'") || has("C3*")) && has("O3'") && linked(structure, residue, bonds, "O3'"))
    return ResidueKind::kNucleotide;
  if (contains(kBuffers, name) || info.kind == gemmi::ResidueInfo::BUF) return ResidueKind::kBuffer;
  return ResidueKind::kOther;
}

}  // namespace

std::string_view standard_name(std::string_view residue) {
  const auto form = std::ranges::find(kForms, residue, &Alias::form);
  return form == kForms.end() ? residue : form->standard;
}

std::string_view side_chain_atoms(std::string_view residue) {
  const auto known = std::ranges::find(kSideChains, residue, &SideChain::residue);
  return known == kSideChains.end() ? std::string_view{} : known->atoms;
}

std::optional<HydrogenBonding> template_bonding(const StructureResidue& residue, std::string_view atom) {
  if (residue.kind == ResidueKind::kWater) return kBoth;
  const std::string_view name = residue.id.name;
  if (residue.kind == ResidueKind::kAminoAcid) {
    if (atom == "O" || atom == "OXT") return kAcceptor;
    if (const auto form = find_bonding(kAminoAcids, name, atom)) return form;
    return find_bonding(kAminoAcids, standard_name(name), atom);
  }
  if (residue.kind == ResidueKind::kNucleotide && (name.size() == 1 || (name.size() == 2 && name[0] == 'D')))
    return find_bonding(kBases, name.substr(name.size() - 1), atom);
  return {};
}

bool is_water_name(std::string_view residue) {
  return contains(kWaters, residue) || gemmi::find_tabulated_residue(std::string{residue}).is_water();
}

bool is_backbone(std::string_view atom) {
  return atom == "N" || atom == "CA" || atom == "C" || atom == "O" || atom == "OXT";
}

bool is_polymer_name(std::string_view residue) {
  const std::string name{standard_name(residue)};
  if (name == "GLY" || !side_chain_atoms(name).empty()) return true;
  const gemmi::ResidueInfo info = gemmi::find_tabulated_residue(name);
  return info.is_nucleic_acid() && info.is_standard();
}

bool is_aromatic_carbon(std::string_view residue, std::string_view atom) {
  const std::string_view name = standard_name(residue);
  constexpr std::array<std::string_view, 10> kRing{"CG", "CD1", "CD2", "CE1", "CE2", "CE3", "CZ", "CZ2", "CZ3", "CH2"};
  constexpr std::array<std::string_view, 4> kBase{"C2", "C4", "C6", "C8"};
  if (name == "PHE" || name == "TYR" || name == "TRP" || name == "HIS") return contains(kRing, atom);
  const bool nucleotide = name.size() < 3 && is_polymer_name(name);
  return nucleotide && (contains(kBase, atom) || atom == "C5");
}

void classify_residues(ReceptorStructure& structure, const BondTable& bonds) {
  for (StructureResidue& residue : structure.residues) residue.kind = kind_of(structure, residue, bonds);
}

}  // namespace digitalis
