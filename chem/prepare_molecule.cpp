#include "chem/prepare_molecule.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <xxhash.h>

#include <exception>
#include <utility>

#include "chem/conformers.hpp"
#include "chem/docking_chemistry.hpp"
#include "chem/known_ring_shapes.hpp"
#include "chem/ligand_molecule.hpp"

namespace digitalis {
namespace {

constexpr unsigned kMostHeavyAtoms = 300;  // an antibody's worth of ETKDG would take minutes

/// The part with most heavy atoms; the first of equal ones.
std::unique_ptr<RDKit::RWMol> largest_part(std::unique_ptr<RDKit::RWMol> mol, std::vector<std::string>& notes) {
  const auto parts = RDKit::MolOps::getMolFrags(*mol);
  if (parts.size() < 2) return mol;
  std::size_t largest = 0;
  for (std::size_t i = 1; i < parts.size(); ++i)
    if (parts[i]->getNumHeavyAtoms() > parts[largest]->getNumHeavyAtoms()) largest = i;
  notes.push_back("largest of " + std::to_string(parts.size()) + " parts docked");
  return std::make_unique<RDKit::RWMol>(*parts[largest]);
}

std::vector<Position> positions_of(const RDKit::Conformer& conformer) {
  std::vector<Position> positions;
  positions.reserve(conformer.getNumAtoms());
  for (const auto& at : conformer.getPositions()) positions.push_back({at.x, at.y, at.z});
  return positions;
}

std::uint32_t seed_of(const std::string& smiles, std::uint64_t seed) {
  return static_cast<std::uint32_t>(XXH3_64bits_withSeed(smiles.data(), smiles.size(), seed));
}

}  // namespace

std::vector<std::uint32_t> canonical_heavy_atoms(const RDKit::RWMol& mol, std::string& canonical_smiles) {
  RDKit::RWMol bare(mol);
  for (auto* atom : bare.atoms()) atom->setProp<int>("_source", static_cast<int>(atom->getIdx()));
  RDKit::MolOps::removeAllHs(bare);
  canonical_smiles = RDKit::MolToSmiles(bare);
  const auto order = bare.getProp<std::vector<unsigned>>("_smilesAtomOutputOrder");
  std::vector<std::uint32_t> atoms;
  for (const unsigned i : order) {
    const auto* atom = bare.getAtomWithIdx(i);
    if (atom->getAtomicNum() != 1) atoms.push_back(static_cast<std::uint32_t>(atom->getProp<int>("_source")));
  }
  return atoms;
}

std::unique_ptr<RDKit::RWMol> in_canonical_order(const RDKit::RWMol& mol, std::string& canonical_smiles) {
  RDKit::RWMol bare(mol);
  RDKit::MolOps::removeAllHs(bare);
  canonical_smiles = RDKit::MolToSmiles(bare);
  return std::unique_ptr<RDKit::RWMol>(RDKit::SmilesToMol(canonical_smiles));
}

std::unique_ptr<RDKit::RWMol> molecule_of_poses(std::string_view smiles) {
  std::unique_ptr<RDKit::RWMol> parsed;
  try {
    parsed.reset(RDKit::SmilesToMol(std::string(smiles)));
  } catch (const std::exception&) {  // its message quotes the structure
  }
  std::string canonical;
  if (parsed) parsed = in_canonical_order(*parsed, canonical);
  if (!parsed) throw std::logic_error("poses of what is not a SMILES");
  return parsed;
}

std::unique_ptr<RDKit::ROMol> in_order_of_poses(const RDKit::RWMol& mol) {
  RDKit::RWMol bare(mol);
  RDKit::MolOps::removeAllHs(bare);
  bare.clearConformers();
  std::string canonical;
  const auto order = canonical_heavy_atoms(bare, canonical);
  std::unique_ptr<RDKit::ROMol> ordered(RDKit::MolOps::renumberAtoms(bare, {order.begin(), order.end()}));
  if (!ordered->getRingInfo()->isInitialized()) RDKit::MolOps::findSSSR(*ordered);
  constexpr bool kClean = true, kAnew = true;  // atoms that depend on each other know each other's indices
  RDKit::MolOps::assignStereochemistry(*ordered, kClean, kAnew);
  return ordered;
}

Result<PreparedLigand> prepare_molecule(std::unique_ptr<RDKit::RWMol> mol, const std::string& id, const Location& at,
                                        bool keep_coordinates, const LigandOptions& options,
                                        std::vector<std::string> notes) try {
  const auto reject = [&](RejectCode code, const std::string& detail, const std::string& hint = "") {
    return Reject{code, at, id, detail, hint};
  };
  mol = largest_part(std::move(mol), notes);
  if (mol->getNumHeavyAtoms() == 0) return reject(RejectCode::kEmptyRecord, "the structure has no heavy atoms");
  if (mol->getNumHeavyAtoms() > kMostHeavyAtoms)
    return reject(RejectCode::kTooLarge, "more than " + std::to_string(kMostHeavyAtoms) + " heavy atoms");
  for (const auto& note : docking_notes_of(*mol)) notes.push_back(note);

  std::string smiles;
  if (!keep_coordinates) {
    mol = in_canonical_order(*mol, smiles);
    if (!mol) return reject(RejectCode::kConformer, "the molecule cannot be put in canonical order");
  }
  // An element is refused before the costly step.
  for (const auto* type : autodock_types_of(*mol))
    if (type == nullptr) return reject(RejectCode::kDockingType, "holds an element that docking cannot score");
  if (keep_coordinates) {
    constexpr bool kExplicitOnly = false, kWithCoordinates = true;
    RDKit::MolOps::addHs(*mol, kExplicitOnly, kWithCoordinates);
  } else {
    KnownRingShapes none;
    if (!make_conformers(*mol, options.most_ring_conformers, seed_of(smiles, options.seed),
                         options.known_ring_shapes ? *options.known_ring_shapes : none))
      return reject(RejectCode::kConformer, "no 3D coordinates found", "check its stereocentres and rings");
  }

  PreparedLigand ligand;
  ligand.smiles = smiles;
  auto molecule = std::make_shared<PreparedLigand::Molecule>();
  molecule->smiles_order = canonical_heavy_atoms(*mol, smiles);
  molecule->tree = torsion_tree_of(*mol, options.turn_amides);
  ligand.id = id;
  ligand.docking =
      docking_ligand_of(molecule->tree, docking_types_of(*mol, autodock_types_of(*mol)), neighbours_of(*mol));
  for (auto conformer = mol->beginConformers(); conformer != mol->endConformers(); ++conformer)
    ligand.docking.conformers.push_back(conformer_of(ligand.docking, positions_of(**conformer)));
  molecule->mol = std::move(mol);
  ligand.molecule = std::move(molecule);
  ligand.notes = std::move(notes);
  return ligand;
} catch (const std::exception&) {  // RDKit's steps each throw their own kinds, with messages that may quote structures
  return Reject{RejectCode::kConformer, at, id, "the 3D preparation failed", ""};
}

}  // namespace digitalis
