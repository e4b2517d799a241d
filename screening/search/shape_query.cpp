#include "screening/search/shape_query.hpp"

#include <filesystem>
#include <system_error>

#include "chem/conformer_ensemble.hpp"
#include "scoring/shape/colour_features.hpp"
#include "screening/findings.hpp"

namespace digitalis {
namespace {

void add_conformer(ShapeQuery& query, std::span<const ColourFeature> features, std::span<const Position> atoms_A) {
  query.conformers.push_back(make_shape(atoms_A, colour_points(features, atoms_A)));
  query.moments.push_back(usrcat(atoms_A, usrcat_kinds(features)));
}

}  // namespace

Result<ShapeQuery> shape_query_of(const PreparedLigand& ligand, std::uint32_t most) {
  if (!ligand.molecule)
    return Reject{RejectCode::kBadMolBlock, {}, ligand.id, "PDBQT tells no bond orders", "an SDF or MOL2 file does"};
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

std::vector<Result<ShapeQuery>> shape_queries_in(const std::string& file_or_smiles, std::uint32_t most) {
  std::vector<Result<ShapeQuery>> queries;
  std::error_code ignored;  // a SMILES may be longer than names of files can be
  const bool is_file = std::filesystem::exists(file_or_smiles, ignored);
  for (auto& ligand : read_ligands(file_or_smiles, {.new_conformer = false, .most_ring_conformers = 1})) {
    queries.push_back(ligand ? shape_query_of(*ligand, most) : Result<ShapeQuery>{std::move(ligand.reject())});
    if (is_file && !queries.back() && queries.back().reject().at.source.empty())
      queries.back().reject().at.source = file_or_smiles;
  }
  return queries;
}

std::vector<ShapeQuery> read_shape_queries(const std::vector<std::string>& texts, std::uint32_t most) {
  std::vector<ShapeQuery> queries;
  Findings findings;
  for (const std::string& text : texts) {
    std::error_code ignored;
    const bool is_file = std::filesystem::exists(text, ignored);
    for (auto& query : shape_queries_in(text, most)) {
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

std::vector<Shape> shapes_of(const ConformerBlock::Entry& entry) {
  std::vector<Shape> shapes;
  for (const auto& conformer : entry.conformers)
    shapes.push_back(make_shape(conformer, colour_points(entry.features, conformer)));
  return shapes;
}

BestOverlay best_overlay(const ShapeQuery& query, std::span<const Shape> shapes, ShapeScore score) {
  BestOverlay best;
  for (std::uint32_t q = 0; q < query.conformers.size(); ++q) {
    const auto overlays = overlay(query.conformers[q], shapes, weights_of(score));
    for (std::uint32_t c = 0; c < overlays.size(); ++c)
      if (const double value = score_of(overlays[c], score); value > best.score) best = {overlays[c], value, c, q};
  }
  return best;
}

}  // namespace digitalis
