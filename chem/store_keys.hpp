#pragma once
// keys.bin of a store's generation: digests of its structures and IDs, sorted, by which a further generation finds what
// came before. 32 bytes a compound, read where it is asked for: neither who writes nor who asks holds it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace digitalis {

/// XXH3-128 of a canonical SMILES, and the first compound that has it, counted from 0 within the generation.
struct StructureKey {
  std::uint64_t high = 0, low = 0;
  std::uint64_t compound = 0;
};

/// High word of XXH3-128 of an ID as the library has it, and how often it occurred up to the end of the generation, in
/// earlier ones too.
struct IdCount {
  std::uint64_t id = 0;
  std::uint64_t occurrences = 0;
};

/// Not for concurrent use.
class StoreKeysWriter {
 public:
  explicit StoreKeysWriter(const std::filesystem::path& folder);
  ~StoreKeysWriter();
  /// All structures, then all IDs, then those IDs that occurred more than once: each ascending, else std::logic_error.
  void add_structure(const StructureKey& key);
  void add_id(std::uint64_t id);
  void add_count(const IdCount& count);
  /// Syncs and renames into place. Returns the file's digest, for the manifest.
  [[nodiscard]] std::string finish();

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// Safe to call concurrently.
class StoreKeys {
 public:
  /// Maps the file and looks at its lengths only: its digest is StoreGeneration's to check. Throws std::runtime_error
  /// naming the file.
  explicit StoreKeys(const std::filesystem::path& folder);
  ~StoreKeys();
  StoreKeys(StoreKeys&&) noexcept;

  /// O(log compounds).
  [[nodiscard]] std::optional<std::uint64_t> compound_with(std::uint64_t high, std::uint64_t low) const;
  /// 0: the ID did not occur. O(log IDs).
  [[nodiscard]] std::uint64_t occurrences_of(std::uint64_t id) const;

 private:
  struct Columns;
  std::unique_ptr<const Columns> columns_;
};

}  // namespace digitalis
