#include "screening/stage_frame.hpp"

#include <stdexcept>

#include "chem/bytes.hpp"

namespace digitalis {

std::string StageFrame::to_bytes() const {
  ByteWriter out;
  out.put(static_cast<std::uint64_t>(dropped.size()));
  for (const auto& [index, reason] : dropped) {
    out.put(index);
    out.put_string(reason);
  }
  out.put_array(std::span{passed});
  out.put_array(std::span{scores});
  out.put_array(std::span{nearest});
  return out.take();
}

StageFrame StageFrame::from_bytes(std::string_view bytes) {
  ByteReader in{bytes};
  StageFrame frame;
  const auto dropped = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < dropped; ++i) {
    const auto index = in.get<std::uint32_t>();
    frame.dropped.emplace_back(index, in.get_string());
  }
  frame.passed = in.get_array<std::uint32_t>();
  frame.scores = in.get_array<double>();
  frame.nearest = in.get_array<std::uint32_t>();
  if (!in.at_end() || frame.scores.size() != frame.nearest.size() ||
      (frame.passed.empty() ? !frame.scores.empty() : frame.scores.size() % frame.passed.size() != 0))
    throw std::runtime_error("the columns of a stage's frame differ in length");
  return frame;
}

}  // namespace digitalis
