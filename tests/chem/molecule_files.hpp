#pragma once
// Molecules for differential tests: RDKit's own NCI set, and samples of the external libraries.

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/RDLog.h>

namespace digitalis::testing {

struct NamedMolecule {
  std::string name;  ///< file and line, for messages: never the structure
  std::shared_ptr<RDKit::RWMol> molecule;
};

inline std::shared_ptr<RDKit::RWMol> molecule_of(const std::string& smiles) {
  boost::logging::disable_logs("rdApp.*");
  try {
    return std::shared_ptr<RDKit::RWMol>(RDKit::SmilesToMol(smiles));
  } catch (const std::exception&) {
    return nullptr;
  }
}

/// Every `step`-th line, plain or gzip, the SMILES up to the first blank or comma; what RDKit cannot read is left out.
inline std::vector<NamedMolecule> read_molecules(const std::string& path, std::size_t step = 1) {
  std::ifstream file(path, std::ios::binary);
  boost::iostreams::filtering_istream stream;
  if (path.ends_with(".gz")) stream.push(boost::iostreams::gzip_decompressor());
  stream.push(file);
  std::vector<NamedMolecule> molecules;
  std::string line;
  for (std::size_t number = 1; std::getline(stream, line); ++number) {
    if (number % step != 0) continue;
    auto molecule = molecule_of(line.substr(0, line.find_first_of(" \t,")));
    if (!molecule || molecule->getNumAtoms() == 0) continue;
    molecules.push_back({path.substr(path.rfind('/') + 1) + ":" + std::to_string(number), std::move(molecule)});
  }
  return molecules;
}

inline std::string nci_path() { return DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi"; }

/// A file of the external data; nothing when DIGITALIS_DATA is not set.
inline std::optional<std::string> external_file(const std::string& name) {
  const char* folder = std::getenv("DIGITALIS_DATA");
  if (folder == nullptr) return std::nullopt;
  return std::string(folder) + "/compound-libraries/" + name;
}

}  // namespace digitalis::testing
