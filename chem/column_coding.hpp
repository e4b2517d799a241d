#pragma once
// How the columns of a chunk of compounds become few bytes (compound_block.hpp): numbers by the byte, what is alike
// side by side, each stream of them compressed by zstd on its own, so that a reader opens what it wants and no more.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/descriptors.hpp"

namespace digitalis {

/// std::runtime_error, for a stream that the functions here did not write.
[[noreturn]] void throw_damaged_column();

/// Seven bits a byte, lowest first (LEB128).
void put_varint(std::string& out, std::uint64_t value);
/// One byte below 255; 255 and what is left above.
void put_small(std::string& out, std::uint64_t value);

/// Reads what the two wrote. Throws std::runtime_error when the bytes are others.
class NumberReader {
 public:
  explicit NumberReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  [[nodiscard]] std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t byte = next();
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    throw_damaged_column();
  }
  [[nodiscard]] std::uint64_t small() {
    std::uint64_t value = 0;
    for (;;) {
      const std::uint8_t byte = next();
      value += byte;
      if (byte != 0xFF) return value;
    }
  }
  [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

 private:
  std::uint8_t next() {
    if (at_ == end_) throw_damaged_column();
    return static_cast<std::uint8_t>(*at_++);
  }
  const char *at_, *end_;
};

/// Streams one after the other, each compressed. zstd's level is fixed: one version of it gives the same bytes for the
/// same streams everywhere. Not for concurrent use.
class StreamWriter {
 public:
  StreamWriter();
  ~StreamWriter();
  void add(std::string_view stream);
  /// All that was added since the last call.
  [[nodiscard]] std::string take();

 private:
  struct Compressor;
  std::unique_ptr<Compressor> compressor_;
  std::string bytes_;
};

/// Reads what StreamWriter wrote. Not for concurrent use.
class StreamReader {
 public:
  StreamReader();
  ~StreamReader();
  void open(std::string_view bytes) { bytes_ = bytes; }
  /// The next stream, until the next call. Throws std::runtime_error when it is damaged.
  [[nodiscard]] std::string_view next();
  [[nodiscard]] bool at_end() const { return bytes_.empty(); }

 private:
  struct Decompressor;
  std::unique_ptr<Decompressor> decompressor_;
  std::string_view bytes_;
  std::string stream_;
};

using Ends = std::vector<std::uint32_t>;  ///< where each compound's entries end in a pool that all share

[[nodiscard]] std::string encode_lengths(const Ends& ends);
[[nodiscard]] Ends decode_lengths(std::string_view stream, std::size_t compounds);

/// Lists of numbers of any order: of each compound how many, then the differences.
[[nodiscard]] std::string encode_lists(std::span<const std::uint16_t> pool, const Ends& ends);
void decode_lists(std::string_view stream, std::size_t compounds, std::vector<std::uint16_t>& pool, Ends& ends);

/// Numbers that mostly grow by little: their differences.
template <class Number>
[[nodiscard]] std::string encode_steps(const std::vector<Number>& numbers) {
  std::string out;
  Number before = 0;
  for (const Number number : numbers) {
    put_varint(out, static_cast<Number>(number - before));
    before = number;
  }
  return out;
}
template <class Number>
void decode_steps(NumberReader& in, std::size_t count, std::vector<Number>& numbers) {
  if (count > in.left()) throw_damaged_column();
  numbers.reserve(count);
  Number number = 0;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(number = static_cast<Number>(number + in.varint()));
}

/// One descriptor of all compounds: a byte each when all are whole numbers from -64 to 191, else floats, byte by byte:
/// first bytes of all, second bytes of all, ... Bit for bit, NaN and -0.0 too.
[[nodiscard]] std::string encode_descriptor(std::span<const Descriptors> all, std::size_t descriptor);
void decode_descriptor(std::string_view stream, std::span<Descriptors> all, std::size_t descriptor);

/// Fingerprints turned round: of each bit the compounds that have it. Common bits are in most compounds of a chunk, one
/// after the other, and rare ones in few: 30 bytes a compound when compressed, where the gaps between a compound's bits
/// took 37, and a bitmap of each bit 36.
struct TurnedFingerprints {
  std::string counts;  ///< of each bit, up to the last that is on: how many compounds have it (put_small)
  std::string gaps;    ///< bit after bit: how many compounds lie between those that have it (put_small)
};
/// The bits of each compound ascend, else std::logic_error.
[[nodiscard]] TurnedFingerprints encode_fingerprints(std::span<const std::uint16_t> pool, const Ends& ends);
void decode_fingerprints(std::string_view counts, std::string_view gaps, std::size_t compounds,
                         std::vector<std::uint16_t>& pool, Ends& ends);

}  // namespace digitalis
