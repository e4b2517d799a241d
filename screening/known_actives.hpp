#pragma once
// actives.csv of a run: the known actives that hits are compared with, kept so that the report can be written again
// without the files that a campaign names.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "screening/targets.hpp"

namespace digitalis {

/// Columns target, compound_id, smiles: the targets' queries, not what was held back.
void write_known_actives(const std::filesystem::path& file, const std::vector<Target>& targets);

/// SMILES by compound ID; empty when there is no such file.
[[nodiscard]] std::map<std::string, std::string> read_known_actives(const std::filesystem::path& file);

}  // namespace digitalis
