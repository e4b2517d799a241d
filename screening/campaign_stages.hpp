#pragma once
// The stages of a campaign file: `[[stages]]`, those that a campaign has without any, and whether they fit the targets.

#include <cstddef>
#include <string>

#include "screening/campaign.hpp"
#include "screening/toml_fields.hpp"

namespace digitalis {

/// Of the key `effort`; what is wrong with it goes to the findings of `fields`.
[[nodiscard]] DockingEffort read_effort(TomlFields& fields, const std::string& name);

/// Adds one of `[[stages]]`, unless its kind is not known.
/// @param effort  of a docking stage that does not say
void add_stage(Campaign& campaign, TomlFields& fields, const DockingEffort& effort);

/// To be called when everything else has been read. Adds the stages of a campaign that names none, and finds what no
/// stage or target can use.
/// @param written  tables `[[stages]]` in the file; fewer may have been added
void complete_stages(Campaign& campaign, std::size_t written, const DockingEffort& effort, Findings& findings);

}  // namespace digitalis
