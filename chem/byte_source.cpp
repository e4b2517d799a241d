#include "chem/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <system_error>

#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kBuffer_bytes = std::size_t{256} << 10;
constexpr std::size_t kMagic_bytes = 10;

}  // namespace

ByteSource::ByteSource(const std::string& path, std::atomic<std::uint64_t>& file_bytes_read)
    : path_(path), file_bytes_read_(file_bytes_read), buffer_(std::make_unique_for_overwrite<char[]>(kBuffer_bytes)) {
  descriptor_ = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw UsageError(path + ": cannot be opened: " + std::generic_category().message(errno));
  try {
    // A pipe may hand over its first bytes one by one.
    std::size_t filled = 0;
    while (filled < kMagic_bytes) {
      const auto count = read_file({buffer_.get() + filled, kBuffer_bytes - filled});
      if (count == 0) break;
      filled += count;
    }
    packed_ = {buffer_.get(), filled};
    compression_ = compression_of({buffer_.get(), filled});
    if (compression_ != Compression::kNone) decompressor_ = make_decompressor(compression_);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

ByteSource::~ByteSource() { ::close(descriptor_); }

std::size_t ByteSource::read(std::span<char> out) {
  if (end_ != End::kNotYet || out.empty()) return 0;
  if (decompressor_) return unpack(out);
  if (packed_.empty()) {
    const auto count = read_file(out);
    if (count == 0) end_ = End::kComplete;
    return count;
  }
  const auto count = std::min(packed_.size(), out.size());
  std::memcpy(out.data(), packed_.data(), count);
  packed_ = packed_.subspan(count);
  return count;
}

std::size_t ByteSource::unpack(std::span<char> out) {
  while (true) {
    if (between_members_) {  // tapes and block devices pad archives with zeros
      while (!packed_.empty() && packed_.front() == '\0') packed_ = packed_.subspan(1);
    }
    if (packed_.empty() && !refill() && between_members_) {
      end_ = End::kComplete;
      return 0;
    }
    if (between_members_ && packed_.front() == '\0') continue;
    between_members_ = false;
    const bool at_file_end = packed_.empty();  // what the decompressor still holds comes out all the same
    const auto step = decompressor_->step(packed_, out);
    packed_ = packed_.subspan(step.consumed);
    between_members_ = step.state == Decompressor::State::kMemberDone;
    if (step.state == Decompressor::State::kDamaged) end_ = End::kDamaged;
    if (at_file_end && step.produced == 0 && !between_members_ && end_ == End::kNotYet) end_ = End::kTruncated;
    if (step.produced > 0 || end_ != End::kNotYet) return step.produced;
  }
}

bool ByteSource::refill() {
  const auto count = read_file({buffer_.get(), kBuffer_bytes});
  packed_ = {buffer_.get(), count};
  return count > 0;
}

std::size_t ByteSource::read_file(std::span<char> out) {
  while (true) {
    const auto count = ::read(descriptor_, out.data(), out.size());
    if (count >= 0) {
      file_bytes_read_.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) throw std::runtime_error(path_ + ": cannot be read: " + std::generic_category().message(errno));
  }
}

}  // namespace digitalis
