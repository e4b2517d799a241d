#include "screening/funnel.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <unordered_set>

#include "scheduler/item_watch.hpp"
#include "scheduler/stage_runner.hpp"
#include "scoring/consensus.hpp"
#include "scoring/similarity/similarity.hpp"
#include "screening/stage_part.hpp"

namespace digitalis {
namespace {

/// Compounds of one chunk that are still in, by index.
using Survivors = std::vector<std::uint32_t>;

/// Orders compounds: best score first, ties by ID.
std::string place_key(double score, std::string_view id) { return descending_key(score) + std::string{id}; }

/// "mw_g_mol 612.3 above 500" -> "mw_g_mol above 500"; anything else stays as it is.
std::string without_value(const std::string& reason) {
  const std::size_t value = reason.find(' ');
  const std::size_t rest = value == std::string::npos ? value : reason.find(' ', value + 1);
  if (rest == std::string::npos) return reason;
  const bool is_number =
      reason.substr(value + 1, rest - value - 1).find_first_not_of("-0123456789.") == std::string::npos;
  return is_number ? reason.substr(0, value) + reason.substr(rest) : reason;
}

}  // namespace

struct Funnel::Impl {
  struct Stage {
    StageSpec spec;
    std::uint32_t number;                    // in the journal
    std::vector<std::size_t> columns;        // its columns, in order
    std::vector<SimilarityQueries> queries;  // one per column of a similarity stage
    std::unique_ptr<DockingStage> docking;   // of a docking stage, once it has begun
    std::optional<ConsensusScorer> scorer;   // for the cut, once the stage is complete
    Cut cut;
  };

  MpiWorld& world;
  const Campaign& campaign;
  const CompoundStore& store;
  const std::vector<Target>& targets;
  const Sites& sites;
  StructureFilter filter;
  std::vector<Stage> stages;
  std::vector<ScoreColumn> columns;
  std::vector<std::size_t> scored_columns;  // those that make the campaign's score
  std::optional<ConsensusScorer> final_scorer;
  std::optional<Journal> journal;
  CompoundWalls walls;
  std::vector<Redocking> redockings;
  std::unordered_set<std::string> left_out;  // SMILES of the queries, unless the campaign lists them

