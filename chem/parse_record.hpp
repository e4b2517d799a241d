#pragma once
// A raw record to a molecule.

#include <cstddef>
#include <memory>
#include <string>

#include "chem/record_reader.hpp"
#include "chem/result.hpp"

namespace RDKit {
class RWMol;
}

namespace digitalis {

/// A parsed, sanitised molecule with hydrogens implicit.
struct ParsedRecord {
  std::string id;  ///< as in the file; empty when the record has none
  std::shared_ptr<RDKit::RWMol> molecule;
};

/// Records that write out more atoms are rejected unparsed: RDKit's time grows with the square of the length of a
/// chain, 0.5 s for 1,000 atoms. The largest of a million screening compounds we have seen has 720.
inline constexpr std::size_t kMaxParsedAtoms = 1000;

/// Parses one record. Never throws for what a record holds. About 0.2 ms for a compound of 25 heavy atoms. Safe to call
/// concurrently once one SMILES was parsed on the main thread. `source` is the name used in a reject's location.
[[nodiscard]] Result<ParsedRecord> parse_record(const RecordLayout& layout, const RawRecord& record,
                                                const std::string& source);

/// The record's ID without a look at its structure; empty when it has none. Safe to call concurrently.
[[nodiscard]] std::string id_of_record(const RecordLayout& layout, const RawRecord& record);

/// Switches RDKit's log off and initialises its parsers: call once, on the main thread, before any worker starts.
void start_rdkit();

}  // namespace digitalis
