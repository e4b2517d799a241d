#pragma once
// A structure file's atoms as they stand there, one conformation of each residue: what the passes of prepare_receptor()
// work on. Internal to chem/receptor_*.cpp and chem/docking_receptor.cpp.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "chem/docking_receptor.hpp"

namespace digitalis {

/// Atomic numbers that rules name.
namespace element {
inline constexpr int kHydrogen = 1, kBoron = 5, kCarbon = 6, kNitrogen = 7, kOxygen = 8, kFluorine = 9, kSilicon = 14,
                     kPhosphorus = 15, kSulfur = 16, kChlorine = 17, kSelenium = 34, kBromine = 35, kIodine = 53,
                     kAstatine = 85;
}  // namespace element

enum class ResidueKind : std::uint8_t { kAminoAcid, kNucleotide, kWater, kMetal, kBuffer, kOther };

struct StructureAtom {
  Position at_A{};
  std::string name;
  int element = 0;  ///< atomic number; 0: unknown
  bool metal = false;
  bool donor = false;     ///< has a hydrogen to give
  bool acceptor = false;  ///< has a lone pair to give
  int serial = 0;         ///< as in the file
  std::uint32_t residue = 0;
  AtomType type = AtomType::kCarbonHydrophobic;
  std::string autodock_type;  ///< PDBQT only

  [[nodiscard]] bool is_hydrogen() const { return element == element::kHydrogen; }
  [[nodiscard]] bool is_polar() const { return element == element::kNitrogen || element == element::kOxygen; }
};

struct StructureResidue {
  DockingReceptor::Residue id;
  ResidueKind kind = ResidueKind::kOther;
  std::uint32_t first = 0;  ///< own atoms are [first, end)
  std::uint32_t end = 0;
  bool hydrogens = false;  ///< the file has some
};

struct ReceptorStructure {
  std::string file;  ///< for messages
  bool pdbqt = false;
  std::vector<StructureAtom> atoms;
  std::vector<StructureResidue> residues;
  std::size_t models = 1;                   ///< in the file; the first is here
  std::size_t alternate_residues = 0;       ///< residues of which the file has several conformations
  std::size_t unusable_atoms = 0;           ///< left out: without a known element or finite coordinates
  std::vector<std::pair<int, int>> conect;  ///< serial numbers of CONECT records, as they stand

  [[nodiscard]] std::span<const StructureAtom> atoms_of(const StructureResidue& residue) const {
    return {atoms.data() + residue.first, residue.end - residue.first};
  }
  [[nodiscard]] std::span<StructureAtom> atoms_of(const StructureResidue& residue) {
    return {atoms.data() + residue.first, residue.end - residue.first};
  }
  /// Index of the residue's atom of that name; -1: none.
  [[nodiscard]] std::int64_t find(const StructureResidue& residue, std::string_view name) const;
  /// Appends to the last residue, or to a new one when chain, name or number differ.
  void add(const DockingReceptor::Residue& id, StructureAtom atom);
};

/// Atoms of the first model. Throws UsageError naming the file. `altloc`: see ReceptorOptions.
[[nodiscard]] ReceptorStructure read_structure_file(const std::filesystem::path& file, const std::string& altloc);

/// The same from the text of a PDBQT file. Throws UsageError naming file and line.
[[nodiscard]] ReceptorStructure parse_pdbqt(const std::string& file, std::string_view text);

/// Neighbours of every atom, one list after the other.
class BondTable {
 public:
  BondTable() = default;
  BondTable(std::size_t atoms, const std::vector<std::pair<std::uint32_t, std::uint32_t>>& bonds);
  [[nodiscard]] std::span<const std::uint32_t> of(std::size_t atom) const {
    return {neighbors_.data() + start_[atom], start_[atom + 1] - start_[atom]};
  }

 private:
  std::vector<std::uint32_t> start_, neighbors_;
};

/// Who is bonded to whom, by AutoDock Vina's rule: closer than 1.1 times the sum of covalent radii, and no third atom
/// closer to both than they are to each other. Hydrogens bond, and stand between in PDBQT files only: Vina sees them
/// there, and elsewhere they are placed too roughly. O(atoms).
[[nodiscard]] BondTable find_bonds(const ReceptorStructure& structure);

}  // namespace digitalis
