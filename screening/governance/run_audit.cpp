#include "screening/governance/run_audit.hpp"

#include "screening/governance/gate.hpp"
#include "screening/governance/run_tree.hpp"
#include "screening/run_folder.hpp"

namespace digitalis::governance {
namespace {

constexpr const char* kResultFiles[] = {"hits.csv",       "hits.sdf.gz",  "rejects.csv",
                                        "results.sqlite", "pockets.json", "report.html"};

}  // namespace

std::vector<NamedDigest> outputs_of_run(const std::filesystem::path& run) {
  std::vector<NamedDigest> outputs;
  for (const char* name : kResultFiles)
    if (std::filesystem::exists(run / name)) outputs.push_back({name, to_hex(sha256_of_file(run / name))});
  return outputs;
}

AuditEntry end_of_run(AuditEntry common, const std::filesystem::path& run) {
  common.event = AuditEntry::Event::kRunEnd;
  common.outputs = outputs_of_run(run);
  common.merkle = run_tree(run / "journal").entry();
  return common;
}

std::string campaign_id_of_run(const std::filesystem::path& run) {
  RunFolder folder{run};
  folder.open_existing();
  const nlohmann::json& campaign = folder.manifest().at("campaign");
  return campaign_id(campaign.at("campaign").at("name"), campaign.dump());
}

std::vector<std::string> problems_of_run(const std::filesystem::path& run, std::span<const nlohmann::json> records) {
  const std::string campaign = campaign_id_of_run(run);
  const nlohmann::json* end = nullptr;
  for (const nlohmann::json& record : records)
    if (record.at("event") == "run.end" && record.value("campaign_id", "") == campaign) end = &record;
  if (end == nullptr) return {"the log holds no finished run of campaign '" + campaign + "'"};
  const std::string seq = "record " + std::to_string(end->at("seq").get<std::uint64_t>());
  std::vector<std::string> problems;
  for (const nlohmann::json& output : end->value("outputs", nlohmann::json::array())) {
    const std::string name = output.at("name");
    const std::filesystem::path file = run / std::filesystem::path{name}.filename();
    if (!std::filesystem::exists(file))
      problems.push_back(name + " is missing; " + seq + " lists it");
    else if (to_hex(sha256_of_file(file)) != output.at("sha256"))
      problems.push_back(name + " is not the file that " + seq + " lists: it was changed");
  }
  if (end->contains("merkle")) {
    const AuditEntry::Tree now = run_tree(run / "journal").entry();
    const nlohmann::json& then = end->at("merkle");
    if (now.leaves != then.at("leaves"))
      problems.push_back("the journal holds " + std::to_string(now.leaves) + " chunks, " + seq + " says " +
                         std::to_string(then.at("leaves").get<std::uint64_t>()));
    else if (now.root != then.at("root"))
      problems.push_back("the journal's chunks are not those of " + seq + ": their Merkle root differs");
  }
  return problems;
}

}  // namespace digitalis::governance
