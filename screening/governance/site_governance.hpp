#pragma once
// [governance] of the site file.

#include <filesystem>

#include "screening/site.hpp"
#include "screening/toml_fields.hpp"

namespace digitalis::governance {

/// @param fields  of the table [governance]; everything wrong with it goes to its findings
/// @param folder  the site file's: relative paths start there
[[nodiscard]] Site::Governance read_site_governance(TomlFields fields, const std::filesystem::path& folder);

}  // namespace digitalis::governance
