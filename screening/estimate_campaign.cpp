#include "screening/estimate_campaign.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <span>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/store_writer.hpp"
#include "chem/usage_error.hpp"
#include "scoring/consensus.hpp"
#include "screening/campaign_check.hpp"
#include "screening/csv.hpp"
#include "screening/docking_stage.hpp"
#include "screening/library_sample.hpp"
#include "screening/prepared_batch.hpp"
#include "screening/shape_stage.hpp"
#include "screening/stage_tools.hpp"
#include "screening/targets.hpp"
#include "screening/temporary_folder.hpp"
#include "screening/timed_work.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kChunk = 256;
constexpr double kNever = 1e12;
constexpr double kAroundStage_s = 0.05;  // journals brought to disk and read again, the cut found

/// Library, store and stages of a campaign, gone through with a sample.
class Measurement {
 public:
  Measurement(const Campaign& campaign, const EstimateRequest& request)
      : campaign_(campaign), request_(request), timed_(request.threads) {
    input_.nodes = request.nodes;
    input_.cores_per_node = request.cores_per_node;
    input_.most_hits = campaign.max_hits;
    // What no sample shows: starting MPI and writing the results' files, and for each hit its drawing and pose.
    input_.start_s = 0.4;
    input_.s_per_hit = 0.5e-3;
  }

  EstimateInput run() {
    PrepareOptions preparation = campaign_.preparation;
    if (campaign_.store.empty()) {
      prepare();
    } else {
      const CompoundStore store{campaign_.store};
      preparation = store.info().preparation;
      compounds_ = sample_store(store, request_.sample, request_.seed);
      input_.records = store.info().compounds;
      entering_ = static_cast<double>(input_.records);
    }
    // A run checks its campaign, receptors included, before it prepares them.
    Findings told;
    input_.start_s += wall_s_of([&] { (void)check_campaign(campaign_, told); });
    input_.start_s += wall_s_of([&] { targets_ = prepare_targets(campaign_, preparation, told); });
    input_.start_s += wall_s_of([&] { sites_ = prepare_sites(campaign_); });
    bits_ = preparation.fingerprint.bits;
    const double chunk_s = write_and_read_store();
    for (std::uint32_t i = 0; i < compounds_.size(); ++i) in_.push_back(i);
    for (std::size_t number = 0; number < campaign_.stages.size(); ++number) {
      measure(number);
      input_.stages.back().each_s += chunk_s;
      input_.stages.back().fixed_s += kAroundStage_s;
    }
    constexpr double kSteady = 0.05;
    if (const double unsteady = timed_.unsteadiness(); unsteady > kSteady) {
      input_.machine_spread = std::hypot(kMachineSpread, unsteady);
      unsteady_ = "the same work took times that differ by " + fixed(100 * unsteady, 0) +
                  " % (s.d.) while this was measured, and the intervals allow for it";
    }
    if (timed_.share_of_core() < 0.85)
      busy_ = "this machine was busy: the threads had a core for " + fixed(100 * timed_.share_of_core(), 0) +
              " % of the time; the estimate is for cores that do nothing else";
    return std::move(input_);
  }

  [[nodiscard]] std::string notes() const {
    std::string all;
    for (const std::string& note : {duplicates_, busy_, unsteady_, tails_})
      if (!note.empty()) all += (all.empty() ? "" : "; ") + note;
    return all;
  }

