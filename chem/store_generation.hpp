#pragma once
// One generation of a compound store: the files that one preparation wrote into one folder.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chem/compound_block.hpp"
#include "chem/store_info.hpp"

namespace digitalis {

namespace store_files {
inline constexpr const char* kCompounds = "compounds.bin";
inline constexpr const char* kRejects = "rejects.csv";
inline constexpr const char* kKeys = "keys.bin";
inline constexpr const char* kManifest = "manifest.json";
inline constexpr const char* kGenerations = "generations.json";
inline constexpr const char* kMark = "library.digest";  ///< while a preparation is not finished
}  // namespace store_files

/// What compounds.bin ends with, a row a chunk. The digest of all rows stands in the manifest, so that neither the file
/// nor a chunk can be taken for another.
struct ChunkRow {
  std::uint64_t end = 0;            ///< where its bytes end in the file; they begin where those of the one before do
  std::uint64_t compounds_end = 0;  ///< compounds up to its end
  std::uint64_t checksum = 0;       ///< XXH3-64 of its bytes
  std::uint64_t content = 0;        ///< CompoundBlock::content_checksum()
};

/// A finished generation, opened: manifest and table are checked, chunks when they are read. Safe to call concurrently.
class StoreGeneration {
 public:
  /// Throws StoreVersionError, std::exception saying what is damaged or missing, without the folder.
  explicit StoreGeneration(std::filesystem::path folder);
  ~StoreGeneration();
  StoreGeneration(StoreGeneration&&) noexcept;

  [[nodiscard]] const std::filesystem::path& folder() const;
  [[nodiscard]] const StoreInfo& info() const;
  [[nodiscard]] std::uint64_t chunks() const;
  /// Compounds before a chunk; all for chunks().
  [[nodiscard]] std::uint64_t compounds_before(std::uint64_t number) const;
  [[nodiscard]] std::uint64_t compounds_in(std::uint64_t number) const;
  /// The chunk that holds a compound, counted from 0.
  [[nodiscard]] std::uint64_t chunk_with(std::uint64_t compound) const;
  /// One chunk, its checksum checked, and that of its content when all columns are wanted. Throws std::runtime_error
  /// naming file and chunk when it is damaged.
  [[nodiscard]] CompoundBlock chunk(std::uint64_t number, CompoundColumns wanted = CompoundColumns::all()) const;
  [[nodiscard]] std::uint64_t bytes_of(std::uint64_t number) const;
  /// Whether rejects.csv or keys.bin is there and has the digest that the manifest says. Reads the file once.
  [[nodiscard]] bool has_whole(const char* file) const;

  /// Head, and table with foot, of compounds.bin.
  [[nodiscard]] static std::string head_bytes();
  [[nodiscard]] static std::string tail_bytes(std::span<const ChunkRow> rows);
  /// Of a chunk's bytes.
  [[nodiscard]] static std::uint64_t checksum(std::string_view bytes);
  /// What the manifest calls the compounds' digest: XXH3-128 of what the chunks hold, in their order.
  [[nodiscard]] static std::string compounds_digest(std::span<const ChunkRow> rows);

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace digitalis
