// Claims about the collective calls, checked on as many ranks as it is started on. Exit code 0: all hold.

#include <algorithm>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/mpi_world.hpp"
#include "scheduler/selection.hpp"

namespace {

using digitalis::MpiWorld;

void claim(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("does not hold: " + what);
}

std::string some_bytes(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::string bytes(size, '\0');
  std::generate(bytes.begin(), bytes.end(), [&random] { return static_cast<char>(random() >> 8U & 0xFFU); });
  return bytes;
}

void broadcast_brings_rank_0s_bytes(MpiWorld& world) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{40'000'001}}) {
    const auto bytes = world.broadcast(world.is_first() ? some_bytes(size, 1) : "ignored");
    claim(bytes == some_bytes(size, 1), "broadcast of " + std::to_string(size) + " bytes brings rank 0's");
  }
}

void sum_adds_element_by_element(MpiWorld& world) {
  const auto rank = static_cast<std::uint64_t>(world.rank());
  const auto size = static_cast<std::uint64_t>(world.size());
  const std::vector<std::uint64_t> expected{size, size * (size - 1) / 2, size << 40U};
  claim(world.sum({1, rank, std::uint64_t{1} << 40U}) == expected, "sum adds element by element");
  claim(world.sum({}).empty(), "the sum of nothing is nothing");
}

void any_is_true_when_one_is(MpiWorld& world) {
  claim(world.any(world.rank() == world.size() - 1), "any is true when the last rank's is");
  claim(!world.any(false), "any is false when all are");
}

void gather_keeps_rank_order(MpiWorld& world) {
  const auto length = [](int rank) { return static_cast<std::size_t>(rank) * 3'000'000 + (rank == 0 ? 5 : 0); };
  const auto gathered = world.gather(some_bytes(length(world.rank()), static_cast<unsigned>(world.rank())));
  claim(gathered.size() == (world.is_first() ? static_cast<std::size_t>(world.size()) : 0), "only rank 0 gathers");
  for (std::size_t rank = 0; rank < gathered.size(); ++rank)
    claim(gathered[rank] == some_bytes(length(static_cast<int>(rank)), static_cast<unsigned>(rank)),
          "gather keeps rank order and bytes");
}

std::string padded(const std::string& key) { return key + std::string(40 - key.size(), '\0'); }

/// Every rank holds each size-th key; the cut must keep what sorting all of them keeps.
void selection_agrees_with_sorting(MpiWorld& world, const std::vector<std::string>& keys, const std::string& what) {
  const auto scan = [&](const std::function<void(std::string_view)>& visit) {
    for (std::size_t i = static_cast<std::size_t>(world.rank()); i < keys.size();
         i += static_cast<std::size_t>(world.size()))
      visit(keys[i]);
  };
  auto sorted = keys;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return padded(a) < padded(b); });
  for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{2}, keys.size() / 3, keys.size() / 2,
                              keys.size() - 1, keys.size(), keys.size() + 1}) {
    const auto cut = digitalis::select_smallest(world, k, scan);
    const auto kept = std::count_if(keys.begin(), keys.end(), [&cut](const auto& key) { return cut.keeps(key); });
    const auto expected = k == 0             ? 0
                          : k >= keys.size() ? std::ssize(keys)
                                             : std::count_if(keys.begin(), keys.end(), [&](const auto& key) {
                                                 return padded(key) <= padded(sorted[k - 1]);
                                               });
    claim(kept == expected, what + ": the " + std::to_string(k) + " smallest, got " + std::to_string(kept) +
                                " instead of " + std::to_string(expected));
  }
}

