// Receptors and ligands as PDB and PDBQT records.

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <gemmi/elem.hpp>

#include "chem/receptor_residues.hpp"
#include "chem/receptor_selection.hpp"

namespace digitalis {
namespace {

/// Columns 23-27 hold four digits and an insertion code; longer numbers keep their last four digits.
std::string number_columns(const std::string& number) {
  const bool code = !number.empty() && std::isalpha(static_cast<unsigned char>(number.back())) != 0;
  const std::string digits = code ? number.substr(0, number.size() - 1) : number;
  const std::string last = digits.size() > 4 ? digits.substr(digits.size() - 4) : digits;
  return std::string(4 - last.size(), ' ') + last + (code ? number.back() : ' ');
}

/// Columns 13-16: one-letter elements begin in column 14.
std::string name_columns(std::string_view name, std::string_view element) {
  std::string columns{name.substr(0, 4)};
  if (columns.size() < 4 && element.size() < 2) columns.insert(0, 1, ' ');
  columns.resize(4, ' ');
  return columns;
}

}  // namespace

int element_of(const DockingReceptor& receptor, std::size_t index) {
  using enum AtomType;
  switch (receptor.types[index]) {
    case kCarbonHydrophobic:
    case kCarbonPolar: return element::kCarbon;
    case kNitrogenPlain:
    case kNitrogenDonor:
    case kNitrogenAcceptor:
    case kNitrogenBoth: return element::kNitrogen;
    case kOxygenPlain:
    case kOxygenDonor:
    case kOxygenAcceptor:
    case kOxygenBoth: return element::kOxygen;
    case kSulfur: return element::kSulfur;
    case kPhosphorus: return element::kPhosphorus;
    case kFluorine: return element::kFluorine;
    case kChlorine: return element::kChlorine;
    case kBromine: return element::kBromine;
    case kIodine: return element::kIodine;
    case kSilicon: return element::kSilicon;
    case kAstatine: return element::kAstatine;
    case kMetal: break;
  }
  const std::string& name = receptor.names[index];
  for (const std::size_t letters : {std::size_t{2}, std::size_t{1}})
    if (const gemmi::Element element(name.substr(0, letters)); element.is_metal()) return element.atomic_number();
  return 30;  // zinc: every metal is the same to the scoring function
}

namespace {

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

}  // namespace

std::string element_symbol(int atomic_number) { return gemmi::element_name(static_cast<gemmi::El>(atomic_number)); }

std::string pdb_record(std::string_view record, int serial, std::string_view atom, std::string_view element,
                       const DockingReceptor::Residue& residue, const Position& at_A) {
  std::array<char, 128> line{};
  const std::string name = name_columns(atom, element), residue_name = residue.name.substr(0, 3);
  const char chain = residue.chain.empty() ? ' ' : residue.chain.front();
  const int length = std::snprintf(line.data(), line.size(), "%-6.6s%5d %s %3s %c%s   %8.3f%8.3f%8.3f  1.00  0.00",
                                   std::string{record}.c_str(), serial % 100000, name.c_str(), residue_name.c_str(),
                                   chain, number_columns(residue.number).c_str(), at_A[0], at_A[1], at_A[2]);
  return {line.data(), static_cast<std::size_t>(length)};
}

std::string residue_pdb(const ReceptorStructure& structure, std::size_t index) {
  const StructureResidue& residue = structure.residues[index];
  std::string text;
  std::vector<int> serials;
  for (const StructureAtom& atom : structure.atoms_of(residue)) {
    const std::string symbol = upper(element_symbol(atom.element));
    text += pdb_record("HETATM", atom.serial, atom.name, symbol, residue.id, atom.at_A);
    text += std::string(12 - symbol.size(), ' ') + symbol + '\n';
    serials.push_back(atom.serial);
  }
  std::array<char, 32> line{};
  const auto own = [&](int serial) { return std::ranges::find(serials, serial) != serials.end(); };
  for (const auto& [from, to] : structure.conect) {
    if (!own(from) || !own(to)) continue;
    std::snprintf(line.data(), line.size(), "CONECT%5d%5d\n", from % 100000, to % 100000);
    text += line.data();
  }
  return text + "END\n";
}

std::string pocket_pdb(const DockingReceptor& receptor, const Box& box, double near_A) {
  std::string text;
  int serial = 0;
  for (std::size_t i = 0; i < receptor.atoms(); ++i) {
    if (box.squared_distance_to(receptor.positions_A[i]) > near_A * near_A) continue;
    const DockingReceptor::Residue& residue = receptor.residues[receptor.residue_of[i]];
    const std::string symbol = upper(element_symbol(element_of(receptor, i)));
    text += pdb_record(is_polymer_name(residue.name) ? "ATOM" : "HETATM", ++serial, receptor.names[i], symbol, residue,
                       receptor.positions_A[i]);
    text += std::string(12 - symbol.size(), ' ') + symbol + '\n';
  }
  return text + "END\n";
}

}  // namespace digitalis
