#include "scheduler/selection.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <numeric>
#include <vector>

namespace digitalis {

namespace {

constexpr std::size_t kBuckets = 65536;
constexpr std::size_t kRest = kBuckets;  // counts the keys that reach beyond the two bytes looked at

unsigned byte_at(std::string_view key, std::size_t at) {
  return at < key.size() ? static_cast<unsigned char>(key[at]) : 0U;
}

/// Compares a key, padded with zero bytes, with a prefix over the prefix's length.
int compare_padded(std::string_view key, std::string_view prefix) {
  const std::size_t common = std::min(key.size(), prefix.size());
  if (const int order = common == 0 ? 0 : std::memcmp(key.data(), prefix.data(), common); order != 0) return order;
  const bool rest_is_zero = std::all_of(prefix.begin() + static_cast<std::ptrdiff_t>(common), prefix.end(),
                                        [](char byte) { return byte == '\0'; });
  return rest_is_zero ? 0 : -1;
}

bool is_zero_from(std::string_view key, std::size_t at) {
  return at >= key.size() || key.find_first_not_of('\0', at) == std::string_view::npos;
}

/// One pass: how many keys that begin with `prefix` go on with each two bytes; last, how many go on after it at all.
std::vector<std::uint64_t> count_next_two_bytes(MpiWorld& world, const std::string& prefix, const KeyScan& scan) {
  std::vector<std::uint64_t> counts(kBuckets + 1);
  scan([&](std::string_view key) {
    if (compare_padded(key, prefix) != 0) return;
    ++counts[byte_at(key, prefix.size()) << 8U | byte_at(key, prefix.size() + 1)];
    if (!is_zero_from(key, prefix.size())) ++counts[kRest];
  });
  return world.sum(std::move(counts));
}

}  // namespace

bool Cut::keeps(std::string_view key) const {
  if (keeps_all) return true;
  return !prefix.empty() && compare_padded(key, prefix) <= 0;
}

Cut select_smallest(MpiWorld& world, std::uint64_t k, const KeyScan& scan) {
  if (k == 0) return {"", false};
  std::string prefix;
  std::uint64_t wanted = k;  // of the keys that begin with prefix
  while (true) {
    const auto counts = count_next_two_bytes(world, prefix, scan);
    // All that begin with prefix are equal: they are kept together. Before the first byte that means all keys.
    if (counts[kRest] == 0) return {prefix, prefix.empty()};
    std::size_t bucket = 0;
    std::uint64_t before = 0;
    while (bucket < kBuckets && before + counts[bucket] < wanted) before += counts[bucket++];
    if (bucket == kBuckets) return {};  // there are fewer than k keys; only the first pass can find that
    prefix.push_back(static_cast<char>(bucket >> 8U));
    prefix.push_back(static_cast<char>(bucket & 0xFFU));
    wanted -= before;
    if (counts[bucket] == wanted) return {prefix, false};
  }
}

std::vector<std::uint64_t> count_smaller(MpiWorld& world, const std::vector<std::string>& keys, const KeyScan& scan) {
  std::string packed;  // each key after its length
  for (const std::string& key : keys) {
    const std::uint64_t length = key.size();
    packed.append(reinterpret_cast<const char*>(&length), sizeof length).append(key);
  }
  packed = world.broadcast(std::move(packed));
  std::vector<std::string_view> wanted;
  for (std::size_t at = 0; at < packed.size();) {
    std::uint64_t length = 0;
    std::memcpy(&length, packed.data() + at, sizeof length);
    at += sizeof length;
    wanted.push_back(std::string_view{packed}.substr(at, length));
    at += length;
  }
  std::vector<std::size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wanted[a] < wanted[b]; });
  // A key counts for all wanted ones above it: it is noted at the first of them.
  std::vector<std::atomic<std::uint64_t>> first_above(wanted.size());
  scan([&](std::string_view key) {
    const auto above = std::upper_bound(order.begin(), order.end(), key,
                                        [&](std::string_view k, std::size_t i) { return k < wanted[i]; });
    if (above != order.end())
      first_above[static_cast<std::size_t>(above - order.begin())].fetch_add(1, std::memory_order_relaxed);
  });
  const std::vector<std::uint64_t> counts = world.sum({first_above.begin(), first_above.end()});
  std::vector<std::uint64_t> smaller(wanted.size());
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < order.size(); ++i) smaller[order[i]] = below += counts[i];
  return smaller;
}

std::string descending_key(double score) {
  std::uint64_t bits = ~std::uint64_t{0};
  if (!std::isnan(score)) {
    constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
    bits = std::bit_cast<std::uint64_t>(score == 0.0 ? 0.0 : score);
    if ((bits & kSign) == 0) bits = ~(bits | kSign);  // of negative scores the bits already sort that way round
  }
  std::string key(sizeof bits, '\0');
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(bits >> (56U - 8U * i) & 0xFFU);
  return key;
}

}  // namespace digitalis