void selection_is_exact(MpiWorld& world) {
  std::minstd_rand random(7);
  std::vector<std::string> scattered, ties, prefixes, scores;
  for (int i = 0; i < 3000; ++i) {
    scattered.push_back(some_bytes(random() % 12, static_cast<unsigned>(i) + 100));
    ties.push_back(std::string(3, static_cast<char>(random() % 4)));
    prefixes.push_back("CHEMBL-the-same-for-all-" + std::to_string(random() % 1000) + std::string(random() % 3, '\0'));
    scores.push_back(digitalis::descending_key(0.001 * static_cast<double>(random() % 500)) + std::to_string(i));
  }
  selection_agrees_with_sorting(world, scattered, "scattered keys");
  selection_agrees_with_sorting(world, ties, "many ties");
  selection_agrees_with_sorting(world, prefixes, "shared prefixes");
  selection_agrees_with_sorting(world, scores, "scores with identifiers");
  selection_agrees_with_sorting(world, std::vector<std::string>(10, ""), "empty keys");
  selection_agrees_with_sorting(world, {"a"}, "fewer keys than ranks");
}

void places_agree_with_sorting(MpiWorld& world) {
  std::minstd_rand random(11);
  std::vector<std::string> keys, wanted;
  for (int i = 0; i < 3000; ++i)
    keys.push_back(digitalis::descending_key(static_cast<double>(random() % 200)) + std::to_string(i));
  for (int i = 0; i < 100; ++i) wanted.push_back(keys[random() % keys.size()]);
  const auto scan = [&](const std::function<void(std::string_view)>& visit) {
    for (auto i = static_cast<std::size_t>(world.rank()); i < keys.size(); i += static_cast<std::size_t>(world.size()))
      visit(keys[i]);
  };
  const auto smaller = digitalis::count_smaller(world, world.is_first() ? wanted : std::vector<std::string>{"?"}, scan);
  std::sort(keys.begin(), keys.end());
  bool same = smaller.size() == wanted.size();
  for (std::size_t i = 0; same && i < wanted.size(); ++i)
    same =
        smaller[i] == static_cast<std::uint64_t>(std::lower_bound(keys.begin(), keys.end(), wanted[i]) - keys.begin());
  claim(same, "keys stand where sorting puts them");
}

void node_memory_is_one_for_all(MpiWorld& world) {
  for (const std::size_t bytes : {std::size_t{100}, std::size_t{0}, std::size_t{3'000'000}}) {
    bool filled_here = false;
    const std::span<std::byte> memory = world.node_memory(bytes, [&](std::span<std::byte> empty) {
      filled_here = true;
      for (std::size_t i = 0; i < empty.size(); ++i) empty[i] = static_cast<std::byte>(i % 251);
    });
    const std::string what = "node memory of " + std::to_string(bytes) + " bytes ";
    claim(memory.size() == bytes, what + "is as large as asked for");
    claim(reinterpret_cast<std::uintptr_t>(memory.data()) % 64 == 0, what + "is aligned");
    claim(world.sum({filled_here ? std::uint64_t{1} : std::uint64_t{0}}).front() == 1, what + "is filled once");
    bool same = true;
    for (std::size_t i = 0; i < memory.size(); ++i) same = same && memory[i] == static_cast<std::byte>(i % 251);
    claim(same, what + "is what one rank filled in");
    world.barrier();
    if (filled_here && bytes > 0) memory[0] = std::byte{77};
    world.barrier();
    claim(bytes == 0 || memory[0] == std::byte{77}, what + "is one for all");
  }
}

}  // namespace

int main(int argc, char** argv) {
  MpiWorld world(argc, argv);
  try {
    broadcast_brings_rank_0s_bytes(world);
    sum_adds_element_by_element(world);
    any_is_true_when_one_is(world);
    gather_keeps_rank_order(world);
    selection_is_exact(world);
    places_agree_with_sorting(world);
    node_memory_is_one_for_all(world);
    claim(world.ranks_on_node() == world.size(), "all ranks of this test are on one node");
    claim(digitalis::default_threads(world) >= 1, "there is at least one thread");
  } catch (const std::exception& error) {
    std::cerr << "rank " << world.rank() << ": " << error.what() << '\n';
    world.abort(1);
  }
  return 0;
}
