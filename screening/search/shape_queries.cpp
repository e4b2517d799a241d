#include <filesystem>
#include <system_error>

#include "chem/conformer_ensemble.hpp"
#include "chem/ligand_preparation.hpp"
#include "scoring/shape/colour_features.hpp"
#include "screening/findings.hpp"
#include "screening/search/shape_search.hpp"

namespace digitalis {
namespace {

void add_conformer(ShapeQuery& query, std::span<const ColourFeature> features, std::span<const Position> atoms_A) {
  query.conformers.push_back(make_shape(atoms_A, colour_points(features, atoms_A)));
  query.moments.push_back(usrcat(atoms_A, usrcat_kinds(features)));
}

/// Where the file tells no coordinates, or a SMILES was given, they are made; otherwise it is one conformer.
Result<ShapeQuery> query_of(const PreparedLigand& ligand, std::uint32_t most) {
  ShapeQuery query;
  query.id = ligand.id;
  const bool is_made = !ligand.smiles.empty();
  if (!is_made) {
    const auto positions = place_atoms(ligand.docking, pose_of_conformer(ligand.docking));
    add_conformer(query, colour_features(ligand_features(ligand)), heavy_atoms_in_smiles_order(ligand, positions));
    return query;
  }
  auto conformers = conformer_ensemble(ligand.smiles, ligand.id, {.most = most});
  if (!conformers) return std::move(conformers.reject());
  const auto features = colour_features(ligand_features(ligand.smiles));
  for (const auto& conformer : *conformers) add_conformer(query, features, conformer);
  return query;
}

}  // namespace

std::vector<ShapeQuery> read_shape_queries(const std::vector<std::string>& texts, std::uint32_t most) {
  std::vector<ShapeQuery> queries;
  Findings findings;
  for (const std::string& text : texts) {
    std::error_code ignored;  // a SMILES may be longer than names of files can be
    const bool is_file = std::filesystem::exists(text, ignored);
    for (auto& ligand : read_ligands(text, {.new_conformer = false, .most_ring_conformers = 1})) {
      auto query = ligand ? ligand->molecule ? query_of(*ligand, most)
                                             : Reject{RejectCode::kBadMolBlock,
                                                      {text, 0},
                                                      ligand->id,
                                                      "PDBQT tells no bond orders",
                                                      "an SDF or MOL2 file does"}
                          : Result<ShapeQuery>{std::move(ligand.reject())};
      if (!query) {
        findings.error(is_file ? query.reject().message() : "--shape: neither a file nor a SMILES that has a shape");
        continue;
      }
      if (!is_file) query->id = texts.size() == 1 ? "query" : "query_" + std::to_string(queries.size() + 1);
      queries.push_back(std::move(*query));
    }
  }
  findings.throw_if_errors();
  return queries;
}

}  // namespace digitalis
