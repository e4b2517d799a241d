#include "chem/column_coding.hpp"

#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <stdexcept>
#include <utility>

namespace digitalis {
namespace {

// Streams of 13,000 compounds of 29 sources, bytes a compound and us of a core to compress one: level 1 66.5 in 1.2,
// level 3 66.4 in 1.3, level 6 64.5 in 2.2, level 9 64.1 in 4.4, level 15 62.1 in 14. Preparing one takes 157 and more.
constexpr int kLevel = 6;

// zstd's blocks hold at most 128 KiB in at least 4 bytes: a stream that says it is larger than that does not say the
// truth.
constexpr std::uint64_t kMostPerByte = 32 << 10;

constexpr std::size_t kFingerprintBits = std::size_t{UINT16_MAX} + 1;

constexpr int kLeastWhole = -64, kMostWhole = 191;

}  // namespace

void throw_damaged_column() { throw std::runtime_error("a column of a chunk of compounds is damaged"); }

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

void put_small(std::string& out, std::uint64_t value) {
  for (; value >= 0xFF; value -= 0xFF) out += static_cast<char>(0xFF);
  out += static_cast<char>(value);
}

struct StreamWriter::Compressor {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  std::string room;
  Compressor() {
    if (zstd == nullptr) throw std::bad_alloc();
  }
  ~Compressor() { ZSTD_freeCCtx(zstd); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
};

StreamWriter::StreamWriter() : compressor_(std::make_unique<Compressor>()) {}
StreamWriter::~StreamWriter() = default;

void StreamWriter::add(std::string_view stream) {
  std::string& room = compressor_->room;
  room.resize(std::max(room.size(), ZSTD_compressBound(stream.size())));
  const std::size_t size =
      ZSTD_compressCCtx(compressor_->zstd, room.data(), room.size(), stream.data(), stream.size(), kLevel);
  if (ZSTD_isError(size)) throw std::runtime_error(std::string{"zstd: "} + ZSTD_getErrorName(size));
  put_varint(bytes_, size);
  bytes_.append(room.data(), size);
}

std::string StreamWriter::take() { return std::exchange(bytes_, {}); }

struct StreamReader::Decompressor {
  ZSTD_DCtx* zstd = ZSTD_createDCtx();
  Decompressor() {
    if (zstd == nullptr) throw std::bad_alloc();
  }
  ~Decompressor() { ZSTD_freeDCtx(zstd); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;
};

StreamReader::StreamReader() : decompressor_(std::make_unique<Decompressor>()) {}
StreamReader::~StreamReader() = default;

std::string_view StreamReader::next() {
  NumberReader head{bytes_};
  const std::uint64_t size = head.varint();
  if (size > head.left()) throw_damaged_column();
  const std::string_view frame = bytes_.substr(bytes_.size() - head.left(), size);
  bytes_.remove_prefix(bytes_.size() - head.left() + size);
  const unsigned long long content = ZSTD_getFrameContentSize(frame.data(), frame.size());
  // The two error codes are larger than any size.
  if (content > frame.size() * kMostPerByte) throw_damaged_column();
  if (stream_.size() < content) stream_.resize(content);
  if (ZSTD_decompressDCtx(decompressor_->zstd, stream_.data(), content, frame.data(), frame.size()) != content)
    throw_damaged_column();
  return {stream_.data(), static_cast<std::size_t>(content)};
}

std::string encode_lengths(const Ends& ends) {
  std::string out;
  std::uint32_t before = 0;
  for (const std::uint32_t end : ends) {
    put_varint(out, end - before);
    before = end;
  }
  return out;
}

Ends decode_lengths(std::string_view stream, std::size_t compounds) {
  NumberReader in{stream};
  if (compounds > stream.size()) throw_damaged_column();
  Ends ends(compounds);
  std::uint64_t total = 0;
  for (std::uint32_t& end : ends) {
    const std::uint64_t length = in.varint();
    if (length > UINT32_MAX - total) throw_damaged_column();
    total += length;
    end = static_cast<std::uint32_t>(total);
  }
  if (in.left() != 0) throw_damaged_column();
  return ends;
}

std::string encode_lists(std::span<const std::uint16_t> pool, const Ends& ends) {
  std::string out;
  std::uint32_t at = 0;
  for (const std::uint32_t end : ends) {
    put_varint(out, end - at);
    std::uint16_t before = 0;
    for (; at < end; ++at) {
      put_varint(out, static_cast<std::uint16_t>(pool[at] - before));
      before = pool[at];
    }
  }
  return out;
}

void decode_lists(std::string_view stream, std::size_t compounds, std::vector<std::uint16_t>& pool, Ends& ends) {
  NumberReader in{stream};
  if (compounds > stream.size()) throw_damaged_column();
  ends.resize(compounds);
  for (std::uint32_t& end : ends) {
    const std::uint64_t length = in.varint();
    if (length > in.left()) throw_damaged_column();
    std::uint16_t value = 0;
    for (std::uint64_t i = 0; i < length; ++i) {
      value = static_cast<std::uint16_t>(value + in.varint());
      pool.push_back(value);
    }
    end = static_cast<std::uint32_t>(pool.size());
  }
  if (in.left() != 0) throw_damaged_column();
}

std::string encode_descriptor(std::span<const Descriptors> all, std::size_t descriptor) {
  std::string whole;
  for (const Descriptors& one : all) {
    const float value = one[descriptor];
    if (!(value >= kLeastWhole && value <= kMostWhole)) break;
    const int number = static_cast<int>(value);
    if (std::bit_cast<std::uint32_t>(static_cast<float>(number)) != std::bit_cast<std::uint32_t>(value)) break;
    whole += static_cast<char>(number - kLeastWhole);
  }
  if (whole.size() == all.size()) return whole;
  std::string floats(all.size() * sizeof(float), '\0');
  for (std::size_t i = 0; i < all.size(); ++i) {
    char bytes[sizeof(float)];
    std::memcpy(bytes, &all[i][descriptor], sizeof bytes);
    for (std::size_t byte = 0; byte < sizeof bytes; ++byte) floats[byte * all.size() + i] = bytes[byte];
  }
  return floats;
}

void decode_descriptor(std::string_view stream, std::span<Descriptors> all, std::size_t descriptor) {
  const std::size_t count = all.size();
  if (stream.size() == count) {
    for (std::size_t i = 0; i < count; ++i)
      all[i][descriptor] = static_cast<float>(static_cast<std::uint8_t>(stream[i]) + kLeastWhole);
    return;
  }
  if (stream.size() != count * sizeof(float)) throw_damaged_column();
  for (std::size_t i = 0; i < count; ++i) {
    char bytes[sizeof(float)];
    for (std::size_t byte = 0; byte < sizeof bytes; ++byte) bytes[byte] = stream[byte * count + i];
    std::memcpy(&all[i][descriptor], bytes, sizeof bytes);
  }
}

TurnedFingerprints encode_fingerprints(std::span<const std::uint16_t> pool, const Ends& ends) {
  // Compounds of each bit, as a pool with ends of its own: counted, then filled.
  std::vector<std::uint32_t> counts;
  std::uint32_t at = 0;
  for (const std::uint32_t end : ends)
    for (const std::uint32_t begin = at; at < end; ++at) {
      const std::uint16_t bit = pool[at];
      if (at > begin && bit <= pool[at - 1]) throw std::logic_error("on-bits of a fingerprint that do not ascend");
      if (bit >= counts.size()) counts.resize(bit + std::size_t{1});
      ++counts[bit];
    }
  std::vector<std::uint32_t> next(counts.size()), holders(pool.size());
  std::uint32_t total = 0;
  for (std::size_t bit = 0; bit < counts.size(); ++bit) {
    next[bit] = total;
    total += counts[bit];
  }
  at = 0;
  for (std::size_t compound = 0; compound < ends.size(); ++compound)
    for (; at < ends[compound]; ++at) holders[next[pool[at]]++] = static_cast<std::uint32_t>(compound);

  TurnedFingerprints turned;
  const std::uint32_t* holder = holders.data();
  for (const std::uint32_t count : counts) {
    put_small(turned.counts, count);
    std::uint32_t expected = 0;
    for (std::uint32_t i = 0; i < count; ++i, ++holder) {
      put_small(turned.gaps, *holder - expected);
      expected = *holder + 1;
    }
  }
  return turned;
}

void decode_fingerprints(std::string_view counts, std::string_view gaps, std::size_t compounds,
                         std::vector<std::uint16_t>& pool, Ends& ends) {
  NumberReader count_in{counts}, gap_in{gaps};
  std::vector<std::uint32_t> of_bit, holders;
  of_bit.reserve(counts.size());
  holders.reserve(gaps.size());
  std::vector<std::uint32_t> next(compounds);  // first how many bits a compound has, then where its next one goes
  while (count_in.left() > 0) {
    const std::uint64_t count = count_in.small();
    if (count > gap_in.left() || of_bit.size() == kFingerprintBits) throw_damaged_column();
    of_bit.push_back(static_cast<std::uint32_t>(count));
    std::uint64_t holder = 0;
    for (std::uint64_t i = 0; i < count; ++i, ++holder) {
      holder += gap_in.small();
      if (holder >= compounds) throw_damaged_column();
      holders.push_back(static_cast<std::uint32_t>(holder));
      ++next[holder];
    }
  }
  if (gap_in.left() != 0) throw_damaged_column();
  ends.resize(compounds);
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < compounds; ++i) {
    ends[i] = total + next[i];
    next[i] = total;
    total = ends[i];
  }
  pool.resize(total);
  const std::uint32_t* holder = holders.data();
  for (std::size_t bit = 0; bit < of_bit.size(); ++bit)
    for (std::uint32_t i = 0; i < of_bit[bit]; ++i) pool[next[*holder++]++] = static_cast<std::uint16_t>(bit);
}

}  // namespace digitalis
