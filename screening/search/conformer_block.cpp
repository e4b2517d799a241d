#include "screening/search/conformer_block.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include "chem/bytes.hpp"

namespace digitalis {

bool ConformerBlock::add(const Entry& entry) {
  const std::size_t before = grid_.size();
  for (const auto& conformer : entry.conformers) {
    Position mean{};
    for (const Position& at : conformer) mean = mean + at;
    mean = (1.0 / static_cast<double>(conformer.size())) * mean;
    for (const Position& at : conformer)
      for (std::size_t k = 0; k < 3; ++k) {
        const double steps = std::round((at[k] - mean[k]) / kGrid_A);
        if (!(std::abs(steps) <= std::numeric_limits<std::int16_t>::max())) {
          grid_.resize(before);
          return false;
        }
        grid_.push_back(static_cast<std::int16_t>(steps));
      }
  }
  for (const ColourFeature& feature : entry.features) {
    features_.push_back(static_cast<std::uint16_t>(feature.colour));
    features_.push_back(static_cast<std::uint16_t>(feature.atoms.size()));
    for (const std::uint32_t atom : feature.atoms) features_.push_back(static_cast<std::uint16_t>(atom));
  }
  compounds_.push_back({static_cast<std::uint16_t>(entry.conformers.front().size()),
                        static_cast<std::uint16_t>(entry.conformers.size()),
                        static_cast<std::uint16_t>(entry.features.size()), 0,
                        static_cast<std::uint32_t>(features_.size()), static_cast<std::uint32_t>(grid_.size())});
  return true;
}

void ConformerBlock::add_reject(RejectCode code) {
  compounds_.push_back({0, 0, 0, static_cast<std::uint16_t>(code), static_cast<std::uint32_t>(features_.size()),
                        static_cast<std::uint32_t>(grid_.size())});
}

ConformerBlock::Entry ConformerBlock::entry(std::size_t i) const {
  const Compound& compound = compounds_[i];
  Entry entry;
  const std::uint16_t* at = features_.data() + (i == 0 ? 0 : compounds_[i - 1].features_end);
  for (std::uint16_t f = 0; f < compound.features; ++f) {
    ColourFeature& feature = entry.features.emplace_back();
    feature.colour = static_cast<Colour>(at[0]);
    feature.atoms.assign(at + 2, at + 2 + at[1]);
    at += 2 + at[1];
  }
  const std::int16_t* steps = grid_.data() + (i == 0 ? 0 : compounds_[i - 1].grid_end);
  for (std::uint16_t c = 0; c < compound.conformers; ++c) {
    auto& conformer = entry.conformers.emplace_back(compound.atoms);
    for (Position& position : conformer)
      for (double& x : position) x = kGrid_A * *steps++;
  }
  return entry;
}

std::string ConformerBlock::to_bytes() const {
  ByteWriter out;
  out.put_array(std::span<const Compound>(compounds_));
  out.put_array(std::span<const std::uint16_t>(features_));
  out.put_array(std::span<const std::int16_t>(grid_));
  return out.take();
}

ConformerBlock ConformerBlock::from_bytes(std::string_view bytes) {
  const auto check = [](bool is_sound) {
    if (!is_sound) throw std::runtime_error("conformers whose counts do not fit together");
  };
  ByteReader in{bytes};
  ConformerBlock block;
  block.compounds_ = in.get_array<Compound>();
  block.features_ = in.get_array<std::uint16_t>();
  block.grid_ = in.get_array<std::int16_t>();
  check(in.at_end());
  std::size_t feature = 0, step = 0;
  for (const Compound& compound : block.compounds_) {
    check((compound.atoms == 0) == (compound.conformers == 0) && compound.code <= static_cast<int>(RejectCode::kLast));
    step += std::size_t{3} * compound.atoms * compound.conformers;
    check(step == compound.grid_end && step <= block.grid_.size());
    for (std::uint16_t f = 0; f < compound.features; ++f) {
      check(feature + 2 <= block.features_.size() && block.features_[feature] < kColours);
      const std::size_t count = block.features_[feature + 1];
      feature += 2;
      check(count > 0 && count <= block.features_.size() - feature);
      for (std::size_t i = 0; i < count; ++i) check(block.features_[feature++] < compound.atoms);
    }
    check(feature == compound.features_end);
  }
  check(step == block.grid_.size() && feature == block.features_.size());
  return block;
}

}  // namespace digitalis
