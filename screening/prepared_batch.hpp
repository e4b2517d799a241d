#pragma once
// What one chunk of raw records became: the frame of the prepare stage. Its keys stand first, so that finding equal
// compounds over the whole library reads 32 bytes per compound and nothing else.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "chem/compound_block.hpp"
#include "chem/result.hpp"

namespace digitalis {

/// Hashes by which equal compounds are found. At 128 bits, two different SMILES among 10^10 collide with probability
/// 10^-19.
struct CompoundKeys {
  std::uint64_t structure_high, structure_low;
  std::uint64_t id_high, id_low;
};

struct PreparedBatch {
  std::uint32_t source = 0;
  std::uint64_t records = 0;  ///< read from the source, rejects included
  CompoundBlock compounds;
  std::vector<Reject> rejects;  ///< by line; `at.source` is left empty, the batch knows its source

  void add(const Compound& compound);
  [[nodiscard]] std::string to_bytes() const;
  /// Of the compounds only the columns that are wanted.
  [[nodiscard]] static PreparedBatch from_bytes(std::string_view bytes,
                                                CompoundColumns wanted = CompoundColumns::all());

  /// Bytes of a frame that hold `count`, then the keys.
  [[nodiscard]] static std::uint64_t keys_bytes(std::uint64_t count) {
    return sizeof count + count * sizeof(CompoundKeys);
  }
  /// Number of compounds, from at least the frame's first 8 bytes.
  [[nodiscard]] static std::uint64_t count_in(std::string_view prefix);
  /// Keys, from a prefix of keys_bytes(count).
  [[nodiscard]] static std::vector<CompoundKeys> keys_in(std::string_view prefix);

 private:
  std::vector<CompoundKeys> keys_;
};

}  // namespace digitalis
