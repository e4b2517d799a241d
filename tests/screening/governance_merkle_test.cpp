// Reference values: the leaves and tree heads of Certificate Transparency's reference implementation, and the audit
// paths drawn in RFC 6962, section 2.1.3.
#include "screening/governance/merkle.hpp"

#include <gtest/gtest.h>

#include <string>

namespace digitalis::governance {
namespace {

const std::vector<std::string> kLeaves{"",
                                       std::string{"\x00", 1},
                                       "\x10",
                                       "\x20\x21",
                                       "\x30\x31",
                                       "\x40\x41\x42\x43",
                                       "\x50\x51\x52\x53\x54\x55\x56\x57",
                                       "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
const char* const kRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Sha256> hashes(std::size_t count) {
  std::vector<Sha256> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(leaf_hash(i < kLeaves.size() ? kLeaves[i] : std::to_string(i)));
  return all;
}

TEST(Merkle, RootsAreThoseOfCertificateTransparency) {
  for (std::size_t size = 0; size <= kLeaves.size(); ++size)
    EXPECT_EQ(to_hex(merkle_root(hashes(size))), kRoots[size]) << size << " leaves";
}

TEST(Merkle, LeafAndNodeHashesAreToldApart) {
  EXPECT_EQ(to_hex(leaf_hash("L123456")), "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56");
  EXPECT_NE(leaf_hash(std::string{as_bytes(leaf_hash("a"))} + std::string{as_bytes(leaf_hash("b"))}),
            node_hash(leaf_hash("a"), leaf_hash("b")));
}

TEST(Merkle, PathsOfSevenLeavesAreThoseDrawnInTheRfc) {
  // Names as in the RFC: a to j without i are leaves' hashes, g to l inner nodes.
  const std::vector<Sha256> d = hashes(7);
  const Sha256 &a = d[0], &b = d[1], &c = d[2], &e = d[4], &f = d[5], &j = d[6];
  const Sha256 g = node_hash(a, b), h = node_hash(c, d[3]), i = node_hash(e, f), k = node_hash(g, h),
               l = node_hash(i, j);
  EXPECT_EQ(inclusion_path(d, 0), (std::vector{b, h, l}));
  EXPECT_EQ(inclusion_path(d, 3), (std::vector{c, g, l}));
  EXPECT_EQ(inclusion_path(d, 4), (std::vector{f, j, k}));
  EXPECT_EQ(inclusion_path(d, 6), (std::vector{i, k}));
}

TEST(Merkle, EveryPathOfEveryTreeLeadsToItsRoot) {
  for (std::size_t size = 1; size <= 40; ++size) {
    const std::vector<Sha256> leaves = hashes(size);
    for (std::uint64_t index = 0; index < size; ++index)
      ASSERT_EQ(root_of_path(leaves[index], index, size, inclusion_path(leaves, index)), merkle_root(leaves))
          << index << " of " << size;
  }
}

TEST(Merkle, APathProvesNothingElse) {
  for (std::size_t size = 2; size <= 20; ++size) {
    const std::vector<Sha256> leaves = hashes(size);
    const Sha256 root = merkle_root(leaves);
    for (std::uint64_t index = 0; index < size; ++index) {
      std::vector<Sha256> path = inclusion_path(leaves, index);
      EXPECT_NE(root_of_path(leaf_hash("other"), index, size, path), root);
      EXPECT_NE(root_of_path(leaves[index], index ^ 1U, size, path), root);
      path.push_back(root);
      EXPECT_EQ(root_of_path(leaves[index], index, size, path), std::nullopt);
      path.pop_back();
      path.pop_back();
      EXPECT_EQ(root_of_path(leaves[index], index, size, path), std::nullopt);
    }
  }
}

TEST(Merkle, AFrontierGoesOnWhereItWasLeft) {
  const std::vector<Sha256> leaves = hashes(23);
  MerkleFrontier tree;
  for (const Sha256& leaf : leaves) {
    tree = MerkleFrontier{tree.leaves(), tree.roots()};
    tree.add(leaf);
  }
  EXPECT_EQ(tree.root(), merkle_root(leaves));
  EXPECT_THROW(MerkleFrontier(3, {leaves[0]}), std::invalid_argument);
}

TEST(Sha256, OfAnEmptyAndAShortText) {
  EXPECT_EQ(to_hex(sha256({"a", "bc"})), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(from_hex(to_hex(sha256({}))), sha256({}));
  EXPECT_EQ(from_hex(std::string(64, 'A')), std::nullopt);
}

}  // namespace
}  // namespace digitalis::governance
