#include "screening/report/report_json.hpp"

#include <algorithm>
#include <stdexcept>

namespace digitalis {
namespace {

using Json = ReportJson;

const char* name_of(ReportColumn::Kind kind) {
  switch (kind) {
    case ReportColumn::Kind::kNumber: return "number";
    case ReportColumn::Kind::kText: return "text";
    case ReportColumn::Kind::kFlags: return "flags";
  }
  return "text";
}

Json columns_json(const std::vector<ReportColumn>& columns) {
  Json all = Json::array();
  for (const auto& column : columns) {
    all.push_back({{"key", column.key},
                   {"title", column.title},
                   {"unit", column.unit},
                   {"decimals", column.decimals},
                   {"kind", name_of(column.kind)},
                   {"help", column.help},
                   {"group", column.group},
                   {"better", column.better}});
  }
  return all;
}

/// Column by column: the page reads it so, and it packs well in a mail.
Json hits_json(const ReportData& data) {
  Json place = Json::array(), id = Json::array(), smiles = Json::array(), cluster = Json::array();
  Json values(data.columns.size(), Json::array());
  const bool clustered = std::ranges::any_of(data.hits, [](const ReportHit& hit) { return hit.cluster.has_value(); });
  for (const auto& hit : data.hits) {
    if (hit.values.size() != data.columns.size()) {
      throw std::invalid_argument{"report: " + hit.compound_id + " has " + std::to_string(hit.values.size()) +
                                  " values for " + std::to_string(data.columns.size()) + " columns"};
    }
    place.push_back(hit.place);
    id.push_back(hit.compound_id);
    smiles.push_back(hit.smiles);
    if (clustered) cluster.push_back(hit.cluster ? Json(*hit.cluster) : Json(nullptr));
    for (std::size_t column = 0; column < hit.values.size(); ++column) values[column].push_back(hit.values[column]);
  }
  Json hits = {
      {"place", std::move(place)}, {"id", std::move(id)}, {"smiles", std::move(smiles)}, {"values", std::move(values)}};
  if (clustered) hits["cluster"] = std::move(cluster);
  return hits;
}

Json funnel_json(const ReportData& data) {
  Json all = Json::array();
  for (const auto& stage : data.funnel) {
    Json reasons = Json::array();
    for (const auto& [text, count, ids] : stage.reasons) reasons.push_back(Json::array({text, count, ids}));
    all.push_back({{"name", stage.name}, {"in", stage.in}, {"out", stage.out}, {"reasons", std::move(reasons)}});
  }
  return all;
}

Json standings_json(const ReportData& data) {
  Json all = Json::array();
  for (const auto& stage : data.standings) {
    if (stage.of_hits.size() != data.hits.size())
      throw std::invalid_argument{"report: stage " + stage.stage + " has " + std::to_string(stage.of_hits.size()) +
                                  " standings for " + std::to_string(data.hits.size()) + " hits"};
    Json score = Json::array(), place = Json::array();
    for (const auto& [its_score, its_place] : stage.of_hits) {
      score.push_back(its_score);
      place.push_back(its_place);
    }
    all.push_back({{"stage", stage.stage},
                   {"unit", stage.unit},
                   {"scored", stage.scored},
                   {"kept", stage.kept},
                   {"cut_score", stage.cut_score ? Json(*stage.cut_score) : Json(nullptr)},
                   {"score", std::move(score)},
                   {"place", std::move(place)}});
  }
  return all;
}

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json all = Json::array();
  for (const auto& [name, value] : pairs) all.push_back(Json::array({name, value}));
  return all;
}

Json estimate_json(const ReportEstimate& estimate) {
  return Json::array({estimate.value, estimate.low, estimate.high});
}

Json enrichment_json(const ReportEnrichment& found) {
  Json figures = Json::array();
  for (const auto& [name, estimate] : found.figures) figures.push_back(Json::array({name, estimate_json(estimate)}));
  return {{"stage", found.stage},
          {"figures", std::move(figures)},
          {"found", found.found},
          {"listed", found.listed},
          {"places", found.places}};
}

Json redocking_json(const ReportRedocking& found) {
  return {{"reference", found.reference},
          {"rmsd_A", found.rmsd_A},
          {"affinity_kcal_mol", found.affinity_kcal_mol},
          {"crystal_affinity_kcal_mol", found.crystal_affinity_kcal_mol},
          {"problem", found.problem},
          {"pose_sdf", found.pose_sdf}};
}

Json targets_json(const ReportData& data) {
  Json all = Json::array();
  for (const auto& target : data.targets) {
    Json one = {{"name", target.name},           {"weight", target.weight},     {"actives", target.actives},
                {"held_back", target.held_back}, {"enrichment", Json::array()}, {"redocking", Json::array()}};
    for (const auto& found : target.enrichment) one["enrichment"].push_back(enrichment_json(found));
    for (const auto& found : target.redocking) one["redocking"].push_back(redocking_json(found));
    if (const auto& outcome = target.outcome) {
      one["outcome"] = {{"share", estimate_json(outcome->share)},
                        {"equal_diseases", outcome->equal_diseases},
                        {"leading_disease", outcome->leading_disease}};
      if (outcome->leading_share) one["outcome"]["leading_share"] = *outcome->leading_share;
    }
    all.push_back(std::move(one));
  }
  return all;
}

Json outcomes_json(const ReportData& data) {
  Json diseases = Json::array(), tables = Json::array();
  for (const auto& [name, weight] : data.diseases) diseases.push_back(Json::array({name, estimate_json(weight)}));
  for (const auto& table : data.tables) {
    Json one = {
        {"table_id", table.table_id}, {"disease_shift", table.disease_shift}, {"target_shift", table.target_shift}};
    if (table.ranking_change) one["ranking_change"] = *table.ranking_change;
    tables.push_back(std::move(one));
  }
  return {{"diseases", std::move(diseases)}, {"tables", std::move(tables)}};
}

}  // namespace

