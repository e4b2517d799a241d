#include "chem/compound_block.hpp"

#include <xxhash.h>

#include <stdexcept>

#include "chem/bytes.hpp"
#include "chem/column_coding.hpp"

namespace digitalis {
namespace {

// Bytes of a block: the number of compounds, then of each column, in the order of CompoundColumn, how many bytes it
// takes and its streams.
constexpr std::uint32_t kMostCompounds = 1U << 24U;

[[noreturn]] void throw_damaged() {
  throw std::runtime_error("the columns of a chunk of compounds do not fit together");
}

/// Calls visit(column, its bytes) for each. Returns the number of compounds.
template <class Visit>
std::uint32_t visit_columns(std::string_view bytes, const Visit& visit) {
  ByteReader in{bytes};
  const auto compounds = in.get<std::uint32_t>();
  if (compounds > kMostCompounds) throw_damaged();
  for (std::size_t column = 0; column < kCompoundColumnCount; ++column)
    visit(static_cast<CompoundColumn>(column), in.get_string());
  if (!in.at_end()) throw_damaged();
  return compounds;
}

std::uint32_t end_of(std::size_t size) {
  if (size > UINT32_MAX) throw std::length_error("a chunk of compounds holds more than 4 GiB of one column");
  return static_cast<std::uint32_t>(size);
}

template <class Values>
std::uint64_t checksum_of(const Values& values) {
  return XXH3_64bits(values.data(), values.size() * sizeof(typename Values::value_type));
}

}  // namespace

std::string_view name_of(CompoundColumn column) {
  static constexpr std::array<std::string_view, kCompoundColumnCount> kNames{"id",          "smiles", "fingerprint",
                                                                             "descriptors", "alerts", "source_line"};
  return kNames.at(static_cast<std::size_t>(column));
}

void CompoundBlock::add(const Compound& compound) {
  ++size_;
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

void CompoundBlock::throw_not_read() { throw std::logic_error("a column of compounds is asked for that was not read"); }

std::string CompoundBlock::to_bytes() const {
  if (size_ > kMostCompounds) throw std::length_error("a chunk of compounds holds more than 2^24 of them");
  ByteWriter out;
  out.put(static_cast<std::uint32_t>(size_));
  StreamWriter streams;
  for (std::size_t column = 0; column < kCompoundColumnCount; ++column) {
    write_column(static_cast<CompoundColumn>(column), streams);
    out.put_string(streams.take());
  }
  return out.take();
}

void CompoundBlock::write_column(CompoundColumn column, StreamWriter& streams) const {
  switch (column) {
    case CompoundColumn::kId:
      streams.add(encode_lengths(id_ends_));
      streams.add(ids_);
      break;
    case CompoundColumn::kSmiles:
      streams.add(encode_lengths(smiles_ends_));
      streams.add(smiles_);
      break;
    case CompoundColumn::kFingerprint: {
      const TurnedFingerprints turned = encode_fingerprints(bits_, bit_ends_);
      streams.add(turned.counts);
      streams.add(turned.gaps);
      break;
    }
    case CompoundColumn::kDescriptors:
      for (std::size_t i = 0; i < kDescriptorCount; ++i) streams.add(encode_descriptor(descriptors_, i));
      break;
    case CompoundColumn::kAlerts: streams.add(encode_lists(alerts_, alert_ends_)); break;
    case CompoundColumn::kOrigin: streams.add(encode_steps(sources_) + encode_steps(lines_)); break;
    case CompoundColumn::kCount: break;
  }
}

void CompoundBlock::read_column(CompoundColumn column, StreamReader& streams) {
  const auto read_texts = [&](std::string& pool, Ends& ends) {
    ends = decode_lengths(streams.next(), size_);
    pool = streams.next();
    if (pool.size() != (ends.empty() ? 0 : ends.back())) throw_damaged();
  };
  switch (column) {
    case CompoundColumn::kId: read_texts(ids_, id_ends_); break;
    case CompoundColumn::kSmiles: read_texts(smiles_, smiles_ends_); break;
    case CompoundColumn::kFingerprint: {
      const std::string counts{streams.next()};
      decode_fingerprints(counts, streams.next(), size_, bits_, bit_ends_);
      break;
    }
    case CompoundColumn::kDescriptors:
      for (std::size_t i = 0; i < kDescriptorCount; ++i) {
        const std::string_view stream = streams.next();
        if (stream.size() < size_) throw_damaged();  // before there is room made for so many
        descriptors_.resize(size_);
        decode_descriptor(stream, descriptors_, i);
      }
      break;
    case CompoundColumn::kAlerts: decode_lists(streams.next(), size_, alerts_, alert_ends_); break;
    case CompoundColumn::kOrigin: {
      NumberReader in{streams.next()};
      decode_steps(in, size_, sources_);
      decode_steps(in, size_, lines_);
      if (in.left() != 0) throw_damaged();
      break;
    }
    case CompoundColumn::kCount: break;
  }
  if (!streams.at_end()) throw_damaged();
}

CompoundBlock CompoundBlock::from_bytes(std::string_view bytes, CompoundColumns wanted) {
  std::array<std::string_view, kCompoundColumnCount> columns;
  CompoundBlock block;
  block.size_ = visit_columns(
      bytes, [&](CompoundColumn column, std::string_view its) { columns[static_cast<std::size_t>(column)] = its; });
  StreamReader streams;
  for (std::size_t i = 0; i < kCompoundColumnCount; ++i) {
    const auto column = static_cast<CompoundColumn>(i);
    if (!wanted.has(column)) continue;
    streams.open(columns[i]);
    block.read_column(column, streams);
  }
  return block;
}

CompoundColumnBytes CompoundBlock::column_bytes(std::string_view bytes) {
  CompoundColumnBytes sizes{};
  (void)visit_columns(bytes, [&](CompoundColumn column, std::string_view its) {
    sizes[static_cast<std::size_t>(column)] = its.size();
  });
  return sizes;
}

std::uint64_t CompoundBlock::content_checksum() const {
  return checksum_of(std::array{std::uint64_t{size_}, checksum_of(ids_), checksum_of(id_ends_), checksum_of(smiles_),
                                checksum_of(smiles_ends_), checksum_of(bits_), checksum_of(bit_ends_),
                                checksum_of(descriptors_), checksum_of(alerts_), checksum_of(alert_ends_),
                                checksum_of(sources_), checksum_of(lines_)});
}

}  // namespace digitalis
