#pragma once
// What a finished run came to, for the terminal.

#include <string>

#include "screening/run_folder.hpp"

namespace digitalis {

/// The funnel with reasons, the first `hits` hits, the enrichment of held-back actives, where the files are.
[[nodiscard]] std::string summary_of_run(const RunFolder& run, std::size_t hits);

/// The enrichment table alone; says so when no actives were held back.
[[nodiscard]] std::string enrichment_table(const nlohmann::json& results);

}  // namespace digitalis
