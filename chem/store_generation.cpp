#include "chem/store_generation.hpp"

#include <xxhash.h>

#include <algorithm>
#include <stdexcept>

#include "chem/bytes.hpp"
#include "chem/digest.hpp"
#include "chem/file_io.hpp"

namespace digitalis {
namespace {

// compounds.bin: "DGLSTORE", version; chunks, each the bytes of a CompoundBlock; a ChunkRow for each; their number,
// "DGLSTORE". Little-endian.
constexpr std::string_view kMagic = "DGLSTORE";
constexpr std::uint64_t kHeadBytes = kMagic.size() + sizeof kStoreVersion;
constexpr std::uint64_t kFootBytes = sizeof(std::uint64_t) + kMagic.size();

}  // namespace

std::string StoreGeneration::head_bytes() {
  ByteWriter version;
  version.put(kStoreVersion);
  return std::string{kMagic} + version.bytes();
}

std::string StoreGeneration::tail_bytes(std::span<const ChunkRow> rows) {
  ByteWriter tail;
  for (const ChunkRow& row : rows) tail.put(row);
  tail.put(static_cast<std::uint64_t>(rows.size()));
  return tail.take() + std::string{kMagic};
}

std::uint64_t StoreGeneration::checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string StoreGeneration::compounds_digest(std::span<const ChunkRow> rows) {
  ByteWriter contents;
  for (const ChunkRow& row : rows) contents.put(row.content);
  return digest_128(contents.bytes());
}

struct StoreGeneration::Files {
  explicit Files(std::filesystem::path at)
      : folder(std::move(at)),
        info(read_manifest(read_file(folder / store_files::kManifest))),
        compounds(folder / store_files::kCompounds) {}
  std::filesystem::path folder;
  StoreInfo info;
  RandomAccessFile compounds;
  std::vector<ChunkRow> rows;
};

StoreGeneration::StoreGeneration(std::filesystem::path folder) : files_(std::make_unique<Files>(std::move(folder))) {
  const RandomAccessFile& file = files_->compounds;
  const auto damaged = [](const char* what) { return std::runtime_error(std::string{"compounds.bin "} + what); };
  if (file.size() < kHeadBytes + kFootBytes || file.read(0, kHeadBytes) != head_bytes() ||
      file.read(file.size() - kMagic.size(), kMagic.size()) != kMagic)
    throw damaged("is cut short or not ours");
  const std::string foot = file.read(file.size() - kFootBytes, kFootBytes);
  const auto chunks = ByteReader{foot}.get<std::uint64_t>();
  if (chunks > (file.size() - kHeadBytes - kFootBytes) / sizeof(ChunkRow)) throw damaged("has a damaged footer");
  const std::uint64_t tail_size = chunks * sizeof(ChunkRow) + kFootBytes;
  const std::string tail = file.read(file.size() - tail_size, tail_size);
  if (digest_128(tail) != files_->info.table_digest)
    throw damaged("has a damaged table of chunks, or is not of this manifest");
  ByteReader in{tail};
  for (std::uint64_t i = 0; i < chunks; ++i) files_->rows.push_back(in.get<ChunkRow>());
  if (compounds_digest(files_->rows) != files_->info.compounds_digest)
    throw damaged("holds other compounds than manifest.json says");
  if (const std::uint64_t end = chunks == 0 ? kHeadBytes : files_->rows.back().end; end + tail_size != file.size())
    throw damaged("is longer or shorter than its table of chunks says");
  if (compounds_before(chunks) != files_->info.compounds)
    throw damaged("holds another number of compounds than manifest.json says");
}
StoreGeneration::~StoreGeneration() = default;
StoreGeneration::StoreGeneration(StoreGeneration&&) noexcept = default;

const std::filesystem::path& StoreGeneration::folder() const { return files_->folder; }
const StoreInfo& StoreGeneration::info() const { return files_->info; }
std::uint64_t StoreGeneration::chunks() const { return files_->rows.size(); }
std::uint64_t StoreGeneration::compounds_before(std::uint64_t number) const {
  return number == 0 ? 0 : files_->rows.at(number - 1).compounds_end;
}
std::uint64_t StoreGeneration::compounds_in(std::uint64_t number) const {
  return files_->rows.at(number).compounds_end - compounds_before(number);
}
std::uint64_t StoreGeneration::chunk_with(std::uint64_t compound) const {
  const auto& rows = files_->rows;
  const auto at = std::ranges::upper_bound(rows, compound, {}, &ChunkRow::compounds_end);
  if (at == rows.end()) throw std::out_of_range("a compound beyond the end of the store");
  return static_cast<std::uint64_t>(at - rows.begin());
}
std::uint64_t StoreGeneration::bytes_of(std::uint64_t number) const {
  return files_->rows.at(number).end - (number == 0 ? kHeadBytes : files_->rows[number - 1].end);
}

bool StoreGeneration::has_whole(const char* file) const {
  std::error_code ignored;
  const std::filesystem::path path = files_->folder / file;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  constexpr std::uint64_t kPiece = 4U << 20U;
  const RandomAccessFile in{path};
  RunningDigest digest;
  for (std::uint64_t at = 0; at < in.size(); at += kPiece) digest.add(in.read(at, std::min(kPiece, in.size() - at)));
  return digest.text() == (std::string_view{file} == store_files::kKeys ? info().keys_digest : info().rejects_digest);
}

CompoundBlock StoreGeneration::chunk(std::uint64_t number, CompoundColumns wanted) const {
  const ChunkRow& row = files_->rows.at(number);
  const std::uint64_t bytes = bytes_of(number);
  const std::string content = files_->compounds.read(row.end - bytes, bytes);
  const std::string file = (files_->folder / store_files::kCompounds).string();
  const auto damaged = [&] {
    return std::runtime_error(file + ": chunk " + std::to_string(number) + " of " + std::to_string(chunks()) +
                              " does not match its checksum; hint: copy or prepare the store again, or save the rest "
                              "with 'digitalis prepare --rescue'");
  };
  if (checksum(content) != row.checksum) throw damaged();
  CompoundBlock block = CompoundBlock::from_bytes(content, wanted);
  if (wanted == CompoundColumns::all() && block.content_checksum() != row.content) throw damaged();
  if (block.size() != compounds_in(number))
    throw std::logic_error(file + ": a chunk holds another number of compounds");
  return block;
}

}  // namespace digitalis
