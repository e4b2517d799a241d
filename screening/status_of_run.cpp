#include "screening/status_of_run.hpp"

#include <algorithm>
#include <cmath>

#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/quantities.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

/// JSON has no infinity: what is not known is null.
nlohmann::json number(double value) { return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json(); }

nlohmann::json bounds(const std::optional<Interval>& interval) {
  if (!interval) return nullptr;
  return {{"low", number(interval->low)}, {"mid", number(interval->mid)}, {"high", number(interval->high)}};
}

std::optional<Interval> interval_from(const nlohmann::json& json) {
  if (!json.is_object()) return std::nullopt;
  return Interval{json.at("low"), json.at("mid"), json.at("high")};
}

/// The stored estimate of a stage's core-hours.
std::optional<Interval> estimated_core_h(const nlohmann::json& estimate, const std::string& stage) {
  if (!estimate.is_object()) return std::nullopt;
  for (const auto& entry : estimate.at("stages"))
    if (entry.at("name") == stage) return interval_from(entry.at("core_h"));
  return std::nullopt;
}

std::string percent(double share) { return fixed(100.0 * share, 1) + " %"; }

std::string busy_share(double busy_core_s, double core_s) {
  return busy_core_s > 0 && core_s > 0 ? percent(busy_core_s / core_s) : "";
}

void count_files(RunOverview& overview) {
  std::error_code ignored;  // files come and go while the run writes
  using Entries = std::filesystem::recursive_directory_iterator;
  for (Entries entry{overview.run, ignored}; entry != Entries{}; entry.increment(ignored)) {
    if (ignored) break;
    if (!entry->is_regular_file(ignored) || entry->is_symlink(ignored)) continue;
    ++overview.files;
    if (const auto size = entry->file_size(ignored); !ignored) overview.bytes += size;
  }
}

/// Whether a job of the run may be in Slurm's queue.
bool may_be_queued(RunPhase phase) {
  return phase == RunPhase::kSubmitted || phase == RunPhase::kRunning || phase == RunPhase::kKilled ||
         phase == RunPhase::kStopped;
}

std::string state_line(const RunOverview& overview) {
  const RunStatus& status = overview.status;
  std::string text{name_of(overview.phase)};
  if (const StageStatus* stage = overview.stage())
    text += (overview.phase == RunPhase::kRunning ? ", stage " : " in stage ") +
            std::to_string(overview.stage_number()) + " of " + std::to_string(status.planned.size()) + ": " +
            stage->name;
  switch (overview.phase) {
    case RunPhase::kRunning: {
      const double silent_s = seconds_since_utc(status.updated);
      if (silent_s > 30) text += "; silent for " + duration(silent_s) + ": the disk is slow, or its node is in trouble";
      break;
    }
    case RunPhase::kKilled:
      text += "; last heard of at " + status.updated + "; the same 'digitalis screen' goes on where it was";
      break;
    case RunPhase::kStopped: text += "; the same 'digitalis screen' goes on where it was"; break;
    case RunPhase::kBudget: text += "; a higher --budget-core-h lets it go on"; break;
    case RunPhase::kFailed: text += "; run.log and the job's output say why"; break;
    default: break;
  }
  return text;
}

std::string done_line(const StageStatus& stage) {
  std::string text = grouped(stage.items);
  if (stage.fraction > 0 && stage.items > 0 && !stage.finished)
    text += " of about " + grouped(static_cast<std::uint64_t>(static_cast<double>(stage.items) / stage.fraction));
  text += " " + stage.noun;
  if (stage.fraction >= 0) text += " (" + percent(stage.fraction) + ")";
  return text + ", " + grouped(stage.rejects) + (stage.rejects == 1 ? " reject" : " rejects");
}

std::string left_line(const RunOverview& overview) {
  const auto stage = overview.stage_left_s();
  if (!stage) return "not known yet";
  std::string text = with_bounds(*stage, &duration) + " for this stage";
  const auto run = overview.run_left_s();
  if (run && overview.stage_number() < overview.status.planned.size())
    text += "; " + with_bounds(*run, &duration) + " for the run";
  return text;
}

std::string core_hours_line(const RunStatus& status) {
  std::string text = three_figures(status.core_h()) + " used";
  if (status.budget_core_h > 0)
    text += " of a budget of " + three_figures(status.budget_core_h) + ", " +
            three_figures(std::max(0.0, status.budget_core_h - status.core_h())) + " left";
  if (status.estimate.is_object())
    if (const auto estimate = interval_from(status.estimate.at("core_h")))
      text += "; estimated " + with_bounds(*estimate, &three_figures);
  return text;
}

