#pragma once
// What one rank finds out and all must act on.

#include <functional>

#include "chem/usage_error.hpp"
#include "scheduler/mpi_world.hpp"
#include "screening/refusal.hpp"

namespace digitalis {

/// A UsageError that every rank threw together: the program ends in order, without MPI_Abort.
class AgreedUsageError : public UsageError {
  using UsageError::UsageError;
};

/// The same for a Refusal.
class AgreedRefusal : public Refusal {
  using Refusal::Refusal;
};

/// Runs `work` on rank 0. If it throws a UsageError or a Refusal, every rank throws it as AgreedUsageError or
/// AgreedRefusal. Collective.
inline void on_first_rank(MpiWorld& world, const std::function<void()>& work) {
  std::string error;
  if (world.is_first()) {
    try {
      work();
    } catch (const UsageError& thrown) {
      error = std::string{"wrong "} + thrown.what();
    } catch (const Refusal& thrown) {
      error = std::string{"refused "} + thrown.what();
    }
  }
  error = world.broadcast(std::move(error));
  if (error.empty()) return;
  const std::size_t text = error.find(' ') + 1;
  if (error.starts_with("refused ")) throw AgreedRefusal(error.substr(text));
  throw AgreedUsageError(error.substr(text));
}

}  // namespace digitalis
