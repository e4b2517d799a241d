#include "chem/compound_block.hpp"

#include <stdexcept>

#include "chem/bytes.hpp"

namespace digitalis {
namespace {

std::uint32_t end_of(std::size_t size) {
  if (size > UINT32_MAX) throw std::length_error("a chunk of compounds holds more than 4 GiB of one column");
  return static_cast<std::uint32_t>(size);
}

void check_ends(const std::vector<std::uint32_t>& ends, std::size_t count, std::size_t pool) {
  bool good = ends.size() == count;
  std::uint32_t last = 0;
  for (const std::uint32_t end : ends) {
    good = good && end >= last;
    last = end;
  }
  if (!good || last != pool) throw std::runtime_error("the offsets of a chunk of compounds do not fit its data");
}

}  // namespace

void CompoundBlock::add(const Compound& compound) {
  descriptors_.push_back(compound.descriptors);
  sources_.push_back(compound.source);
  lines_.push_back(compound.line);
  alerts_.insert(alerts_.end(), compound.alerts.begin(), compound.alerts.end());
  alert_ends_.push_back(end_of(alerts_.size()));
  bits_.insert(bits_.end(), compound.on_bits.begin(), compound.on_bits.end());
  bit_ends_.push_back(end_of(bits_.size()));
  ids_ += compound.id;
  id_ends_.push_back(end_of(ids_.size()));
  smiles_ += compound.smiles;
  smiles_ends_.push_back(end_of(smiles_.size()));
}

void CompoundBlock::number_sources_from(std::uint32_t first) {
  for (std::uint32_t& source : sources_) source += first;
}

Compound CompoundBlock::compound(std::size_t i) const {
  return {.id = std::string{id(i)},
          .smiles = std::string{smiles(i)},
          .source = source(i),
          .line = line(i),
          .descriptors = descriptors(i),
          .alerts = {alerts(i).begin(), alerts(i).end()},
          .on_bits = {on_bits(i).begin(), on_bits(i).end()}};
}

std::string CompoundBlock::to_bytes() const {
  ByteWriter out;
  out.put_array(std::span{descriptors_});
  out.put_array(std::span{sources_});
  out.put_array(std::span{lines_});
  out.put_array(std::span{alert_ends_});
  out.put_array(std::span{alerts_});
  out.put_array(std::span{bit_ends_});
  out.put_array(std::span{bits_});
  out.put_array(std::span{id_ends_});
  out.put_string(ids_);
  out.put_array(std::span{smiles_ends_});
  out.put_string(smiles_);
  return out.take();
}

CompoundBlock CompoundBlock::from_bytes(std::string_view bytes) {
  ByteReader in{bytes};
  CompoundBlock block;
  block.descriptors_ = in.get_array<Descriptors>();
  block.sources_ = in.get_array<std::uint32_t>();
  block.lines_ = in.get_array<std::uint64_t>();
  block.alert_ends_ = in.get_array<std::uint32_t>();
  block.alerts_ = in.get_array<std::uint16_t>();
  block.bit_ends_ = in.get_array<std::uint32_t>();
  block.bits_ = in.get_array<std::uint16_t>();
  block.id_ends_ = in.get_array<std::uint32_t>();
  block.ids_ = in.get_string();
  block.smiles_ends_ = in.get_array<std::uint32_t>();
  block.smiles_ = in.get_string();
  const std::size_t count = block.size();
  if (!in.at_end() || block.descriptors_.size() != count || block.lines_.size() != count)
    throw std::runtime_error("the columns of a chunk of compounds differ in length");
  check_ends(block.alert_ends_, count, block.alerts_.size());
  check_ends(block.bit_ends_, count, block.bits_.size());
  check_ends(block.id_ends_, count, block.ids_.size());
  check_ends(block.smiles_ends_, count, block.smiles_.size());
  return block;
}

}  // namespace digitalis
