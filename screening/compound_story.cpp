#include "screening/compound_story.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "chem/alerts.hpp"
#include "chem/compound_store.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"
#include "scoring/docking/scoring_function.hpp"
#include "screening/csv.hpp"
#include "screening/database.hpp"
#include "screening/finished_stages.hpp"
#include "screening/funnel_results.hpp"
#include "screening/hit_query/hit_columns.hpp"
#include "screening/hit_query/poses.hpp"
#include "screening/results_store.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

using nlohmann::json;

/// A compound's place in the store.
struct Found {
  std::uint64_t chunk = 0;
  std::uint32_t index = 0;
  CompoundBlock compounds;
};

/// The compound, or the stored ID nearest to the one that is not there.
std::optional<Found> find_compound(const CompoundStore& store, const std::string& id, std::vector<std::string>& near) {
  for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
    CompoundBlock compounds = store.chunk(chunk);
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; i < compounds.size(); ++i) {
      if (compounds.id(i) == id) return Found{chunk, i, std::move(compounds)};
      ids.emplace_back(compounds.id(i));
    }
    if (std::string nearest = nearest_name(id, ids); !nearest.empty()) near.push_back(std::move(nearest));
  }
  return std::nullopt;
}

json told_of(const Found& found, const CompoundStore& store) {
  const CompoundBlock& compounds = found.compounds;
  json told{{"smiles", compounds.smiles(found.index)},
            {"source", store.info().sources.at(compounds.source(found.index))},
            {"line", compounds.line(found.index)},
            {"alerts", json::array()}};
  for (std::size_t i = 0; i < kDescriptorCount; ++i) {
    const DescriptorInfo& info = descriptor_table()[i];
    const auto value = static_cast<double>(compounds.descriptors(found.index)[i]);
    json& descriptor = told["descriptors"][std::string{info.column}];
    if (info.decimals == 0)
      descriptor = std::llround(value);
    else
      descriptor = std::stod(fixed(value, info.decimals));
  }
  for (const std::uint16_t number : compounds.alerts(found.index))
    told["alerts"].push_back(std::string{alert_table().at(number).set} + " " + alert_table().at(number).name);
  return told;
}

double rounded(double value) { return std::stod(fixed(value, 4)); }

/// Names of the known actives that a target was compared with, by their number.
std::string query_name(Database& results, const std::string& target, std::uint32_t number) {
  Statement ask{results,
                "SELECT q.name FROM queries AS q JOIN targets AS t USING (target) WHERE t.name = ? AND q.number = ?"};
  ask.bind(1, std::string_view{target}).bind(2, std::int64_t{number});
  return ask.step() ? std::string{ask.text(0)} : "";
}

/// Name of what a compound was overlaid on, by its number among the target's queries.
std::string shape_query_name(const json& results, const std::string& target, std::uint32_t number) {
  for (const auto& one : results.value("shape", json::array()))
    if (one.at("target") == target && number < one.at("queries").size()) return one.at("queries").at(number);
  return "";
}

json score_told(const FinishedStages& run, const FinishedStage& stage, const StageFrame& frame, std::size_t row,
                std::size_t column, const json& summary, Database& results) {
  const std::string& target = run.targets()[stage.targets[column]];
  const double value = frame.row(row)[column];
  json told{{"target", target}};
  if (stage.kind == "similarity") {
    told["similarity"] = rounded(value);
    told["nearest_active"] = query_name(results, target, frame.nearest_row(row)[column]);
    return told;
  }
  if (stage.kind == "shape") {
    told["shape"] = rounded(value);
    told["overlaid_on"] = shape_query_name(summary, target, frame.nearest_row(row)[column]);
    return told;
  }
  told["affinity_kcal_mol"] = rounded(-value);
  if (frame.poses.empty()) return told;
  const PoseRecord& pose = frame.poses[row * frame.columns() + column];
  if (!frame.forms.empty()) told["form"] = frame.forms[row * frame.columns() + column].name;
  told["inter_kcal_mol"] = rounded(static_cast<double>(pose.inter_kcal_mol));
  told["intra_kcal_mol"] = rounded(static_cast<double>(pose.intra_kcal_mol));
  for (std::size_t term = 0; term < kTerms; ++term)
    told["terms_kcal_mol"][std::string{name_of(static_cast<Term>(term))}] =
        rounded(static_cast<double>(pose.terms_kcal_mol[term]));
  return told;
}

