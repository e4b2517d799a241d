#pragma once
// 2D coordinates for drawings and MOL blocks.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace digitalis {

/// A molecule ready to be drawn: one entry per heavy atom, and behind them one per hydrogen that carries the wedge of a
/// stereocentre where rings meet; bonds by atom index.
struct Depiction {
  struct Atom {
    float x_A, y_A;  ///< drawing plane, about 1.5 Å per bond, y upwards
    /// Empty for a carbon that is drawn as a corner; else isotope, symbol, hydrogens, charge: "N", "OH", "NH3+",
    /// "13CH3", "Fe2+". Digits after H count hydrogens, so a charge beyond one is then spelled out: "OH++".
    std::string label;
  };
  struct Bond {
    std::uint16_t begin, end;
    std::uint8_t order;   ///< 1, 2, 3; aromatic rings are kekulized
    std::uint8_t stereo;  ///< 0 none, 1 wedge, 2 hash (from begin), 3 wavy
    bool in_ring;
  };
  std::vector<Atom> atoms;
  std::vector<Bond> bonds;
};

/// Draws a canonical SMILES of the store; nothing when it cannot be drawn. Safe to call concurrently. About 1 ms.
[[nodiscard]] std::optional<Depiction> depict(const std::string& smiles);

/// A V2000 (V3000 beyond 999 atoms) MOL block with 2D coordinates, `title` as its first line. Nothing when it cannot be
/// drawn.
[[nodiscard]] std::optional<std::string> mol_block_2d(const std::string& smiles, const std::string& title);

}  // namespace digitalis
