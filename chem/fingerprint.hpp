#pragma once
// Morgan fingerprints as the sorted list of on-bits: about 45 of 2048 for a drug-like compound, so a list is both the
// smallest record and the fastest input of the similarity kernel.
// D. Rogers, M. Hahn, J. Chem. Inf. Model. 50 (2010) 742-754, doi:10.1021/ci100050t.

#include <cstdint>
#include <string>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace digitalis {

/// Length and radius; part of a compound store's format.
struct FingerprintSpec {
  std::uint32_t radius = 2;
  std::uint32_t bits = 2048;  ///< 64 to 65536
  bool operator==(const FingerprintSpec&) const = default;
};

/// On-bits of the folded Morgan fingerprint, ascending; equal to RDKit's MorganFingerprints::getFingerprintAsBitVect.
/// Safe to call concurrently on different molecules.
[[nodiscard]] std::vector<std::uint16_t> morgan_on_bits(const RDKit::ROMol& molecule, const FingerprintSpec& spec = {});
/// The same of a SMILES; empty when it is none. Safe to call concurrently.
[[nodiscard]] std::vector<std::uint16_t> morgan_on_bits(const std::string& smiles, const FingerprintSpec& spec = {});

}  // namespace digitalis
