#include "chem/line_reader.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace digitalis {
namespace {

constexpr std::size_t kRead_bytes = std::size_t{256} << 10;  // fits the second level cache
constexpr std::size_t kBuffer_bytes = LineReader::kMaxLine_bytes + kRead_bytes;
constexpr std::size_t kLineEndProbe_bytes = std::size_t{64} << 10;

}  // namespace

LineReader::LineReader(ByteSource& source)
    : source_(source), buffer_(std::make_unique_for_overwrite<char[]>(kBuffer_bytes)) {
  const auto probe = peek(kLineEndProbe_bytes);
  if (probe.find('\r') != std::string_view::npos && probe.find('\n') == std::string_view::npos) line_end_ = '\r';
  if (probe.starts_with("\xef\xbb\xbf")) begin_ += 3;
}

bool LineReader::next(std::size_t limit, Line& line) {
  assert(limit <= kMaxLine_bytes);
  std::size_t searched = 0;
  while (true) {
    const char* const start = buffer_.get() + begin_;
    const std::size_t size = end_ - begin_;
    const auto* const stop = static_cast<const char*>(std::memchr(start + searched, line_end_, size - searched));
    const std::size_t length = stop != nullptr ? static_cast<std::size_t>(stop - start) : size;
    const bool at_end = stop == nullptr && length <= limit && !read_more();
    if (stop == nullptr && length <= limit && !at_end) {
      searched = length;
      continue;
    }
    if (at_end && (length == 0 || source_.end() != ByteSource::End::kComplete)) return false;
    line.number = ++lines_;
    line.too_long = length > limit;
    if (line.too_long) {
      line.text = {};
      skip_rest_of_line();
      return true;
    }
    line.text = {buffer_.get() + begin_, length};
    // Some tools end lines with CR CR LF.
    while (line.text.ends_with('\r')) line.text.remove_suffix(1);
    begin_ += length + (at_end ? 0 : 1);
    return true;
  }
}

void LineReader::skip_rest_of_line() {
  do {
    const char* const start = buffer_.get() + begin_;
    if (const void* const stop = std::memchr(start, line_end_, end_ - begin_)) {
      begin_ += static_cast<std::size_t>(static_cast<const char*>(stop) - start) + 1;
      return;
    }
    begin_ = end_;
  } while (read_more());
}

std::string_view LineReader::peek(std::size_t count) {
  assert(count <= kMaxLine_bytes);
  while (end_ - begin_ < count && read_more()) {
  }
  return {buffer_.get() + begin_, std::min(count, end_ - begin_)};
}

void LineReader::skip(std::size_t count) {
  assert(count <= end_ - begin_);
  const std::string_view taken(buffer_.get() + begin_, count);
  lines_ += static_cast<std::uint64_t>(std::count(taken.begin(), taken.end(), line_end_));
  if (!taken.empty() && !taken.ends_with(line_end_)) ++lines_;
  begin_ += count;
}

bool LineReader::read_more() {
  if (kBuffer_bytes - end_ < kRead_bytes || begin_ == end_) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const auto room = std::min(kRead_bytes, kBuffer_bytes - end_);
  const auto count = source_.read({buffer_.get() + end_, room});
  end_ += count;
  return count > 0;
}

}  // namespace digitalis
