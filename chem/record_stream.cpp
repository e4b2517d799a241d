#include "chem/record_stream.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "chem/record_fields.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kProbe_bytes = std::size_t{256} << 10;
constexpr std::size_t kMaxLineRecord_bytes = std::size_t{64} << 10;
constexpr std::size_t kMaxSdfRecord_bytes = std::size_t{4} << 20;

/// Why the first bytes of a source cannot be those of a text; first what, then the remedy; empty when they can.
std::pair<std::string, std::string> why_not_text(std::string_view probe) {
  const auto nuls = static_cast<std::size_t>(std::count(probe.begin(), probe.end(), '\0'));
  if (probe.starts_with("\xff\xfe") || probe.starts_with("\xfe\xff") ||
      (probe.size() >= 8 && 3 * nuls >= probe.size())) {
    return {"the file is UTF-16 text", "convert it first, for example with iconv -f UTF-16 -t UTF-8"};
  }
  if (probe.starts_with("\xfd"
                        "7zXZ"))
    return {"the file is an xz archive", "unpack it first, for example with unxz"};
  if (probe.starts_with("PK\x03\x04")) return {"the file is a zip archive", "unpack it first, for example with unzip"};
  const auto controls = std::count_if(probe.begin(), probe.end(), [](unsigned char c) {
    return c < 0x20 && c != '\t' && c != '\n' && c != '\v' && c != '\f' && c != '\r';
  });
  constexpr std::size_t kFew = 16;  // damage here and there costs a record each, not the file
  if (static_cast<std::size_t>(controls) > std::max(kFew, probe.size() / 20)) {
    return {"the file holds binary data where text was expected", "give SMILES, CSV or SDF files"};
  }
  return {};
}

/// The complete lines of the probe, up to the limit of a record; `whole` says that nothing comes after it.
std::vector<std::string_view> lines_of(std::string_view probe, char line_end, bool whole) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < probe.size();) {
    const auto stop = probe.find(line_end, at);
    if (stop == std::string_view::npos && !whole) break;
    auto line = probe.substr(at, stop - at);
    while (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line.size() > kMaxLineRecord_bytes ? std::string_view() : line);
    at += std::min(probe.size(), stop == std::string_view::npos ? probe.size() : stop - at + 1);
  }
  return lines;
}

std::string size_text(std::size_t bytes) {
  return bytes >= (std::size_t{1} << 20) ? std::to_string(bytes >> 20) + " MiB" : std::to_string(bytes >> 10) + " KiB";
}

}  // namespace

RecordStream::RecordStream(const std::string& source, const ReadOptions& options,
                           std::atomic<std::uint64_t>& file_bytes_read)
    : source_(source), bytes_(source, file_bytes_read), lines_(bytes_) {
  const auto probe = lines_.peek(kProbe_bytes);
  if (auto [what, remedy] = why_not_text(probe); !what.empty()) {
    refusal_ = reject(RejectCode::kNulBytes, 0, std::move(what), std::move(remedy));
    return;
  }
  const bool whole = probe.size() < kProbe_bytes && bytes_.end() == ByteSource::End::kComplete;
  start_ = find_layout(source_, lines_of(probe, lines_.line_end(), whole), options);
}

std::optional<RecordStream::Item> RecordStream::next() {
  if (finished_) return std::nullopt;
  if (refusal_) {
    finished_ = true;
    return std::move(*refusal_);
  }
  return start_.layout.format == RecordLayout::Format::kSdf ? next_sdf_record() : next_line_record();
}

std::optional<RecordStream::Item> RecordStream::next_line_record() {
  const bool csv = start_.layout.format == RecordLayout::Format::kCsv;
  LineReader::Line line;
  while (lines_.next(kMaxLineRecord_bytes, line)) {
    if (line.number <= start_.header_line) continue;
    if (line.too_long) {
      ++records_;
      return reject(RejectCode::kTooLong, line.number, "the line is longer than " + size_text(kMaxLineRecord_bytes),
                    "no compound is that long: look for missing line ends");
    }
    if (without_blanks(line.text).empty()) continue;
    // A CSV file has no comments by its standard, but those that name their source do so on top.
    if (line.text.starts_with('#') && (!csv || records_ == 0)) continue;
    RawRecord record{++records_, line.number, {}};
    const bool has_quotes = csv && line.text.find('"') != std::string_view::npos;
    if (has_quotes && ends_in_quotes(line.text, start_.layout.delimiter)) {
      record.text = with_quoted_lines(line.text);
    } else {
      record.text = line.text;
    }
    return checked(std::move(record));
  }
  return end_of_source(lines_.next_number());
}

