#pragma once
// What a target of a campaign file says about its receptor.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "screening/docking_site.hpp"
#include "screening/toml_fields.hpp"

namespace digitalis {

/// Keys receptor, reference, reference_smiles, box, waters, cofactors, chains, flexible; paths are relative to
/// `folder`. Everything wrong goes to the findings of `fields`. Without a receptor the request has none.
[[nodiscard]] SiteRequest read_site(TomlFields& fields, const std::filesystem::path& folder);

/// Everything in it that changes results.
[[nodiscard]] nlohmann::json identity_of(const SiteRequest& site);

/// A number as text that reads back as the same number; JSON itself has no infinity.
[[nodiscard]] std::string exactly(double value);

}  // namespace digitalis
