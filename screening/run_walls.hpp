#pragma once
// Walls between the users of a machine: who may read a run, where its files may lie, and what a partner's campaign may
// name.

#include <filesystem>
#include <string>

#include "screening/campaign.hpp"
#include "screening/findings.hpp"
#include "screening/site.hpp"

namespace digitalis {

/// Refuses a folder that leads somewhere else or belongs to someone else: a symlink, one of another user, or one that
/// holds a symlink (at its top, in journal/ or store/), through which what we write would leave it.
/// @throws UsageError  naming what is wrong; nothing is there: fine
void refuse_unsafe_folder(const std::filesystem::path& folder);

/// The group that may read the runs of a campaign's project, by the site file; empty: nobody but its user.
[[nodiscard]] std::string group_of(const Campaign& campaign, const Site& site);

/// Lets a group read a run: the folder and what will be made in it belong to the group (setgid), for reading.
/// @throws UsageError  there is no such group, or its user is not in it
void share_with_group(const std::filesystem::path& run, const std::string& group);

/// A campaign with a partner may name files below the site's allowed roots only: library, store, actives, receptors,
/// references; globs and symlinks resolved. A finding for each that lies elsewhere, before any of them is opened.
void check_allowed_roots(const Campaign& campaign, const Site& site, Findings& findings);

}  // namespace digitalis