 private:
  void prepare() {
    const LibraryJob job = library_job_of(campaign_, {}, 1);
    const LibrarySample sample = sample_library(job, request_.sample, request_.seed);
    input_.records = sample.library_records;
    if (sample.records.empty()) throw UsageError("the library is empty; hint: name files that hold compounds");
    StageSample stage{.name = "prepare", .core_s = {}, .passed = {}};
    std::vector<std::optional<Preparer>> preparers(static_cast<std::size_t>(request_.threads));
    stage.fixed_s = wall_s_of([&] { preparers[0].emplace(job.preparation); });
    for (std::size_t i = 1; i < preparers.size(); ++i) preparers[i].emplace(job.preparation);
    std::vector<std::optional<Compound>> made(sample.records.size());
    stage.core_s = timed_.time(made.size(), kNever, [&](std::size_t thread, std::size_t i) {
      const SampledRecord& from = sample.records[i];
      if (!from.is_readable) return;
      auto compound = preparers[thread]->prepare(from.layout, from.record, from.source, job.source_names[from.source]);
      if (compound) made[i] = std::move(compound.value());
    });
    std::set<std::string> seen;
    std::size_t repeated = 0;
    for (auto& compound : made) {
      stage.passed.push_back(compound.has_value() ? 1 : 0);
      if (!compound) continue;
      if (seen.insert(compound->smiles).second) {
        compounds_.push_back(std::move(*compound));
      } else {
        stage.passed.back() = 0;
        ++repeated;
      }
    }
    // A pair of equal compounds is in the sample with the square of its share: so few are seen, so many are there.
    const auto n = static_cast<double>(made.size()), share = n / static_cast<double>(input_.records);
    constexpr std::size_t kEnough = 10;
    if (share < 1.0 && repeated >= kEnough) {
      const double all = std::min(0.9, static_cast<double>(repeated) / (n * share));
      stage.keep_share = (1.0 - all) / (1.0 - static_cast<double>(repeated) / n);
    } else if (share < 1.0) {
      duplicates_ = "duplicates cannot be counted in a sample of " + fixed(100 * share, 1) +
                    " % of the library: every compound is taken as different";
    }
    stage.serial_s = sample.read_core_s / static_cast<double>(input_.records);
    entering_ = static_cast<double>(input_.records) * stage.keep_share * static_cast<double>(compounds_.size()) /
                std::max(1.0, n);
    input_.stages.push_back(std::move(stage));
  }

  /// Writes the sample as a store and reads it: what rank 0 spends on a compound after preparation goes to the
  /// estimate's input; what a stage spends on reading one is returned.
  double write_and_read_store() {
    if (compounds_.empty()) return 0;
    const TemporaryFolder folder{"digitalis-estimate"};
    const auto n = static_cast<double>(compounds_.size());
    // Chunks are read and compressed on all cores of rank 0's node, sifted and written one after the other.
    double on_all_cores_s = 0, on_one_core_s = 0;
    {
      StoreWriter store{folder.path()};
      for (std::size_t begin = 0; begin < compounds_.size(); begin += kChunk) {
        PreparedBatch batch, read;
        CompoundBlock kept;
        StoredChunk chunk;
        for (std::size_t i = begin; i < std::min(begin + kChunk, compounds_.size()); ++i) batch.add(compounds_[i]);
        on_all_cores_s += wall_s_of([&] { read = PreparedBatch::from_bytes(batch.to_bytes()); });
        on_one_core_s += wall_s_of([&] {
          for (std::size_t i = 0; i < read.compounds.size(); ++i) kept.add(read.compounds.compound(i));
        });
        on_all_cores_s += wall_s_of([&] { chunk = StoredChunk{kept}; });
        on_one_core_s += wall_s_of([&] { store.add_chunk(chunk); });
      }
      on_one_core_s += wall_s_of([&] { store.finish({}); });
    }
    if (campaign_.store.empty()) {
      input_.stages.front().after_s = (on_one_core_s + on_all_cores_s / std::max(1, request_.cores_per_node)) / n;
      input_.stages.front().bytes_per_item =
          static_cast<double>(std::filesystem::file_size(folder.path() / "compounds.bin")) / n;
    }
    const CompoundStore store{folder.path()};
    return wall_s_of([&] {
             for (std::uint64_t chunk = 0; chunk < store.chunks(); ++chunk) (void)store.chunk(chunk);
           }) /
           n;
  }

