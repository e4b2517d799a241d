#include "screening/hit_table.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <tuple>
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

/// The residues that contribute most.
std::vector<StrongResidue> strongest_residues(const PoseRecord& record, const DockingReceptor& receptor) {
  std::vector<StrongResidue> residues;
  for (std::size_t i = 0; i < PoseRecord::kResidues; ++i)
    if (record.residue_kcal_mol[i] != 0.0F && record.residue[i] < receptor.residues.size())
      residues.push_back({receptor.residues[record.residue[i]].label(),
                          static_cast<int>(std::lround(100.0 * static_cast<double>(record.residue_kcal_mol[i])))});
  return residues;
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

/// A hit's pose with what sorts it among the others, and where its judgement is told.
struct Docked {
  HitPose pose;
  bool is_leading = false, is_of_leading_target = false;
  double weighted = 0;          ///< its score times the weight of its target
  std::size_t cell = 0;         ///< of the row; it and the next one say what holds the pose and what is wrong with it
  std::size_t target = 0;       ///< in the campaign
  std::uint32_t conformer = 0;  ///< of the receptor
};

/// Judges poses on all threads of the arena. Receptors are prepared when first asked for.
class HitJudge {
 public:
  /// A pose of a row that waits.
  struct Waiting {
    std::size_t row = 0, pose = 0, cell = 0, target = 0;
    std::uint32_t conformer = 0;
  };
  explicit HitJudge(const Sites& sites) : sites_(sites), receptors_(sites.size()) {}

  void add(const Waiting& pose) {
    if (rows_.empty() || rows_.back().front().row != pose.row) rows_.emplace_back();
    rows_.back().push_back(pose);
    receptors_[pose.target].try_emplace(pose.conformer,
                                        sites_[pose.target]->conformers()[pose.conformer].receptor.rigid);
  }

  void judge(HitTable& hits) const {
    const std::size_t smiles = hits.table.column("smiles");
    oneapi::tbb::parallel_for(std::size_t{0}, rows_.size(), [&](std::size_t i) {
      std::vector<std::string>& cells = hits.table.rows[rows_[i].front().row];
      const JudgedMolecule molecule{cells[smiles]};
      for (const auto& [row, number, cell, target, conformer] : rows_[i]) {
        HitPose& pose = hits.poses[row][number];
        pose.judgement = receptors_[target].at(conformer).judge(
            pose.smiles.empty() ? molecule : JudgedMolecule{pose.smiles}, pose.heavy_atoms_A);
        cells[cell] = to_text(pose.judgement.interactions);
        cells[cell + 1] = to_text(pose.judgement.flags);
      }
    });
  }

 private:
  const Sites& sites_;
  std::vector<std::map<std::uint32_t, PoseJudge>> receptors_;  ///< by target and conformer
  std::vector<std::vector<Waiting>> rows_;
};

/// Fills in what docking says in one column; gives the pose.
HitPose add_docked(const ScoreColumn& column, const ColumnOrigin& origin, const DockingSite& site,
                   const StageFrame& frame, std::size_t row, std::vector<std::string>& cells) {
  const PoseRecord& record = frame.poses[row * frame.columns() + column.within];
  const SiteConformer& conformer = site.conformers()[record.receptor];
  const std::span<const float> places_A = frame.places(row, column.within);
  HitPose pose{.target = origin.target,
               .stage = origin.stage,
               .receptor = std::filesystem::path{conformer.file}.filename().string(),
               .heavy_atoms_A = {},
               .strongest_residues = strongest_residues(record, conformer.receptor.rigid)};
  pose.terms_kcal_mol = {static_cast<double>(record.inter_kcal_mol), static_cast<double>(record.intra_kcal_mol)};
  std::ranges::copy(record.terms_kcal_mol, pose.terms_kcal_mol.begin() + 2);
  const std::size_t atoms = places_A.size() / 3;
  for (std::size_t i = 0; i < atoms; ++i) {
    Position at = site.box()->center_A;
    for (std::size_t k = 0; k < 3; ++k) at[k] += static_cast<double>(places_A[3 * i + k]);
    pose.heavy_atoms_A.push_back(at);
  }
  // As it is written: who divides it by the heavy atoms gets the ligand efficiency that stands beside it.
  const double affinity = std::strtod(fixed(-frame.row(row)[column.within], kScoreDecimals).c_str(), nullptr);
  cells.push_back(fixed(affinity, kScoreDecimals));
  cells.push_back(fixed(affinity / static_cast<double>(std::max<std::size_t>(1, atoms)), kScoreDecimals));
  cells.push_back(to_text(pose.strongest_residues));
  cells.resize(cells.size() + 2);  // interactions and flags, once the pose is judged
  if (is_ensemble(site)) cells.push_back(pose.receptor);
  if (!frame.forms.empty()) {
    const PoseForm& form = frame.forms[row * frame.columns() + column.within];
    cells.push_back(form.name);
    pose.smiles = form.smiles;
  }
  return pose;
}

constexpr const char* kInteractionField = "interaction_details";

}  // namespace

