#include "chem/decompressor.hpp"

#include <bzlib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <new>
#include <stdexcept>

namespace digitalis {
namespace {

/// The libraries count in unsigned int.
unsigned clamped(std::size_t size) {
  return static_cast<unsigned>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

class GzipDecompressor final : public Decompressor {
 public:
  GzipDecompressor() {
    constexpr int kGzipWrapper = 16 + MAX_WBITS;
    if (inflateInit2(&stream_, kGzipWrapper) != Z_OK) throw std::bad_alloc();
  }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;
  ~GzipDecompressor() override { inflateEnd(&stream_); }

  Step step(std::span<const char> in, std::span<char> out) override {
    // zlib's input pointer lacks a const that it keeps.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = clamped(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = clamped(out.size());
    const int code = inflate(&stream_, Z_NO_FLUSH);
    Step done{clamped(in.size()) - stream_.avail_in, clamped(out.size()) - stream_.avail_out, State::kInMember};
    if (code == Z_STREAM_END) {
      inflateReset(&stream_);
      done.state = State::kMemberDone;
    } else if (code == Z_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
      done.state = State::kDamaged;
    }
    return done;
  }

 private:
  z_stream stream_{};
};

class Bzip2Decompressor final : public Decompressor {
 public:
  Bzip2Decompressor() { start(); }
  Bzip2Decompressor(const Bzip2Decompressor&) = delete;
  Bzip2Decompressor& operator=(const Bzip2Decompressor&) = delete;
  ~Bzip2Decompressor() override { BZ2_bzDecompressEnd(&stream_); }

  Step step(std::span<const char> in, std::span<char> out) override {
    stream_.next_in = const_cast<char*>(in.data());
    stream_.avail_in = clamped(in.size());
    stream_.next_out = out.data();
    stream_.avail_out = clamped(out.size());
    const int code = BZ2_bzDecompress(&stream_);
    Step done{clamped(in.size()) - stream_.avail_in, clamped(out.size()) - stream_.avail_out, State::kInMember};
    if (code == BZ_STREAM_END) {
      BZ2_bzDecompressEnd(&stream_);
      start();
      done.state = State::kMemberDone;
    } else if (code == BZ_MEM_ERROR) {
      throw std::bad_alloc();
    } else if (code != BZ_OK) {
      done.state = State::kDamaged;
    }
    return done;
  }

 private:
  void start() {
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  bz_stream stream_{};
};

class ZstdDecompressor final : public Decompressor {
 public:
  ZstdDecompressor() : stream_(ZSTD_createDStream()) {
    if (!stream_) throw std::bad_alloc();
  }

  /// Takes no more input than zstd asks for, which is one block: an error then costs the block it is in, and not the
  /// good ones before it, whose output a failing call would not report.
  Step step(std::span<const char> in, std::span<char> out) override {
    ZSTD_inBuffer input{in.data(), std::min(in.size(), wanted_), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t code = ZSTD_decompressStream(stream_.get(), &output, &input);
    if (ZSTD_isError(code)) return {input.pos, output.pos, State::kDamaged};
    wanted_ = code == 0 ? kFrameStart : code;
    return {input.pos, output.pos, code == 0 ? State::kMemberDone : State::kInMember};
  }

 private:
  static constexpr std::size_t kFrameStart = 5;  // magic number and frame descriptor
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_;
  std::size_t wanted_ = kFrameStart;
};

}  // namespace

Compression compression_of(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b")) return Compression::kGzip;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd")) return Compression::kZstd;
  // "BZh" alone could begin a text; the digit and the magic number of the first block (or of an empty archive) could
  // not.
  if (first_bytes.size() >= 10 && first_bytes.starts_with("BZh") && first_bytes[3] >= '1' && first_bytes[3] <= '9') {
    const auto magic = first_bytes.substr(4, 6);
    if (magic == "\x31\x41\x59\x26\x53\x59" || magic == "\x17\x72\x45\x38\x50\x90") return Compression::kBzip2;
  }
  return Compression::kNone;
}

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::kNone: return "";
    case Compression::kGzip: return "gzip";
    case Compression::kBzip2: return "bzip2";
    case Compression::kZstd: return "zstd";
  }
  return "";
}

std::unique_ptr<Decompressor> make_decompressor(Compression compression) {
  switch (compression) {
    case Compression::kGzip: return std::make_unique<GzipDecompressor>();
    case Compression::kBzip2: return std::make_unique<Bzip2Decompressor>();
    case Compression::kZstd: return std::make_unique<ZstdDecompressor>();
    case Compression::kNone: break;
  }
  throw std::logic_error("there is no decompressor for plain text");
}

}  // namespace digitalis
