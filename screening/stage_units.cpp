#include "screening/stage_units.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "chem/bytes.hpp"

namespace digitalis {

namespace {

// A payload: kVersion, number of frames, where each frame ends counted from the first one's beginning, the frames.
constexpr std::uint32_t kVersion = 3;
constexpr std::size_t kHeadBytes = 2 * sizeof(std::uint32_t);
constexpr std::uint32_t kMostParts = 64, kMostChunks = 1024;

}  // namespace

std::uint64_t StageUnits::wanted(bool docks, std::uint64_t compounds) {
  if (docks) return std::clamp<std::uint64_t>(compounds >> 20U, 16, 256);
  return std::clamp<std::uint64_t>(compounds >> 12U, 256, 4096);
}

StageUnits::StageUnits(std::uint64_t chunks, std::uint64_t compounds, std::uint64_t wanted) : chunks_(chunks) {
  if (chunks == 0 || wanted == 0) return;
  // Powers of two: a little more or less of a library does not cut it anew.
  const std::uint64_t most_units = std::max<std::uint64_t>(1, compounds / wanted);
  if (most_units >= chunks)
    parts_ = static_cast<std::uint32_t>(std::bit_floor(std::min<std::uint64_t>(most_units / chunks, kMostParts)));
  else
    span_ = static_cast<std::uint32_t>(std::bit_floor(std::min<std::uint64_t>(chunks / most_units, kMostChunks)));
}

StageUnits::Range StageUnits::range(std::uint64_t unit) const {
  if (parts_ > 1) return {unit / parts_, unit / parts_ + 1, static_cast<std::uint32_t>(unit % parts_), parts_};
  return {unit * span_, std::min(chunks_, (unit + 1) * span_), 0, 1};
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
  if (parts_ == 1) {
    // Only what is asked for is read: a stage that looks at chunk after chunk would else read a unit for each.
    const FrameKey key{stage, chunk / span_};
    const std::uint64_t within = chunk % span_;
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
  for (std::uint64_t unit = chunk * parts_; unit < (chunk + 1) * parts_; ++unit) {
    const std::string payload = journal.read({stage, unit});
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
