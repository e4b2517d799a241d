#include "chem/compound_store.hpp"

#include <xxhash.h>

#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "chem/bytes.hpp"
#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

// compounds.bin: "DGLSTORE", version; per chunk: bytes, XXH3-64, bytes of a CompoundBlock; at the end the offset of
// every chunk, their number, XXH3-64 of that table, "DGLSTORE". Little-endian.
constexpr std::string_view kMagic = "DGLSTORE";
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kHeadBytes = kMagic.size() + sizeof kVersion;
constexpr std::uint64_t kFootBytes = 2 * sizeof(std::uint64_t) + kMagic.size();
constexpr std::uint64_t kChunkHeadBytes = 2 * sizeof(std::uint64_t);

std::string head_bytes() {
  ByteWriter version;
  version.put(kVersion);
  return std::string{kMagic} + version.bytes();
}

std::uint64_t checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

/// Of everything a manifest says but the checksum itself: a flipped bit in a count or a name would go unnoticed.
std::string manifest_checksum(nlohmann::json json) {
  json.erase("checksum");
  return digest_64(json.dump());
}

nlohmann::json to_json(const StoreInfo& info) {
  nlohmann::json rejects = nlohmann::json::object();
  for (const auto& [reason, count] : info.rejects) rejects[reason] = count;
  return {{"format", "digitalis compound store"},
          {"version", kVersion},
          {"records", info.records},
          {"compounds", info.compounds},
          {"rejects", rejects},
          {"renamed", info.renamed},
          {"sources", info.sources},
          {"fingerprint",
           {{"kind", "morgan"},
            {"radius", info.preparation.fingerprint.radius},
            {"bits", info.preparation.fingerprint.bits}}},
          {"standardised", info.preparation.standardise},
          {"max_heavy_atoms", info.preparation.max_heavy_atoms},
          {"prepared_by", info.prepared_by},
          {"library_digest", info.library_digest},
          {"compounds_digest", info.compounds_digest}};
}

StoreInfo from_json(const nlohmann::json& json) {
  StoreInfo info;
  info.records = json.at("records");
  info.compounds = json.at("compounds");
  for (const auto& [reason, count] : json.at("rejects").items()) info.rejects.emplace_back(reason, count);
  info.renamed = json.at("renamed");
  info.sources = json.at("sources");
  info.preparation = {.standardise = json.at("standardised"),
                      .max_heavy_atoms = json.at("max_heavy_atoms"),
                      .fingerprint = {json.at("fingerprint").at("radius"), json.at("fingerprint").at("bits")}};
  info.prepared_by = json.at("prepared_by");
  info.library_digest = json.at("library_digest");
  info.compounds_digest = json.at("compounds_digest");
  return info;
}

struct HashState {
  XXH3_state_t* state = XXH3_createState();
  HashState() { XXH3_128bits_reset(state); }
  ~HashState() { XXH3_freeState(state); }
  HashState(const HashState&) = delete;
  HashState& operator=(const HashState&) = delete;
};

}  // namespace

struct StoreWriter::File {
  explicit File(std::filesystem::path to) : folder(std::move(to)), out(folder / "compounds.bin") {}
  void write(std::string_view bytes) {
    out.write(bytes);
    XXH3_128bits_update(hash.state, bytes.data(), bytes.size());
    at += bytes.size();
  }
  std::filesystem::path folder;
  AtomicFile out;
  HashState hash;
  std::uint64_t at = 0;
  std::vector<std::uint64_t> offsets;
  std::uint64_t compounds = 0;
};

StoreWriter::StoreWriter(std::filesystem::path folder) {
  std::filesystem::create_directories(folder);
  file_ = std::make_unique<File>(std::move(folder));
  file_->write(head_bytes());
}
StoreWriter::~StoreWriter() = default;
StoreWriter::StoreWriter(StoreWriter&&) noexcept = default;

void StoreWriter::add_chunk(const CompoundBlock& compounds) {
  const std::string bytes = compounds.to_bytes();
  ByteWriter head;
  head.put(static_cast<std::uint64_t>(bytes.size()));
  head.put(checksum(bytes));
  file_->offsets.push_back(file_->at);
  file_->write(head.bytes());
  file_->write(bytes);
  file_->compounds += compounds.size();
}

void StoreWriter::finish(StoreInfo info) {
  ByteWriter table;
  for (const std::uint64_t offset : file_->offsets) table.put(offset);
  ByteWriter foot;
  foot.put(static_cast<std::uint64_t>(file_->offsets.size()));
  foot.put(checksum(table.bytes()));
  file_->write(table.bytes());
  file_->write(foot.bytes());
  file_->write(kMagic);
  file_->out.commit();

  const XXH128_hash_t digest = XXH3_128bits_digest(file_->hash.state);
  info.compounds = file_->compounds;
  info.compounds_digest = hex({digest.high64, digest.low64});
  nlohmann::json json = to_json(info);
  json["checksum"] = manifest_checksum(json);
  write_file_atomically(file_->folder / "manifest.json", json.dump(2) + "\n");
}

