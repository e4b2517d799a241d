// PDBQT in: AutoDock's atom types stand in columns 78-79 and decide what an atom is, as they do for AutoDock Vina.

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "chem/receptor_structure.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

struct AutoDockType {
  std::string_view name;
  int element;
  bool acceptor = false;
  bool metal = false;
};

using namespace element;
constexpr std::array kTypes{
    AutoDockType{"C", kCarbon},          AutoDockType{"A", kCarbon},          AutoDockType{"N", kNitrogen},
    AutoDockType{"NA", kNitrogen, true}, AutoDockType{"NS", kNitrogen, true}, AutoDockType{"O", kOxygen},
    AutoDockType{"OA", kOxygen, true},   AutoDockType{"OS", kOxygen, true},   AutoDockType{"P", kPhosphorus},
    AutoDockType{"S", kSulfur},          AutoDockType{"SA", kSulfur},         AutoDockType{"Se", kSelenium},
    AutoDockType{"H", kHydrogen},        AutoDockType{"HD", kHydrogen},       AutoDockType{"HS", kHydrogen},
    AutoDockType{"F", kFluorine},        AutoDockType{"Cl", kChlorine},       AutoDockType{"Br", kBromine},
    AutoDockType{"I", kIodine},          AutoDockType{"Si", kSilicon},        AutoDockType{"At", kAstatine},
    AutoDockType{"Mg", 12, false, true}, AutoDockType{"Mn", 25, false, true}, AutoDockType{"Zn", 30, false, true},
    AutoDockType{"Ca", 20, false, true}, AutoDockType{"Fe", 26, false, true}, AutoDockType{"Cu", 29, false, true},
    AutoDockType{"Na", 11, false, true}, AutoDockType{"K", 19, false, true},  AutoDockType{"Hg", 80, false, true},
    AutoDockType{"Co", 27, false, true}, AutoDockType{"U", 92, false, true},  AutoDockType{"Cd", 48, false, true},
    AutoDockType{"Ni", 28, false, true}};

constexpr std::string_view kIgnored = "W";  // a pseudo-water of hydrated docking

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Columns as PDB counts them, from 1; what a short line lacks is empty.
std::string_view columns(std::string_view line, std::size_t from, std::size_t to) {
  return from > line.size() ? std::string_view{} : trimmed(line.substr(from - 1, to - from + 1));
}

const AutoDockType* find_type(std::string_view name) {
  for (const AutoDockType& type : kTypes)
    if (type.name == name) return &type;
  // "ZN", "MG": written so by some programs, and meant so.
  if (name.size() != 2) return nullptr;
  for (const AutoDockType& type : kTypes)
    if (type.name.size() == 2 && type.name[0] == name[0] && type.name[1] == (name[1] | 0x20)) return &type;
  return nullptr;
}

StructureAtom parse_atom(std::string_view line, const std::string& at, const AutoDockType& type) {
  StructureAtom atom;
  atom.name = columns(line, 13, 16);
  atom.autodock_type = type.name;
  atom.element = type.element;
  atom.metal = type.metal;
  atom.acceptor = type.acceptor;
  for (std::size_t k = 0; k < 3; ++k) {
    const std::string_view text = columns(line, 31 + 8 * k, 38 + 8 * k);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), atom.at_A[k]);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(atom.at_A[k]))
      throw UsageError(at + ": \"" + std::string{text} +
                       "\" in columns 31-54 is not a coordinate; hint: write the PDBQT file again");
  }
  return atom;
}

}  // namespace

ReceptorStructure parse_pdbqt(const std::string& file, std::string_view text) {
  ReceptorStructure structure;
  structure.file = file;
  structure.pdbqt = true;
  std::size_t number = 0;
  int serial = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.starts_with("ENDMDL")) break;
    if (!line.starts_with("ATOM  ") && !line.starts_with("HETATM")) continue;
    const std::string at = file + ":" + std::to_string(number);
    const std::string_view name = columns(line, 78, 79);
    if (name == kIgnored) continue;
    const AutoDockType* const type = find_type(name);
    if (type == nullptr)
      throw UsageError(at + ": " + (name.empty() ? "no AutoDock atom type" : "\"" + std::string{name} + "\"") +
                       (name.empty() ? "" : " is not an AutoDock atom type") +
                       " in columns 78-79; hint: give the PDB or mmCIF file instead");
    StructureAtom atom = parse_atom(line, at, *type);
    atom.serial = ++serial;
    structure.add(
        {std::string{columns(line, 22, 22)}, std::string{columns(line, 18, 20)}, std::string{columns(line, 23, 27)}},
        std::move(atom));
  }
  return structure;
}

}  // namespace digitalis