ReportJson report_json(const ReportData& data, const std::vector<std::string>& labels) {
  Json actives = Json::array();
  for (const auto& active : data.actives) actives.push_back(active.id);
  return {{"format", 2},
          {"title", data.title},
          {"subtitle", data.subtitle},
          {"confidentiality", data.confidentiality},
          {"hits_in_all", data.hits_in_all},
          {"columns", columns_json(data.columns)},
          {"hits", hits_json(data)},
          {"actives", std::move(actives)},
          {"clustering", data.clustering},
          {"funnel", funnel_json(data)},
          {"standings", standings_json(data)},
          {"targets", targets_json(data)},
          {"outcomes", outcomes_json(data)},
          {"provenance", pairs_json(data.provenance)},
          {"notes", data.notes},
          {"methods", data.methods},
          {"labels", labels}};
}

ReportJson poses_json(const ReportData& data, const PoseBlock& block) {
  Json pockets = Json::array(), hit = Json::array(), stage = Json::array(),
       values(data.pose_columns.size(), Json::array());
  for (std::size_t i = 0; i < data.pockets.size(); ++i) {
    const auto& pocket = data.pockets[i];
    pockets.push_back({{"target", pocket.target},
                       {"pocket_pdb", pocket.pocket_pdb},
                       {"reference_sdf", pocket.reference_sdf},
                       {"origin_A", block.origin_A[i]}});
  }
  for (const std::size_t i : block.kept) {
    const ReportPose& pose = data.poses[i];
    if (pose.values.size() != data.pose_columns.size())
      throw std::invalid_argument{"report: a pose has " + std::to_string(pose.values.size()) + " values for " +
                                  std::to_string(data.pose_columns.size()) + " columns"};
    hit.push_back(pose.hit);
    stage.push_back(pose.stage);
    for (std::size_t column = 0; column < pose.values.size(); ++column) values[column].push_back(pose.values[column]);
  }
  return {{"pockets", std::move(pockets)}, {"columns", columns_json(data.pose_columns)},
          {"kinds", block.kinds},          {"residues", block.residues},
          {"hit", std::move(hit)},         {"pocket", block.pocket},
          {"stage", std::move(stage)},     {"values", std::move(values)}};
}

}  // namespace digitalis
