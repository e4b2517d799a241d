#include "tests/chem/library_files.hpp"

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

namespace digitalis::testing {

std::string gzipped(const std::string& text) {
  z_stream stream{};
  constexpr int kGzipWrapper = 16 + MAX_WBITS;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("no gzip");
  }
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int code = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) throw std::runtime_error("gzip failed");
  return packed;
}

std::string bzipped(const std::string& text) {
  auto size = static_cast<unsigned>(text.size() + text.size() / 100 + 600);
  std::string packed(size, '\0');
  constexpr int kBlock_100kB = 9;
  if (BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(text.data()), static_cast<unsigned>(text.size()),
                               kBlock_100kB, 0, 0) != BZ_OK) {
    throw std::runtime_error("bzip2 failed");
  }
  packed.resize(size);
  return packed;
}

std::string zstded(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3);
  if (ZSTD_isError(size)) throw std::runtime_error("zstd failed");
  packed.resize(size);
  return packed;
}

}  // namespace digitalis::testing
