#pragma once
// The substructure features of a store's compounds: a file in the store's folder, made by the first substructure search
// that has to read most compounds anyway, and looked at by all that follow.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chem/compound_store.hpp"
#include "chem/file_io.hpp"
#include "chem/substructure_features.hpp"

namespace digitalis {

/// Name of the file within the store.
inline constexpr const char* kFeatureFileName = "substructure.index";

/// The mapped file. Safe to call concurrently.
class FeatureFile {
 public:
  /// Nothing where there is none, or one that is cut, of another version or of other compounds.
  [[nodiscard]] static std::optional<FeatureFile> open(const CompoundStore& store);
  /// Of the compounds of a chunk, in their order; empty where they are damaged. Checked each time: 10 GB/s.
  [[nodiscard]] std::span<const SubstructureFeatures> chunk(std::uint64_t number) const;

 private:
  FeatureFile() = default;
  std::shared_ptr<const void> memory_;
  std::vector<std::span<const SubstructureFeatures>> chunks_;
  std::vector<std::uint64_t> checksums_;
};

/// Writes the file chunk after chunk, under a name of its own until finish() puts it in its place with the permissions
/// of the store's compounds. Throws std::system_error naming the file. One that is not finished leaves nothing.
class FeatureFileWriter {
 public:
  explicit FeatureFileWriter(const CompoundStore& store);
  void add(std::span<const SubstructureFeatures> chunk);
  void finish();

 private:
  std::filesystem::path store_, own_;
  std::string label_;
  AtomicFile out_;
  std::vector<std::uint64_t> checksums_;
  std::uint64_t compounds_ = 0;
};

}  // namespace digitalis
