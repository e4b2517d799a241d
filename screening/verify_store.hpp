#pragma once
// Every byte of a compound store held against its checksums: `digitalis prepare --verify`.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "chem/compound_block.hpp"

namespace digitalis {

struct StoreVerification {
  struct File {
    std::string name;  ///< within the store
    std::uint64_t bytes = 0;
    std::uint64_t chunks = 0, compounds = 0;  ///< of compounds.bin
    CompoundColumnBytes columns{};            ///< of compounds.bin
  };
  std::vector<File> files;          ///< that were read, in the order of generations
  std::vector<std::string> damage;  ///< "file: what; hint: remedy", in that order too
  double seconds = 0.0;
};

/// Reads all files of all generations once, on several threads, however many are damaged. A file that cannot be read is
/// damage too. Memory: a chunk a thread.
/// @throws UsageError  the folder holds no finished store, or one of another version
[[nodiscard]] StoreVerification verify_store(const std::filesystem::path& store, int threads);

}  // namespace digitalis
