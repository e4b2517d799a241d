#include "screening/stage_part.hpp"

#include "chem/bytes.hpp"

namespace digitalis {

std::string to_bytes(std::span<const StagePart> parts) {
  ByteWriter out;
  out.put(static_cast<std::uint64_t>(parts.size()));
  for (const StagePart& part : parts) {
    out.put(part.chunk);
    out.put_array(std::span{part.compounds});
  }
  return out.take();
}

std::vector<StagePart> stage_parts_from(std::string_view bytes) {
  ByteReader in{bytes};
  std::vector<StagePart> parts;
  for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
    const auto chunk = in.get<std::uint64_t>();
    parts.push_back({chunk, in.get_array<std::uint32_t>()});
  }
  return parts;
}

}  // namespace digitalis
