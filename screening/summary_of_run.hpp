#pragma once
// What a finished run came to, for the terminal.

#include <string>

#include "screening/run_folder.hpp"

namespace digitalis {

/// The funnel with reasons, the first `hits` hits, the enrichment of held-back actives, where the files are.
[[nodiscard]] std::string summary_of_run(const RunFolder& run, std::size_t hits);

/// What manifest.json's results.outcomes say of the ranking: how much the tables changed.
[[nodiscard]] std::string influence_in_words(const nlohmann::json& outcomes);

/// The enrichment table alone; says so when no actives were held back.
[[nodiscard]] std::string enrichment_table(const nlohmann::json& results);

}  // namespace digitalis
