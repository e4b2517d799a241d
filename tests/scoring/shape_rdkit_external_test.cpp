// Overlays of crystal ligands, whose structures were superposed by their proteins: I. Giangreco, D. A. Cosgrove, M. J.
// Packer, J. Chem. Inf. Model. 53 (2013) 852-866, doi:10.1021/ci400020a.
#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/MolAlign/O3AAlignMolecules.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/ShapeHelpers/ShapeUtils.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "chem/ligand_molecule.hpp"
#include "chem/parse_record.hpp"
#include "scoring/shape/colour_features.hpp"
#include "scoring/shape/overlay.hpp"

namespace digitalis {
namespace {

struct Ligand {
  std::shared_ptr<const RDKit::RWMol> mol;
  std::vector<std::uint32_t> atoms;
  std::vector<ColourFeature> features;

  [[nodiscard]] Shape shape_in(const RDKit::ROMol& moved) const {
    std::vector<Position> positions;
    for (const std::uint32_t i : atoms) {
      const auto& at = moved.getConformer().getAtomPos(i);
      positions.push_back({at.x, at.y, at.z});
    }
    return make_shape(positions, colour_points(features, positions));
  }
};

/// Pairs of the first ligand of each set with those after it.
class ShapeExternal : public testing::Test {
 protected:
  void SetUp() override {
    const char* data = std::getenv("DIGITALIS_DATA");
    if (data == nullptr) GTEST_SKIP() << "DIGITALIS_DATA is not set";
    const auto folder = std::filesystem::path{data} / "shape-overlays" / "az_overlays";
    if (!std::filesystem::is_directory(folder))
      GTEST_SKIP() << "DIGITALIS_DATA has no folder shape-overlays/az_overlays";
    start_rdkit();
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
    std::ranges::sort(files);
    constexpr std::size_t kSets = 15;
    for (const auto& file : files) {
      if (sets_.size() == kSets) break;
      auto& set = sets_.emplace_back();
      for (auto& read : read_ligands(file.string(), {.new_conformer = false}))
        if (read && read->molecule)
          set.push_back({read->molecule->mol, read->molecule->smiles_order, colour_features(ligand_features(*read))});
    }
  }
  template <class Work>
  void for_each_pair(const Work& work) const {
    for (const auto& set : sets_)
      for (std::size_t i = 1; i < set.size(); ++i) work(set[0], set[i]);
  }
  std::vector<std::vector<Ligand>> sets_;
};

TEST_F(ShapeExternal, VolumeTanimotoFollowsThatOfRDKitsGrid) {
  double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for_each_pair([&](const Ligand& query, const Ligand& library) {
    const double ours = overlay_as_given(query.shape_in(*query.mol), library.shape_in(*library.mol)).shape;
    const double grid = 1.0 - RDKit::MolShapes::tanimotoDistance(*query.mol, *library.mol);
    n += 1, x += ours, y += grid, xx += ours * ours, yy += grid * grid, xy += ours * grid;
  });
  ASSERT_GT(n, 100);
  const double correlation = (n * xy - x * y) / std::sqrt((n * xx - x * x) * (n * yy - y * y));
  EXPECT_GT(correlation, 0.97);
}

TEST_F(ShapeExternal, OverlaysAreRarelyBehindTheCrystals) {
  int pairs = 0, behind = 0;
  for_each_pair([&](const Ligand& query, const Ligand& library) {
    const Shape a = query.shape_in(*query.mol), b = library.shape_in(*library.mol);
    ++pairs;
    if (overlay(a, std::vector{b})[0].combo() < overlay_as_given(a, b).combo() - 0.001) ++behind;
  });
  EXPECT_LE(behind, pairs / 50) << "of " << pairs;
}

TEST_F(ShapeExternal, OverlaysScoreBetterThanOpen3DAlignByItsOwnVolumesToo) {
  double ours_combo = 0, o3a_combo = 0, ours_grid = 0, o3a_grid = 0;
  for_each_pair([&](const Ligand& query, const Ligand& library) {
    const Shape a = query.shape_in(*query.mol), b = library.shape_in(*library.mol);
    const Overlay found = overlay(a, std::vector{b})[0];
    ours_combo += found.combo();
    RDKit::RWMol moved(*library.mol);
    const RigidMotion motion = a.to_frame.inverse().after(found.motion).after(b.to_frame);
    for (auto& at : moved.getConformer().getPositions()) {
      const Position to = motion({at.x, at.y, at.z});
      at = {to[0], to[1], to[2]};
    }
    ours_grid += 1.0 - RDKit::MolShapes::tanimotoDistance(*query.mol, moved);

    RDKit::RWMol aligned(*library.mol);
    const auto log_p = [](const RDKit::ROMol& mol) {
      std::vector<double> contributions(mol.getNumAtoms()), refractivity(contributions);
      RDKit::Descriptors::getCrippenAtomContribs(mol, contributions, refractivity, true);
      return contributions;
    };
    auto of_library = log_p(*library.mol), of_query = log_p(*query.mol);
    RDKit::MolAlign::O3A(aligned, *query.mol, &of_library, &of_query, RDKit::MolAlign::O3A::CRIPPEN).align();
    o3a_combo += overlay_as_given(a, library.shape_in(aligned)).combo();
    o3a_grid += 1.0 - RDKit::MolShapes::tanimotoDistance(*query.mol, aligned);
  });
  EXPECT_GT(ours_combo, o3a_combo);
  EXPECT_GT(ours_grid, o3a_grid);
}

}  // namespace
}  // namespace digitalis
