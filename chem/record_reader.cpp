#include "chem/record_reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <utility>

#include "chem/record_stream.hpp"

namespace digitalis {
namespace {

/// The bytes of a file; nothing for what has no size, such as a pipe.
std::optional<std::uint64_t> file_size(const std::string& path) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

struct LibraryReader::State {
  std::vector<std::string> sources;
  ReadOptions options;
  std::vector<std::uint64_t> bytes_before;  ///< per source: the bytes of those before it; one more for all
  bool sizes_known = true;
  std::atomic<std::uint64_t> file_bytes_read{0};
  std::size_t next_source = 0;
  std::optional<RecordStream> stream;  ///< of source next_source - 1

  /// The next item; moves `stream` on when a source has none left, but only if `batch_is_empty`.
  std::optional<RecordStream::Item> next_item(bool batch_is_empty) {
    while (true) {
      if (stream) {
        if (auto item = stream->next()) return item;
        stream.reset();
        if (sizes_known) file_bytes_read.store(bytes_before[next_source], std::memory_order_relaxed);
      }
      if (!batch_is_empty || next_source == sources.size()) return std::nullopt;
      const auto& source = sources[next_source++];
      stream.emplace(source, options, file_bytes_read);
    }
  }
};

LibraryReader::LibraryReader(std::vector<std::string> sources, ReadOptions options)
    : state_(std::make_unique<State>()) {
  state_->sources = std::move(sources);
  state_->options = std::move(options);
  state_->bytes_before.push_back(0);
  for (const auto& source : state_->sources) {
    const auto size = file_size(source);
    state_->sizes_known = state_->sizes_known && size.has_value();
    state_->bytes_before.push_back(state_->bytes_before.back() + size.value_or(0));
  }
}

LibraryReader::~LibraryReader() = default;
LibraryReader::LibraryReader(LibraryReader&&) noexcept = default;

std::optional<RecordBatch> LibraryReader::next(std::size_t max_records, std::size_t max_bytes) {
  if (max_records == 0) throw std::logic_error("a batch must be allowed at least one record");
  RecordBatch batch;
  std::size_t bytes = 0;
  // Rejects count too, or a source of nothing else would fill the memory.
  for (std::size_t items = 0; items < max_records && (items == 0 || bytes < max_bytes); ++items) {
    auto item = state_->next_item(items == 0);
    if (!item) break;
    if (items == 0) {
      batch.source = static_cast<std::uint32_t>(state_->next_source - 1);
      batch.layout = state_->stream->layout();
    }
    if (auto* const record = std::get_if<RawRecord>(&*item)) {
      bytes += record->text.size();
      batch.records.push_back(std::move(*record));
    } else {
      batch.rejects.push_back(std::move(std::get<Reject>(*item)));
    }
  }
  if (batch.records.empty() && batch.rejects.empty()) return std::nullopt;
  return batch;
}

const std::vector<std::string>& LibraryReader::sources() const { return state_->sources; }

double LibraryReader::fraction_read() const {
  if (!state_->sizes_known) return -1;
  const auto total = state_->bytes_before.back();
  if (total == 0) return 1;
  const auto done = state_->file_bytes_read.load(std::memory_order_relaxed);
  return std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
}

}  // namespace digitalis