std::string stage_table(const RunStatus& status) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& name : status.planned) {
    const auto at = std::find_if(status.stages.begin(), status.stages.end(),
                                 [&](const StageStatus& stage) { return stage.name == name; });
    const auto estimate = estimated_core_h(status.estimate, name);
    const std::string estimated = estimate ? with_bounds(*estimate, &three_figures) : "";
    if (at == status.stages.end())
      rows.push_back({name, "", "", "", "", "", estimated, ""});
    else
      rows.push_back({name, grouped(at->items), at->fraction < 0 ? "" : percent(at->fraction), grouped(at->rejects),
                      duration(at->wall_s), three_figures(at->core_s / 3600), estimated,
                      busy_share(at->busy_core_s, at->core_s)});
  }
  return text_table({"stage", "items", "done", "rejects", "time", "core-hours", "estimated", "busy"}, rows);
}

std::string attempt_table(const RunOverview& overview) {
  std::vector<std::vector<std::string>> rows;
  for (const AttemptStatus& attempt : overview.status.attempts) {
    const bool is_last = &attempt == &overview.status.attempts.back();
    const std::string end = !attempt.end.empty() ? attempt.end
                            : is_last            ? std::string{name_of(overview.phase)}
                                                 : "killed";
    rows.push_back({std::to_string(rows.size() + 1), attempt.started, attempt.host,
                    std::to_string(attempt.ranks) + " x " + std::to_string(attempt.threads_per_rank), attempt.slurm_job,
                    duration(attempt.wall_s), three_figures(attempt.core_h()),
                    busy_share(attempt.busy_core_s, attempt.core_h() * 3600), end});
  }
  return text_table({"start", "at", "host", "ranks x threads", "Slurm job", "time", "core-hours", "busy", "end"}, rows);
}

}  // namespace

const StageStatus* RunOverview::stage() const {
  const auto at = std::find_if(status.stages.rbegin(), status.stages.rend(),
                               [](const StageStatus& stage) { return !stage.finished; });
  return at == status.stages.rend() ? nullptr : &*at;
}

std::size_t RunOverview::stage_number() const {
  const StageStatus* now = stage();
  if (!now) return 0;
  const auto at = std::find(status.planned.begin(), status.planned.end(), now->name);
  return static_cast<std::size_t>(at - status.planned.begin()) + 1;
}

std::optional<Interval> RunOverview::stage_left_s() const {
  const StageStatus* now = stage();
  if (phase != RunPhase::kRunning || !now) return std::nullopt;
  return time_left_s(*now);
}

std::optional<Interval> RunOverview::run_left_s() const {
  auto left = stage_left_s();
  if (!left) return std::nullopt;
  const AttemptStatus& attempt = status.attempts.back();
  const double threads = attempt.ranks * attempt.threads_per_rank;
  for (std::size_t i = stage_number(); i < status.planned.size(); ++i) {
    const auto core_h = estimated_core_h(status.estimate, status.planned[i]);
    if (!core_h || threads <= 0) return std::nullopt;
    left = *left + *core_h * (3600 / threads);
  }
  return left;
}

RunOverview look_at_run(const std::filesystem::path& run) {
  RunOverview overview;
  overview.run = run;
  overview.status = read_run_status(run);
  std::error_code ignored;
  if (overview.status.state.empty() && !std::filesystem::exists(run / "manifest.json", ignored))
    throw UsageError(run.string() +
                     ": not a run directory of this program; hint: give the --out of 'digitalis screen' or 'submit'");
  overview.phase = phase_of(run, overview.status);
  count_files(overview);
  if (may_be_queued(overview.phase)) overview.jobs = ask_queue(overview.status.slurm_jobs);
  return overview;
}

nlohmann::json estimate_against_used(const RunStatus& status) {
  if (!status.estimate.is_object()) return nullptr;
  const auto compared = [](const nlohmann::json& estimate, double used) {
    nlohmann::json json = estimate;
    json["used"] = used;
    json["within"] = used >= estimate.at("low").get<double>() && used <= estimate.at("high").get<double>();
    return json;
  };
  nlohmann::json json{{"core_h", compared(status.estimate.at("core_h"), status.core_h())},
                      {"stages", nlohmann::json::array()}};
  for (const StageStatus& stage : status.stages)
    for (const auto& entry : status.estimate.at("stages"))
      if (entry.at("name") == stage.name)
        json["stages"].push_back({{"name", stage.name}, {"core_h", compared(entry.at("core_h"), stage.core_s / 3600)}});
  return json;
}

