#include "screening/hit_table.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <oneapi/tbb/parallel_for.h>

#include "chem/alerts.hpp"
#include "chem/depiction.hpp"
#include "chem/file_io.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/usage_error.hpp"
#include "screening/gzip.hpp"

namespace digitalis {
namespace {

constexpr int kScoreDecimals = 4;
/// Judging takes about a millisecond a hit; nobody reads more poses than these.
constexpr std::size_t kJudgedHits = 10'000;
constexpr std::size_t kInteractionsCell = 3;  ///< among a docking column's cells, as header_of() puts them
constexpr const char* kAlertSets[] = {"PAINS", "BRENK", "NIH"};
constexpr const char* kAlertColumns[] = {"pains", "brenk", "nih"};

/// Known actives by structure, with what the campaign did with them.
std::unordered_map<std::string, std::string> roles_of_actives(const std::vector<Target>& targets) {
  std::unordered_map<std::string, std::string> roles;
  const auto note = [&](const Compound& active, const std::string& role) {
    std::string& text = roles[active.smiles];
    text += (text.empty() ? "" : "; ") + role;
  };
  for (const Target& target : targets) {
    for (const Compound& active : target.queries) note(active, target.name + " query");
    for (const Compound& active : target.held_back) note(active, target.name + " held back");
  }
  return roles;
}

std::string alerts_of_set(std::span<const std::uint16_t> alerts, std::string_view set) {
  std::string names;
  for (const std::uint16_t number : alerts) {
    const Alert& alert = alert_table().at(number);
    if (alert.set == set) names += (names.empty() ? "" : "; ") + alert.name;
  }
  return names;
}

/// "affinity_kcal_mol_T" of stage "dock", "affinity_2_kcal_mol_T" of "dock_2".
std::string dock_column(const std::string& what, const std::string& stage, const std::string& target) {
  const auto again = stage.find('_');
  const auto unit = what.find("_kcal_mol");
  const std::string suffix = again == std::string::npos ? "" : stage.substr(again);
  return (unit == std::string::npos ? what + suffix : what.substr(0, unit) + suffix + what.substr(unit)) + "_" + target;
}

bool is_ensemble(const DockingSite& site) { return site.conformers().size() > 1; }

ColumnOrigin origin_of(const ScoreColumn& column, const std::vector<Target>& targets) {
  const std::string& target = targets[column.target].name;
  return {column.name.substr(0, column.name.size() - target.size() - 1), target};
}

std::vector<std::string> header_of(const std::vector<ScoreColumn>& columns, const std::vector<Target>& targets,
                                   const Sites& sites, bool with_forms, std::map<std::string, ColumnOrigin>& origins) {
  std::vector<std::string> header{"place", "compound_id", "smiles", "score"};
  for (const ScoreColumn& column : columns) {
    const ColumnOrigin origin = origin_of(column, targets);
    const std::size_t first = header.size();
    if (column.kind != StageSpec::Kind::kDock) {
      header.push_back(column.name);
    } else {
      for (const char* what : {"affinity_kcal_mol", "ligand_efficiency_kcal_mol", "strongest_residues_kcal_mol",
                               "interactions", "pose_flags"})
        header.push_back(dock_column(what, origin.stage, origin.target));
      if (is_ensemble(*sites[column.target])) header.push_back(dock_column("receptor", origin.stage, origin.target));
      if (with_forms) header.push_back(dock_column("form", origin.stage, origin.target));
    }
    for (std::size_t i = first; i < header.size(); ++i) origins.emplace(header[i], origin);
  }
  for (const DescriptorInfo& descriptor : descriptor_table()) header.emplace_back(descriptor.column);
  header.insert(header.end(), std::begin(kAlertColumns), std::end(kAlertColumns));
  for (const char* column : {"best_target", "nearest_active", "known_active_of", "source", "line"})
    header.emplace_back(column);
  return header;
}

/// The known active that a hit resembles most, of the target that put it on the list; empty when none was compared.
std::string nearest_active(const Candidate& candidate, const std::vector<ScoreColumn>& columns,
                           const std::vector<Target>& targets) {
  std::string id;
  const std::size_t target = columns[candidate.leading].target;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].target == target && columns[i].kind == StageSpec::Kind::kSimilarity &&
        (columns[candidate.leading].kind != StageSpec::Kind::kSimilarity || i == candidate.leading))
      id = targets[target].queries[candidate.nearest[i]].id;
  return id;
}

