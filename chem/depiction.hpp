#pragma once
// 2D coordinates for drawings and MOL blocks.

#include <cstdint>
#include <memory>
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
    bool marked = false;  ///< of the part that DepictionHints asked to mark
  };
  struct Bond {
    std::uint16_t begin, end;
    std::uint8_t order;   ///< 1, 2, 3; aromatic rings are kekulized
    std::uint8_t stereo;  ///< 0 none, 1 wedge, 2 hash (from begin), 3 wavy
    bool in_ring;
    bool aromatic = false;  ///< as perceived before aromatic rings were kekulized
  };
  std::vector<Atom> atoms;
  std::vector<Bond> bonds;
};

/// A scaffold laid out once, so that all molecules that hold it are drawn alike. One thread at a time.
class ScaffoldLayout {
 public:
  /// @param scaffold  a SMILES; empty, or one that cannot be drawn, aligns nothing
  /// @param member    SMILES of a molecule that holds it: the scaffold stands as in its drawing
  ScaffoldLayout(const std::string& scaffold, const std::string& member);
  ~ScaffoldLayout();
  ScaffoldLayout(ScaffoldLayout&&) noexcept;
  ScaffoldLayout& operator=(ScaffoldLayout&&) noexcept;

  struct Molecule;
  [[nodiscard]] const Molecule* molecule() const { return molecule_.get(); }  ///< null: aligns nothing

 private:
  std::unique_ptr<const Molecule> molecule_;
};

/// Hashes of the circular environments (Morgan, up to two bonds around each atom) of a molecule, ascending; empty when
/// it is not a SMILES. Two molecules are similar as far as they share them. Safe to call concurrently.
[[nodiscard]] std::vector<std::uint32_t> atom_environments(const std::string& smiles);

struct DepictionHints {
  const ScaffoldLayout* like = nullptr;  ///< drawn as this one where it is a part of the molecule
  /// Marks the atoms that lie in an environment of two bonds which is among these.
  const std::vector<std::uint32_t>* shared = nullptr;
};

/// Draws a canonical SMILES of the store; nothing when it cannot be drawn. Safe to call concurrently, with a layout of
/// its own for each thread. About 1 ms.
[[nodiscard]] std::optional<Depiction> depict(const std::string& smiles, const DepictionHints& hints = {});

/// A V2000 (V3000 beyond 999 atoms) MOL block with 2D coordinates, `title` as its first line. Nothing when it cannot be
/// drawn.
[[nodiscard]] std::optional<std::string> mol_block_2d(const std::string& smiles, const std::string& title);

}  // namespace digitalis
