#include "chem/receptor.hpp"

#include <gemmi/gz.hpp>
#include <gemmi/mmread.hpp>
#include <gemmi/polyheur.hpp>

#include <set>

#include "chem/usage_error.hpp"

namespace digitalis {

ReceptorSummary read_receptor(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) throw UsageError(file.string() + ": no such receptor file");
  ReceptorSummary summary;
  std::set<std::string> ligands;
  try {
    gemmi::Structure structure = gemmi::read_structure(gemmi::MaybeGzipped(file.string()));
    gemmi::setup_entities(structure);
    if (structure.models.empty()) throw std::runtime_error("it holds no model");
    for (const gemmi::Chain& chain : structure.models.front().chains) {
      ++summary.chains;
      for (const gemmi::Residue& residue : chain.residues) {
        summary.atoms += residue.atoms.size();
        if (residue.entity_type == gemmi::EntityType::Polymer)
          ++summary.residues;
        else if (!residue.is_water())
          ligands.insert(residue.name);
      }
    }
  } catch (const std::exception& error) {
    throw UsageError(file.string() + ": cannot be read as a structure (" + error.what() +
                     "); hint: give a PDB or mmCIF file");
  }
  if (summary.residues == 0)
    throw UsageError(file.string() + ": holds no protein or nucleic acid; hint: give the target's PDB or mmCIF file");
  summary.ligands.assign(ligands.begin(), ligands.end());
  return summary;
}

}  // namespace digitalis
