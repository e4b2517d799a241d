#include "screening/hit_query/pose_files.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace digitalis {
namespace {

// What the script does with the data it holds. Names of objects are made by PyMOL out of IDs, which may be any text.
constexpr const char* kShow = R"py(
from pymol import cmd
import os
first = None
for target, found in data["targets"].items():
    name = cmd.get_legal_name(target)
    cmd.read_pdbstr(found["pocket"], "pocket_" + name)
    if os.path.exists(found.get("receptor", "")):
        cmd.load(found["receptor"], "receptor_" + name)
        cmd.hide("everything", "receptor_" + name)
        cmd.show("cartoon", "receptor_" + name)
    if "reference" in found:
        cmd.read_sdfstr(found["reference"], "reference_" + name)
        cmd.disable("reference_" + name)
    cmd.show("lines", "pocket_" + name)
    for number, hit in enumerate(found["hits"], 1):
        pose = cmd.get_legal_name("%s_%d_%s" % (name, number, hit["id"]))
        cmd.read_sdfstr(hit["record"], pose)
        cmd.show("sticks", pose)
        cmd.hide("sticks", pose + " and hydro and (neighbor elem C)")
        cmd.group("poses_" + name, pose)
        if first is None:
            first = pose
        else:
            cmd.disable(pose)
cmd.util.cnc("all")
if first is not None:
    cmd.zoom(first, 8)
)py";

/// One line of text, for names in a file of lines.
std::string in_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20U; }, ' ');
  return text;
}

/// Atoms and bonds of a V2000 record.
struct Molecule {
  struct Atom {
    std::string x, y, z, element;
    int bonds = 0, doubles = 0, triples = 0;
  };
  struct Bond {
    std::size_t begin = 0, end = 0;
    int order = 1;
  };
  std::vector<Atom> atoms;
  std::vector<Bond> bonds;
};

std::size_t number_at(const std::string& line, std::size_t begin, std::size_t length) {
  std::string digits = line.size() > begin ? line.substr(begin, length) : "";
  digits.erase(std::remove(digits.begin(), digits.end(), ' '), digits.end());
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) throw std::runtime_error("a record is not V2000");
  return value;
}

Molecule read_v2000(const std::string& record) {
  std::istringstream lines{record};
  std::string line;
  for (int i = 0; i < 4; ++i) std::getline(lines, line);
  if (line.find("V2000") == std::string::npos) throw std::runtime_error("a record is not V2000");
  Molecule molecule;
  molecule.atoms.resize(number_at(line, 0, 3));
  molecule.bonds.resize(number_at(line, 3, 3));
  for (Molecule::Atom& atom : molecule.atoms) {
    std::getline(lines, line);
    std::istringstream words{line};
    words >> atom.x >> atom.y >> atom.z >> atom.element;
  }
  for (Molecule::Bond& bond : molecule.bonds) {
    std::getline(lines, line);
    bond = {number_at(line, 0, 3), number_at(line, 3, 3), static_cast<int>(number_at(line, 6, 3))};
    for (const std::size_t end : {bond.begin, bond.end}) {
      Molecule::Atom& atom = molecule.atoms.at(end - 1);
      ++atom.bonds;
      atom.doubles += bond.order == 2;
      atom.triples += bond.order == 3;
    }
  }
  return molecule;
}

/// SYBYL's type by element and bonds: "C.2", "N.4", "S.o2", "Cl".
std::string sybyl_type(const Molecule::Atom& atom) {
  const std::string& element = atom.element;
  if (element == "S" && atom.doubles > 0 && atom.bonds > 2) return atom.doubles == 1 ? "S.o" : "S.o2";
  if (element == "P") return "P.3";
  if (element != "C" && element != "N" && element != "O" && element != "S") return element;
  if (atom.triples > 0 || atom.doubles > 1) return element + ".1";
  if (atom.doubles > 0) return element + ".2";
  return element + (element == "N" && atom.bonds == 4 ? ".4" : ".3");
}

}  // namespace

std::string pymol_script(const std::vector<DockedHit>& hits, const nlohmann::json& pockets,
                         const nlohmann::json& receptors) {
  nlohmann::json targets = nlohmann::json::object();
  for (const DockedHit& hit : hits) {
    nlohmann::json& target = targets[hit.target];
    if (target.is_null()) {
      const nlohmann::json& pocket = pockets.value(hit.target, nlohmann::json::object());
      target["pocket"] = pocket.value("pocket_pdb", "");
      if (pocket.contains("reference_sdf")) target["reference"] = pocket.at("reference_sdf");
      if (receptors.contains(hit.target)) target["receptor"] = receptors.at(hit.target);
    }
    target["hits"].push_back({{"id", hit.id}, {"record", hit.record}});
  }
  // JSON in ASCII, written as a text of Python: no ID can end it.
  using Json = nlohmann::json;
  const auto ascii = [](const Json& json) { return json.dump(-1, ' ', true, Json::error_handler_t::replace); };
  return "# Poses of Digitalis for PyMOL: File > Run Script, or: pymol THIS_FILE\npython\nimport json\ndata = "
         "json.loads(" +
         ascii(ascii({{"targets", targets}})) + ")" + kShow + "python end\n";
}

std::string viewdock_mol2(const std::vector<DockedHit>& hits) {
  std::string text;
  for (const DockedHit& hit : hits) {
    const Molecule molecule = read_v2000(hit.record);
    const auto value = [&](const std::string& name, const std::string& word) {
      text += "##########" + std::string(name.size() < 35 ? 35 - name.size() : 1, ' ') + in_one_line(name) + ":    " +
              in_one_line(word) + "\n";
    };
    value("Name", hit.id);
    value("Target", hit.target);
    for (const auto& [name, number] : hit.values) value(name, number);
    text += "\n@<TRIPOS>MOLECULE\n" + in_one_line(hit.id) + "\n " + std::to_string(molecule.atoms.size()) + " " +
            std::to_string(molecule.bonds.size()) + " 1 0 0\nSMALL\nNO_CHARGES\n\n@<TRIPOS>ATOM\n";
    for (std::size_t i = 0; i < molecule.atoms.size(); ++i) {
      const Molecule::Atom& atom = molecule.atoms[i];
      const std::string number = std::to_string(i + 1);
      text += number + " " + atom.element + number + " " + atom.x + " " + atom.y + " " + atom.z + " " +
              sybyl_type(atom) + " 1 LIG 0.0000\n";
    }
    text += "@<TRIPOS>BOND\n";
    for (std::size_t i = 0; i < molecule.bonds.size(); ++i) {
      const Molecule::Bond& bond = molecule.bonds[i];
      text += std::to_string(i + 1) + " " + std::to_string(bond.begin) + " " + std::to_string(bond.end) + " " +
              std::to_string(bond.order) + "\n";
    }
    text += "@<TRIPOS>SUBSTRUCTURE\n1 LIG 1\n\n";
  }
  return text;
}

}  // namespace digitalis
