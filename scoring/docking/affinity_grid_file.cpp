// Grids on disk: the block as it is in memory, with a checksum in its head.

#include <algorithm>
#include <memory>
#include <string>
#include <system_error>

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/mapped_file.hpp"
#include "scoring/docking/affinity_block.hpp"
#include "scoring/docking/affinity_grid.hpp"

namespace digitalis {

using namespace affinity_block;

namespace {

/// Of a block whose checksum field counts as zero.
std::string checksum(const Head& head, std::string_view behind_head) {
  Head blank = head;
  blank.checksum = {};
  std::string parts{reinterpret_cast<const char*>(&blank), sizeof blank};
  parts += digest_128(behind_head);
  return digest_128(parts);
}

std::string_view behind_head(const void* block, std::size_t bytes) {
  return {static_cast<const char*>(block) + sizeof(Head), bytes - sizeof(Head)};
}

}  // namespace

void AffinityGrid::save(const std::filesystem::path& file) const {
  const std::string_view maps = behind_head(memory_.get(), bytes());
  Head head = *static_cast<const Head*>(memory_.get());
  std::ranges::copy(checksum(head, maps), head.checksum.begin());
  AtomicFile out(file);
  out.write({reinterpret_cast<const char*>(&head), sizeof head});
  out.write(maps);
  out.commit();
}

std::optional<AffinityGrid> AffinityGrid::load(const std::filesystem::path& file, std::string_view digest) {
  std::size_t bytes = 0;
  std::shared_ptr<void> memory = map_file(file, bytes);
  const Head* const head = find_head(memory.get(), bytes);
  if (head == nullptr || bytes != block_bytes(head->lattice(), head->types)) return std::nullopt;
  if (!std::ranges::equal(head->digest, digest)) return std::nullopt;
  if (!std::ranges::equal(head->checksum, checksum(*head, behind_head(memory.get(), bytes)))) return std::nullopt;
  return AffinityGrid(std::move(memory));
}

AffinityGrid cached_grid(const std::filesystem::path& folder, const ReceptorCells& receptor, const Box& box,
                         const ScoringFunction& function, std::span<const AtomType> wanted,
                         const GridOptions& options) {
  const std::string digest = AffinityGrid::digest(receptor, box, function, wanted, options);
  const std::filesystem::path file = folder / (digest + ".grid");
  if (auto grid = AffinityGrid::load(file, digest)) return std::move(*grid);
  AffinityGrid grid(receptor, box, function, wanted, options);
  // Who else writes the same file at this moment writes the same bytes.
  try {
    std::filesystem::create_directories(folder);
    grid.save(file);
  } catch (const std::system_error&) {  // full, read-only: what a cache may be
  }
  return grid;
}

}  // namespace digitalis
