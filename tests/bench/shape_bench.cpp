// Overlays beside RDKit's Open3DAlign, on ligands whose crystal structures were superposed by their proteins.
// Usage: digitalis_shape_bench FILE.sdf[.gz]... ; the first 3D record of a file is its query, as far as it goes.
#include <RDGeneral/RDConfig.h>

#include <cmath>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/MolAlign/O3AAlignMolecules.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/ShapeHelpers/ShapeUtils.h>

#include "chem/interaction_features.hpp"
#include "chem/ligand_molecule.hpp"
#include "chem/parse_record.hpp"
#include "cpu_time.hpp"
#include "scoring/shape/colour_features.hpp"
#include "scoring/shape/overlay.hpp"
#include "scoring/shape/overlay_kernel.hpp"

namespace {

using digitalis::Overlay;
using digitalis::Shape;

struct Ligand {
  std::shared_ptr<const RDKit::RWMol> mol;  // with hydrogens, as Open3DAlign wants them
  std::vector<std::uint32_t> atoms;         // heavy ones, in the order of the shape's
  std::vector<digitalis::ColourFeature> features;
  Shape shape;
  std::vector<double> log_p;  // contributions of atoms
};

std::vector<digitalis::Position> positions_of(const RDKit::ROMol& mol, std::span<const std::uint32_t> atoms) {
  std::vector<digitalis::Position> positions;
  for (const std::uint32_t i : atoms) {
    const auto& at = mol.getConformer().getAtomPos(i);
    positions.push_back({at.x, at.y, at.z});
  }
  return positions;
}

/// Where a molecule that moved puts the ligand's shape.
Shape shape_of(const Ligand& ligand, const RDKit::ROMol& mol) {
  const auto atoms = positions_of(mol, ligand.atoms);
  return make_shape(atoms, colour_points(ligand.features, atoms));
}

std::vector<Ligand> read(const std::string& file) {
  std::vector<Ligand> ligands;
  for (auto& read : digitalis::read_ligands(file, {.new_conformer = false})) {
    if (!read || !read->molecule) continue;
    Ligand ligand{read->molecule->mol, read->molecule->smiles_order, colour_features(ligand_features(*read)), {}, {}};
    ligand.shape = shape_of(ligand, *ligand.mol);
    std::vector<double> refractivity(ligand.mol->getNumAtoms());
    ligand.log_p.resize(ligand.mol->getNumAtoms());
    RDKit::Descriptors::getCrippenAtomContribs(*ligand.mol, ligand.log_p, refractivity, true);
    ligands.push_back(std::move(ligand));
  }
  return ligands;
}

struct Sums {
  double seconds = 0.0, combo = 0.0, shape = 0.0, colour = 0.0, rdkit_shape = 0.0;
  std::size_t pairs = 0;
  void add(const Overlay& overlay) {
    combo += overlay.combo(), shape += overlay.shape, colour += overlay.colour;
    ++pairs;
  }
  void print(const char* name) const {
    const auto n = static_cast<double>(pairs);
    std::printf("%-28s %7zu pairs  %9.1f us/pair  combo %.4f  shape %.4f  colour %.4f  RDKit's shape %.4f\n", name,
                pairs, 1e6 * seconds / n, combo / n, shape / n, colour / n, rdkit_shape / n);
  }
};

/// RDKit's own volume overlap of the query and the moved library molecule, heavy atoms.
double rdkit_shape(const Ligand& query, RDKit::ROMol& moved) {
  return 1.0 - RDKit::MolShapes::tanimotoDistance(*query.mol, moved);
}

void move(RDKit::ROMol& mol, const Shape& query, const Shape& library, const digitalis::RigidMotion& motion) {
  const auto to_query = query.to_frame.inverse().after(motion).after(library.to_frame);
  for (auto& at : mol.getConformer().getPositions()) {
    const auto to = to_query({at.x, at.y, at.z});
    at = {to[0], to[1], to[2]};
  }
}

void run(int count, char** files) {
  digitalis::start_rdkit();
  Sums ours, open3d, crystal;
  std::size_t below_crystal = 0;
  for (int i = 0; i < count; ++i) {
    const auto ligands = read(files[i]);
    if (ligands.size() < 2) continue;
    const Ligand& query = ligands.front();
    std::vector<Shape> library;
    for (std::size_t k = 1; k < ligands.size(); ++k) library.push_back(ligands[k].shape);
    double start = digitalis::cpu_s();
    const auto overlays = overlay(query.shape, library);
    ours.seconds += digitalis::cpu_s() - start;
    for (std::size_t k = 1; k < ligands.size(); ++k) {
      const Overlay& found = overlays[k - 1];
      ours.add(found);
      RDKit::RWMol moved(*ligands[k].mol);
      move(moved, query.shape, ligands[k].shape, found.motion);
      ours.rdkit_shape += rdkit_shape(query, moved);
      const Overlay given = overlay_as_given(query.shape, ligands[k].shape);
      crystal.add(given);
      below_crystal += found.combo() < given.combo() - 0.001;

      RDKit::RWMol probe(*ligands[k].mol);
      auto log_p = ligands[k].log_p, query_log_p = query.log_p;
      start = digitalis::cpu_s();
      RDKit::MolAlign::O3A align(probe, *query.mol, &log_p, &query_log_p, RDKit::MolAlign::O3A::CRIPPEN);
      align.align();
      open3d.seconds += digitalis::cpu_s() - start;
      open3d.add(overlay_as_given(query.shape, shape_of(ligands[k], probe)));
      open3d.rdkit_shape += rdkit_shape(query, probe);
    }
  }
  std::printf("instruction set %s\n", std::string{digitalis::overlay_kernel::instruction_set()}.c_str());
  ours.print("overlay");
  open3d.print("Open3DAlign (Crippen)");
  crystal.print("as in the crystals");
  std::printf("%zu below the crystals' overlay; %.0f x Open3DAlign\n", below_crystal, open3d.seconds / ours.seconds);
}

}  // namespace

int main(int argc, char** argv) try {
  run(argc - 1, argv + 1);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
