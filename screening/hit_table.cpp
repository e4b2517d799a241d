#include "screening/hit_table.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include <oneapi/tbb/parallel_for.h>

#include "chem/alerts.hpp"
#include "chem/depiction.hpp"
#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

constexpr int kScoreDecimals = 4;
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

/// The column whose weighted score is best: the reason why a compound is in the list.
std::size_t leading_column(const Candidate& candidate, const std::vector<ScoreColumn>& columns,
                           const std::vector<Target>& targets) {
  std::size_t leading = 0;
  double best = -1.0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const double value = targets[columns[i].target].weight * candidate.columns[i];
    if (value > best) {
      best = value;
      leading = i;
    }
  }
  return leading;
}

std::vector<std::string> header_of(const std::vector<ScoreColumn>& columns) {
  std::vector<std::string> header{"place", "compound_id", "smiles", "score"};
  for (const ScoreColumn& column : columns) header.push_back(column.name);
  for (const DescriptorInfo& descriptor : descriptor_table()) header.emplace_back(descriptor.column);
  header.insert(header.end(), std::begin(kAlertColumns), std::end(kAlertColumns));
  for (const char* column : {"best_target", "nearest_active", "known_active_of", "source", "line"})
    header.emplace_back(column);
  return header;
}

}  // namespace

HitTable make_hit_table(const std::vector<Candidate>& best, const Funnel& funnel, const CompoundStore& store,
                        const std::vector<Target>& targets) {
  const std::vector<ScoreColumn>& columns = funnel.columns();
  const auto roles = roles_of_actives(targets);
  HitTable hits{.table = {.header = header_of(columns), .rows = {}}, .score_columns = columns.size()};
  hits.table.rows.resize(best.size());
  std::multimap<std::uint64_t, std::size_t> by_chunk;
  for (std::size_t i = 0; i < best.size(); ++i) by_chunk.emplace(best[i].chunk, i);
  for (auto group = by_chunk.begin(); group != by_chunk.end();) {
    const std::uint64_t chunk = group->first;
    const CompoundBlock compounds = store.chunk(chunk);
    for (; group != by_chunk.end() && group->first == chunk; ++group) {
      const std::size_t place = group->second;
      const Candidate& candidate = best[place];
      const std::uint32_t i = candidate.index;
      std::vector<std::string>& row = hits.table.rows[place];
      row = {std::to_string(place + 1), std::string{compounds.id(i)}, std::string{compounds.smiles(i)},
             fixed(candidate.score, kScoreDecimals)};
      for (const double score : candidate.columns) row.push_back(fixed(score, kScoreDecimals));
      for (std::size_t d = 0; d < kDescriptorCount; ++d)
        row.push_back(fixed(static_cast<double>(compounds.descriptors(i)[d]), descriptor_table()[d].decimals));
      for (const char* set : kAlertSets) row.push_back(alerts_of_set(compounds.alerts(i), set));
      const std::size_t leading = leading_column(candidate, columns, targets);
      const Target& target = targets[columns[leading].target];
      row.push_back(target.name);
      row.push_back(target.queries[candidate.nearest[leading]].id);
      const auto role = roles.find(std::string{compounds.smiles(i)});
      row.push_back(role == roles.end() ? "" : role->second);
      row.push_back(store.info().sources.at(compounds.source(i)));
      row.push_back(std::to_string(compounds.line(i)));
    }
  }
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

std::string to_sdf(const HitTable& hits) {
  std::vector<std::string> records(hits.size());
  oneapi::tbb::parallel_for(std::size_t{0}, hits.size(), [&](std::size_t i) {
    const std::string& id = hits.value(i, "compound_id");
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
  std::string text;
  for (const std::string& record : records) text += record;
  return text;
}

}  // namespace digitalis
