#pragma once
// Merkle tree hashes: one digest for a row of leaves, and short proofs that a leaf is one of them.
// B. Laurie, A. Langley, E. Kasper, Certificate Transparency, RFC 6962 (2013), section 2.1.
//
//   MTH({})     = SHA-256()                              MTH({d0}) = SHA-256(0x00 || d0)
//   MTH(D[n])   = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])),  k the largest power of two below n

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "chem/sha256.hpp"

namespace digitalis::governance {

[[nodiscard]] Sha256 leaf_hash(std::string_view leaf);
[[nodiscard]] Sha256 node_hash(const Sha256& left, const Sha256& right);

/// A tree that only grows, as the roots of its perfect subtrees, largest first: at most 64 digests for any number of
/// leaves. Not for concurrent use.
class MerkleFrontier {
 public:
  MerkleFrontier() = default;
  /// @param roots  as many as `leaves` has bits set. @throws std::invalid_argument  otherwise
  MerkleFrontier(std::uint64_t leaves, std::vector<Sha256> roots);
  void add(const Sha256& leaf);  ///< a leaf_hash()
  [[nodiscard]] Sha256 root() const;
  [[nodiscard]] std::uint64_t leaves() const { return leaves_; }
  [[nodiscard]] const std::vector<Sha256>& roots() const { return roots_; }

 private:
  std::uint64_t leaves_ = 0;
  std::vector<Sha256> roots_;
};

/// Of leaf hashes, in their order. O(n) time.
[[nodiscard]] Sha256 merkle_root(std::span<const Sha256> leaves);

/// The nodes beside the way from leaf `index` up to the root, lowest first (RFC 6962, 2.1.1). O(n) time.
/// @throws std::out_of_range  index >= leaves.size()
[[nodiscard]] std::vector<Sha256> inclusion_path(std::span<const Sha256> leaves, std::uint64_t index);

/// The root that leaf `index` of `leaves` and its path lead to; nothing when the path has not the length it must have.
[[nodiscard]] std::optional<Sha256> root_of_path(const Sha256& leaf, std::uint64_t index, std::uint64_t leaves,
                                                 std::span<const Sha256> path);

}  // namespace digitalis::governance