/// "A:LYS162 -1.32; A:ALA213 -0.90".
std::string strongest_residues(const PoseRecord& record, const DockingReceptor& receptor) {
  std::string text;
  for (std::size_t i = 0; i < PoseRecord::kResidues; ++i)
    if (record.residue_kcal_mol[i] != 0.0F && record.residue[i] < receptor.residues.size())
      text += (text.empty() ? "" : "; ") + receptor.residues[record.residue[i]].label() + " " +
              fixed(static_cast<double>(record.residue_kcal_mol[i]), 2);
  return text;
}

/// The docking frames of a chunk, read when first asked for.
class DockedChunk {
 public:
  DockedChunk(const Funnel& funnel, std::uint64_t chunk) : funnel_(funnel), chunk_(chunk) {}
  /// The frame of a stage and the compound's row in it.
  std::pair<const StageFrame*, std::size_t> row(std::size_t stage, std::uint32_t compound) {
    auto found = frames_.find(stage);
    if (found == frames_.end()) found = frames_.emplace(stage, funnel_.frame(stage, chunk_)).first;
    const std::vector<std::uint32_t>& passed = found->second.passed;
    const auto at = std::lower_bound(passed.begin(), passed.end(), compound);
    return {&found->second, static_cast<std::size_t>(at - passed.begin())};
  }

 private:
  const Funnel& funnel_;
  std::uint64_t chunk_;
  std::map<std::size_t, StageFrame> frames_;
};

/// A compound's poses that wait to be judged.
struct RowToJudge {
  struct Docked {
    std::size_t cell = 0;  ///< of the row; it and the next one say what holds the pose and what is wrong with it
    std::size_t target = 0;
    std::uint32_t conformer = 0;
    std::vector<Position> heavy_atoms_A;
    std::string smiles;  ///< of the form; empty: the hit's
  };
  std::size_t row = 0;
  std::size_t shown = 0;  ///< of `poses`
  std::vector<Docked> poses;
};

/// Judges poses on all threads of the arena. Receptors are prepared when first asked for.
class HitJudge {
 public:
  explicit HitJudge(const Sites& sites) : sites_(sites), receptors_(sites.size()) {}

  void judge(const std::vector<RowToJudge>& rows, HitTable& hits) {
    for (const RowToJudge& row : rows)
      for (const RowToJudge::Docked& pose : row.poses)
        receptors_[pose.target].try_emplace(pose.conformer,
                                            sites_[pose.target]->conformers()[pose.conformer].receptor.rigid);
    const std::size_t smiles = hits.table.column("smiles");
    oneapi::tbb::parallel_for(std::size_t{0}, rows.size(), [&](std::size_t i) {
      std::vector<std::string>& cells = hits.table.rows[rows[i].row];
      const JudgedMolecule molecule{cells[smiles]};
      for (std::size_t p = 0; p < rows[i].poses.size(); ++p) {
        const RowToJudge::Docked& pose = rows[i].poses[p];
        const PoseJudge& judge = receptors_[pose.target].at(pose.conformer);
        PoseJudgement judgement =
            judge.judge(pose.smiles.empty() ? molecule : JudgedMolecule{pose.smiles}, pose.heavy_atoms_A);
        cells[pose.cell] = to_text(judgement.interactions);
        cells[pose.cell + 1] = to_text(judgement.flags);
        if (p == rows[i].shown) hits.poses[rows[i].row]->judgement = std::move(judgement);
      }
    });
  }

 private:
  const Sites& sites_;
  std::vector<std::map<std::uint32_t, PoseJudge>> receptors_;  ///< by target and conformer
};

