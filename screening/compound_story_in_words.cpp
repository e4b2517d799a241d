#include <algorithm>

#include "screening/compound_story.hpp"
#include "screening/csv.hpp"
#include "screening/hit_pose.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

std::string count(const json& value) { return grouped(value.get<std::uint64_t>()); }

std::string plain(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_number_float()) return value.dump();
  std::string text = fixed(value.get<double>(), 4);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text += '0';
  return text;
}

std::string listed(const json& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : "; ") + text.get<std::string>();
  return all.empty() ? "none" : all;
}

std::string indented(const std::string& lines) {
  std::string text;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size() - 1);
    text += "  " + lines.substr(begin, end - begin + 1);
    begin = end + 1;
  }
  return text;
}

std::string record_in_words(const json& compound) {
  std::string text = "record      " + compound.at("source").get<std::string>() + ":" + compound.at("line").dump() +
                     "\nstructure   " + compound.at("smiles").get<std::string>() +
                     "\nform        scored as it stands: one form\nproperties  ";
  bool is_first = true;
  for (const auto& [name, value] : compound.at("descriptors").items()) {
    text += (is_first ? "" : ", ") + name + " " + plain(value);
    is_first = false;
  }
  return text + "\nalerts      " + listed(compound.at("alerts")) + "\n";
}

/// "place 240 of 5,167, score 0.3900; the best 100 went on, down to 0.4123".
std::string standing_in_words(const json& stage) {
  if (!stage.contains("place")) return "";
  std::string text = "place " + count(stage.at("place")) + " of " + count(stage.at("of")) + ", score " +
                     fixed(stage.at("score").get<double>(), 4);
  if (stage.contains("cut"))
    text += "; the best " + count(stage.at("kept")) + " went on, down to " + fixed(stage.at("cut").get<double>(), 4);
  return text;
}

std::string score_in_words(const json& score) {
  std::string text = score.at("target").get<std::string>() + ": ";
  if (score.contains("similarity")) {
    const std::string active = score.at("nearest_active");
    return text + "similarity " + fixed(score.at("similarity").get<double>(), 4) +
           (active.empty() ? "" : " to " + active);
  }
  if (score.contains("shape"))
    return text + "shape " + fixed(score.at("shape").get<double>(), 4) + ", overlaid on " +
           score.at("overlaid_on").get<std::string>();
  text += fixed(score.at("affinity_kcal_mol").get<double>(), 4) + " kcal/mol";
  if (score.contains("form")) text += ", form '" + score.at("form").get<std::string>() + "'";
  if (!score.contains("terms_kcal_mol")) return text;
  text +=
      " (between the molecules " + plain(score.at("inter_kcal_mol")) + ", within " + plain(score.at("intra_kcal_mol"));
  for (const auto& [term, value] : score.at("terms_kcal_mol").items()) text += "; " + term + " " + plain(value);
  return text + ")";
}

std::string stages_in_words(const json& stages) {
  std::string text;
  for (const auto& stage : stages) {
    const std::string outcome = stage.at("outcome");
    text += stage.at("stage").get<std::string>() + ": " + outcome;
    if (stage.contains("reason")) text += ": " + stage.at("reason").get<std::string>();
    if (const std::string standing = standing_in_words(stage); !standing.empty()) text += "; " + standing;
    text += "\n";
    for (const auto& score : stage.value("scores", json::array())) text += "  " + score_in_words(score) + "\n";
  }
  return text;
}

std::string hit_in_words(const json& hit) {
  std::string text = "score " + plain(hit.at("score")) + ", best for " + hit.value("best_target", "no target");
  if (hit.contains("nearest_active")) text += "; nearest known active " + hit.at("nearest_active").get<std::string>();
  if (hit.contains("known_active_of")) text += "; itself known: " + hit.at("known_active_of").get<std::string>();
  text += "\n";
  if (hit.contains("place_equal_diseases"))
    text += "outcome tables: place " + plain(hit.at("place_equal_diseases")) +
            " if all diseases weighed the same; score " + plain(hit.at("score_low_95")) + " to " +
            plain(hit.at("score_high_95")) + " in 95 % of the weights drawn; among the best in " +
            plain(hit.at("p_among_best")) + " of them\n";
  for (const auto& pose : hit.value("poses", json::array())) {
    text += "pose in " + pose.at("pose_target").get<std::string>() + " (" + pose.at("pose_stage").get<std::string>() +
            ", " + pose.at("pose_receptor").get<std::string>() + "): " + plain(pose.at("pose_inter_kcal_mol")) +
            " kcal/mol between the molecules, " + plain(pose.at("pose_intra_kcal_mol")) + " within\n";
    const auto said = [&](const char* what) {
      return hit.value(dock_column(what, pose.at("pose_stage"), pose.at("pose_target")), std::string{});
    };
    if (const std::string residues = said("strongest_residues_kcal_mol"); !residues.empty())
      text += "residues that contribute most, kcal/mol: " + residues + "\n";
    if (const std::string flags = said("pose_flags"); !flags.empty()) text += "doubts about the pose: " + flags + "\n";
    Rows rows;
    for (const auto& contact : pose.at("contacts"))
      rows.push_back({contact.at("kind"), contact.at("residue"), fixed(contact.at("distance_A").get<double>(), 2)});
    if (!rows.empty()) text += text_table({"contact", "residue", "distance, Å"}, rows);
  }
  return text;
}

std::string reject_in_words(const json& reject) {
  std::string text = reject.at("source").get<std::string>() + ":" + reject.at("line").dump() + ": " +
                     reject.at("reason").get<std::string>() + " (" + reject.at("stage").get<std::string>() + ")";
  if (const std::string detail = reject.at("detail"); !detail.empty()) text += ": " + detail;
  if (const std::string remedy = reject.at("remedy"); !remedy.empty()) text += "; hint: " + remedy;
  return text + "\n";
}

}  // namespace

std::string in_words(const json& story) {
  std::string text = story.at("id").get<std::string>() + ": " + story.at("summary").get<std::string>() + "\n";
  const auto section = [&](const std::string& title, const std::string& lines) {
    if (!lines.empty()) text += "\n" + title + "\n" + indented(lines);
  };
  if (story.contains("compound")) section("Compound", record_in_words(story.at("compound")));
  section("Stages", stages_in_words(story.value("stages", json::array())));
  if (story.contains("hit")) section("Hit", hit_in_words(story.at("hit")));
  std::string targets;
  for (const auto& target : story.at("targets"))
    targets += target.at("name").get<std::string>() + " " + plain(target.at("weight")) + "\n";
  section("Targets and their weights", targets);
  std::string rejects;
  for (const auto& reject : story.at("rejects")) rejects += reject_in_words(reject);
  section("Records of this ID that are no candidates", rejects);
  section("Not told", story.contains("missing") ? listed(story.at("missing")) + "\n" : "");
  return text;
}

}  // namespace digitalis