  Impl(MpiWorld& ranks, const Campaign& wanted, const CompoundStore& compounds, const std::vector<Target>& known,
       const Sites& places)
      : world(ranks), campaign(wanted), store(compounds), targets(known), sites(places), filter(wanted.filters) {
    if (!campaign.list_queries)
      for (const Target& target : targets)
        for (const Compound& query : target.queries) left_out.insert(query.smiles);
    for (const StageSpec& spec : campaign.stages) {
      Stage stage{.spec = spec,
                  .number = static_cast<std::uint32_t>(stages.size() + 1),
                  .columns = {},
                  .queries = {},
                  .docking = {},
                  .scorer = {},
                  .cut = {}};
      for (std::size_t target = 0; target < targets.size(); ++target) {
        if (!spec.scores(campaign.targets[target])) continue;
        if (spec.kind == StageSpec::Kind::kSimilarity) {
          std::vector<std::vector<std::uint16_t>> actives;
          for (const Compound& query : targets[target].queries) actives.push_back(query.on_bits);
          stage.queries.emplace_back(actives, store.info().preparation.fingerprint.bits, Fusion{spec.nearest});
        }
        const std::size_t within = stage.columns.size();
        stage.columns.push_back(columns.size());
        columns.push_back({stages.size(), target, spec.name + "_" + targets[target].name, within, spec.kind});
      }
      stages.push_back(std::move(stage));
    }
    for (const auto& [stage, target] : campaign.deciding_scores())
      for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].stage == stage && columns[i].target == target) scored_columns.push_back(i);
  }

  [[nodiscard]] StageFrame frame(std::size_t stage, std::uint64_t chunk) const {
    return StageFrame::from_bytes(journal->read({stages[stage].number, chunk}));
  }

  [[nodiscard]] std::vector<double> weights_of(const std::vector<std::size_t>& which) const {
    std::vector<double> weights;
    for (const std::size_t column : which) weights.push_back(targets[columns[column].target].weight);
    return weights;
  }

  /// Whether a scored compound is above its stage's cut.
  [[nodiscard]] bool above_cut(const Stage& stage, std::span<const double> scores, std::string_view id) const {
    return stage.cut.keeps_all || stage.cut.keeps(place_key(stage.scorer->score(scores), id));
  }

  /// What the stages before `stage` left of a chunk.
  [[nodiscard]] Survivors survivors_before(std::size_t stage, std::uint64_t chunk,
                                           const CompoundBlock& compounds) const {
    Survivors in;
    if (stage == 0) {
      for (std::uint32_t i = 0; i < compounds.size(); ++i) in.push_back(i);
      return in;
    }
    const Stage& before = stages[stage - 1];
    const StageFrame result = frame(stage - 1, chunk);
    for (std::size_t i = 0; i < result.passed.size(); ++i)
      if (above_cut(before, result.row(i), compounds.id(result.passed[i]))) in.push_back(result.passed[i]);
    return in;
  }

  /// @param task  brings the compounds that must not be touched, or the only one that is to be
  [[nodiscard]] StageFrame apply(const Stage& stage, const StagePart& part, const CompoundBlock& compounds,
                                 const Task& task) const {
    StageFrame out;
    for (const std::uint32_t i : part.compounds) {
      const std::uint64_t item = StagePart::item_of(part.chunk, i);
      if (task.only && *task.only != item) continue;
      if (const KilledBy* const killer = killer_of(task, item)) {
        out.dropped.emplace_back(i, killer->reason);
        continue;
      }
      begin_item(item);
      if (stage.spec.kind == StageSpec::Kind::kFilter) {
        const auto alerts = compounds.alerts(i);
        auto reason = filter.reason_to_drop(compounds.descriptors(i), {alerts.begin(), alerts.end()},
                                            std::string{compounds.smiles(i)});
        if (reason) {
          out.dropped.emplace_back(i, std::move(*reason));
          continue;
        }
      } else if (stage.spec.kind == StageSpec::Kind::kDock) {
        stage.docking->dock(i, compounds.smiles(i), std::string{compounds.id(i)}, out);
        continue;
      } else {
        for (const SimilarityQueries& queries : stage.queries) {
          const auto [similarity, nearest] = queries.score(compounds.on_bits(i));
          out.scores.push_back(similarity);
          out.nearest.push_back(nearest);
        }
      }
      out.passed.push_back(i);
    }
    return out;
  }

  /// What a task of a stage is made of.
  [[nodiscard]] std::vector<StagePart> parts_of(std::size_t number, std::uint64_t task) const {
    return {{task, survivors_before(number, task, store.chunk(task))}};
  }

  /// Works on a task of a stage: the parts are all it knows of the stages before. Safe to call concurrently.
  [[nodiscard]] ChunkResult work_on(std::size_t number, std::span<const StagePart> parts, const Task& task) const {
    ChunkResult result;
    for (const StagePart& part : parts) {
      const StageFrame out = apply(stages[number], part, store.chunk(part.chunk), task);
      result.payload += out.to_bytes();
      result.items += part.compounds.size();
      result.rejects += out.dropped.size();
    }
    return result;
  }

  /// Walls and quarantine of a stage.
  void put_walls(StagePlan& plan, std::size_t number) const {
    plan.limits = walls.limits;
    plan.leave = walls.leave;
    plan.describe = [this](const Task&, std::uint64_t item) {
      const CompoundBlock compounds = store.chunk(StagePart::chunk_of(item));
      return "compound " + std::string{compounds.id(StagePart::compound_of(item))};
    };
    if (walls.quarantine.empty()) return;
    plan.quarantine = walls.quarantine;
    plan.quarantine.insert(plan.quarantine.end(), {"--number", std::to_string(number)});
    plan.quarantine_payload = [this, number](const Task& task) { return to_bytes(parts_of(number, task.chunk)); };
  }

  /// Calls `visit` with a stage's frame of every `step`-th chunk from `first` on.
  void each_scored(std::size_t stage, std::uint64_t first, std::uint64_t step,
                   const std::function<void(const StageFrame&, std::uint64_t)>& visit) const {
    for (std::uint64_t chunk = first; chunk < store.chunks(); chunk += step) visit(frame(stage, chunk), chunk);
  }

  [[nodiscard]] static bool needs_statistics(Consensus consensus) {
    return consensus == Consensus::kZScore || consensus == Consensus::kRank || consensus == Consensus::kBestRank;
  }

  /// Finds the cut of a complete stage. Collective.
  void find_cut(std::size_t number) {
    Stage& stage = stages[number];
    if (stage.spec.keep.all()) return;
    const std::vector<std::size_t>& own = stage.columns;
    ColumnStatistics statistics{campaign.consensus, own.size()};
    std::uint64_t scored = 0;
    each_scored(number, 0, 1, [&](const StageFrame& scores, std::uint64_t) {
      scored += scores.passed.size();
      if (!needs_statistics(campaign.consensus)) return;
      for (std::size_t i = 0; i < scores.passed.size(); ++i) statistics.add(scores.row(i));
    });
    stage.scorer.emplace(campaign.consensus, weights_of(own), std::move(statistics));
    const std::uint64_t kept =
        stage.spec.keep.count
            ? *stage.spec.keep.count
            : static_cast<std::uint64_t>(std::ceil(*stage.spec.keep.share * static_cast<double>(scored)));
    const auto rank = static_cast<std::uint64_t>(world.rank());
    stage.cut = select_smallest(world, kept, [&](const std::function<void(std::string_view)>& visit) {
      each_scored(number, rank, static_cast<std::uint64_t>(world.size()),
                  [&](const StageFrame& scores, std::uint64_t chunk) {
                    const CompoundBlock compounds = store.chunk(chunk);
                    for (std::size_t i = 0; i < scores.passed.size(); ++i)
                      visit(place_key(stage.scorer->score(scores.row(i)), compounds.id(scores.passed[i])));
                  });
    });
  }

  /// Candidates of a chunk without their campaign score.
  [[nodiscard]] std::vector<Candidate> unscored(std::uint64_t chunk, const CompoundBlock& compounds) const {
    std::vector<Candidate> found;
    for (const std::uint32_t index : survivors_before(stages.size(), chunk, compounds)) {
      if (left_out.contains(std::string{compounds.smiles(index)})) continue;
      found.push_back({.chunk = chunk,
                       .index = index,
                       .score = 0.0,
                       .columns = std::vector<double>(columns.size(), std::numeric_limits<double>::quiet_NaN()),
                       .nearest = std::vector<std::uint32_t>(columns.size())});
    }
    std::size_t column = 0;
    while (column < columns.size()) {
      const std::size_t stage = columns[column].stage;
      const StageFrame scores = frame(stage, chunk);
      std::size_t row = 0;
      for (Candidate& candidate : found) {
        while (scores.passed[row] < candidate.index) ++row;
        std::copy_n(scores.row(row).begin(), scores.columns(),
                    candidate.columns.begin() + static_cast<std::ptrdiff_t>(column));
        std::copy_n(scores.nearest_row(row).begin(), scores.columns(),
                    candidate.nearest.begin() + static_cast<std::ptrdiff_t>(column));
      }
      while (column < columns.size() && columns[column].stage == stage) ++column;
    }
    return found;
  }

  [[nodiscard]] std::vector<double> scored_values(const Candidate& candidate) const {
    std::vector<double> values;
    for (const std::size_t column : scored_columns) values.push_back(candidate.columns[column]);
    return values;
  }

  void prepare_final_scorer() {
    ColumnStatistics statistics{campaign.consensus, scored_columns.size()};
    if (needs_statistics(campaign.consensus))
      for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk)
        for (const Candidate& candidate : unscored(chunk, store.chunk(chunk))) statistics.add(scored_values(candidate));
    final_scorer.emplace(campaign.consensus, weights_of(scored_columns), std::move(statistics));
  }
};

