#include "screening/governance/run_tree.hpp"

#include <algorithm>

#include "chem/usage_error.hpp"

namespace digitalis::governance {
namespace {

constexpr const char* kFormat = "digitalis chunk proof 1";
/// The journal says which chunks of a stage are there, not which stages. A campaign has a few.
constexpr std::uint32_t kStages = 4096;

template <class Whole>
void append_big_endian(std::string& bytes, Whole value) {
  for (int shift = 8 * static_cast<int>(sizeof value) - 8; shift >= 0; shift -= 8)
    bytes += static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU);
}

Sha256 digest_in(const nlohmann::json& value, const std::string& field) {
  const std::optional<Sha256> digest = value.is_string() ? from_hex(value.get<std::string>()) : std::nullopt;
  if (!digest) throw UsageError("proof: /" + field + ": expected 64 hexadecimal digits");
  return *digest;
}

}  // namespace

std::string leaf_of_chunk(FrameKey key, const Sha256& payload) {
  std::string leaf;
  append_big_endian(leaf, key.stage);
  append_big_endian(leaf, key.chunk);
  leaf += as_bytes(payload);
  return leaf;
}

RunTree run_tree(const Journal& journal) {
  RunTree tree;
  for (std::uint32_t stage = 0; stage < kStages; ++stage)
    for (const std::uint64_t chunk : journal.chunks(stage)) {
      const FrameKey key{stage, chunk};
      tree.keys.push_back(key);
      tree.leaves.push_back(leaf_hash(leaf_of_chunk(key, sha256({journal.read(key)}))));
    }
  return tree;
}

RunTree run_tree(const std::filesystem::path& journal_folder) { return run_tree(Journal::scan(journal_folder)); }

nlohmann::json prove_chunk(const Journal& journal, FrameKey key) {
  const RunTree tree = run_tree(journal);
  const auto found = std::find(tree.keys.begin(), tree.keys.end(), key);
  if (found == tree.keys.end())
    throw UsageError("stage " + std::to_string(key.stage) + " has no finished chunk " + std::to_string(key.chunk) +
                     "; hint: both count from 0");
  const auto index = static_cast<std::uint64_t>(found - tree.keys.begin());
  nlohmann::json path = nlohmann::json::array();
  for (const Sha256& node : inclusion_path(tree.leaves, index)) path.push_back(to_hex(node));
  return {{"format", kFormat},
          {"root", to_hex(tree.root())},
          {"leaves", tree.leaves.size()},
          {"index", index},
          {"stage", key.stage},
          {"chunk", key.chunk},
          {"payload_sha256", to_hex(sha256({journal.read(key)}))},
          {"path", path}};
}

std::string root_of_proof(const nlohmann::json& proof) {
  if (!proof.is_object() || proof.value("format", nlohmann::json{}) != kFormat)
    throw UsageError("proof: not one of 'digitalis audit prove'");
  for (const char* field : {"leaves", "index", "stage", "chunk"})
    if (!proof.contains(field) || !proof.at(field).is_number_unsigned())
      throw UsageError(std::string{"proof: /"} + field + ": expected a whole number");
  if (proof.at("stage") >= kStages) throw UsageError("proof: /stage: expected less than " + std::to_string(kStages));
  if (!proof.contains("path") || !proof.at("path").is_array()) throw UsageError("proof: /path: expected a list");
  std::vector<Sha256> path;
  for (const nlohmann::json& node : proof.at("path")) path.push_back(digest_in(node, "path"));
  const Sha256 payload = digest_in(proof.value("payload_sha256", nlohmann::json{}), "payload_sha256");
  const FrameKey key{proof.at("stage").get<std::uint32_t>(), proof.at("chunk").get<std::uint64_t>()};
  const auto root = root_of_path(leaf_hash(leaf_of_chunk(key, payload)), proof.at("index").get<std::uint64_t>(),
                                 proof.at("leaves").get<std::uint64_t>(), path);
  const Sha256 stated = digest_in(proof.value("root", nlohmann::json{}), "root");
  if (root != stated) throw UsageError("proof: the chunk's path does not lead to the root that the proof states");
  return to_hex(stated);
}

}  // namespace digitalis::governance
