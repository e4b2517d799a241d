#pragma once
// Everything about a campaign that can be wrong, found before any compute: the files it names, their columns, its
// actives and SMARTS.

#include "screening/campaign.hpp"
#include "screening/prepare_library.hpp"

namespace digitalis {

/// What a check counts, for people.
struct CampaignOverview {
  std::vector<std::string> library;  ///< files, or the store
  std::uint64_t compounds = 0;       ///< of a store; 0: not known before preparation
  struct Target {
    std::string name;
    double weight;
    std::size_t queries, held_back;
    std::vector<std::string> receptor;       ///< what was decided about it, a sentence each; empty: none
    std::vector<std::string> shape_queries;  ///< names of what a shape stage overlays compounds on
  };
  std::vector<Target> targets;
};

/// Checks what read_campaign() could not: reads the head of every library file, all actives, and prepares the receptors
/// that are docked into. Seconds at most.
[[nodiscard]] CampaignOverview check_campaign(const Campaign& campaign, Findings& findings);

/// The preparation that a campaign with library files asks for; the store goes to `store`.
[[nodiscard]] LibraryJob library_job_of(const Campaign& campaign, const std::filesystem::path& store, int threads);

/// Opens every source and looks for a first record. Errors for what cannot be read; one when there is no record at all.
void check_library(const LibraryJob& job, Findings& findings);

}  // namespace digitalis
