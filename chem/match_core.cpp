#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <exception>
#include <map>
#include <memory>
#include <stdexcept>

#include "chem/ligand_molecule.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr unsigned kMostMatches = 64;

std::vector<RDKit::MatchVectType> matches_of(const PreparedLigand& ligand, const RDKit::ROMol& core) {
  if (!ligand.molecule)
    throw UsageError(ligand.id + ": a core needs bond orders; hint: SDF, MOL2 or SMILES, not PDBQT");
  RDKit::SubstructMatchParameters parameters;
  parameters.uniquify = false;  // a symmetric core can lie in several ways
  parameters.maxMatches = kMostMatches;
  return RDKit::SubstructMatch(*ligand.molecule->mol, core, parameters);
}

}  // namespace

std::vector<std::vector<std::pair<std::uint32_t, Position>>> match_core(const PreparedLigand& ligand,
                                                                        const PreparedLigand& reference,
                                                                        const std::string& smarts) {
  std::unique_ptr<RDKit::RWMol> core;
  try {
    core.reset(RDKit::SmartsToMol(smarts));
  } catch (const std::exception&) {  // the message quotes the pattern
  }
  if (!core || core->getNumAtoms() == 0) throw UsageError("core: not a SMARTS");
  const auto in_reference = matches_of(reference, *core);
  if (in_reference.empty()) throw UsageError("core: not part of reference " + reference.id);

  const auto scored_index = [](const DockingLigand& docking) {
    std::map<std::uint32_t, std::uint32_t> index;
    for (std::uint32_t i = 0; i < docking.ligand_atoms; ++i) index[docking.source[i]] = i;
    return index;
  };
  const auto own = scored_index(ligand.docking), theirs = scored_index(reference.docking);
  const auto& at = reference.docking.conformers.front();
  std::vector<std::vector<std::pair<std::uint32_t, Position>>> placements;
  for (const auto& match : matches_of(ligand, *core)) {
    auto& placement = placements.emplace_back();
    for (std::size_t k = 0; k < match.size(); ++k) {
      const auto i = own.find(static_cast<std::uint32_t>(match[k].second));
      const auto j = theirs.find(static_cast<std::uint32_t>(in_reference.front()[k].second));
      if (i != own.end() && j != theirs.end()) placement.emplace_back(i->second, at[j->second]);
    }
  }
  return placements;
}

}  // namespace digitalis