Funnel::Funnel(MpiWorld& world, const Campaign& campaign, const CompoundStore& store,
               const std::vector<Target>& targets, const Sites& sites)
    : impl_(std::make_unique<Impl>(world, campaign, store, targets, sites)) {}
Funnel::~Funnel() = default;

void Funnel::set_walls(CompoundWalls walls) { impl_->walls = std::move(walls); }

void Funnel::begin_alone(std::size_t stage) {
  Impl::Stage& its = impl_->stages.at(stage);
  if (its.spec.kind == StageSpec::Kind::kDock)
    its.docking = std::make_unique<DockingStage>(impl_->world, impl_->campaign, stage, impl_->sites);
}

ChunkResult Funnel::work_alone(std::size_t stage, const Task& task) const {
  return impl_->work_on(stage, stage_parts_from(task.payload), task);
}

bool Funnel::run(const std::filesystem::path& folder, int threads, Progress& progress,
                 const std::function<void(const Redocking&)>& redocked) {
  Impl& funnel = *impl_;
  funnel.journal = scan_together(funnel.world, folder);
  JournalWriter writer{folder, funnel.world.rank(), funnel.journal->attempts() + 1};
  for (std::size_t number = 0; number < funnel.stages.size(); ++number) {
    Impl::Stage& stage = funnel.stages[number];
    if (stage.spec.kind == StageSpec::Kind::kDock) {
      stage.docking = std::make_unique<DockingStage>(funnel.world, funnel.campaign, number, funnel.sites);
      for (Redocking& result : stage.docking->redock_references(threads)) {
        if (redocked) redocked(result);
        funnel.redockings.push_back(std::move(result));
      }
    }
    StagePlan plan;
    plan.stage = stage.number;
    plan.name = stage.spec.name;
    plan.chunks = funnel.store.chunks();
    plan.work = [&funnel, number](const Task& task) {
      return funnel.work_on(number, funnel.parts_of(number, task.chunk), task);
    };
    funnel.put_walls(plan, number);
    if (!run_stage(funnel.world, plan, *funnel.journal, writer, threads, progress).complete) return false;
    funnel.journal = scan_together(funnel.world, folder);
    funnel.find_cut(number);
  }
  funnel.prepare_final_scorer();
  return true;
}

