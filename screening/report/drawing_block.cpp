#include "screening/report/drawing_block.hpp"

#define ZLIB_CONST
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <new>
#include <stdexcept>
#include <unordered_map>
#include <vector>

#include "screening/report/little_endian.hpp"

namespace digitalis {
namespace {

constexpr float kStepsPerA = 100.0F;
constexpr unsigned kMarked = 0x8000;

void put_coordinate(std::string& out, float value_A) { put_i16(out, std::lround(value_A * kStepsPerA)); }

bool fits(const Depiction& drawing) {
  constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
  constexpr float limit_A = 327.0F;
  return !drawing.atoms.empty() && drawing.atoms.size() <= most && drawing.bonds.size() <= most &&
         std::all_of(drawing.atoms.begin(), drawing.atoms.end(), [](const Depiction::Atom& atom) {
           return std::abs(atom.x_A) < limit_A && std::abs(atom.y_A) < limit_A;  // false for NaN too
         });
}

}  // namespace

DrawingBlock encode_drawings(std::span<const std::optional<Depiction>* const> drawings) {
  DrawingBlock block{std::string(4 * (drawings.size() + 2), '\0'), {""}};
  std::unordered_map<std::string, unsigned> index_of{{"", 0U}};
  auto& out = block.bytes;
  put_u32_at(out, 0, drawings.size());
  for (std::size_t i = 0; i < drawings.size(); ++i) {
    put_u32_at(out, 4 * (i + 1), out.size());
    if (!*drawings[i] || !fits(**drawings[i])) continue;
    const auto& [atoms, bonds] = **drawings[i];
    put_u16(out, static_cast<unsigned>(atoms.size()));
    put_u16(out, static_cast<unsigned>(bonds.size()));
    for (const auto& atom : atoms) put_coordinate(out, atom.x_A);
    for (const auto& atom : atoms) put_coordinate(out, atom.y_A);
    for (const auto& atom : atoms) {
      const auto [entry, is_new] = index_of.try_emplace(atom.label, static_cast<unsigned>(block.labels.size()));
      if (is_new) block.labels.push_back(atom.label);
      put_u16(out, entry->second + (atom.marked ? kMarked : 0U));
    }
    for (const auto& bond : bonds) put_u16(out, bond.begin);
    for (const auto& bond : bonds) put_u16(out, bond.end);
    for (const auto& bond : bonds)
      put_u16(out, bond.order + 4U * bond.stereo + (bond.in_ring ? 16U : 0U) + (bond.aromatic ? 32U : 0U));
  }
  put_u32_at(out, 4 * (drawings.size() + 1), out.size());
  return block;
}

std::string gzip_base64(const std::string& bytes) {
  constexpr std::size_t limit = 1U << 30;  // far below where the lengths of zlib and OpenSSL end
  if (bytes.size() > limit) throw std::length_error{"a block of the report is beyond 1 GiB; hint: show fewer hits"};
  constexpr int gzip_window = 15 + 16, memory_level = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc{};
  }
  std::vector<unsigned char> packed(deflateBound(&stream, bytes.size()));
  stream.next_in = reinterpret_cast<const unsigned char*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (!whole) throw std::logic_error{"gzip: deflateBound() was not enough"};

  std::string text(4 * ((packed.size() + 2) / 3) + 1, '\0');  // the encoder writes a final NUL
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), packed.data(), static_cast<int>(packed.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace digitalis
