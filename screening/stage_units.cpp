#include "screening/stage_units.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <stdexcept>

#include "chem/bytes.hpp"

namespace digitalis {

namespace {

// A payload: kVersion, number of frames, where each frame ends counted from the first one's beginning, the frames.
constexpr std::uint32_t kVersion = 4;
constexpr std::size_t kHeadBytes = 2 * sizeof(std::uint32_t);
constexpr std::uint32_t kMostParts = 64, kMostChunks = 1024;

}  // namespace

StageUnits StageUnits::of_stage(bool takes_long, std::uint64_t chunks, std::uint64_t compounds) {
  // Few compounds are cut finely, as they often stand side by side in the store and every thread should have some.
  constexpr std::uint64_t kFewestInUnit = 16, kFewestUnits = 1024;
  if (takes_long)
    return {chunks, std::max(compounds, kFewestInUnit * kFewestUnits),
            std::clamp<std::uint64_t>(compounds >> 20U, kFewestInUnit, 256), kFewestInUnit};
  return {chunks, compounds, std::clamp<std::uint64_t>(compounds >> 12U, 256, 4096)};
}

StageUnits::StageUnits(std::uint64_t chunks, std::uint64_t compounds, std::uint64_t wanted, std::uint64_t fewest) {
  constexpr std::array<std::uint64_t, 3> kEndTenths{6, 9, 10};
  std::uint64_t first = 0, size = wanted;
  for (const std::uint64_t tenths : kEndTenths) {
    const bool is_last = size <= fewest;
    Section section{first, is_last ? chunks : chunks / 10 * tenths + chunks % 10 * tenths / 10, units_};
    // Powers of two: a little more or less of a library does not cut it anew.
    const std::uint64_t most_units = size == 0 ? chunks : std::max<std::uint64_t>(1, compounds / size);
    if (chunks > 0 && most_units >= chunks)
      section.parts =
          static_cast<std::uint32_t>(std::bit_floor(std::min<std::uint64_t>(most_units / chunks, kMostParts)));
    else if (chunks > 0)
      section.span =
          static_cast<std::uint32_t>(std::bit_floor(std::min<std::uint64_t>(chunks / most_units, kMostChunks)));
    const std::uint64_t length = section.end_chunk - section.first_chunk;
    units_ += section.parts > 1 ? length * section.parts : (length + section.span - 1) / section.span;
    if (length > 0) sections_.push_back(section);
    if (is_last) break;
    first = section.end_chunk;
    size = std::max(size / 4, fewest);
  }
}

StageUnits::Range StageUnits::range(std::uint64_t unit) const {
  const auto after = [](std::uint64_t number, const Section& section) { return number < section.first_unit; };
  const Section& in = *std::prev(std::upper_bound(sections_.begin(), sections_.end(), unit, after));
  const std::uint64_t within = unit - in.first_unit;
  if (in.parts > 1) {
    const std::uint64_t chunk = in.first_chunk + within / in.parts;
    return {chunk, chunk + 1, static_cast<std::uint32_t>(within % in.parts), in.parts};
  }
  const std::uint64_t chunk = in.first_chunk + within * in.span;
  return {chunk, std::min(in.end_chunk, chunk + in.span), 0, 1};
}

std::string StageUnits::to_bytes(std::span<const StageFrame> frames) {
  std::string all;
  ByteWriter out;
  out.put(kVersion);
  out.put(static_cast<std::uint32_t>(frames.size()));
  for (const StageFrame& frame : frames) {
    all += frame.to_bytes();
    out.put(static_cast<std::uint64_t>(all.size()));
  }
  return out.take() + all;
}

StageFrame StageUnits::frame(const Journal& journal, std::uint32_t stage, std::uint64_t chunk) const {
  const auto after = [](std::uint64_t number, const Section& section) { return number < section.first_chunk; };
  const Section& in_section = *std::prev(std::upper_bound(sections_.begin(), sections_.end(), chunk, after));
  const std::uint64_t chunks_before = chunk - in_section.first_chunk;
  if (in_section.parts == 1) {
    // Only what is asked for is read: a stage that looks at chunk after chunk would else read a unit for each.
    const FrameKey key{stage, in_section.first_unit + chunks_before / in_section.span};
    const std::uint64_t within = chunks_before % in_section.span;
    const std::string head = journal.read_range(key, 0, kHeadBytes + (within + 1) * sizeof(std::uint64_t));
    ByteReader in{head};
    if (in.get<std::uint32_t>() != kVersion)
      throw std::runtime_error("a stage's frame is of another version of this program");
    const auto frames = in.get<std::uint32_t>();
    std::uint64_t begin = 0, end = 0;
    for (std::uint64_t i = 0; i <= within; ++i) begin = std::exchange(end, in.get<std::uint64_t>());
    if (within >= frames || end < begin) throw std::runtime_error("a stage's frame holds fewer chunks than it should");
    const std::uint64_t first = kHeadBytes + frames * sizeof(std::uint64_t);
    return StageFrame::from_bytes(journal.read_range(key, first + begin, end - begin));
  }
  StageFrame whole;
  const std::uint64_t first_unit = in_section.first_unit + chunks_before * in_section.parts;
  for (std::uint32_t part = 0; part < in_section.parts; ++part) {
    const std::string payload = journal.read({stage, first_unit + part});
    ByteReader in{payload};
    if (in.get<std::uint32_t>() != kVersion)
      throw std::runtime_error("a stage's frame is of another version of this program");
    if (in.get<std::uint32_t>() != 1) throw std::runtime_error("a part of a chunk is not one frame");
    if (in.get<std::uint64_t>() != in.rest().size()) throw std::runtime_error("a stage's frame is cut short");
    whole.append(StageFrame::from_bytes(in.rest()));
  }
  return whole;
}

}  // namespace digitalis