std::string RecordStream::with_quoted_lines(std::string_view line) {
  // The view does not survive peek(). A quote that no later line closes, or that would make a row of another length
  // than the others, is a stray one: the line stands alone, and the next ones are records of their own.
  std::string text(line);
  const auto room = kMaxLineRecord_bytes - text.size();
  const auto joined = text + lines_.line_end() + std::string(lines_.peek(room));
  const auto end = quoted_record_end(joined, start_.layout.delimiter, lines_.line_end());
  if (end == std::string_view::npos || end <= text.size() || end >= kMaxLineRecord_bytes) return text;
  auto record = std::string_view(joined).substr(0, end);
  while (record.ends_with('\r')) record.remove_suffix(1);
  if (split_fields(record, start_.layout.format, start_.layout.delimiter).size() != start_.columns) return text;
  const auto taken = std::min(end + 1, joined.size()) - text.size() - 1;
  lines_.skip(taken);
  return std::string(record);
}

std::optional<RecordStream::Item> RecordStream::next_sdf_record() {
  RawRecord record;
  bool too_long = false;
  bool blank = true;
  LineReader::Line line;
  while (lines_.next(kMaxSdfRecord_bytes, line)) {
    if (record.line == 0) record.line = line.number;
    if (line.text.starts_with("$$$$")) {
      record.record = ++records_;
      if (too_long) break;
      if (blank) return reject(RejectCode::kEmptyRecord, record.line, "the record has no lines", "");
      return checked(std::move(record));
    }
    too_long = too_long || line.too_long || record.text.size() + line.text.size() + 1 > kMaxSdfRecord_bytes;
    if (too_long) {
      record.text.clear();
      continue;
    }
    if (blank && !without_blanks(line.text).empty()) blank = false;
    record.text.append(line.text) += '\n';
  }
  if (too_long) {
    if (record.record == 0) ++records_;
    return reject(RejectCode::kTooLong, record.line, "the record is longer than " + size_text(kMaxSdfRecord_bytes),
                  "look for a missing $$$$ line");
  }
  if (blank || bytes_.end() != ByteSource::End::kComplete) {
    return end_of_source(blank ? lines_.next_number() : record.line);
  }
  return unfinished_sdf_record(std::move(record));
}

std::optional<RecordStream::Item> RecordStream::unfinished_sdf_record(RawRecord record) {
  record.record = ++records_;
  // Many writers leave out the last "$$$$"; without the end of the mol block, though, atoms may be missing.
  const bool has_mol_block = record.text.starts_with("M  END") || record.text.find("\nM  END") != std::string::npos;
  if (has_mol_block) return checked(std::move(record));
  return reject(RejectCode::kTruncated, record.line, "the file ends in the middle of a record",
                "look whether the file is complete");
}

std::optional<RecordStream::Item> RecordStream::end_of_source(std::uint64_t line) {
  finished_ = true;
  if (bytes_.end() == ByteSource::End::kComplete) return std::nullopt;
  const std::string archive = "the " + std::string(name_of(bytes_.compression())) + " archive ";
  return reject(RejectCode::kTruncated, line,
                archive + (bytes_.end() == ByteSource::End::kTruncated ? "ends too early" : "is damaged here"),
                "fetch the file again; what stands before this line was read");
}

RecordStream::Item RecordStream::checked(RawRecord record) const {
  if (record.text.find('\0') == std::string::npos) return record;
  return reject(RejectCode::kNulBytes, record.line, "the record holds NUL bytes", "look whether the file is damaged");
}

Reject RecordStream::reject(RejectCode code, std::uint64_t line, std::string detail, std::string hint) const {
  return {code, {source_, line}, "", std::move(detail), std::move(hint)};
}

}  // namespace digitalis