/// Fills in what docking says in one column; gives the pose.
HitPose add_docked(const ScoreColumn& column, const Target& target, const DockingSite& site, const StageFrame& frame,
                   std::size_t row, std::vector<std::string>& cells) {
  const PoseRecord& record = frame.poses[row * frame.columns() + column.within];
  const DockingReceptor& receptor = site.conformers()[record.receptor].receptor.rigid;
  const std::span<const float> places_A = frame.places(row, column.within);
  // As it is written: who divides it by the heavy atoms gets the ligand efficiency that stands beside it.
  const double affinity = std::strtod(fixed(-frame.row(row)[column.within], kScoreDecimals).c_str(), nullptr);
  const std::size_t atoms = places_A.size() / 3;
  cells.push_back(fixed(affinity, kScoreDecimals));
  cells.push_back(fixed(affinity / static_cast<double>(std::max<std::size_t>(1, atoms)), kScoreDecimals));
  cells.push_back(strongest_residues(record, receptor));
  cells.resize(cells.size() + 2);  // interactions and flags, once the pose is judged
  const std::string file = std::filesystem::path{site.conformers()[record.receptor].file}.filename().string();
  if (is_ensemble(site)) cells.push_back(file);
  const PoseForm* form = frame.forms.empty() ? nullptr : &frame.forms[row * frame.columns() + column.within];
  if (form) cells.push_back(form->name);
  HitPose pose{.target = target.name, .heavy_atoms_A = {}, .fields = {{"pose_target", target.name}}};
  pose.fields.emplace_back("pose_receptor", file);
  pose.fields.emplace_back("pose_inter_kcal_mol", fixed(static_cast<double>(record.inter_kcal_mol), kScoreDecimals));
  pose.fields.emplace_back("pose_intra_kcal_mol", fixed(static_cast<double>(record.intra_kcal_mol), kScoreDecimals));
  for (std::size_t term = 0; term < kTerms; ++term)
    pose.fields.emplace_back("pose_" + std::string{name_of(static_cast<Term>(term))} + "_kcal_mol",
                             fixed(static_cast<double>(record.terms_kcal_mol[term]), kScoreDecimals));
  if (form) pose.smiles = form->smiles;
  for (std::size_t i = 0; i < atoms; ++i) {
    Position at = site.box()->center_A;
    for (std::size_t k = 0; k < 3; ++k) at[k] += static_cast<double>(places_A[3 * i + k]);
    pose.heavy_atoms_A.push_back(at);
  }
  return pose;
}

constexpr const char* kInteractionField = "interaction_details";

}  // namespace

HitTable::Says HitTable::says(std::string_view column) {
  using enum Says;
  if (column.starts_with("affinity_")) return kAffinity;
  if (column.starts_with("ligand_efficiency_")) return kEfficiency;
  if (column.starts_with("strongest_residues_")) return kResidues;
  if (column.starts_with("interactions_")) return kInteractions;
  if (column.starts_with("pose_flags_")) return kFlags;
  if (column.starts_with("receptor_")) return kReceptor;
  if (column.starts_with("form_")) return kForm;
  return kSimilarity;
}

HitTable make_hit_table(const std::vector<Candidate>& best, const Funnel& funnel, const CompoundStore& store,
                        const std::vector<Target>& targets, const Sites& sites, bool with_forms) {
  const std::vector<ScoreColumn>& columns = funnel.columns();
  const auto roles = roles_of_actives(targets);
  HitTable hits;
  hits.table.header = header_of(columns, targets, sites, with_forms, hits.origins);
  hits.score_columns = hits.table.column(descriptor_table()[0].column) - hits.table.column("score") - 1;
  hits.table.rows.resize(best.size());
  hits.poses.resize(best.size());
  HitJudge judge{sites};
  std::vector<RowToJudge> unjudged;
  std::multimap<std::uint64_t, std::size_t> by_chunk;
  for (std::size_t i = 0; i < best.size(); ++i) by_chunk.emplace(best[i].chunk, i);
  for (auto group = by_chunk.begin(); group != by_chunk.end();) {
    const std::uint64_t chunk = group->first;
    const CompoundBlock compounds = store.chunk(chunk);
    DockedChunk docked{funnel, chunk};
    for (; group != by_chunk.end() && group->first == chunk; ++group) {
      const std::size_t place = group->second;
      const Candidate& candidate = best[place];
      const std::uint32_t i = candidate.index;
      std::vector<std::string>& row = hits.table.rows[place];
      row = {std::to_string(place + 1), std::string{compounds.id(i)}, std::string{compounds.smiles(i)},
             fixed(candidate.score, kScoreDecimals)};
      double best_docked = 0.0;
      RowToJudge docked_row{.row = place, .shown = 0, .poses = {}};
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const ScoreColumn& column = columns[c];
        if (column.kind != StageSpec::Kind::kDock) {
          row.push_back(fixed(candidate.columns[c], kScoreDecimals));
          continue;
        }
        const auto [frame, at] = docked.row(column.stage, i);
        const std::size_t first_cell = row.size();
        HitPose pose = add_docked(column, targets[column.target], *sites[column.target], *frame, at, row);
        pose.stage = origin_of(column, targets).stage;
        docked_row.poses.push_back({first_cell + kInteractionsCell, column.target,
                                    frame->poses[at * frame->columns() + column.within].receptor, pose.heavy_atoms_A,
                                    pose.smiles});
        // The pose that the SD file shows: of the target that put the compound on the list, else of the best one.
        const double weighted = targets[column.target].weight * candidate.columns[c];
        if (!hits.poses[place] || c == candidate.leading ||
            (weighted > best_docked && hits.poses[place]->target != targets[columns[candidate.leading].target].name)) {
          hits.poses[place] = std::move(pose);
          docked_row.shown = docked_row.poses.size() - 1;
          best_docked = weighted;
        }
      }
      for (std::size_t d = 0; d < kDescriptorCount; ++d)
        row.push_back(fixed(static_cast<double>(compounds.descriptors(i)[d]), descriptor_table()[d].decimals));
      for (const char* set : kAlertSets) row.push_back(alerts_of_set(compounds.alerts(i), set));
      row.push_back(targets[columns[candidate.leading].target].name);
      row.push_back(nearest_active(candidate, columns, targets));
      const auto role = roles.find(std::string{compounds.smiles(i)});
      row.push_back(role == roles.end() ? "" : role->second);
      row.push_back(store.info().sources.at(compounds.source(i)));
      row.push_back(std::to_string(compounds.line(i)));
      if (docked_row.poses.empty()) continue;
      if (place < kJudgedHits)
        unjudged.push_back(std::move(docked_row));
      else
        for (const RowToJudge::Docked& pose : docked_row.poses) row[pose.cell + 1] = name_of(PoseFlag::kNotChecked);
    }
  }
  judge.judge(unjudged, hits);
  return hits;
}

