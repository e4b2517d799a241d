#pragma once
// What is known of residues by name: which side-chain atoms they have, which nitrogens and oxygens give or take
// hydrogen bonds at pH 7, which are waters or come from the crystallisation. Internal to chem/receptor_*.cpp.

#include <optional>
#include <span>
#include <string_view>

#include "chem/receptor_structure.hpp"

namespace digitalis {

/// The amino acid behind a name: "HIS" for HIS, HID, HIE, HIP, HSD, HSE, HSP; the name itself when it is none of the
/// twenty or their protonation forms.
[[nodiscard]] std::string_view standard_name(std::string_view residue);

/// Side-chain atoms other than hydrogens of one of the twenty amino acids (standard_name), blank-separated; empty for
/// glycine and unknown names.
[[nodiscard]] std::string_view side_chain_atoms(std::string_view residue);

struct HydrogenBonding {
  bool donor = false;
  bool acceptor = false;
};

/// What a nitrogen or oxygen of a standard amino acid, a nucleotide or a water does; nothing when the name is not in
/// the table or the answer depends on more than names (backbone nitrogen, histidine).
[[nodiscard]] std::optional<HydrogenBonding> template_bonding(const StructureResidue& residue, std::string_view atom);

[[nodiscard]] bool is_water_name(std::string_view residue);

[[nodiscard]] bool is_backbone(std::string_view atom);

/// Whether PDB files write the residue as ATOM: the twenty amino acids, their protonation forms, nucleotides.
[[nodiscard]] bool is_polymer_name(std::string_view residue);

/// Whether a carbon of an amino acid or a base is aromatic.
[[nodiscard]] bool is_aromatic_carbon(std::string_view residue, std::string_view atom);

/// Sets the kind of every residue. Bonds tell modified residues from ligands.
void classify_residues(ReceptorStructure& structure, const BondTable& bonds);

}  // namespace digitalis
