#pragma once
// What a task of a funnel's stage is made of: compounds of chunks of the store. The rank that quarantines a task knows
// which survived the stages before, and tells the quarantined process.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace digitalis {

struct StagePart {
  std::uint64_t chunk = 0;            ///< of the store
  std::vector<std::uint32_t> compounds;  ///< that the stage works on, by index in the chunk, ascending

  /// An item of a stage's task, as begin_item() is told: a compound by where it stands in the store.
  [[nodiscard]] static std::uint64_t item_of(std::uint64_t chunk, std::uint32_t compound) {
    return chunk << 32U | compound;
  }
  [[nodiscard]] static std::uint64_t chunk_of(std::uint64_t item) { return item >> 32U; }
  [[nodiscard]] static std::uint32_t compound_of(std::uint64_t item) { return static_cast<std::uint32_t>(item); }
};

[[nodiscard]] std::string to_bytes(std::span<const StagePart> parts);
/// Throws std::runtime_error when the bytes are damaged.
[[nodiscard]] std::vector<StagePart> stage_parts_from(std::string_view bytes);

}  // namespace digitalis