std::string to_csv(const HitTable& hits) {
  std::string text = csv_line(hits.table.header);
  for (const auto& row : hits.table.rows) text += csv_line(row);
  return text;
}

HitTable read_hits_csv(const std::filesystem::path& file) {
  HitTable hits;
  try {
    hits.table = parse_csv(read_file(file), file.string());
    const std::size_t first = hits.table.column("score") + 1;
    hits.score_columns = hits.table.column(descriptor_table()[0].column) - first;
  } catch (const std::exception& error) {
    throw UsageError(file.string() + ": not the hits.csv of a finished run (" + error.what() +
                     "); hint: run 'digitalis screen' to its end first");
  }
  return hits;
}

std::vector<std::string> records_of(const HitTable& hits) {
  std::vector<std::string> records(hits.size());
  oneapi::tbb::parallel_for(std::size_t{0}, hits.size(), [&](std::size_t i) {
    const std::string& id = hits.value(i, "compound_id");
    if (i < hits.poses.size() && hits.poses[i]) {
      std::vector<std::pair<std::string, std::string>> fields;
      for (std::size_t column = 0; column < hits.table.header.size(); ++column)
        if (!hits.table.rows[i][column].empty())
          fields.emplace_back(hits.table.header[column], hits.table.rows[i][column]);
      fields.insert(fields.end(), hits.poses[i]->fields.begin(), hits.poses[i]->fields.end());
      if (const auto& held = hits.poses[i]->judgement.interactions; !held.empty())
        fields.emplace_back(kInteractionField, to_record(held));
      const std::string& form = hits.poses[i]->smiles;
      records[i] =
          sdf_record_of_pose(form.empty() ? hits.value(i, "smiles") : form, id, hits.poses[i]->heavy_atoms_A, fields);
      return;
    }
    const auto block = mol_block_2d(hits.value(i, "smiles"), id);
    if (!block) return;
    std::string& record = records[i];
    record = *block;
    for (std::size_t column = 0; column < hits.table.header.size(); ++column) {
      const std::string& value = hits.table.rows[i][column];
      if (!value.empty()) record += "> <" + hits.table.header[column] + ">\n" + value + "\n\n";
    }
    record += "$$$$\n";
  });
  return records;
}

std::string to_sdf(const HitTable& hits) {
  std::string text;
  for (const std::string& record : records_of(hits)) text += record;
  return text;
}

std::map<std::string, std::string> read_hit_records(const std::filesystem::path& file) {
  std::map<std::string, std::string> records;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return records;
  constexpr std::string_view kEnd = "$$$$\n";
  const std::string text = gunzip(read_file(file));
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find(kEnd, begin);
    if (end == std::string::npos) break;
    records.emplace(text.substr(begin, text.find('\n', begin) - begin), text.substr(begin, end + kEnd.size() - begin));
    begin = end + kEnd.size();
  }
  return records;
}

std::vector<Interaction> interactions_of_record(std::string_view record) {
  const std::string head = std::string{"<"} + kInteractionField + ">\n";
  const std::size_t found = record.find(head);
  if (found == std::string_view::npos) return {};
  record.remove_prefix(found + head.size());
  return parse_interactions(record.substr(0, record.find('\n')));
}

}  // namespace digitalis
