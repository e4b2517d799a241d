#include "chem/compound_store.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

std::string digest_of_manifest(const fs::path& generation) {
  return digest_128(read_file(generation / store_files::kManifest));
}

/// generations.json: the digest of each generation's manifest, and a checksum of those.
std::string text_of(const std::vector<std::string>& manifests) {
  nlohmann::json json{{"manifests", manifests}};
  json["checksum"] = digest_64(json.dump());
  return json.dump(2) + "\n";
}

/// What generations.json says of manifests; nothing where it is not there.
std::vector<std::string> listed_manifests(const fs::path& store) {
  const fs::path file = store / store_files::kGenerations;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {};
  const std::string text = read_file(file);
  std::vector<std::string> manifests;
  try {
    manifests = nlohmann::json::parse(text).at("manifests").get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    // Then it cannot be the text of what was read.
  }
  if (text != text_of(manifests)) throw std::runtime_error("generations.json does not match its checksum");
  return manifests;
}

}  // namespace

struct CompoundStore::Files {
  struct Part {
    std::uint64_t chunks_end = 0;
    std::uint32_t first_source = 0;
  };
  fs::path folder;
  StoreInfo info;
  std::vector<StoreGeneration> generations;
  std::vector<Part> parts;

  [[nodiscard]] std::size_t generation_of(std::uint64_t chunk) const {
    const auto at = std::ranges::upper_bound(parts, chunk, {}, &Part::chunks_end);
    if (at == parts.end()) throw std::out_of_range("a chunk beyond the end of the store");
    return static_cast<std::size_t>(at - parts.begin());
  }
  [[nodiscard]] std::uint64_t first_chunk(std::size_t generation) const {
    return generation == 0 ? 0 : parts[generation - 1].chunks_end;
  }
};

bool CompoundStore::is_store(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / store_files::kManifest, ignored) &&
         fs::is_regular_file(folder / store_files::kCompounds, ignored);
}

fs::path CompoundStore::generation_folder(const fs::path& store, std::size_t number) {
  return number == 1 ? store : store / ("generation-" + std::to_string(number));
}

std::size_t CompoundStore::count_generations(const fs::path& store) {
  const std::size_t listed = listed_manifests(store).size();
  // A generation that is finished but not listed, and that nobody is about to list, was listed once.
  std::error_code ignored;
  const fs::path next = generation_folder(store, std::max<std::size_t>(listed, 1) + 1);
  if (is_store(next) && !fs::exists(next / store_files::kMark, ignored))
    throw std::runtime_error("generations.json does not list " + next.filename().string());
  return std::max<std::size_t>(listed, 1);
}

void CompoundStore::list_generations(const fs::path& store, std::size_t count) {
  std::vector<std::string> manifests;
  for (std::size_t number = 1; number <= count; ++number)
    manifests.push_back(digest_of_manifest(generation_folder(store, number)));
  write_file_atomically(store / store_files::kGenerations, text_of(manifests));
}

CompoundStore::CompoundStore(const fs::path& folder) : files_(std::make_unique<Files>()) {
  const std::string hint = "; hint: make it with 'digitalis prepare LIBRARY -o " + folder.string() + "'";
  if (!is_store(folder)) throw UsageError(folder.string() + ": not a finished compound store" + hint);
  files_->folder = folder;
  std::string at;  // the generation's folder, where it is not the store's
  try {
    const std::vector<std::string> listed = listed_manifests(folder);
    std::vector<StoreInfo> infos;
    for (std::size_t number = 1, count = count_generations(folder); number <= count; ++number) {
      const fs::path of_generation = generation_folder(folder, number);
      at = number == 1 ? "" : of_generation.filename().string() + "/";
      const StoreGeneration& generation = files_->generations.emplace_back(of_generation);
      if (!listed.empty() && digest_of_manifest(of_generation) != listed[number - 1])
        throw std::runtime_error("manifest.json is not the one that generations.json lists");
      std::uint32_t sources = 0;
      for (const StoreInfo& earlier : infos) sources += static_cast<std::uint32_t>(earlier.sources.size());
      files_->parts.push_back({chunks() + generation.chunks(), sources});
      infos.push_back(generation.info());
    }
    files_->info = sum_of(infos);
  } catch (const StoreVersionError& error) {
    throw UsageError(folder.string() + ": " + error.what() + hint);
  } catch (const std::exception& error) {
    throw UsageError(folder.string() + ": damaged compound store: " + at + error.what() + hint);
  }
}
CompoundStore::~CompoundStore() = default;
CompoundStore::CompoundStore(CompoundStore&&) noexcept = default;

const fs::path& CompoundStore::folder() const { return files_->folder; }
const StoreInfo& CompoundStore::info() const { return files_->info; }
const std::vector<StoreGeneration>& CompoundStore::generations() const { return files_->generations; }
std::uint64_t CompoundStore::chunks() const { return files_->parts.empty() ? 0 : files_->parts.back().chunks_end; }

std::vector<std::string> CompoundStore::files(const fs::path& store) {
  std::vector<std::string> files;
  const std::size_t generations = count_generations(store);
  for (std::size_t number = 1; number <= generations; ++number)
    for (const char* file : {store_files::kCompounds, store_files::kManifest})
      files.push_back(generation_folder("", number) / file);
  if (generations > 1) files.emplace_back(store_files::kGenerations);
  return files;
}

std::uint64_t CompoundStore::compounds_in(std::uint64_t number) const {
  const std::size_t generation = files_->generation_of(number);
  return files_->generations[generation].compounds_in(number - files_->first_chunk(generation));
}

CompoundBlock CompoundStore::chunk(std::uint64_t number, CompoundColumns wanted) const {
  const std::size_t generation = files_->generation_of(number);
  CompoundBlock block = files_->generations[generation].chunk(number - files_->first_chunk(generation), wanted);
  block.number_sources_from(files_->parts[generation].first_source);
  return block;
}

}  // namespace digitalis
