#include "screening/funnel.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_set>

#include "chem/bytes.hpp"
#include "scheduler/shared_stage.hpp"
#include "scheduler/stage_runner.hpp"
#include "scoring/consensus.hpp"
#include "screening/docking_costs.hpp"
#include "screening/over_chunks.hpp"
#include "screening/stage_part.hpp"
#include "screening/stage_tools.hpp"
#include "screening/stage_units.hpp"

namespace digitalis {
namespace {

/// Compounds of one chunk that are still in, by index.
using Survivors = std::vector<std::uint32_t>;

}  // namespace

struct Funnel::Impl {
  struct Stage {
    StageSpec spec;
    std::uint32_t number;              // in the journal
    std::vector<std::size_t> columns;  // its columns, in order
    StageTools tools;                  // whole once it has begun
    StageUnits units;                  // once it has begun
    StageRanking ranking;              // once it is complete
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
  Claims* claims = nullptr;        // null: the ranks of `world` do all the work
  std::optional<Journal> growing;  // of all processes, when they share the run
  std::optional<Journal> journal;  // what is read from; workers may be at it while `growing` catches up
  int threads = 1;
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
      Stage stage{
          .spec = spec,
          .number = static_cast<std::uint32_t>(stages.size() + 1),
          .columns = {},
          .tools = {.kind = spec.kind,
                    .filter = &filter,
                    .queries = similarity_queries(campaign, spec, targets, store.info().preparation.fingerprint.bits),
                    .shape = {},
                    .docking = {}},
          .units = {},
          .ranking = {}};
      for (std::size_t target = 0; target < targets.size(); ++target) {
        if (!spec.scores(campaign.targets[target])) continue;
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
    return stages[stage].units.frame(*journal, stages[stage].number, chunk);
  }

  /// As it is now; of processes that share the run each reads what is new, and once.
  void read_journal(const std::filesystem::path& folder) {
    if (claims == nullptr) {
      journal = scan_together(world, folder);
      return;
    }
    if (!growing) growing = Journal::scan(folder);
    journal = Journal::from_index_bytes(folder, growing->index_bytes());
  }

  [[nodiscard]] std::vector<double> weights_of(const std::vector<std::size_t>& which) const {
    std::vector<double> weights;
    for (const std::size_t column : which) weights.push_back(targets[columns[column].target].weight);
    return weights;
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
      if (before.ranking.keeps(result.row(i), compounds.id(result.passed[i]))) in.push_back(result.passed[i]);
    return in;
  }

  /// What a unit of a stage is made of.
  [[nodiscard]] std::vector<StagePart> parts_of(std::size_t number, std::uint64_t unit) const {
    const StageUnits::Range range = stages[number].units.range(unit);
    std::vector<StagePart> parts;
    for (std::uint64_t chunk = range.first_chunk; chunk < range.end_chunk; ++chunk) {
      const Survivors all = survivors_before(number, chunk, store.chunk(chunk));
      const auto in = StageUnits::share(std::span{all}, range);
      parts.push_back({chunk, {in.begin(), in.end()}});
    }
    return parts;
  }

