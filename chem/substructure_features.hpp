#pragma once
// Bits of a molecule and of a pattern: where the pattern occurs, the molecule has all of the pattern's bits. Made once
// per compound and kept, they tell in a nanosecond most of the compounds that need not be read and matched.
//
// A bit stands for the simple paths and rings of certain atoms and bonds whose hash it is: a match maps atoms to
// different atoms and bonds to bonds, so that a path stays a path and a ring a ring. Of a pattern count those in which
// every atom can only be of one element, aromatic or not (or of one element), by its question; whatever is not known
// here of a question leaves its atom, and the paths through it, without a bit. RDKit's pattern fingerprints rest
// on the same.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace RDKit {
class ROMol;
}  // namespace RDKit

namespace digitalis {

struct SubstructureFeatures {
  static constexpr std::size_t kWords = 8;
  /// Another number: other bits.
  static constexpr std::uint32_t kVersion = 1;
  std::array<std::uint64_t, kWords> words{};

  [[nodiscard]] bool contains(const SubstructureFeatures& needed) const {
    bool all = true;
    for (std::size_t i = 0; i < kWords; ++i) all = all && (needed.words[i] & ~words[i]) == 0;
    return all;
  }
  bool operator==(const SubstructureFeatures&) const = default;
};

/// Of a sanitised molecule. O(atoms), some 15 µs for a drug-like one. Safe to call concurrently.
[[nodiscard]] SubstructureFeatures features_of(const RDKit::ROMol& molecule);

/// What a molecule must have in which the SMARTS occurs. Throws UsageError "not a SMARTS", without its text.
[[nodiscard]] SubstructureFeatures features_needed(const std::string& smarts);

}  // namespace digitalis
