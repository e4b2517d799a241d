#include "chem/store_info.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "chem/digest.hpp"

namespace digitalis {
namespace {

/// Of everything a manifest says but the checksum itself: a flipped bit in a count or a name would go unnoticed.
std::string checksum_of(nlohmann::json json) {
  json.erase("checksum");
  return digest_64(json.dump());
}

std::string text_of(const nlohmann::json& json) { return json.dump(2) + "\n"; }

}  // namespace

std::string manifest_of(const StoreInfo& info) {
  nlohmann::json rejects = nlohmann::json::object();
  for (const auto& [reason, count] : info.rejects) rejects[reason] = count;
  nlohmann::json columns = nlohmann::json::object();
  for (std::size_t i = 0; i < kCompoundColumnCount; ++i)
    columns[std::string{name_of(static_cast<CompoundColumn>(i))}] = info.column_bytes[i];
  nlohmann::json json{{"format", "digitalis compound store"},
                      {"version", kStoreVersion},
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
                      {"compounds_digest", info.compounds_digest},
                      {"table_digest", info.table_digest},
                      {"column_bytes", columns},
                      {"rejects_digest", info.rejects_digest},
                      {"keys_digest", info.keys_digest}};
  json["checksum"] = checksum_of(json);
  return text_of(json);
}

StoreInfo read_manifest(std::string_view text) {
  const auto json = nlohmann::json::parse(text);
  if (const auto version = json.at("version").get<std::uint32_t>(); version != kStoreVersion)
    throw StoreVersionError("compound store of version " + std::to_string(version) + ", this program reads version " +
                            std::to_string(kStoreVersion));
  if (json.at("checksum") != checksum_of(json) || text_of(json) != text)
    throw std::runtime_error("manifest.json does not match its checksum");
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
  info.table_digest = json.at("table_digest");
  for (std::size_t i = 0; i < kCompoundColumnCount; ++i)
    info.column_bytes[i] = json.at("column_bytes").at(std::string{name_of(static_cast<CompoundColumn>(i))});
  info.rejects_digest = json.at("rejects_digest");
  info.keys_digest = json.at("keys_digest");
  return info;
}

StoreInfo sum_of(std::span<const StoreInfo> generations) {
  StoreInfo sum = generations.front();
  if (generations.size() == 1) return sum;
  std::map<std::string, std::uint64_t> rejects(sum.rejects.begin(), sum.rejects.end());
  for (const StoreInfo& next : generations.subspan(1)) {
    sum.records += next.records;
    sum.compounds += next.compounds;
    sum.renamed += next.renamed;
    for (const auto& [reason, count] : next.rejects) rejects[reason] += count;
    sum.sources.insert(sum.sources.end(), next.sources.begin(), next.sources.end());
    sum.prepared_by = next.prepared_by;
    sum.library_digest += next.library_digest;
    sum.compounds_digest += next.compounds_digest;
    for (std::size_t i = 0; i < kCompoundColumnCount; ++i) sum.column_bytes[i] += next.column_bytes[i];
  }
  sum.rejects.assign(rejects.begin(), rejects.end());
  sum.library_digest = digest_128(sum.library_digest);
  sum.compounds_digest = digest_128(sum.compounds_digest);
  sum.table_digest.clear();
  sum.rejects_digest.clear();
  sum.keys_digest.clear();
  return sum;
}

}  // namespace digitalis