  /// Works on a unit of a stage: the parts are all it knows of the stages before. Safe to call concurrently.
  [[nodiscard]] ChunkResult work_on(std::size_t number, std::span<const StagePart> parts, const Task& task) const {
    std::vector<StageFrame> frames;
    ChunkResult result;
    for (const StagePart& part : parts) {
      frames.push_back(part.compounds.empty() ? StageFrame{}
                                              : stages[number].tools.apply(part, store.chunk(part.chunk), task));
      result.items += part.compounds.size();
      result.rejects += frames.back().dropped.size();
    }
    result.payload = StageUnits::to_bytes(frames);
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

  /// How the compounds of a complete stage stand, and its cut. Collective.
  void rank(std::size_t number) {
    Stage& stage = stages[number];
    stage.ranking =
        rank_compounds(world, threads, store, stage.spec.keep, campaign.consensus, weights_of(stage.columns),
                       [&](std::uint64_t chunk) { return frame(number, chunk); });
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
      statistics =
          statistics_over_chunks(world, threads, store.chunks(), stages.back().ranking.kept, campaign.consensus,
                                 scored_columns.size(), [&](std::uint64_t chunk, ColumnStatistics& block) {
                                   for (const Candidate& candidate : unscored(chunk, store.chunk(chunk)))
                                     block.add(scored_values(candidate));
                                 });
    final_scorer.emplace(campaign.consensus, weights_of(scored_columns), std::move(statistics));
  }
};

Funnel::Funnel(MpiWorld& world, const Campaign& campaign, const CompoundStore& store,
               const std::vector<Target>& targets, const Sites& sites)
    : impl_(std::make_unique<Impl>(world, campaign, store, targets, sites)) {}
Funnel::~Funnel() = default;

void Funnel::share_with(Claims& claims) { impl_->claims = &claims; }

void Funnel::set_walls(CompoundWalls walls) { impl_->walls = std::move(walls); }

void Funnel::begin_alone(std::size_t stage) {
  impl_->stages.at(stage).tools.begin(impl_->world, impl_->campaign, stage, impl_->sites, impl_->store);
}

ChunkResult Funnel::work_alone(std::size_t stage, const Task& task) const {
  return impl_->work_on(stage, stage_parts_from(task.payload), task);
}

bool Funnel::run(const std::filesystem::path& folder, int threads, Progress& progress,
                 const std::function<void(const Redocking&)>& redocked) {
  Impl& funnel = *impl_;
  funnel.threads = threads;
  funnel.read_journal(folder);
  JournalWriter writer = funnel.claims != nullptr
                             ? JournalWriter::of_its_own(folder, funnel.journal->attempts() + 1)
                             : JournalWriter{folder, funnel.world.rank(), funnel.journal->attempts() + 1};
  for (std::size_t number = 0; number < funnel.stages.size(); ++number) {
    Impl::Stage& stage = funnel.stages[number];
    stage.tools.begin(funnel.world, funnel.campaign, number, funnel.sites, funnel.store);
    if (stage.tools.docking) {
      for (Redocking& result : stage.tools.docking->redock_references(threads)) {
        if (redocked) redocked(result);
        funnel.redockings.push_back(std::move(result));
      }
    }
    StagePlan plan;
    plan.stage = stage.number;
    plan.name = stage.spec.name;
    const std::uint64_t entering = number == 0 ? funnel.store.info().compounds : funnel.stages[number - 1].ranking.kept;
    stage.units = StageUnits::of_stage(takes_long(stage.spec.kind), funnel.store.chunks(), entering);
    plan.chunks = stage.units.count();
    plan.work = [&funnel, number](const Task& task) {
      return funnel.work_on(number, funnel.parts_of(number, task.chunk), task);
    };
    if (stage.tools.docking)
      plan.costs = docking_costs(funnel.world, threads, funnel.store, stage.units.count(),
                                 [&](std::uint64_t unit) { return funnel.parts_of(number, unit); });
    funnel.put_walls(plan, number);
    const StageOutcome outcome =
        funnel.claims != nullptr ? run_shared_stage(*funnel.claims, plan, *funnel.growing, writer, threads, progress)
                                 : run_stage(funnel.world, plan, *funnel.journal, writer, threads, progress);
    if (outcome.lost_ranks > 0) funnel.world.leave();
    if (!outcome.complete) return false;
    funnel.read_journal(folder);
    funnel.rank(number);
  }
  funnel.prepare_final_scorer();
  return true;
}

const std::vector<ScoreColumn>& Funnel::columns() const { return impl_->columns; }

const std::vector<std::size_t>& Funnel::scored_columns() const { return impl_->scored_columns; }

const ConsensusScorer& Funnel::scorer() const { return *impl_->final_scorer; }

const std::vector<Redocking>& Funnel::redockings() const { return impl_->redockings; }

std::vector<std::string> Funnel::shape_queries(std::size_t target) const {
  for (const Impl::Stage& stage : impl_->stages)
    if (stage.tools.shape) return stage.tools.shape->query_names(target);
  return {};
}

const StageRanking& Funnel::ranking(std::size_t stage) const { return impl_->stages[stage].ranking; }

StageFrame Funnel::frame(std::size_t stage, std::uint64_t chunk) const { return impl_->frame(stage, chunk); }

std::vector<StageSummary> Funnel::summaries() const {
  std::vector<StageSummary> all(impl_->stages.size() + 1);
  std::mutex adding;
  (void)gather_over_chunks(impl_->world, impl_->threads, impl_->store.chunks(), [&](std::uint64_t chunk) {
    std::vector<StageSummary> here(all.size());
    const CompoundBlock compounds = impl_->store.chunk(chunk);
    for (std::size_t number = 0; number + 1 < all.size(); ++number) {
      const StageFrame result = frame(number, chunk);
      here[number].entered = result.passed.size() + result.dropped.size();
      for (std::size_t i = 0; i < result.passed.size(); ++i)
        here[number].passed += ranking(number).keeps(result.row(i), compounds.id(result.passed[i]));
      for (const auto& dropped : result.dropped) ++here[number].reasons[reason_category(dropped.second)];
      if (here[number].passed < result.passed.size())
        here[number].reasons[kBelowCut] = result.passed.size() - here[number].passed;
    }
    here.back().passed = impl_->unscored(chunk, compounds).size();
    const std::lock_guard lock(adding);
    add(all, here);
    return std::string{};
  });
  const std::vector<std::string> of_ranks = impl_->world.gather(to_bytes(all));
  all.assign(all.size(), {});
  for (const std::string& bytes : of_ranks) add(all, summaries_from(bytes));

  for (std::size_t number = 0; number + 1 < all.size(); ++number) all[number].name = impl_->stages[number].spec.name;
  StageSummary& listed = all.back();
  listed.name = "hits";
  listed.entered = all[all.size() - 2].passed;
  if (listed.passed < listed.entered) listed.reasons["known actives used as queries"] = listed.entered - listed.passed;
  if (listed.passed > impl_->campaign.max_hits) {
    listed.reasons["beyond the number of hits asked for"] = listed.passed - impl_->campaign.max_hits;
    listed.passed = impl_->campaign.max_hits;
  }
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
  const Cut cut = select_smallest(impl_->world, count, [&](const std::function<void(std::string_view)>& visit) {
    each_chunk_here(impl_->world, impl_->store, [&](std::uint64_t chunk, const CompoundBlock& compounds) {
      for (const Candidate& candidate : candidates(chunk, compounds))
        visit(place_key(candidate.score, compounds.id(candidate.index)));
    });
  });
  const std::vector<std::string> chunks =
      gather_over_chunks(impl_->world, impl_->threads, impl_->store.chunks(), [&](std::uint64_t chunk) {
        const CompoundBlock compounds = impl_->store.chunk(chunk);
        ByteWriter out;
        for (const Candidate& candidate : candidates(chunk, compounds)) {
          const std::string key = place_key(candidate.score, compounds.id(candidate.index));
          if (!cut.keeps(key)) continue;
          out.put_string(key);
          candidate.put_into(out);
        }
        return out.take();
      });
  std::vector<std::pair<std::string, Candidate>> found;
  for (const std::string& bytes : chunks)
    for (ByteReader in{bytes}; !in.at_end();) {
      std::string key{in.get_string()};
      found.emplace_back(std::move(key), Candidate::taken_from(in));
    }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Candidate> best;
  for (auto& [key, candidate] : found) best.push_back(std::move(candidate));
  return best;
}

}  // namespace digitalis
