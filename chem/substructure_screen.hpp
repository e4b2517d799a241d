#pragma once
// Which compounds cannot contain a substructure, told from the text of their SMILES: reading a molecule costs RDKit
// 0.2 ms, looking at its SMILES a ten-thousandth of that.
//
// What is compared are counts that no way of reading a SMILES changes: how many atoms of each element it writes, and
// how many triple bonds. Every atom of a pattern is matched by an atom of its own. So for a set of elements, patterns
// atoms that can only be one of the set may not outnumber the compound's atoms of the set. Aromaticity, bonds, charges
// and rings are not asked, since RDKit decides these when it reads a SMILES; nor is hydrogen, which it may drop.

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

/// Counts of one pattern. Asking is safe concurrently.
class SubstructureScreen {
 public:
  /// Throws UsageError "not a SMARTS", without its text.
  explicit SubstructureScreen(const std::string& smarts);

  /// False only where no reading of the SMILES contains the pattern. O(length), allocates nothing.
  [[nodiscard]] bool may_occur(std::string_view smiles) const;

 private:
  using Elements = std::bitset<128>;  // by atomic number
  struct Need {
    Elements elements;
    std::uint32_t atoms;  // at least so many of them
  };
  std::vector<Need> needs_;
  std::uint32_t triple_bonds_ = 0;
};

}  // namespace digitalis
