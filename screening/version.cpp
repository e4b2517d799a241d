#include "screening/version.hpp"

#include <sqlite3.h>

#include <oneapi/tbb/version.h>
#include <boost/version.hpp>

#include "chem/versions.hpp"
#include "scheduler/mpi_world.hpp"

namespace digitalis {

// Defined in the generated commit.cpp.
extern const char* const kVersion;
extern const char* const kCommit;

std::string version_line() {
  return std::string{"digitalis "} + kVersion + " (commit " + kCommit + "), RDKit " + rdkit_version();
}

std::vector<std::pair<std::string, std::string>> library_versions() {
  return {{"RDKit", rdkit_version()},
          {"MPI", MpiWorld::library_version()},
          {"oneTBB", TBB_runtime_version()},
          {"Boost", BOOST_LIB_VERSION},
          {"SQLite", sqlite3_libversion()}};
}

}  // namespace digitalis
