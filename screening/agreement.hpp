#pragma once
// What one rank finds out and all must act on.

#include <functional>

#include "chem/usage_error.hpp"
#include "scheduler/mpi_world.hpp"

namespace digitalis {

/// A UsageError that every rank threw together: the program ends in order, without MPI_Abort.
class AgreedUsageError : public UsageError {
  using UsageError::UsageError;
};

/// Runs `work` on rank 0. If it throws a UsageError, every rank throws it as AgreedUsageError. Collective.
inline void on_first_rank(MpiWorld& world, const std::function<void()>& work) {
  std::string error;
  if (world.is_first()) {
    try {
      work();
    } catch (const UsageError& thrown) {
      error = thrown.what();
    }
  }
  error = world.broadcast(std::move(error));
  if (!error.empty()) throw AgreedUsageError(error);
}

}  // namespace digitalis
