#pragma once
// A world of one rank for tests that are not started by mpirun.

#include "scheduler/mpi_world.hpp"

namespace digitalis::testing {

/// MPI can be initialised once in a process. It is never finalised: MPI_Finalize unloads Open MPI's plug-ins, after
/// which the leak sanitizer can no longer tell whose the memory is that they leave behind.
inline MpiWorld& world() {
  static int argc = 0;
  static char** argv = nullptr;
  static MpiWorld* const world = new MpiWorld(argc, argv);
  return *world;
}

}  // namespace digitalis::testing