  /// Takes the compounds that are in through a stage, and leaves those in that go on.
  void measure(std::size_t number) {
    const StageSpec& spec = campaign_.stages[number];
    StageSample stage{.name = spec.name, .core_s = {}, .passed = {}};
    std::vector<StageFrame> frames;  // one for each compound that was worked on
    if (spec.kind == StageSpec::Kind::kDock) {
      std::optional<DockingStage> docking;
      stage.fixed_s = wall_s_of([&] { docking.emplace(campaign_, number, sites_); });
      const double redocked_s = core_s_of([&] { (void)docking->redock_references(request_.threads); });
      stage.fixed_s += redocked_s / std::min(4, std::max(1, request_.cores_per_node));  // its chains are parallel
      choose(request_.docked);
      frames.resize(in_.size());
      stage.core_s = timed_.time(in_.size(), request_.most_docking_s, [&](std::size_t, std::size_t i) {
        const Compound& compound = compounds_[in_[i]];
        frames[i] = {};
        docking->dock(0, compound.smiles, compound.id, frames[i]);
      });
    } else if (spec.kind == StageSpec::Kind::kShape) {
      measure_shape(number, stage, frames);
    } else {
      frames.resize(in_.size());
      const StructureFilter filter{campaign_.filters};
      const std::vector<SimilarityQueries> queries = similarity_queries(campaign_, spec, targets_, bits_);
      stage.core_s = timed_.time(in_.size(), kNever, [&](std::size_t, std::size_t i) {
        const Compound& compound = compounds_[in_[i]];
        frames[i] = {};
        if (spec.kind == StageSpec::Kind::kFilter) {
          if (filter.reason_to_drop(compound.descriptors, compound.alerts, compound.smiles))
            frames[i].dropped.emplace_back(0, "");
          else
            frames[i].passed.push_back(0);
          return;
        }
        for (const SimilarityQueries& query : queries)
          frames[i].scores.push_back(query.score(compound.on_bits).similarity);
        frames[i].passed.push_back(0);
      });
      stage.unit_items = std::clamp(entering_ / 0x1p12, 256.0, 4096.0);
    }
    // The last units, as StageUnits cuts.
    if (takes_long(spec.kind)) stage.unit_items = std::clamp(entering_ / 0x1p14, 1.0, 16.0);
    frames.resize(stage.core_s.size());  // as far as the time went
    in_.resize(stage.core_s.size());
    if (spec.kind == StageSpec::Kind::kDock)
      stage.bytes_per_item = bytes_of(frames);
    else
      stage.bytes_per_item = 4.0 + 12.0 * static_cast<double>(frames.empty() ? 0 : frames.front().scores.size());
    for (const StageFrame& frame : frames) stage.passed.push_back(frame.passed.empty() ? 0 : 1);
    if (spec.keep.share) stage.keep_share = *spec.keep.share;
    if (spec.keep.count) stage.keep_count = *spec.keep.count;
    go_on(spec, frames, stage);
    input_.stages.push_back(std::move(stage));
  }

  /// As many compounds as are docked; conformers are made unless a search has left them in the store.
  void measure_shape(std::size_t number, StageSample& stage, std::vector<StageFrame>& frames) {
    std::optional<CompoundStore> store;
    if (!campaign_.store.empty()) store.emplace(campaign_.store);
    std::optional<ShapeStage> shape;
    stage.fixed_s = wall_s_of([&] { shape.emplace(campaign_, number, sites_, store ? &*store : nullptr); });
    choose(request_.docked);
    frames.resize(in_.size());
    std::vector<ConformerBlock> ready(shape->has_stored_conformers() ? in_.size() : 0);
    const auto with_conformers = [&](std::size_t i) {
      const Compound& compound = compounds_[in_[i]];
      add_conformers(ready[i], compound.smiles, compound.id, shape->ensemble());
    };
    oneapi::tbb::task_arena{request_.threads}.execute(
        [&] { oneapi::tbb::parallel_for(std::size_t{0}, ready.size(), with_conformers); });
    stage.core_s = timed_.time(in_.size(), request_.most_docking_s, [&](std::size_t, std::size_t i) {
      const Compound& compound = compounds_[in_[i]];
      frames[i] = {};
      if (ready.empty())
        shape->overlay(0, compound.smiles, compound.id, frames[i]);
      else
        shape->overlay(0, ready[i], 0, frames[i]);
    });
  }

