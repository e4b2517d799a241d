#pragma once
// The descriptors that filters and chemists ask for, all from RDKit's own definitions; QED after
// G. R. Bickerton et al., Nature Chem. 4 (2012) 90-98, doi:10.1038/nchem.1243.

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace RDKit {
class ROMol;
}

namespace digitalis {

enum class Descriptor : std::size_t {
  kMw,
  kClogp,
  kTpsa,
  kHbd,
  kHba,
  kRotatableBonds,
  kRings,
  kFsp3,
  kHeavyAtoms,
  kFormalCharge,
  kQed,
  kCount
};
inline constexpr std::size_t kDescriptorCount = static_cast<std::size_t>(Descriptor::kCount);

/// One value per Descriptor.
using Descriptors = std::array<float, kDescriptorCount>;

struct DescriptorInfo {
  std::string_view key;     ///< name in campaign files and expressions: "mw"
  std::string_view column;  ///< name in our tables, with its unit: "mw_g_mol"
  std::string_view title;   ///< for people: "molecular weight"
  int decimals;             ///< digits written after the point
};
/// In the order of Descriptor.
[[nodiscard]] std::span<const DescriptorInfo, kDescriptorCount> descriptor_table();
/// By key or column name.
[[nodiscard]] std::optional<Descriptor> find_descriptor(std::string_view name);

/// Computes all descriptors of sanitised molecules. Not for concurrent use of one object: one per worker thread.
class DescriptorCalculator {
 public:
  DescriptorCalculator();
  ~DescriptorCalculator();
  DescriptorCalculator(DescriptorCalculator&&) noexcept;
  [[nodiscard]] Descriptors compute(const RDKit::ROMol& molecule) const;

 private:
  struct Patterns;
  std::unique_ptr<Patterns> patterns_;
};

}  // namespace digitalis