nlohmann::json to_json(const RunOverview& overview) {
  const RunStatus& status = overview.status;
  nlohmann::json json{{"run", overview.run.string()},
                      {"campaign", status.campaign},
                      {"state", std::string{name_of(overview.phase)}},
                      {"resumable", is_resumable(overview.phase, status)},
                      {"updated", status.updated},
                      {"stage", nullptr},
                      {"stage_left_s", bounds(overview.stage_left_s())},
                      {"run_left_s", bounds(overview.run_left_s())},
                      {"core_h", status.core_h()},
                      {"busy_share", nullptr},
                      {"budget_core_h", nullptr},
                      {"budget_left_core_h", nullptr},
                      {"files", overview.files},
                      {"bytes", overview.bytes},
                      {"estimate", status.estimate},
                      {"estimate_against_used", estimate_against_used(status)}};
  if (status.budget_core_h > 0) {
    json["budget_core_h"] = status.budget_core_h;
    json["budget_left_core_h"] = std::max(0.0, status.budget_core_h - status.core_h());
  }
  if (status.busy_core_s() > 0) json["busy_share"] = status.busy_core_s() / (status.core_h() * 3600);
  if (const StageStatus* stage = overview.stage()) {
    json["stage"] = stage->name;
    json["rate_per_s"] = rate_per_s(*stage).has_value() ? nlohmann::json(*rate_per_s(*stage)) : nlohmann::json();
  }
  json["stages"] = nlohmann::json::array();
  for (const StageStatus& stage : status.stages)
    json["stages"].push_back({{"name", stage.name},
                              {"items", stage.items},
                              {"noun", stage.noun},
                              {"rejects", stage.rejects},
                              {"fraction", stage.fraction < 0 ? nlohmann::json() : nlohmann::json(stage.fraction)},
                              {"finished", stage.finished},
                              {"wall_s", stage.wall_s},
                              {"core_h", stage.core_s / 3600},
                              {"busy_core_s", stage.busy_core_s}});
  json["planned"] = status.planned;
  json["attempts"] = nlohmann::json::array();
  for (const AttemptStatus& attempt : status.attempts)
    json["attempts"].push_back({{"started", attempt.started},
                                {"ended", attempt.ended},
                                {"end", attempt.end},
                                {"host", attempt.host},
                                {"slurm_job", attempt.slurm_job},
                                {"ranks", attempt.ranks},
                                {"threads_per_rank", attempt.threads_per_rank},
                                {"wall_s", attempt.wall_s},
                                {"core_h", attempt.core_h()},
                                {"busy_core_s", attempt.busy_core_s}});
  json["slurm_jobs"] = nlohmann::json::array();
  for (const std::string& job : status.slurm_jobs) {
    const auto queued = overview.jobs.find(job);
    json["slurm_jobs"].push_back({{"id", job},
                                  {"state", queued == overview.jobs.end() ? "" : queued->second.state},
                                  {"reason", queued == overview.jobs.end() ? "" : queued->second.reason}});
  }
  return json;
}

std::string to_text(const RunOverview& overview) {
  const RunStatus& status = overview.status;
  std::string text;
  const auto line = [&](std::string key, const std::string& value) {
    key.resize(12, ' ');
    text += key + value + "\n";
  };
  line("run", overview.run.string() + (status.campaign.empty() ? "" : " (campaign '" + status.campaign + "')"));
  line("state", state_line(overview));
  if (const StageStatus* stage = overview.stage()) {
    line("done", done_line(*stage));
    if (overview.phase == RunPhase::kRunning) {
      const auto rate = rate_per_s(*stage);
      line("rate", rate ? three_figures(*rate) + " " + stage->noun + "/s over the last minutes" : "not known yet");
      line("time left", left_line(overview));
    }
  }
  if (!status.attempts.empty() || status.estimate.is_object() || status.budget_core_h > 0)
    line("core-hours", core_hours_line(status));
  if (status.busy_core_s() > 0)
    line("busy", busy_share(status.busy_core_s(), status.core_h() * 3600) + " of the cores' time");
  line("files", grouped(overview.files) + " in " + byte_size(static_cast<double>(overview.bytes)));
  for (const std::string& job : status.slurm_jobs)
    if (const auto queued = overview.jobs.find(job); queued != overview.jobs.end())
      line("Slurm job", job + ": " + queued->second.state +
                            (queued->second.reason == "None" ? "" : " (" + queued->second.reason + ")"));
  if (!status.planned.empty()) text += "\n" + stage_table(status);
  if (!status.attempts.empty()) text += "\n" + attempt_table(overview);
  return text;
}

}  // namespace digitalis
