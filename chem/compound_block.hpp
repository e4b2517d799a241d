#pragma once
// A chunk of prepared compounds as columns: what the store keeps, what a stage reads.

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chem/preparer.hpp"

namespace digitalis {

class StreamReader;
class StreamWriter;

/// What is stored, and read, apart.
enum class CompoundColumn : std::size_t { kId, kSmiles, kFingerprint, kDescriptors, kAlerts, kOrigin, kCount };
inline constexpr std::size_t kCompoundColumnCount = static_cast<std::size_t>(CompoundColumn::kCount);
/// "id", "smiles", "fingerprint", "descriptors", "alerts", "source_line".
[[nodiscard]] std::string_view name_of(CompoundColumn column);
/// Bytes that each column takes.
using CompoundColumnBytes = std::array<std::uint64_t, kCompoundColumnCount>;

class CompoundColumns {
 public:
  constexpr CompoundColumns(std::initializer_list<CompoundColumn> columns) {
    for (const CompoundColumn column : columns) has_[static_cast<std::size_t>(column)] = true;
  }
  [[nodiscard]] static constexpr CompoundColumns all() {
    CompoundColumns columns{};
    columns.has_.fill(true);
    return columns;
  }
  [[nodiscard]] constexpr bool has(CompoundColumn column) const { return has_[static_cast<std::size_t>(column)]; }
  bool operator==(const CompoundColumns&) const = default;

 private:
  std::array<bool, kCompoundColumnCount> has_{};
};

/// Compounds as columns, one vector per field: a stage that only wants fingerprints touches only fingerprints.
/// Reading is safe to call concurrently; to ask for what was not read is std::logic_error.
class CompoundBlock {
 public:
  void add(const Compound& compound);
  /// Adds `first` to every source(): compounds of a part of what is shown as a whole.
  void number_sources_from(std::uint32_t first);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::string_view id(std::size_t i) const { return text(ids_, id_ends_, i); }
  [[nodiscard]] std::string_view smiles(std::size_t i) const { return text(smiles_, smiles_ends_, i); }
  [[nodiscard]] const Descriptors& descriptors(std::size_t i) const { return at(descriptors_, i); }
  [[nodiscard]] std::span<const std::uint16_t> alerts(std::size_t i) const { return list(alerts_, alert_ends_, i); }
  [[nodiscard]] std::span<const std::uint16_t> on_bits(std::size_t i) const { return list(bits_, bit_ends_, i); }
  [[nodiscard]] std::uint32_t source(std::size_t i) const { return at(sources_, i); }
  [[nodiscard]] std::uint64_t line(std::size_t i) const { return at(lines_, i); }
  /// All fields of one compound.
  [[nodiscard]] Compound compound(std::size_t i) const;

  /// Columns compressed, each on its own (column_coding.hpp): the same bytes for the same compounds, from the same
  /// version of zstd. On-bits ascend, else std::logic_error. About 3 us a compound.
  [[nodiscard]] std::string to_bytes() const;
  /// What was put in, bit for bit; columns that are not wanted are neither read nor checked. Throws std::runtime_error
  /// when the bytes are damaged: every length is checked.
  [[nodiscard]] static CompoundBlock from_bytes(std::string_view bytes,
                                                CompoundColumns wanted = CompoundColumns::all());
  /// How many of to_bytes() each column takes. Throws as from_bytes() does.
  [[nodiscard]] static CompoundColumnBytes column_bytes(std::string_view bytes);
  /// XXH3-64 of what the columns hold, whatever bytes they are stored as.
  [[nodiscard]] std::uint64_t content_checksum() const;

 private:
  using Ends = std::vector<std::uint32_t>;  // where each entry ends in its pool
  [[noreturn]] static void throw_not_read();
  template <class T>
  static const T& at(const std::vector<T>& column, std::size_t i) {
    if (i >= column.size()) throw_not_read();
    return column[i];
  }
  static std::string_view text(const std::string& pool, const Ends& ends, std::size_t i) {
    const std::uint32_t end = at(ends, i), begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view{pool}.substr(begin, end - begin);
  }
  static std::span<const std::uint16_t> list(const std::vector<std::uint16_t>& pool, const Ends& ends, std::size_t i) {
    const std::uint32_t end = at(ends, i), begin = i == 0 ? 0 : ends[i - 1];
    return std::span{pool}.subspan(begin, end - begin);
  }
  void write_column(CompoundColumn column, StreamWriter& streams) const;
  void read_column(CompoundColumn column, StreamReader& streams);

  std::size_t size_ = 0;
  std::vector<Descriptors> descriptors_;
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint64_t> lines_;
  std::vector<std::uint16_t> alerts_, bits_;
  std::string ids_, smiles_;
  Ends alert_ends_, bit_ends_, id_ends_, smiles_ends_;
};

}  // namespace digitalis
