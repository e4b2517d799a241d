#pragma once
// All drawings of a report in one compact block; screening/report/web/src/drawings.js reads it.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chem/depiction.hpp"

namespace digitalis {

/// Drawings as the page takes them.
///
/// All numbers are little-endian. The block is
///   u32 n, u32 offset[n + 1] in bytes from the block's start (equal offsets: no drawing), then per drawing
///   u16 n_atoms, u16 n_bonds, i16 x[n_atoms], i16 y[n_atoms] in 0.01 Å, u16 label[n_atoms] = index into `labels` +
///   0x8000 for a marked atom,
///   u16 begin[n_bonds], u16 end[n_bonds], u16 kind[n_bonds] = order + 4 * stereo + 16 * in_ring
///   + 32 * aromatic.
/// Equal things stand side by side because that packs best.
struct DrawingBlock {
  std::string bytes;
  std::vector<std::string> labels;  ///< the first one is ""
};

/// A drawing wider than an int16 of 0.01 Å can say (327 Å either way) is left out. O(atoms).
[[nodiscard]] DrawingBlock encode_drawings(std::span<const std::optional<Depiction>* const> drawings);

/// gzip, then base64: text that is safe inside a <script> element.
[[nodiscard]] std::string gzip_base64(const std::string& bytes);

}  // namespace digitalis
