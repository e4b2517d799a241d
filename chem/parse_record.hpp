#pragma once
// A raw record to a molecule.

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

/// Parses one record. Safe to call concurrently once one SMILES was parsed on the main thread.
/// `source` is the name used in a reject's location.
[[nodiscard]] Result<ParsedRecord> parse_record(const RecordLayout& layout, const RawRecord& record,
                                                const std::string& source);

/// Switches RDKit's log off and initialises its parsers: call once, on the main thread, before any worker starts.
void start_rdkit();

}  // namespace digitalis
