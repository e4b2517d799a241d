#pragma once
// Why one compound is where it is: everything that a finished run still knows of it, for `digitalis explain`.

#include <nlohmann/json.hpp>
#include <string>

#include "screening/run_folder.hpp"

namespace digitalis {

/// The story of the compound, or of the records, with this ID.
///
///   id, outcome ("hit" | "dropped" | "below_cut" | "query_or_beyond" | "rejected"), summary (a sentence)
///   compound      smiles, source, line, descriptors, alerts: absent when only a reject is known
///   stages        per stage it came to: stage, outcome, reason; scores by target (similarity with nearest_active;
///   shape
///                 with overlaid_on; affinity_kcal_mol with terms), score, place, of, kept, cut
///   targets       name, weight; what made the score
///   hit           every column of hits.csv that says something; when it was docked, poses: what is said of each, and
///                 its contacts
///   rejects       records of this ID that are no candidates: source, line, stage, reason, detail, remedy
///   missing       what of the run is gone, and so not told
///
/// Reads the store until it finds the compound, and the journal once or twice per stage: seconds for a million.
/// @throws UsageError  no such ID, with the nearest one that there is
[[nodiscard]] nlohmann::json compound_story(const RunFolder& run, const std::string& id);

/// The same for people.
[[nodiscard]] std::string in_words(const nlohmann::json& story);

}  // namespace digitalis
