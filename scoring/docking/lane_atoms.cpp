#include "scoring/docking/lane_atoms.hpp"

namespace digitalis::lane_minimiser {

bool NeighbourAtoms::covers(const float* x, const float* y, const float* z, std::size_t stride) const {
  if (collected_.empty()) return false;
  for (std::size_t i = 0; i < collected_.size(); ++i)
    if (squared_distance(collected_[i], {x[i * stride], y[i * stride], z[i * stride]}) > kMargin_A * kMargin_A)
      return false;
  return true;
}

void NeighbourAtoms::collect(const float* x, const float* y, const float* z, std::size_t stride) {
  const DockingReceptor& receptor = model_->cells->receptor();
  const double reach = kCutoff_A + kMargin_A;
  constexpr float kFar_A = 1e6f;
  collected_.resize(model_->atoms);
  for (auto* array : {&x_, &y_, &z_, &contact_}) array->clear();
  start_.assign(1, 0);
  std::array<std::vector<std::uint32_t>, LaneModel::kPairClasses> found;
  for (std::size_t i = 0; i < model_->atoms; ++i) {
    const Position at{x[i * stride], y[i * stride], z[i * stride]};
    const AtomType own = model_->types[i];
    collected_[i] = at;
    for (auto& list : found) list.clear();
    const auto visit = [&](std::uint32_t atom) {
      if (squared_distance(receptor.positions_A[atom], at) < reach * reach)
        found[class_of(own, receptor.types[atom])].push_back(atom);
    };
    model_->cells->near(at, visit, reach);
    for (const auto& list : found) {
      for (const std::uint32_t atom : list) {
        const Position& there = receptor.positions_A[atom];
        x_.push_back(static_cast<float>(there[0]));
        y_.push_back(static_cast<float>(there[1]));
        z_.push_back(static_cast<float>(there[2]));
        contact_.push_back(
            static_cast<float>(model_->function->radius_A[static_cast<std::size_t>(own)] +
                               model_->function->radius_A[static_cast<std::size_t>(receptor.types[atom])]));
      }
      while (x_.size() % kPadding != 0) {
        for (auto* array : {&x_, &y_, &z_}) array->push_back(kFar_A);
        contact_.push_back(1.0f);
      }
      start_.push_back(static_cast<std::uint32_t>(x_.size()));
    }
  }
}

}  // namespace digitalis::lane_minimiser
