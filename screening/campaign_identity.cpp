#include <nlohmann/json.hpp>

#include "screening/campaign.hpp"
#include "screening/site_fields.hpp"

namespace digitalis {

std::string Campaign::identity() const {
  nlohmann::json json;
  json["campaign"] = {{"name", name}, {"seed", seed}, {"partner", partner}, {"project", project}};
  json["library"] = {{"files", library_files},
                     {"store", store.string()},
                     {"smiles_column", smiles_column},
                     {"id_column", id_column},
                     {"standardise", preparation.standardise},
                     {"max_heavy_atoms", preparation.max_heavy_atoms},
                     {"fingerprint", {preparation.fingerprint.radius, preparation.fingerprint.bits}}};
  json["filters"] = nlohmann::json::array();
  for (const FilterRules& rules : filters) {
    nlohmann::json ranges = nlohmann::json::array();
    for (const DescriptorRange& range : rules.ranges)
      ranges.push_back({std::string{descriptor_table()[static_cast<std::size_t>(range.descriptor)].key},
                        exactly(range.low), exactly(range.high)});
    json["filters"].push_back({{"ranges", ranges},
                               {"allowed_range_violations", rules.allowed_range_violations},
                               {"alerts", rules.alert_sets},
                               {"include_smarts", rules.include_smarts},
                               {"exclude_smarts", rules.exclude_smarts}});
  }
  json["targets"] = nlohmann::json::array();
  for (const TargetSpec& target : targets) {
    nlohmann::json actives = nlohmann::json::array();
    for (const TargetSpec::Molecules& active : target.actives) actives.push_back(active.text);
    json["targets"].push_back({{"name", target.name}, {"actives", actives}, {"hold_back", target.hold_back}});
    if (!outcomes.given()) json["targets"].back()["weight"] = target.weight;
    for (const TargetSpec::Molecules& query : target.shape_query)
      json["targets"].back()["shape_query"].push_back(query.text);
    if (target.has_receptor()) json["targets"].back()["site"] = identity_of(target.site);
  }
  if (outcomes.given()) {
    json["outcomes"] = identity_of(outcomes);
    for (std::size_t i = 0; i < targets.size(); ++i) json["targets"][i]["symbol"] = targets[i].symbol;
  }
  json["stages"] = nlohmann::json::array();
  for (const StageSpec& stage : stages) {
    json["stages"].push_back({{"name", stage.name},
                              {"keep_share", stage.keep.share ? nlohmann::json(*stage.keep.share) : nlohmann::json()},
                              {"keep_count", stage.keep.count ? nlohmann::json(*stage.keep.count) : nlohmann::json()},
                              {"nearest", stage.nearest}});
    if (stage.kind == StageSpec::Kind::kDock)
      json["stages"].back()["dock"] = {{"exhaustiveness", exactly(stage.effort.exhaustiveness)},
                                       {"scoring", stage.scoring}};
    if (stage.kind == StageSpec::Kind::kShape)
      json["stages"].back()["shape"] = {{"conformers", stage.conformers},
                                        {"score", std::string{name_of(stage.shape_score)}}};
  }
  if (!forms.as_drawn())
    json["forms"] = {{"ph", forms.ph ? nlohmann::json(exactly(*forms.ph)) : nlohmann::json()},
                     {"stereoisomers", forms.most_stereoisomers},
                     {"tautomers", forms.most_tautomers},
                     {"most", forms.most_forms}};
  json["ranking"] = {{"consensus", std::string{name_of(consensus)}}, {"stages", score_all_stages ? "all" : "last"}};
  json["output"] = {{"hits", max_hits}, {"list_queries", list_queries}};
  return json.dump();
}

}  // namespace digitalis
