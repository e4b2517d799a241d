#include "screening/scratch_store.hpp"

#include <unistd.h>

#include <cstring>
#include <span>
#include <system_error>
#include <vector>

#include "chem/compound_store.hpp"

namespace digitalis {

namespace {

namespace fs = std::filesystem;
/// Room for the path of the copy, which the copying rank tells the others of its node.
constexpr std::size_t kMostPathBytes = 4096;

/// Makes the folder and copies into it. Throws fs::filesystem_error; what was begun is removed.
fs::path copy_store(const fs::path& store, const fs::path& scratch) {
  std::uint64_t bytes = 0;
  const std::vector<std::string> files = CompoundStore::files(store);
  for (const std::string& file : files) bytes += fs::file_size(store / file);
  if (const auto room = fs::space(scratch); room.available < bytes)
    throw fs::filesystem_error("too small for the store", scratch, std::make_error_code(std::errc::no_space_on_device));
  std::string folder = (scratch / "digitalis-store-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr)
    throw fs::filesystem_error("no folder can be made", scratch, {errno, std::generic_category()});
  try {
    for (const std::string& file : files) {
      fs::create_directories((fs::path{folder} / file).parent_path());
      fs::copy_file(store / file, fs::path{folder} / file);
    }
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    throw;
  }
  return folder;
}

}  // namespace

ScratchStore::ScratchStore(MpiWorld& world, fs::path store, const fs::path& scratch) : path_(std::move(store)) {
  if (scratch.empty()) return;
  const std::span<std::byte> shared = world.node_memory(kMostPathBytes, [&](std::span<std::byte> told) {
    std::memset(told.data(), 0, told.size());
    try {
      copy_ = copy_store(path_, scratch);
      if (copy_.string().size() < told.size()) std::memcpy(told.data(), copy_.c_str(), copy_.string().size());
    } catch (const fs::filesystem_error& error) {
      problem_ = "no copy of the store in " + scratch.string() + ": " + error.code().message();
    }
  });
  const char* const copied = reinterpret_cast<const char*>(shared.data());
  if (*copied != '\0') path_ = copied;
}

ScratchStore::~ScratchStore() {
  std::error_code ignored;
  if (!copy_.empty()) fs::remove_all(copy_, ignored);
}

}  // namespace digitalis
