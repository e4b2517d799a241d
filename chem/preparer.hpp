#pragma once
// The whole way of one record to a compound of the store: parse, standardise, descriptors, alerts, fingerprint.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chem/descriptors.hpp"
#include "chem/fingerprint.hpp"
#include "chem/record_reader.hpp"
#include "chem/result.hpp"

namespace digitalis {

/// A prepared compound.
struct Compound {
  std::string id;
  std::string smiles;        ///< canonical SMILES of the standardised molecule
  std::uint32_t source = 0;  ///< index of its source file
  std::uint64_t line = 0;    ///< line of the source where its record starts
  Descriptors descriptors{};
  std::vector<std::uint16_t> alerts;   ///< numbers in alert_table(), ascending
  std::vector<std::uint16_t> on_bits;  ///< Morgan fingerprint, ascending
};

struct PrepareOptions {
  bool standardise = true;  ///< false: molecules are taken as they are (sanitised only)
  std::uint32_t max_heavy_atoms =
      200;  ///< larger molecules are rejects: they are not screening compounds, and cost minutes
  FingerprintSpec fingerprint;
};

/// Prepares records. Not for concurrent use of one object: one per worker thread.
class Preparer {
 public:
  explicit Preparer(const PrepareOptions& options);
  ~Preparer();
  Preparer(Preparer&&) noexcept;

  /// `source_name` is used in a reject's location only. A record without an ID gets an empty one.
  /// Never throws for what a record holds.
  [[nodiscard]] Result<Compound> prepare(const RecordLayout& layout, const RawRecord& record, std::uint32_t source,
                                         const std::string& source_name) const;
  /// The same for a SMILES from elsewhere, for example a known active.
  [[nodiscard]] Result<Compound> prepare_smiles(const std::string& smiles, const std::string& id,
                                                const Location& at) const;

 private:
  struct Tools;
  std::unique_ptr<Tools> tools_;
};

}  // namespace digitalis
