#pragma once
// The main job: a campaign file in, a run directory with ranked hits out.

#include <filesystem>
#include <optional>

#include "scheduler/mpi_world.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {

struct ScreenRequest {
  std::filesystem::path campaign;
  std::filesystem::path out;
  int threads = 0;             ///< per rank; 0: default_threads()
  bool quiet = false;          ///< no progress on stderr
  bool shares = false;         ///< with other processes of this kind, through the run's folder; in a world of one rank
  bool only_prepares = false;  ///< ends when the library is prepared
  std::filesystem::path scratch;  ///< a folder on each node to copy the store to; empty: it is read where it is
  /// Core-hours that all attempts together may use; 0: no bound; nothing: as the campaign says, or earlier attempts
  /// did.
  std::optional<double> budget_core_h = std::nullopt;
};

enum class ScreenEnd { kFinished, kFoundFinished, kPrepared, kStopped, kBudgetReached };

/// Runs the campaign or what is left of it. Collective.
/// @throws AgreedUsageError  the request is wrong: on every rank, before any compute
ScreenEnd screen_campaign(MpiWorld& world, const ScreenRequest& request);

}  // namespace digitalis
