#include "screening/stage_frame.hpp"

#include <algorithm>
#include <stdexcept>

#include "chem/bytes.hpp"

namespace digitalis {

namespace {

constexpr std::uint32_t kVersion = 3;

/// Whether every pose has as many places as its compound's share says.
bool poses_fit(const StageFrame& frame) {
  if (!frame.forms.empty() && frame.forms.size() != frame.poses.size()) return false;
  if (frame.poses.empty()) return frame.pose_ends.empty() && frame.places_A.empty();
  return frame.poses.size() == frame.scores.size() && frame.pose_ends.size() == frame.passed.size() &&
         std::is_sorted(frame.pose_ends.begin(), frame.pose_ends.end()) &&
         frame.places_A.size() == 3 * std::size_t{frame.pose_ends.back()} * frame.columns();
}

}  // namespace

void StageFrame::append(const StageFrame& later) {
  const auto add = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  const std::uint32_t places = pose_ends.empty() ? 0 : pose_ends.back();
  for (const std::uint32_t end : later.pose_ends) pose_ends.push_back(places + end);
  add(dropped, later.dropped);
  add(passed, later.passed);
  add(scores, later.scores);
  add(nearest, later.nearest);
  add(poses, later.poses);
  add(places_A, later.places_A);
  add(forms, later.forms);
}

std::string StageFrame::to_bytes() const {
  ByteWriter out;
  out.put(kVersion);
  out.put(static_cast<std::uint64_t>(dropped.size()));
  for (const auto& [index, reason] : dropped) {
    out.put(index);
    out.put_string(reason);
  }
  out.put_array(std::span{passed});
  out.put_array(std::span{scores});
  out.put_array(std::span{nearest});
  out.put_array(std::span{poses});
  out.put_array(std::span{pose_ends});
  out.put_array(std::span{places_A});
  out.put(static_cast<std::uint64_t>(forms.size()));
  for (const PoseForm& form : forms) {
    out.put_string(form.name);
    out.put_string(form.smiles);
  }
  return out.take();
}

StageFrame StageFrame::from_bytes(std::string_view bytes) {
  ByteReader in{bytes};
  StageFrame frame;
  if (in.get<std::uint32_t>() != kVersion)
    throw std::runtime_error("a stage's frame is of another version of this program");
  const auto dropped = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < dropped; ++i) {
    const auto index = in.get<std::uint32_t>();
    frame.dropped.emplace_back(index, in.get_string());
  }
  frame.passed = in.get_array<std::uint32_t>();
  frame.scores = in.get_array<double>();
  frame.nearest = in.get_array<std::uint32_t>();
  frame.poses = in.get_array<PoseRecord>();
  frame.pose_ends = in.get_array<std::uint32_t>();
  frame.places_A = in.get_array<float>();
  const auto forms = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < forms; ++i) {
    std::string name{in.get_string()};
    frame.forms.push_back({std::move(name), std::string{in.get_string()}});
  }
  if (!in.at_end() || frame.scores.size() != frame.nearest.size() ||
      (frame.passed.empty() ? !frame.scores.empty() : frame.scores.size() % frame.passed.size() != 0) ||
      !poses_fit(frame))
    throw std::runtime_error("the columns of a stage's frame differ in length");
  return frame;
}

}  // namespace digitalis