/// What became of it stage by stage, up to the one that it did not pass. Gives the outcome.
std::string tell_stages(const FinishedStages& run, const Found& found, const json& summary, Database& results,
                        json& stages) {
  for (std::size_t number = 0; number < run.stages().size(); ++number) {
    const FinishedStage& stage = run.stages()[number];
    const StageFrame frame = run.frame(number, found.chunk);
    json told{{"stage", stage.name}, {"outcome", "passed"}};
    const auto dropped = std::find_if(frame.dropped.begin(), frame.dropped.end(),
                                      [&](const auto& one) { return one.first == found.index; });
    if (dropped != frame.dropped.end()) {
      told["outcome"] = "dropped";
      told["reason"] = dropped->second;
      stages.push_back(std::move(told));
      return "dropped";
    }
    const auto passed = std::lower_bound(frame.passed.begin(), frame.passed.end(), found.index);
    const auto row = static_cast<std::size_t>(passed - frame.passed.begin());
    if (!stage.targets.empty()) {
      for (std::size_t column = 0; column < stage.targets.size(); ++column)
        told["scores"].push_back(score_told(run, stage, frame, row, column, summary, results));
      const Standing standing = run.standing(number, found.chunk, row);
      told["score"] = rounded(standing.score);
      told["place"] = standing.place;
      told["of"] = standing.of;
      told["kept"] = standing.kept;
      if (standing.cut) told["cut"] = rounded(*standing.cut);
      if (standing.place > standing.kept) told["outcome"] = "below the cut";
    }
    const bool is_out = told["outcome"] != "passed";
    stages.push_back(std::move(told));
    if (is_out) return "below_cut";
  }
  return "query_or_beyond";
}

json contacts_told(Database& results, std::int64_t place, std::size_t pose) {
  json contacts = json::array();
  Statement ask{results, "SELECT kind, residue, distance_A FROM contacts_of_hits WHERE place = ? AND pose = ?"};
  ask.bind(1, place).bind(2, static_cast<std::int64_t>(pose));
  while (ask.step())
    contacts.push_back({{"kind", ask.text(0)}, {"residue", ask.text(1)}, {"distance_A", ask.number(2)}});
  return contacts;
}

/// Every column of the hit that says something; null when it is none.
json hit_told(Database& results, const std::string& id) {
  std::string sql;
  const std::vector<QueryColumn> columns = HitColumns{results}.all();
  for (const QueryColumn& column : columns) sql += (sql.empty() ? "SELECT " : ", ") + column.sql;
  Statement ask{results, sql + " FROM hits AS h WHERE h.compound_id = ?"};
  ask.bind(1, std::string_view{id});
  if (!ask.step()) return nullptr;
  json hit;
  for (int i = 0; i < ask.columns(); ++i) {
    const QueryColumn& column = columns[static_cast<std::size_t>(i)];
    if (ask.is_null(i)) continue;
    if (column.is_text)
      hit[column.name] = ask.text(i);
    else if (column.decimals == 0)
      hit[column.name] = ask.integer(i);
    else
      hit[column.name] = ask.number(i);
  }
  const std::int64_t place = hit.at("place");
  for (const HitPose& pose : poses_of(results, place)) {
    json& told = hit["poses"].emplace_back();
    for (const auto& [field, value] : pose.fields()) told[field] = value;
    told["contacts"] = contacts_told(results, place, hit.at("poses").size());
  }
  return hit;
}

