#pragma once
// What compounds are overlaid on: a molecule in a pose that is known, or in conformers of its own; and how well a
// compound's conformers fit it.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chem/ligand_preparation.hpp"
#include "chem/result.hpp"
#include "scoring/shape/shape_score.hpp"
#include "scoring/shape/usrcat.hpp"
#include "screening/search/conformer_block.hpp"

namespace digitalis {

struct ShapeQuery {
  std::string id;
  std::vector<Shape> conformers;  ///< that the compound's are overlaid on; the best counts
  std::vector<Usrcat> moments;    ///< of each, for the prefilter
};

/// Where the ligand's coordinates were kept it is one conformer; otherwise up to `most` are made. Rejects, at no place:
/// what has no bond orders, or no conformer.
[[nodiscard]] Result<ShapeQuery> shape_query_of(const PreparedLigand& ligand, std::uint32_t most);

/// Molecules of an SDF, MOL2 or PDB file with the coordinates that they have there, or a SMILES with conformers made
/// for it. Throws UsageError when a file cannot be read at all.
[[nodiscard]] std::vector<Result<ShapeQuery>> shape_queries_in(const std::string& file_or_smiles, std::uint32_t most);

/// The queries of a command line: all molecules of several such texts.
/// @throws UsageError  naming each molecule that cannot be used, never its structure; no query at all
[[nodiscard]] std::vector<ShapeQuery> read_shape_queries(const std::vector<std::string>& texts, std::uint32_t most);

/// Of each conformer of a compound.
[[nodiscard]] std::vector<Shape> shapes_of(const ConformerBlock::Entry& entry);

/// The best overlay of a compound on a query.
struct BestOverlay {
  Overlay overlay;
  double score = -1.0;
  std::uint32_t conformer = 0, query_conformer = 0;
};

/// Over all pairs of conformers, of equal ones the first. Some 40 µs a pair; safe to call concurrently.
[[nodiscard]] BestOverlay best_overlay(const ShapeQuery& query, std::span<const Shape> shapes, ShapeScore score);

}  // namespace digitalis