  static double bytes_of(const std::vector<StageFrame>& frames) {
    double bytes = 0;
    for (const StageFrame& frame : frames) bytes += static_cast<double>(frame.to_bytes().size());
    return frames.empty() ? 0.0 : bytes / static_cast<double>(frames.size());
  }

  /// At most `most` of those that are in, at random and in random order.
  void choose(std::uint64_t most) {
    std::mt19937_64 random{request_.seed + 1};
    for (std::size_t i = in_.size(); i > 1; --i) std::swap(in_[i - 1], in_[random() % i]);
    in_.resize(std::min<std::size_t>(in_.size(), most));
  }

  /// Who of the sample passes a stage and its cut, and how many of the library will.
  void go_on(const StageSpec& spec, const std::vector<StageFrame>& frames, const StageSample& stage) {
    std::vector<std::size_t> passed;
    for (std::size_t i = 0; i < frames.size(); ++i)
      if (stage.passed[i]) passed.push_back(i);
    entering_ *= static_cast<double>(passed.size()) / static_cast<double>(std::max<std::size_t>(1, frames.size()));
    if (!spec.keep.all() && !passed.empty()) {
      std::vector<double> weights;
      for (std::size_t target = 0; target < targets_.size(); ++target)
        if (spec.scores(campaign_.targets[target])) weights.push_back(targets_[target].weight);
      ColumnStatistics statistics{campaign_.consensus, weights.size()};
      for (const std::size_t i : passed) statistics.add(frames[i].scores);
      const ConsensusScorer scorer{campaign_.consensus, weights, std::move(statistics)};
      std::vector<std::pair<double, std::size_t>> ranked;
      for (const std::size_t i : passed) ranked.emplace_back(-scorer.score(frames[i].scores), i);
      std::sort(ranked.begin(), ranked.end());
      const double share = spec.keep.share.value_or(
          std::min(1.0, static_cast<double>(spec.keep.count.value_or(0)) / std::max(1.0, entering_)));
      entering_ *= share;
      // A cut that leaves a handful of the sample would be judged by them alone: its neighbours cost much the same.
      constexpr std::size_t kFewest = 40;
      const auto above = static_cast<std::size_t>(std::ceil(share * static_cast<double>(ranked.size())));
      if (above < kFewest && above < ranked.size())
        tails_ = "the cut of '" + spec.name + "' is narrower than the sample shows: the best " +
                 std::to_string(std::min(kFewest, ranked.size())) + " of it stand for what passes";
      ranked.resize(std::min(ranked.size(), std::max(above, kFewest)));
      passed.clear();
      for (const auto& [score, i] : ranked) passed.push_back(i);
    }
    std::vector<std::uint32_t> on;
    for (const std::size_t i : passed) on.push_back(in_[i]);
    in_ = std::move(on);
  }

  const Campaign& campaign_;
  const EstimateRequest& request_;
  TimedWork timed_;
  EstimateInput input_;
  std::vector<Compound> compounds_;  // the sample, prepared
  std::vector<std::uint32_t> in_;    // those of it that are still in
  double entering_ = 0;              // compounds of the whole library that enter the next stage
  std::uint32_t bits_ = 2048;
  std::vector<Target> targets_;
  Sites sites_;
  std::string duplicates_, busy_, unsteady_, tails_;
};

}  // namespace

Estimate estimate_campaign(const Campaign& campaign, const EstimateRequest& request, const Site& site) {
  Measurement measurement{campaign, request};
  EstimateInput input = measurement.run();
  input.tariff = site.tariff;
  input.ranks_per_node = site.slurm.ranks_per_node;
  Estimate estimate = estimate_of(input, request.seed);
  estimate.notes = measurement.notes();
  return estimate;
}

}  // namespace digitalis
