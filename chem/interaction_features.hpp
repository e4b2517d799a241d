#pragma once
// What of a molecule can hold on to another one: donors and acceptors of hydrogen bonds, charges, aromatic rings and so
// on, as indices of atoms. Perceived once; where the atoms stand is told separately, so that a pose costs only its
// coordinates. Hydrogens need not be there: each donor says from which atoms its hydrogens' places follow.
// Which groups count: S. Salentin et al., Nucleic Acids Res. 43 (2015) W443-W447, doi:10.1093/nar/gkv315 (PLIP), and C.
// Bouysset, S. Fiorucci, J. Cheminform. 13 (2021) 72, doi:10.1186/s13321-021-00548-6 (ProLIF).

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chem/docking_receptor.hpp"
#include "chem/geometry.hpp"
#include "chem/ligand_preparation.hpp"

namespace digitalis {

struct InteractionFeatures {
  /// Where hydrogens stand, seen from the donor's neighbours.
  enum class Hydrogens : std::uint8_t {
    kAnywhere,  ///< no neighbour: water, ammonia
    kCone,      ///< one: they turn about the bond to it (hydroxyl, ammonium)
    kPlanar,    ///< one: on either side in the plane through neighbours[0] and its other neighbour, neighbours[1]
    kOpposite,  ///< two or three: away from all of them (peptide nitrogen, tertiary ammonium)
    kPair       ///< two: above and below the plane through them (secondary ammonium)
  };
  struct Donor {
    std::uint32_t atom = 0;
    Hydrogens where = Hydrogens::kAnywhere;
    std::uint32_t hydrogens = 1;
    std::uint32_t neighbour_count = 0;
    std::array<std::uint32_t, 3> neighbours{};
  };
  struct Charge {
    bool positive = false;
    std::vector<std::uint32_t> atoms;   ///< of the group, ascending
    std::vector<std::uint32_t> centre;  ///< atoms whose mean is the centre of charge
    /// Of an amine with three neighbours these; a ring must face them. Empty for others.
    std::vector<std::uint32_t> substituents;
  };
  struct Bonded {
    std::uint32_t atom = 0, neighbour = 0;
  };

  std::vector<Donor> donors;
  std::vector<std::uint32_t> acceptors;
  std::vector<Charge> charges;
  std::vector<std::vector<std::uint32_t>> rings;  ///< aromatic, of five or six atoms, in the order of the ring
  std::vector<std::uint32_t> hydrophobic;         ///< carbons bonded to carbon and hydrogen only
  std::vector<Bonded> halogens;                   ///< Cl, Br, I on carbon
  std::vector<Bonded> halogen_acceptors;          ///< N, O, S with one neighbour, of C, N, P, S
  std::vector<std::uint32_t> metal_binders;       ///< N, O, S with a lone pair
  std::vector<std::uint32_t> metals;              ///< of receptors
  std::vector<std::uint32_t> waters;  ///< oxygens of waters, of receptors; neither donors nor acceptors above
};

/// Atoms count as the heavy atoms of the compound's canonical SMILES do, which is how poses are kept
/// (heavy_atoms_in_smiles_order()).
struct LigandFeatures : InteractionFeatures {
  std::size_t atoms = 0;
  std::vector<InteractionFeatures::Bonded> bonds;  ///< between heavy atoms
};

/// Hydrogens are those of the form as written; beyond them, amines count as donors and as positive, and acids as
/// negative, as they are at pH 7. Throws std::logic_error for what is no SMILES (a bug in the caller). About 0.2 ms.
[[nodiscard]] LigandFeatures ligand_features(std::string_view smiles);
/// The same of a ligand to be docked. One from PDBQT has no molecule, and no features.
[[nodiscard]] LigandFeatures ligand_features(const PreparedLigand& ligand);

/// Atoms count as those of the receptor do. Amino acids by their names, everything else by bonds and shapes:
/// histidine counts as positive unless its name says otherwise (HID, HIE, HSD, HSE); amines of cofactors do not, since
/// bond lengths alone tell them badly. Safe to call concurrently; O(atoms).
[[nodiscard]] InteractionFeatures receptor_features(const DockingReceptor& receptor);

}  // namespace digitalis
