#include "scheduler/journal_index.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace digitalis {

void StageIndex::add(std::uint64_t chunk, const FramePlace& place) {
  Page& page = pages_[chunk / kPageChunks];
  const std::size_t at = chunk % kPageChunks;
  if (at >= page.size()) {
    // Chunks finish nearly in order: a page that grows will be filled.
    if (at >= page.capacity()) page.reserve(std::min<std::size_t>(kPageChunks, std::max<std::size_t>(16, 2 * at)));
    page.resize(at + 1);
  }
  if (page[at].is_there()) return;
  page[at] = place;
  ++size_;
}

const FramePlace* StageIndex::find(std::uint64_t chunk) const {
  const auto page = pages_.find(chunk / kPageChunks);
  const std::size_t at = chunk % kPageChunks;
  if (page == pages_.end() || at >= page->second.size() || !page->second[at].is_there()) return nullptr;
  return &page->second[at];
}

std::vector<std::uint64_t> StageIndex::chunks() const {
  std::vector<std::uint64_t> all;
  all.reserve(size_);
  for (const auto& [number, page] : pages_)
    for (std::size_t at = 0; at < page.size(); ++at)
      if (page[at].is_there()) all.push_back(number * kPageChunks + at);
  return all;
}

std::uint64_t StageIndex::memory_bytes() const {
  constexpr std::uint64_t kNodeBytes = sizeof(std::pair<const std::uint64_t, Page>) + 4 * sizeof(void*);
  std::uint64_t bytes = 0;
  for (const auto& [number, page] : pages_) bytes += kNodeBytes + page.capacity() * sizeof(FramePlace);
  return bytes;
}

void StageIndex::append_to(std::string& bytes) const {
  using journal_index::put;
  put(bytes, size_);
  put(bytes, static_cast<std::uint64_t>(pages_.size()));
  for (const auto& [number, page] : pages_) {
    put(bytes, number);
    put(bytes, static_cast<std::uint64_t>(page.size()));
    bytes.append(reinterpret_cast<const char*>(page.data()), page.size() * sizeof(FramePlace));
  }
}

StageIndex StageIndex::taken_from(std::string_view& bytes) {
  using journal_index::take;
  StageIndex index;
  index.size_ = take<std::uint64_t>(bytes);
  for (auto pages = take<std::uint64_t>(bytes); pages > 0; --pages) {
    const auto number = take<std::uint64_t>(bytes);
    const auto size = take<std::uint64_t>(bytes);
    if (size > kPageChunks) throw std::runtime_error("the journal's index arrived damaged");
    Page page(size);
    journal_index::take_bytes(bytes, page.data(), size * sizeof(FramePlace));
    index.pages_.emplace_hint(index.pages_.end(), number, std::move(page));
  }
  return index;
}

void journal_index::take_bytes(std::string_view& bytes, void* to, std::uint64_t size) {
  if (bytes.size() < size) throw std::runtime_error("the journal's index arrived cut short");
  if (size > 0) std::memcpy(to, bytes.data(), size);
  bytes.remove_prefix(size);
}

}  // namespace digitalis
