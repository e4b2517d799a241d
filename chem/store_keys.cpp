#include "chem/store_keys.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <tuple>

#include "chem/bytes.hpp"
#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/mapped_file.hpp"
#include "chem/store_generation.hpp"

namespace digitalis {
namespace {

// keys.bin: structures, IDs, counts; how many there are of each, "DGLKEYS1". Little-endian; every value is 8 bytes.
constexpr std::string_view kMagic = "DGLKEYS1";
constexpr std::size_t kFootBytes = 3 * sizeof(std::uint64_t) + kMagic.size();

}  // namespace

struct StoreKeysWriter::File {
  explicit File(const std::filesystem::path& folder) : out(folder / store_files::kKeys) {}
  void write(std::string_view bytes) {
    out.write(bytes);
    digest.add(bytes);
  }
  /// One more entry of a column.
  template <class T>
  void add(const T& entry, std::size_t column, bool ascends) {
    for (std::size_t later = column + 1; later < counts.size(); ++later) ascends = ascends && counts[later] == 0;
    if (!ascends) throw std::logic_error("keys of a store come in ascending order, one column after the other");
    ++counts[column];
    write({reinterpret_cast<const char*>(&entry), sizeof entry});
  }
  AtomicFile out;
  RunningDigest digest;
  std::array<std::uint64_t, 3> counts{};
  StructureKey last_structure;
  std::uint64_t last_id = 0;
  IdCount last_count;
};

StoreKeysWriter::StoreKeysWriter(const std::filesystem::path& folder) : file_(std::make_unique<File>(folder)) {}
StoreKeysWriter::~StoreKeysWriter() = default;

void StoreKeysWriter::add_structure(const StructureKey& key) {
  const StructureKey& last = file_->last_structure;
  file_->add(key, 0, file_->counts[0] == 0 || std::tie(key.high, key.low) > std::tie(last.high, last.low));
  file_->last_structure = key;
}

void StoreKeysWriter::add_id(std::uint64_t id) {
  file_->add(id, 1, file_->counts[1] == 0 || id > file_->last_id);
  file_->last_id = id;
}

void StoreKeysWriter::add_count(const IdCount& count) {
  file_->add(count, 2, file_->counts[2] == 0 || count.id > file_->last_count.id);
  file_->last_count = count;
}

std::string StoreKeysWriter::finish() {
  ByteWriter foot;
  for (const std::uint64_t count : file_->counts) foot.put(count);
  file_->write(foot.bytes());
  file_->write(kMagic);
  file_->out.commit();
  return file_->digest.text();
}

struct StoreKeys::Columns {
  std::shared_ptr<void> mapped;
  std::span<const StructureKey> structures;
  std::span<const std::uint64_t> ids;
  std::span<const IdCount> counts;
};

StoreKeys::StoreKeys(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / store_files::kKeys;
  const auto fail = [&](const char* what) {
    return std::runtime_error(file.string() + ": " + what + "; hint: copy or prepare the store again");
  };
  Columns columns;
  std::size_t bytes = 0;
  columns.mapped = map_file(file, bytes);
  if (!columns.mapped) throw fail("cannot be mapped");
  const std::string_view content{static_cast<const char*>(columns.mapped.get()), bytes};
  if (bytes < kFootBytes || !content.ends_with(kMagic)) throw fail("is cut short or not ours");
  ByteReader foot{content.substr(bytes - kFootBytes)};
  const char* at = content.data();
  std::size_t left = bytes - kFootBytes;
  const auto take = [&](auto& column) {
    using Entry = typename std::remove_reference_t<decltype(column)>::value_type;
    const auto count = foot.get<std::uint64_t>();
    if (count > left / sizeof(Entry)) throw fail("is damaged");
    column = {reinterpret_cast<const Entry*>(at), static_cast<std::size_t>(count)};
    at += column.size_bytes();
    left -= column.size_bytes();
  };
  take(columns.structures);
  take(columns.ids);
  take(columns.counts);
  if (left != 0) throw fail("is damaged");
  columns_ = std::make_unique<const Columns>(std::move(columns));
}
StoreKeys::~StoreKeys() = default;
StoreKeys::StoreKeys(StoreKeys&&) noexcept = default;

std::optional<std::uint64_t> StoreKeys::compound_with(std::uint64_t high, std::uint64_t low) const {
  const auto at =
      std::ranges::lower_bound(columns_->structures, std::tuple{high, low}, {}, [](const StructureKey& key) {
        return std::tuple{key.high, key.low};
      });
  if (at == columns_->structures.end() || at->high != high || at->low != low) return std::nullopt;
  return at->compound;
}

std::uint64_t StoreKeys::occurrences_of(std::uint64_t id) const {
  if (!std::ranges::binary_search(columns_->ids, id)) return 0;
  const auto at = std::ranges::lower_bound(columns_->counts, id, {}, &IdCount::id);
  return at == columns_->counts.end() || at->id != id ? 1 : at->occurrences;
}

}  // namespace digitalis