/// Rejected records of an ID; what a stage dropped only when nothing else tells it.
json rejects_told(Database& results, const std::string& id, bool with_stages) {
  json rejects = json::array();
  Statement ask{results, "SELECT source, line, stage, reason, detail, remedy FROM rejects WHERE compound_id = ?"};
  ask.bind(1, std::string_view{id});
  while (ask.step()) {
    if (ask.text(2) != "prepare" && !with_stages) continue;
    rejects.push_back({{"source", ask.text(0)},
                       {"line", ask.integer(1)},
                       {"stage", ask.text(2)},
                       {"reason", ask.text(3)},
                       {"detail", ask.text(4)},
                       {"remedy", ask.text(5)}});
  }
  return rejects;
}

std::vector<std::string> known_ids(Database& results) {
  std::vector<std::string> ids;
  Statement ask{results,
                "SELECT compound_id FROM compounds UNION SELECT compound_id FROM rejected WHERE compound_id <> ''"};
  while (ask.step()) ids.emplace_back(ask.text(0));
  return ids;
}

std::string number_text(const json& value) { return grouped(value.get<std::uint64_t>()); }

/// The end of the story in a sentence.
std::string summary_of(const json& story, const json& results, std::uint64_t most_hits) {
  const std::string outcome = story.at("outcome");
  if (outcome == "hit")
    return "hit " + number_text(story.at("hit").at("place")) + " of " + number_text(results.at("hits"));
  if (outcome == "unknown") return "not a hit; what became of it went with the run's journal";
  if (outcome == "rejected") return "not a candidate: its record was rejected";
  if (outcome == "query_or_beyond")
    return "passed every stage, but is not listed: a known active that others were compared with, or beyond the " +
           grouped(most_hits) + " hits asked for";
  const json& last = story.at("stages").back();
  const std::string stage = last.at("stage");
  if (outcome == "dropped") return "dropped by " + stage + ": " + last.at("reason").get<std::string>();
  return "below the cut of " + stage + ": place " + number_text(last.at("place")) + " of " +
         number_text(last.at("of")) + ", of which the best " + number_text(last.at("kept")) + " went on";
}

}  // namespace

json compound_story(const RunFolder& run, const std::string& id) {
  Database results = open_results(run.file("results.sqlite"));
  json story{{"id", id}};
  json hit = hit_told(results, id);
  const json& summary = run.manifest().at("results");
  std::vector<std::string> near;
  const std::string elsewhere = run.manifest().at("campaign").at("library").at("store");
  const std::filesystem::path folder = elsewhere.empty() ? run.store() : std::filesystem::path{elsewhere};
  std::error_code ignored;
  if (!CompoundStore::is_store(folder)) {
    story["missing"].push_back(folder.string() + ": the library's store is gone");
  } else {
    const CompoundStore store{folder};
    if (const auto found = find_compound(store, id, near)) {
      story["compound"] = told_of(*found, store);
      story["stages"] = json::array();
      if (!std::filesystem::is_directory(run.journal(), ignored)) {
        story["missing"].push_back(run.journal().string() + ": the run's journal is gone");
      } else {
        story["outcome"] = tell_stages(FinishedStages{run, store}, *found, summary, results, story["stages"]);
      }
    }
  }
  if (!hit.is_null()) {
    story["hit"] = std::move(hit);
    story["outcome"] = "hit";
  }
  json rejects = rejects_told(results, id, !story.contains("stages") || story.at("stages").empty());
  if (!story.contains("compound") && !story.contains("hit")) {
    if (rejects.empty()) {
      const std::vector<std::string> ids = known_ids(results);
      near.insert(near.end(), ids.begin(), ids.end());
      const std::string nearest = nearest_name(id, near);
      throw UsageError("no compound or record of this run has the ID '" + id + "'" +
                       (nearest.empty() ? "; hint: hits.csv and rejects.csv have the IDs"
                                        : "; hint: did you mean '" + nearest + "'?"));
    }
    story["outcome"] = "rejected";
  }
  if (!story.contains("outcome")) story["outcome"] = "unknown";
  story["rejects"] = std::move(rejects);
  for (const auto& target : summary.at("targets"))
    story["targets"].push_back({{"name", target.at("name")}, {"weight", target.at("weight")}});
  story["summary"] = summary_of(story, summary, run.manifest().at("campaign").at("output").at("hits"));
  return story;
}

}  // namespace digitalis
