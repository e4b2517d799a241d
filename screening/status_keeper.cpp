#include "screening/status_keeper.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <functional>
#include <utility>

#include "screening/run_folder.hpp"

namespace digitalis {
namespace {

constexpr std::size_t kMostSamples = 60;
constexpr double kSampleEvery_s = 5;

/// "4711"; of a task of an array "4711_3".
std::string slurm_job() {
  const char* array = std::getenv("SLURM_ARRAY_JOB_ID");
  const char* task = std::getenv("SLURM_ARRAY_TASK_ID");
  if (array != nullptr && task != nullptr) return std::string{array} + "_" + task;
  const char* job = std::getenv("SLURM_JOB_ID");
  return job ? job : "";
}

/// An array is one job, whatever task is seen.
void add_job(std::vector<std::string>& jobs, const std::string& job_or_task) {
  const std::string job = job_or_task.substr(0, job_or_task.find('_'));
  if (!job.empty() && std::find(jobs.begin(), jobs.end(), job) == jobs.end()) jobs.push_back(job);
}

/// Keeps samples of the whole attempt in a bounded list: when it is full, every second one goes, and new ones come half
/// as often.
void add_sample(std::vector<RateSample>& samples, const RateSample& now) {
  const double span_s = samples.empty() ? 0.0 : samples.back().at_s - samples.front().at_s;
  const double spacing_s = std::max(kSampleEvery_s, 0.9 * span_s / static_cast<double>(kMostSamples));
  if (!samples.empty() && now.at_s - samples.back().at_s < spacing_s) return;
  if (samples.size() == kMostSamples) {
    std::vector<RateSample> thinned;
    for (std::size_t i = 0; i < samples.size(); i += 2) thinned.push_back(samples[i]);
    samples = std::move(thinned);
  }
  samples.push_back(now);
}

StageStatus& stage_of(std::vector<StageStatus>& stages, const std::string& name, const std::string& noun) {
  auto at = std::find_if(stages.begin(), stages.end(), [&](const StageStatus& s) { return s.name == name; });
  if (at == stages.end()) {
    stages.emplace_back().name = name;
    stages.back().noun = noun;
    at = stages.end() - 1;
  }
  return *at;
}

void set_exactly(std::vector<StageStatus>& stages, const std::map<std::string, StatusKeeper::Counts>& counts) {
  for (StageStatus& stage : stages) {
    stage.finished = true;
    stage.fraction = 1.0;
    const auto exact = counts.find(stage.name);
    if (exact == counts.end()) continue;
    stage.items = exact->second.items;
    stage.rejects = exact->second.rejects;
  }
}

}  // namespace

StatusKeeper::StatusKeeper(std::filesystem::path run, Attempt attempt, std::function<void()> on_budget,
                           std::chrono::milliseconds every)
    : run_(std::move(run)),
      on_budget_(std::move(on_budget)),
      every_(every),
      claims_(attempt.claims),
      began_(attempt.began),
      exceptions_at_start_(std::uncaught_exceptions()) {
  AttemptStatus mine;
  mine.started = utc_now();
  mine.started_ns = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  mine.slurm_job = slurm_job();
  mine.host = host_name();
  mine.ranks = attempt.ranks;
  mine.threads_per_rank = attempt.threads_per_rank;
  status_.campaign = attempt.campaign;
  status_.planned = attempt.stages;
  status_.budget_core_h = attempt.budget_core_h;
  status_.state = "running";
  if (claims_ == nullptr)
    enter_alone(mine);
  else
    enter_among_others(mine);
  thread_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
}

void StatusKeeper::enter_alone(const AttemptStatus& mine) {
  const RunStatus before = read_run_status(run_);
  status_.stages = before.stages;
  status_.attempts = before.attempts;
  for (AttemptStatus& earlier : status_.attempts) {
    if (!earlier.end.empty()) continue;
    earlier.end = "killed";
    earlier.ended = before.updated;
  }
  status_.attempts.push_back(mine);
  bring_up_to_date();
  update_run_status(run_, [&](RunStatus& there) {
    status_.slurm_jobs = there.slurm_jobs;
    status_.estimate = there.estimate;
    add_job(status_.slurm_jobs, mine.slurm_job);
    there = status_;
  });
}

void StatusKeeper::enter_among_others(const AttemptStatus& mine) {
  status_.attempts = {mine};
  status_.attempts.back().process = claims_->number();
  bring_up_to_date();
  update_shared_status([&](RunStatus& there) {
    for (AttemptStatus& earlier : there.attempts) {
      if (!earlier.end.empty()) continue;
      if (earlier.process != claims_->number() && earlier.process > 0 && claims_->is_alive(earlier.process)) continue;
      earlier.end = "killed";
      earlier.ended = there.updated;
    }
    // Also of a run that was stopped. Who cancelled an array meant this task too, which came to begin meanwhile.
    if (there.state != "cancelled" || mine.slurm_job.empty()) there.state = status_.state;
    merge_into(there);
  });
}

/// Of several at a time; where the file system has no locks of its own, too.
void StatusKeeper::update_shared_status(const std::function<void(RunStatus&)>& change) {
  static constexpr const char* kLease = "status";
  constexpr std::chrono::seconds kLongest{3};  // an entry that is lost is written again; one that is torn were worse
  const auto until = std::chrono::steady_clock::now() + kLongest;
  (void)claims_->wait_for(kLease, [&] { return std::chrono::steady_clock::now() > until; });
  const HeldLease lease{*claims_, kLease};
  update_run_status(run_, change);
}

bool StatusKeeper::others_are_at_work(const RunStatus& there) const {
  return std::any_of(there.attempts.begin(), there.attempts.end(), [&](const AttemptStatus& attempt) {
    return attempt.end.empty() && attempt.process != claims_->number() && claims_->is_alive(attempt.process);
  });
}

void StatusKeeper::merge_into(RunStatus& there) {
  const AttemptStatus mine = status_.attempts.back();
  const auto is_mine = [&](const AttemptStatus& attempt) {
    return attempt.process == mine.process && attempt.started_ns == mine.started_ns && attempt.host == mine.host;
  };
  const auto place = std::find_if(there.attempts.begin(), there.attempts.end(), is_mine);
  if (place == there.attempts.end())
    there.attempts.push_back(mine);
  else
    *place = mine;
  add_job(there.slurm_jobs, mine.slurm_job);
  there.campaign = status_.campaign;
  there.planned = status_.planned;
  there.budget_core_h = status_.budget_core_h;
  there.updated = status_.updated;
  for (const StageStatus& own : status_.stages) {
    StageStatus& all = stage_of(there.stages, own.name, own.noun);
    StageStatus& written = written_[own.name];
    all.items = std::max(all.items, own.items);
    all.rejects = std::max(all.rejects, own.rejects);
    all.fraction = std::max(all.fraction, own.fraction);
    all.wall_s = std::max(all.wall_s, own.wall_s);
    all.core_s += own.core_s - written.core_s;
    all.busy_core_s += own.busy_core_s - written.busy_core_s;
    all.finished |= own.finished;
    if (!own.recent.empty()) all.recent = own.recent;
    written = own;
  }
  if (exact_) set_exactly(there.stages, *exact_);
  // What others said of the run's end holds; of ours only when nobody else goes on.
  const bool is_over = there.state == "finished" || there.state == "budget" || there.state == "cancelled";
  const bool is_end = status_.state == "finished" || status_.state == "budget";
  if (status_.state == "finished" || (!is_over && (is_end || !has_ended_ || !others_are_at_work(there))))
    there.state = status_.state;
  status_.attempts = there.attempts;
  std::stable_partition(status_.attempts.begin(), status_.attempts.end(), std::not_fn(is_mine));
}

StatusKeeper::~StatusKeeper() {
  if (std::uncaught_exceptions() > exceptions_at_start_) end("failed", "failed");
}

void StatusKeeper::hear(const Progress::Event& event) {
  const std::lock_guard lock{mutex_};
  if (has_ended_) return;
  StageStatus& now = stage_of(status_.stages, event.stage, event.noun);
  if (event.kind == Progress::Event::Kind::kBegin) {
    now.recent.clear();
    base_[event.stage] = now;
    return;
  }
  const StageStatus& base = base_[event.stage];
  const Progress::Numbers& numbers = event.numbers;
  // What an earlier attempt counted is exact but for its last seconds; the journal knows chunks, not items.
  now.items = (base.items > 0 ? base.items : numbers.items_before) + numbers.items;
  now.rejects = base.rejects + numbers.rejects;
  now.fraction = std::min(1.0, numbers.fraction);
  const AttemptStatus& mine = status_.attempts.back();
  now.wall_s = base.wall_s + event.elapsed_s;
  now.core_s = base.core_s + event.elapsed_s * mine.ranks * mine.threads_per_rank;
  now.busy_core_s = base.busy_core_s + numbers.busy_core_s;
  busy_core_s_[event.stage] = numbers.busy_core_s;
  now.finished = now.fraction >= 1.0 && event.kind == Progress::Event::Kind::kEnd;
  if (now.fraction >= 0.0) add_sample(now.recent, {event.elapsed_s, now.fraction, numbers.items});
}

void StatusKeeper::bring_up_to_date() {
  AttemptStatus& mine = status_.attempts.back();
  mine.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  mine.busy_core_s = 0;
  for (const auto& [name, busy_core_s] : busy_core_s_) mine.busy_core_s += busy_core_s;
  status_.updated = utc_now();
}

RunStatus StatusKeeper::status() {
  if (claims_ != nullptr) {
    write();
    return read_run_status(run_);
  }
  const std::lock_guard lock{mutex_};
  if (!has_ended_) bring_up_to_date();
  return status_;
}

bool StatusKeeper::budget_reached() const {
  const std::lock_guard lock{mutex_};
  return status_.budget_reached();
}

void StatusKeeper::write() {
  const std::lock_guard one_at_a_time{writing_};
  if (claims_ != nullptr) {
    update_shared_status([this](RunStatus& there) {
      const std::lock_guard lock{mutex_};
      if (!has_ended_) bring_up_to_date();
      merge_into(there);
    });
    return;
  }
  RunStatus mine;
  {
    const std::lock_guard lock{mutex_};
    if (!has_ended_) bring_up_to_date();
    mine = status_;
  }
  update_run_status(run_, [&](RunStatus& there) {
    // What others write while we run stays: jobs, the estimate, that the run was cancelled.
    mine.slurm_jobs = there.slurm_jobs;
    add_job(mine.slurm_jobs, mine.attempts.back().slurm_job);
    mine.estimate = there.estimate;
    if (there.state == "cancelled" && mine.state != "finished") mine.state = there.state;
    there = mine;
  });
}

/// A file that a thousand write is written by each less often.
std::chrono::milliseconds StatusKeeper::every() const {
  constexpr int kAtATime = 10;
  const auto processes = static_cast<int>(
      std::count_if(status_.attempts.begin(), status_.attempts.end(),
                    [](const AttemptStatus& attempt) { return attempt.end.empty() && attempt.process > 0; }));
  return every_ * std::max(1, processes / kAtATime);
}

void StatusKeeper::watch(std::stop_token stop) {
  std::mutex sleeping;
  std::unique_lock lock{sleeping};
  // Awake when it is time to write, or when the budget will be spent.
  const auto nap = [&] {
    const std::lock_guard guard{mutex_};
    if (budget_told_ || status_.budget_core_h <= 0) return every();
    const double left_ms = (status_.budget_core_h - status_.core_h()) * 3.6e6 / std::max(1, status_.threads_at_work());
    return std::min(every(), std::chrono::milliseconds{static_cast<long>(std::clamp(left_ms, 1.0, 1e9))});
  };
  while (!wake_.wait_for(lock, stop, nap(), [] { return false; }) && !stop.stop_requested()) {
    try {
      write();
    } catch (const std::exception&) {
      // A full disk ends the run through its journal, with a message; a status that is late harms nobody.
    }
    bool is_spent = false;
    {
      const std::lock_guard guard{mutex_};
      is_spent = !budget_told_ && !has_ended_ && status_.budget_reached();
      budget_told_ |= is_spent;
    }
    if (is_spent && on_budget_) on_budget_();
  }
}

void StatusKeeper::end(const std::string& state, const std::string& why) noexcept {
  try {
    {
      const std::lock_guard lock{mutex_};
      if (std::exchange(has_ended_, true)) return;
      bring_up_to_date();
      status_.state = state;
      status_.attempts.back().end = why;
      status_.attempts.back().ended = status_.updated;
    }
    write();
  } catch (const std::exception&) {
  }
}

void StatusKeeper::finish(const std::map<std::string, Counts>& counts) noexcept {
  {
    const std::lock_guard lock{mutex_};
    exact_ = counts;
    set_exactly(status_.stages, counts);
  }
  end("finished", "finished");
}

}  // namespace digitalis
