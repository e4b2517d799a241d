#pragma once
// Exact similarity search: all compounds that are similar enough to a query, or the k most similar, in some millions to
// a billion, without comparing the query with each. README.md has the layout, the rates and what was rejected.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "scoring/similarity/fingerprint_set.hpp"
#include "scoring/similarity/measure.hpp"

namespace digitalis {

struct SimilarRow {
  std::uint32_t row = 0;
  std::uint32_t shared = 0;  ///< on-bits that query and row have both
  double similarity = 0.0;
  bool operator==(const SimilarRow&) const = default;
};
/// The order of answers: most similar first, equal ones by row.
[[nodiscard]] inline bool before(const SimilarRow& a, const SimilarRow& b) {
  return a.similarity != b.similarity ? a.similarity > b.similarity : a.row < b.row;
}

/// Fingerprints as tiles of columns (column_tile.hpp), in ascending order of on-bits. Immutable; safe to call
/// concurrently. The same answers on every instruction set.
class FingerprintIndex {
 public:
  /// Calls work(0) ... work(count - 1), at the same time where it can.
  using Parallel = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

  /// O(on-bits + bits per 32,768 rows); memory: about 43 bytes a row of 45 on-bits of 2048.
  explicit FingerprintIndex(const FingerprintSet& fingerprints, const Parallel& parallel = {});
  ~FingerprintIndex();
  FingerprintIndex(FingerprintIndex&&) noexcept;
  FingerprintIndex& operator=(FingerprintIndex&&) noexcept;

  /// Writes a file that load() maps; beside its name first, then renamed. Of a whole index, not of a part.
  /// std::system_error naming the file when the disk refuses, std::invalid_argument for a label of more than
  /// kLabelBytes.
  /// @param label  what the fingerprints are of: only who asks for the same gets them back
  void save(const std::filesystem::path& file, std::string_view label) const;
  static constexpr std::size_t kLabelBytes = 64;

  /// Tiles number, number + of, number + 2 of ... of a file.
  struct Part {
    std::size_t number = 0, of = 1;
  };

  /// The index of a file that save() wrote under the same label, or a part of it; nothing when there is none such, of
  /// any kind: another label or version, cut, or damaged. All of the part is read once and checked, then searched as it
  /// lies: memory that the system may take back. 5 GB/s a thread.
  [[nodiscard]] static std::optional<FingerprintIndex> load(const std::filesystem::path& file, std::string_view label,
                                                            const Part& part, const Parallel& parallel = {});
  [[nodiscard]] static std::optional<FingerprintIndex> load(const std::filesystem::path& file, std::string_view label) {
    return load(file, label, Part{});
  }

  /// Rows with a similarity of at least `threshold` (any, where that is 0 or less): descending, equal ones by row.
  ///
  /// @param on_bits   of the query, ascending, each below bits()
  /// @param parallel  shares out the tiles, here and below; the same answers
  /// @throws std::invalid_argument  on-bits that are not, a measure that is not (SimilarityMeasure::check)
  [[nodiscard]] std::vector<SimilarRow> similar(std::span<const std::uint16_t> on_bits, double threshold,
                                                const SimilarityMeasure& measure = {},
                                                const Parallel& parallel = {}) const;

  /// The `count` most similar rows, all when there are fewer: descending, equal ones by row. Errors as above.
  [[nodiscard]] std::vector<SimilarRow> nearest(std::span<const std::uint16_t> on_bits, std::size_t count,
                                                const SimilarityMeasure& measure = {},
                                                const Parallel& parallel = {}) const;

  /// similar() for every row of `queries`, each answer as that gives it. A tile serves all queries while it is in
  /// cache: many queries at a time cost less than one by one. Memory: the answers, and 2 KiB a query.
  /// @throws std::invalid_argument  also when the queries' fingerprints are of another length
  [[nodiscard]] std::vector<std::vector<SimilarRow>> similar(const FingerprintSet& queries, double threshold,
                                                             const SimilarityMeasure& measure = {},
                                                             const Parallel& parallel = {}) const;

  /// Calls visit(query, row) for all that similar() finds, in no useful order, and holds none of it.
  void visit_similar(const FingerprintSet& queries, double threshold,
                     const std::function<void(std::size_t, const SimilarRow&)>& visit,
                     const SimilarityMeasure& measure = {}) const;

  [[nodiscard]] std::size_t size() const;           ///< rows: of its part
  [[nodiscard]] std::size_t size_of_whole() const;  ///< rows of the file that it is a part of
  [[nodiscard]] std::uint32_t bits() const;
  /// Of the tiles as they would lie in a file; the row numbers, 4 bytes each, come on top.
  [[nodiscard]] std::size_t tile_bytes() const;

 private:
  class Impl;
  explicit FingerprintIndex(std::unique_ptr<const Impl> impl);
  std::unique_ptr<const Impl> impl_;
};

/// Instruction set that the search chose on this machine, as Highway names it.
[[nodiscard]] std::string_view search_instruction_set();

}  // namespace digitalis
