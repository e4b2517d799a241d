#pragma once
// Conformers of a chunk of the store's compounds, and the parts of each that have a colour: what shape search reads.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/result.hpp"
#include "scoring/shape/colour_features.hpp"

namespace digitalis {

/// Coordinates lie on a grid of 0.002 Å around the mean of a conformer's atoms. Reading is safe to call concurrently.
class ConformerBlock {
 public:
  static constexpr double kGrid_A = 0.002;

  struct Entry {
    std::vector<ColourFeature> features;
    std::vector<std::vector<Position>> conformers;  ///< heavy atoms in the order of the canonical SMILES
  };

  /// The next compound. False, and nothing added, when it is too large for the grid (131 Å across).
  [[nodiscard]] bool add(const Entry& entry);
  void add_reject(RejectCode code);

  [[nodiscard]] std::size_t size() const { return compounds_.size(); }
  [[nodiscard]] bool is_reject(std::size_t i) const { return compounds_[i].conformers == 0; }
  [[nodiscard]] RejectCode reject(std::size_t i) const { return static_cast<RejectCode>(compounds_[i].code); }
  /// Empty for rejects.
  [[nodiscard]] Entry entry(std::size_t i) const;

  [[nodiscard]] std::string to_bytes() const;
  /// Throws std::runtime_error when the bytes are damaged: every count and index is checked.
  [[nodiscard]] static ConformerBlock from_bytes(std::string_view bytes);

 private:
  struct Compound {
    std::uint16_t atoms = 0, conformers = 0, features = 0, code = 0;
    std::uint32_t features_end = 0;  // in features_
    std::uint32_t grid_end = 0;      // in grid_
  };
  std::vector<Compound> compounds_;
  std::vector<std::uint16_t> features_;  // colour, count, atoms; again
  std::vector<std::int16_t> grid_;       // x, y, z
};

}  // namespace digitalis