struct CompoundStore::Files {
  Files(std::filesystem::path at, StoreInfo about)
      : folder(std::move(at)),
        compounds_file(folder / "compounds.bin"),
        info(std::move(about)),
        compounds(compounds_file) {}
  std::filesystem::path folder, compounds_file;
  StoreInfo info;
  RandomAccessFile compounds;
  std::vector<std::uint64_t> offsets;
};

bool CompoundStore::is_store(const std::filesystem::path& folder) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(folder / "manifest.json", ignored) &&
         std::filesystem::is_regular_file(folder / "compounds.bin", ignored);
}

CompoundStore::CompoundStore(const std::filesystem::path& folder) {
  const std::string hint = "; hint: make it with 'digitalis prepare LIBRARY -o " + folder.string() + "'";
  if (!is_store(folder)) throw UsageError(folder.string() + ": not a finished compound store" + hint);
  try {
    const auto json = nlohmann::json::parse(read_file(folder / "manifest.json"));
    if (const auto version = json.at("version").get<std::uint32_t>(); version != kVersion)
      throw UsageError(folder.string() + ": compound store of version " + std::to_string(version) +
                       ", this program reads version " + std::to_string(kVersion) + hint);
    if (json.at("checksum") != manifest_checksum(json))
      throw std::runtime_error("manifest.json does not match its checksum");
    files_ = std::make_unique<Files>(folder, from_json(json));
    const RandomAccessFile& file = files_->compounds;
    if (file.size() < kHeadBytes + kFootBytes || file.read(0, kHeadBytes) != head_bytes() ||
        file.read(file.size() - kMagic.size(), kMagic.size()) != kMagic)
      throw std::runtime_error("compounds.bin is cut short or not ours");
    const std::string foot = file.read(file.size() - kFootBytes, kFootBytes);
    ByteReader in{foot};
    const auto chunks = in.get<std::uint64_t>();
    const auto expected = in.get<std::uint64_t>();
    if (chunks > (file.size() - kHeadBytes - kFootBytes) / sizeof(std::uint64_t))
      throw std::runtime_error("compounds.bin has a damaged footer");
    const std::uint64_t table_bytes = chunks * sizeof(std::uint64_t);
    const std::string table = file.read(file.size() - kFootBytes - table_bytes, table_bytes);
    if (checksum(table) != expected) throw std::runtime_error("compounds.bin has a damaged table of chunks");
    ByteReader rows{table};
    for (std::uint64_t i = 0; i < chunks; ++i) files_->offsets.push_back(rows.get<std::uint64_t>());
  } catch (const UsageError&) {
    throw;
  } catch (const std::exception& error) {
    throw UsageError(folder.string() + ": damaged compound store: " + error.what() + hint);
  }
}
CompoundStore::~CompoundStore() = default;
CompoundStore::CompoundStore(CompoundStore&&) noexcept = default;

const std::filesystem::path& CompoundStore::folder() const { return files_->folder; }
const StoreInfo& CompoundStore::info() const { return files_->info; }
std::uint64_t CompoundStore::chunks() const { return files_->offsets.size(); }

std::uint64_t CompoundStore::compounds_in(std::uint64_t number) const {
  const std::uint64_t offset = files_->offsets.at(number);
  return CompoundBlock::count_in(files_->compounds.read(offset + kChunkHeadBytes, CompoundBlock::kCountBytes));
}

CompoundBlock CompoundStore::chunk(std::uint64_t number) const {
  const auto damaged = [&](const char* what) {
    return std::runtime_error(files_->compounds_file.string() + ": chunk " + std::to_string(number) + " of " +
                              std::to_string(chunks()) + " " + what + "; hint: copy or prepare the store again");
  };
  const std::uint64_t offset = files_->offsets.at(number);
  const std::string head = files_->compounds.read(offset, kChunkHeadBytes);
  ByteReader in{head};
  const auto bytes = in.get<std::uint64_t>();
  const auto expected = in.get<std::uint64_t>();
  if (bytes > files_->compounds.size()) throw damaged("has a damaged length");
  const std::string content = files_->compounds.read(offset + kChunkHeadBytes, bytes);
  if (checksum(content) != expected) throw damaged("does not match its checksum");
  return CompoundBlock::from_bytes(content);
}

}  // namespace digitalis
