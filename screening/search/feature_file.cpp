// Little-endian: SubstructureFeatures of all compounds | std::uint64_t checksum[chunks] | Foot. Checksums are XXH3-64:
// of each chunk's features; the foot's is of the table, and of itself, where it counts as 0.

#include "screening/search/feature_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <system_error>

#include "chem/digest.hpp"
#include "chem/mapped_file.hpp"

namespace digitalis {
namespace {

struct Foot {
  char magic[8];
  std::uint32_t version, words;
  std::uint64_t chunks, compounds, checksum;
  char compounds_digest[64];
};
static_assert(sizeof(Foot) == 104);

constexpr std::string_view kMagic = "DGLFEATS";

Foot foot_of(std::string_view compounds_digest, std::span<const std::uint64_t> checksums, std::uint64_t compounds) {
  Foot foot{};
  std::ranges::copy(kMagic, foot.magic);
  foot.version = SubstructureFeatures::kVersion;
  foot.words = SubstructureFeatures::kWords;
  foot.chunks = checksums.size();
  foot.compounds = compounds;
  std::ranges::copy(compounds_digest.substr(0, sizeof foot.compounds_digest), foot.compounds_digest);
  foot.checksum = XXH3_64bits(checksums.data(), checksums.size_bytes());
  foot.checksum = XXH3_64bits(&foot, sizeof foot);
  return foot;
}

template <class Value>
std::string_view bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

std::filesystem::path own_name(const std::filesystem::path& store) {
  std::random_device random;
  return store / (std::string{kFeatureFileName} + "." + hex({(std::uint64_t{random()} << 32U) | random()}));
}

}  // namespace

std::optional<FeatureFile> FeatureFile::open(const CompoundStore& store) {
  std::size_t size = 0;
  FeatureFile file;
  file.memory_ = map_file(store.folder() / kFeatureFileName, size);
  const std::uint64_t compounds = store.info().compounds, chunks = store.chunks();
  const std::uint64_t table = compounds * sizeof(SubstructureFeatures);
  if (!file.memory_ || size != table + chunks * sizeof(std::uint64_t) + sizeof(Foot)) return std::nullopt;
  const auto* const bytes = static_cast<const char*>(file.memory_.get());
  file.checksums_.resize(chunks);
  std::memcpy(file.checksums_.data(), bytes + table, chunks * sizeof(std::uint64_t));
  const Foot wanted = foot_of(store.info().compounds_digest, file.checksums_, compounds);
  if (std::memcmp(&wanted, bytes + size - sizeof wanted, sizeof wanted) != 0) return std::nullopt;
  const auto* features = reinterpret_cast<const SubstructureFeatures*>(bytes);
  std::uint64_t left = compounds;
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
    const std::uint64_t here = store.compounds_in(chunk);
    if (here > left) return std::nullopt;
    file.chunks_.emplace_back(features, here);
    features += here;
    left -= here;
  }
  return file;
}

std::span<const SubstructureFeatures> FeatureFile::chunk(std::uint64_t number) const {
  const auto features = chunks_.at(number);
  if (XXH3_64bits(features.data(), features.size_bytes()) != checksums_[number]) return {};
  return features;
}

FeatureFileWriter::FeatureFileWriter(const CompoundStore& store)
    : store_(store.folder()), own_(own_name(store_)), label_(store.info().compounds_digest), out_(own_) {}

void FeatureFileWriter::add(std::span<const SubstructureFeatures> chunk) {
  out_.write(bytes_of(chunk));
  checksums_.push_back(XXH3_64bits(chunk.data(), chunk.size_bytes()));
  compounds_ += chunk.size();
}

void FeatureFileWriter::finish() {
  const Foot foot = foot_of(label_, checksums_, compounds_);
  out_.write(bytes_of(std::span<const std::uint64_t>(checksums_)));
  out_.write({reinterpret_cast<const char*>(&foot), sizeof foot});
  out_.commit();
  std::error_code ignored, failure;
  std::filesystem::permissions(own_, std::filesystem::status(store_ / "compounds.bin").permissions(), ignored);
  std::filesystem::rename(own_, store_ / kFeatureFileName, failure);
  if (!failure) return;
  std::filesystem::remove(own_, ignored);
  throw std::system_error(failure, (store_ / kFeatureFileName).string() + ": cannot be replaced");
}

}  // namespace digitalis
