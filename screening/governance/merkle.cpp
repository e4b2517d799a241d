#include "screening/governance/merkle.hpp"

#include <bit>
#include <stdexcept>
#include <utility>

namespace digitalis::governance {

Sha256 leaf_hash(std::string_view leaf) { return sha256({std::string_view{"\0", 1}, leaf}); }

Sha256 node_hash(const Sha256& left, const Sha256& right) { return sha256({"\1", as_bytes(left), as_bytes(right)}); }

MerkleFrontier::MerkleFrontier(std::uint64_t leaves, std::vector<Sha256> roots)
    : leaves_(leaves), roots_(std::move(roots)) {
  if (roots_.size() != static_cast<std::size_t>(std::popcount(leaves)))
    throw std::invalid_argument("a tree of " + std::to_string(leaves) + " leaves has " +
                                std::to_string(std::popcount(leaves)) + " perfect subtrees, not " +
                                std::to_string(roots_.size()));
}

void MerkleFrontier::add(const Sha256& leaf) {
  Sha256 node = leaf;
  // As in binary counting: a new one joins every subtree of its size until there is none.
  for (std::uint64_t carry = leaves_; (carry & 1U) != 0; carry >>= 1U) {
    node = node_hash(roots_.back(), node);
    roots_.pop_back();
  }
  roots_.push_back(node);
  ++leaves_;
}

Sha256 MerkleFrontier::root() const {
  if (roots_.empty()) return sha256({});
  Sha256 node = roots_.back();
  for (std::size_t i = roots_.size() - 1; i-- > 0;) node = node_hash(roots_[i], node);
  return node;
}

Sha256 merkle_root(std::span<const Sha256> leaves) {
  MerkleFrontier tree;
  for (const Sha256& leaf : leaves) tree.add(leaf);
  return tree.root();
}

std::vector<Sha256> inclusion_path(std::span<const Sha256> leaves, std::uint64_t index) {
  if (index >= leaves.size())
    throw std::out_of_range("leaf " + std::to_string(index) + " of " + std::to_string(leaves.size()));
  std::vector<Sha256> from_top;
  while (leaves.size() > 1) {
    const std::size_t left = std::bit_floor(leaves.size() - 1);
    const bool goes_left = index < left;
    from_top.push_back(merkle_root(goes_left ? leaves.subspan(left) : leaves.first(left)));
    leaves = goes_left ? leaves.first(left) : leaves.subspan(left);
    if (!goes_left) index -= left;
  }
  return {from_top.rbegin(), from_top.rend()};
}

std::optional<Sha256> root_of_path(const Sha256& leaf, std::uint64_t index, std::uint64_t leaves,
                                   std::span<const Sha256> path) {
  if (index >= leaves) return std::nullopt;
  // On the way up a node is the last of its row where index == last; an odd last node has no neighbour and rises alone.
  Sha256 node = leaf;
  std::size_t used = 0;
  for (std::uint64_t last = leaves - 1; last > 0; index >>= 1U, last >>= 1U) {
    if (index == last && (index & 1U) == 0) continue;
    if (used == path.size()) return std::nullopt;
    const Sha256& beside = path[used++];
    node = (index & 1U) != 0 ? node_hash(beside, node) : node_hash(node, beside);
  }
  if (used != path.size()) return std::nullopt;
  return node;
}

}  // namespace digitalis::governance
