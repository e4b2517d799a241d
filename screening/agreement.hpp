#pragma once
// What one rank finds out and all must act on.

#include <functional>

#include "chem/usage_error.hpp"
#include "scheduler/mpi_world.hpp"
#include "screening/governance/gate.hpp"

namespace digitalis {

/// A UsageError that every rank threw together: the program ends in order, without MPI_Abort.
class AgreedUsageError : public UsageError {
  using UsageError::UsageError;
};

/// A refusal by governance that every rank threw together: the program ends in order, with exit code 3.
class AgreedRefusal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs `work` on rank 0. If it throws a UsageError, every rank throws it as AgreedUsageError; a RefusedByGate, as
/// AgreedRefusal. Collective.
inline void on_first_rank(MpiWorld& world, const std::function<void()>& work) {
  std::string error;  // its kind, then its message
  if (world.is_first()) {
    try {
      work();
    } catch (const UsageError& thrown) {
      error = std::string{"U"} + thrown.what();
    } catch (const governance::RefusedByGate& thrown) {
      error = std::string{"R"} + thrown.what();
    }
  }
  error = world.broadcast(std::move(error));
  if (error.starts_with('U')) throw AgreedUsageError(error.substr(1));
  if (error.starts_with('R')) throw AgreedRefusal(error.substr(1));
}

}  // namespace digitalis