HitTable::Says HitTable::says(std::string_view column) {
  using enum Says;
  if (column.starts_with("shape_")) return kShape;
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
      std::vector<Docked> poses;
      for (std::size_t c = 0; c < columns.size(); ++c) {
        const ScoreColumn& column = columns[c];
        if (column.kind != StageSpec::Kind::kDock) {
          row.push_back(fixed(candidate.columns[c], kScoreDecimals));
          continue;
        }
        const auto [frame, at] = docked.row(column.stage, i);
        const std::size_t first_cell = row.size();
        poses.push_back({.pose = add_docked(column, origin_of(column, targets), *sites[column.target], *frame, at, row),
                         .is_leading = c == candidate.leading,
                         .is_of_leading_target = column.target == columns[candidate.leading].target,
                         .weighted = targets[column.target].weight * candidate.columns[c],
                         .cell = first_cell + kInteractionsCell,
                         .target = column.target,
                         .conformer = frame->poses[at * frame->columns() + column.within].receptor});
      }
      std::ranges::stable_sort(poses, std::greater<>{}, [](const Docked& one) {
        return std::tuple{one.is_leading, one.is_of_leading_target, one.weighted};
      });
      for (Docked& one : poses) {
        if (place < kJudgedHits) {
          judge.add({place, hits.poses[place].size(), one.cell, one.target, one.conformer});
        } else {
          one.pose.judgement.flags = {PoseFlag::kNotChecked};
          row[one.cell + 1] = name_of(PoseFlag::kNotChecked);
        }
        hits.poses[place].push_back(std::move(one.pose));
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
    }
  }
  judge.judge(hits);
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

std::vector<std::vector<std::string>> records_of(const HitTable& hits) {
  std::vector<std::vector<std::string>> records(hits.size());
  oneapi::tbb::parallel_for(std::size_t{0}, hits.size(), [&](std::size_t i) {
    const std::string &id = hits.value(i, "compound_id"), &smiles = hits.value(i, "smiles");
    std::vector<std::pair<std::string, std::string>> cells;
    for (std::size_t column = 0; column < hits.table.header.size(); ++column)
      if (!hits.table.rows[i][column].empty())
        cells.emplace_back(hits.table.header[column], hits.table.rows[i][column]);
    if (i < hits.poses.size() && !hits.poses[i].empty()) {
      for (const HitPose& pose : hits.poses[i]) {
        auto fields = cells;
        for (auto& field : pose.fields()) fields.push_back(std::move(field));
        if (const auto& held = pose.judgement.interactions; !held.empty())
          fields.emplace_back(kInteractionField, to_record(held));
        records[i].push_back(
            sdf_record_of_pose(pose.smiles.empty() ? smiles : pose.smiles, id, pose.heavy_atoms_A, fields));
      }
      return;
    }
    auto block = mol_block_2d(smiles, id);
    if (!block) return;
    for (const auto& [name, value] : cells) *block += "> <" + name + ">\n" + value + "\n\n";
    records[i].push_back(*block + "$$$$\n");
  });
  return records;
}

std::string to_sdf(const HitTable& hits) {
  std::string text;
  for (const auto& of_hit : records_of(hits))
    for (const std::string& record : of_hit) text += record;
  return text;
}

std::map<std::string, std::vector<std::string>> read_hit_records(const std::filesystem::path& file) {
  std::map<std::string, std::vector<std::string>> records;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return records;
  constexpr std::string_view kEnd = "$$$$\n";
  const std::string text = gunzip(read_file(file));
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = text.find(kEnd, begin);
    if (end == std::string::npos) break;
    records[text.substr(begin, text.find('\n', begin) - begin)].push_back(
        text.substr(begin, end + kEnd.size() - begin));
    begin = end + kEnd.size();
  }
  return records;
}

std::string field_of(std::string_view record, std::string_view name) {
  const std::string head = "<" + std::string{name} + ">\n";
  const auto found = record.find(head);
  if (found == std::string_view::npos) return "";
  record.remove_prefix(found + head.size());
  return std::string{record.substr(0, record.find('\n'))};
}

std::vector<Interaction> interactions_of_record(std::string_view record) {
  return parse_interactions(field_of(record, kInteractionField));
}

}  // namespace digitalis
