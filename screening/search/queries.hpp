#pragma once
// What a search looks for: molecules from the command line and from files.

#include <string>
#include <vector>

#include "chem/preparer.hpp"

namespace digitalis {

/// Queries in the order given, prepared as the store's compounds are. A text that names a file, or ends like one, is a
/// file of molecules; any other a SMILES, whose ID is "query" (query_1, query_2 ... where several are given). A record
/// without an ID is called "file:line". start_rdkit() comes first.
/// @throws UsageError  naming every text and line that is no molecule, never its structure; no query at all
[[nodiscard]] std::vector<Compound> read_queries(const std::vector<std::string>& texts,
                                                 const PrepareOptions& preparation);

}  // namespace digitalis