const std::vector<ScoreColumn>& Funnel::columns() const { return impl_->columns; }

const std::vector<Redocking>& Funnel::redockings() const { return impl_->redockings; }

StageFrame Funnel::frame(std::size_t stage, std::uint64_t chunk) const { return impl_->frame(stage, chunk); }

std::vector<StageSummary> Funnel::summaries() const {
  std::vector<StageSummary> all;
  for (std::size_t number = 0; number < impl_->stages.size(); ++number) {
    const Impl::Stage& stage = impl_->stages[number];
    StageSummary summary{.name = stage.spec.name, .entered = 0, .passed = 0, .reasons = {}};
    std::uint64_t below = 0;
    impl_->each_scored(number, 0, 1, [&](const StageFrame& result, std::uint64_t chunk) {
      summary.entered += result.passed.size() + result.dropped.size();
      for (const auto& dropped : result.dropped) ++summary.reasons[reason_category(dropped.second)];
      if (stage.cut.keeps_all) {
        summary.passed += result.passed.size();
        return;
      }
      const CompoundBlock compounds = impl_->store.chunk(chunk);
      for (std::size_t i = 0; i < result.passed.size(); ++i)
        impl_->above_cut(stage, result.row(i), compounds.id(result.passed[i])) ? ++summary.passed : ++below;
    });
    if (below > 0) summary.reasons["below the cut (keep)"] = below;
    all.push_back(std::move(summary));
  }
  StageSummary listed{.name = "hits", .entered = all.back().passed, .passed = 0, .reasons = {}};
  for (std::uint64_t chunk = 0; chunk < impl_->store.chunks(); ++chunk)
    listed.passed += impl_->unscored(chunk, impl_->store.chunk(chunk)).size();
  if (listed.passed < listed.entered) listed.reasons["known actives used as queries"] = listed.entered - listed.passed;
  if (listed.passed > impl_->campaign.max_hits) {
    listed.reasons["beyond the number of hits asked for"] = listed.passed - impl_->campaign.max_hits;
    listed.passed = impl_->campaign.max_hits;
  }
  all.push_back(std::move(listed));
  return all;
}

std::vector<Candidate> Funnel::candidates(std::uint64_t chunk, const CompoundBlock& compounds) const {
  std::vector<Candidate> found = impl_->unscored(chunk, compounds);
  for (Candidate& candidate : found) {
    const std::vector<double> values = impl_->scored_values(candidate);
    candidate.score = impl_->final_scorer->score(values);
    candidate.leading = impl_->scored_columns[impl_->final_scorer->leading(values)];
  }
  return found;
}

std::vector<Candidate> Funnel::best(std::uint64_t count) const {
  MpiWorld& world = impl_->world;
  const CompoundStore& store = impl_->store;
  const Cut cut = select_smallest(world, count, [&](const std::function<void(std::string_view)>& visit) {
    for (auto chunk = static_cast<std::uint64_t>(world.rank()); chunk < store.chunks();
         chunk += static_cast<std::uint64_t>(world.size())) {
      const CompoundBlock compounds = store.chunk(chunk);
      for (const Candidate& candidate : candidates(chunk, compounds))
        visit(place_key(candidate.score, compounds.id(candidate.index)));
    }
  });
  if (!world.is_first()) return {};
  std::vector<std::pair<std::string, Candidate>> found;
  for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) {
    const CompoundBlock compounds = store.chunk(chunk);
    for (Candidate& candidate : candidates(chunk, compounds))
      if (std::string key = place_key(candidate.score, compounds.id(candidate.index)); cut.keeps(key))
        found.emplace_back(std::move(key), std::move(candidate));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Candidate> best;
  for (auto& [key, candidate] : found) best.push_back(std::move(candidate));
  return best;
}

std::string reason_category(const std::string& reason) {
  if (const auto code = docking_reject_code(reason)) return std::string{name_of(*code)};
  if (reason.starts_with("alert ")) return reason.substr(0, reason.find(' ', 6));
  std::string category;
  for (std::size_t at = 0; at < reason.size();) {
    const std::size_t end = std::min(reason.find(", ", at), reason.size());
    category += (at == 0 ? "" : ", ") + without_value(reason.substr(at, end - at));
    at = end + 2;
  }
  return category;
}

}  // namespace digitalis
