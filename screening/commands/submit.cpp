#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "chem/record_reader.hpp"
#include "screening/campaign_check.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/csv.hpp"
#include "screening/estimate_campaign.hpp"
#include "screening/quantities.hpp"
#include "screening/run_folder.hpp"
#include "screening/run_status.hpp"
#include "screening/run_walls.hpp"
#include "screening/slurm_job.hpp"
#include "screening/slurm_run.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

/// The site's settings with what the command line says over them.
Site site_with(const Options& options, Findings& findings) {
  Site site = read_site(findings);
  const auto word = [&](const char* option, std::string& value) {
    if (!options.contains(option)) return;
    value = options[option].as<std::string>();
    if (!is_slurm_name(value)) findings.error("--" + std::string{option} + ": not a name that Slurm takes");
  };
  word("partition", site.slurm.partition);
  word("account", site.slurm.account);
  word("qos", site.slurm.qos);
  if (options.contains("time")) site.slurm.time = options["time"].as<std::string>();
  if (slurm_minutes(site.slurm.time) <= 0)
    findings.error("--time: expected a time limit such as 24:00:00 or 2-12:00:00");
  if (options.contains("cpus-per-task")) site.slurm.cpus_per_task = options["cpus-per-task"].as<int>();
  if (options.contains("ranks-per-node")) site.slurm.ranks_per_node = options["ranks-per-node"].as<int>();
  if (site.slurm.cpus_per_task < 0) findings.error("--cpus-per-task: expected 1 or more, or 0 for the whole node");
  if (site.slurm.ranks_per_node < 1) findings.error("--ranks-per-node: expected 1 or more");
  if (options["nodes"].as<int>() < 1) findings.error("--nodes: expected 1 or more");
  if (options.contains("dependency") && !is_slurm_name(options["dependency"].as<std::string>()))
    findings.error("--dependency: not one that Slurm takes; hint: afterok:4711");
  if (options.contains("budget-core-h") && !(options["budget-core-h"].as<double>() > 0))
    findings.error("--budget-core-h: expected more than 0 core-hours");
  if (options.contains("array")) {
    if (options["array"].as<int>() < 1) findings.error("--array: expected 1 or more");
    if (!options["nodes"].defaulted())
      findings.error(
          "--array: each task has one node; hint: --array N without --nodes, or --nodes N for one job over MPI");
    if (options.contains("ranks-per-node") && site.slurm.ranks_per_node != 1)
      findings.error(
          "--array: each task is one process; hint: more tasks with fewer --cpus-per-task instead of --ranks-per-node");
    site.slurm.ranks_per_node = 1;
    if (!site.slurm.job_template.empty())
      findings.warning("--array: the script is slurm/array.sbatch.in, not job_template of the site file");
  }
  return site;
}

/// What the job may use at the most before it comes to its time limit; unknown for whole nodes.
void print_bound(const Site& site, int nodes, double budget_core_h) {
  const double cores = static_cast<double>(nodes) * site.slurm.ranks_per_node * site.slurm.cpus_per_task;
  if (cores > 0)
    std::cout << "  " << nodes << (nodes == 1 ? " node, " : " nodes, ") << fixed(cores, 0) << " cores, at most "
              << fixed(cores * slurm_minutes(site.slurm.time) / 60, 1) << " core-hours a start (" << site.slurm.time
              << ")\n";
  if (budget_core_h > 0) std::cout << "  stops when " << fixed(budget_core_h, 1) << " core-hours are used\n";
}

/// How much is measured before a submission: enough to tell a mistake of a power of ten, in seconds on a login node.
/// `estimate --out RUN` measures more, and is taken instead when it was there before.
EstimateRequest small_sample(const Site& site, int nodes) {
  EstimateRequest request;
  request.sample = 1000;
  request.docked = 16;
  request.most_docking_s = 20;
  request.nodes = nodes;
  request.cores_per_node = std::max(1, site.slurm.ranks_per_node * site.slurm.cpus_per_task);
  return request;
}

/// A sample of library files takes one pass over them: not on a login node when that is long.
bool is_quickly_sampled(const Campaign& campaign) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{256} << 20U;  // of compressed SMILES, half a minute
  if (!campaign.store.empty()) return true;
  std::uintmax_t bytes = 0;
  for (const std::string& source : expand_paths(campaign.library_files)) {
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(source, unknown);
    if (unknown) return false;  // standard input
    bytes += size;
  }
  return bytes <= kMostBytes;
}

/// Measures unless the run has an estimate: a run directory belongs to one campaign and library.
void estimate_once(const Campaign& campaign, const Site& site, const std::filesystem::path& out, int nodes) {
  if (read_run_status(out).estimate.is_object()) return;
  const Estimate estimate = estimate_campaign(campaign, small_sample(site, nodes), site);
  update_run_status(out, [&](RunStatus& status) { status.estimate = to_json(estimate); });
}

/// What the run will cost, and whether its budget will do.
void print_estimate(const Campaign& campaign, const std::filesystem::path& out, double budget_core_h) {
  const nlohmann::json estimate = read_run_status(out).estimate;
  if (!estimate.is_object()) {
    std::cout << "  not estimated; 'digitalis estimate " << campaign.file.string() << " --out " << out.string()
              << "' says what it will cost\n";
    return;
  }
  const nlohmann::json& core_h = estimate.at("core_h");
  const double high = core_h.at("high");
  std::cout << "  estimated: " << with_bounds({core_h.at("low"), core_h.at("mid"), high}, &three_figures)
            << " core-hours\n";
  if (budget_core_h > 0 && high > budget_core_h)
    std::cerr << "warning: the run may need up to " << three_figures(high) << " core-hours, its budget is "
              << fixed(budget_core_h, 1) << "; hint: it stops there, and 'digitalis resume " << out.string()
              << " --budget-core-h MORE' goes on\n";
}

int run(const Options& options, MpiWorld*) {
  ::umask(0077);
  start_rdkit();
  Findings findings;
  Campaign campaign;
  const Site site = site_with(options, findings);
  try {
    campaign = read_campaign(options["campaign"].as<std::string>(), findings);
    if (findings.errors() == 0) (void)check_campaign(campaign, findings);
  } catch (const UsageError& error) {
    findings.error(error.what());
  }
  for (const Finding& finding : findings.all())
    if (finding.kind == Finding::Kind::kWarning) std::cerr << "warning: " << finding.message << '\n';
  findings.throw_if_errors();

  const int array = options.contains("array") ? options["array"].as<int>() : 0;
  const int nodes = std::max(array, options["nodes"].as<int>());
  const std::filesystem::path out =
      std::filesystem::weakly_canonical(std::filesystem::absolute(options["out"].as<std::string>()));
  const std::string script = job_script(site, {.program = std::filesystem::read_symlink("/proc/self/exe"),
                                               .campaign = std::filesystem::canonical(campaign.file),
                                               .run = out,
                                               .campaign_name = campaign.name,
                                               .nodes = nodes,
                                               .array = array});
  if (options.contains("dry-run")) {
    std::cout << script;
    return exit_code::kDone;
  }
  {
    RunFolder folder{out};  // locked until the job may want it
    folder.open(campaign);
    if (folder.finished()) {
      std::cout << out.string() << ": already finished; nothing was submitted\n";
      return exit_code::kDone;
    }
    if (const std::string group = group_of(campaign, site); !group.empty()) {
      share_with_group(out, group);
      ::umask(0027);  // what comes now is the project's to read, too
    }
    governance::GateDecision allowed;
    if (admit_outcomes(governance::Moment::kSubmit, campaign, out, allowed)) std::cout << allowed.text();
    refuse_second_job(out);
    write_file_atomically(folder.file("job.sbatch"), script);
  }
  update_run_status(out, [&](RunStatus& status) { status.campaign = campaign.name; });
  if (options.contains("estimate") || (!options.contains("no-estimate") && is_quickly_sampled(campaign)))
    estimate_once(campaign, site, out, nodes);
  const double budget_core_h = options.contains("budget-core-h") ? options["budget-core-h"].as<double>() : 0.0;
  std::vector<std::string> sbatch_options;
  if (options.contains("dependency"))
    sbatch_options.push_back("--dependency=" + options["dependency"].as<std::string>());
  const std::string job = submit_run(out, sbatch_options, budget_core_h, campaign.store.empty());
  std::cout << what_comes_next(out, job);
  print_bound(site, nodes, budget_core_h);
  print_estimate(campaign, out, budget_core_h);
  return exit_code::kDone;
}

}  // namespace

Command submit_command() {
  Command command;
  command.name = "submit";
  command.usage = "CAMPAIGN --out RUN [options]";
  command.summary = "run a campaign as a job of Slurm";
  command.help =
      "Checks the campaign as 'digitalis check' does and submits nothing that is wrong. Measures on a small sample\n"
      "what the run will cost, once ('digitalis estimate --out RUN' before it measures more). Writes RUN/job.sbatch,\n"
      "from the site's template, and gives it to sbatch. The job stops in order before its time limit and requeues\n"
      "itself while work is left; preemption, lost nodes and requeues cost no more than the chunks in work. Defaults\n"
      "come from the site file ($DIGITALIS_SITE, else /etc/digitalis/site.toml).";
  command.examples =
      "digitalis submit campaign.toml --out run --nodes 8 --time 4:00:00\n"
      "digitalis submit campaign.toml --out run --nodes 8 --partition long --account abc --budget-core-h 500\n"
      "digitalis submit campaign.toml --out run --array 20 --time 4:00:00   # 20 jobs of one node, no MPI between "
      "them\n"
      "digitalis submit campaign.toml --out run --dry-run        # the script, for whoever wants to read it first";
  command.arguments.add_options()("campaign", po::value<std::string>()->required());
  auto add = command.options.add_options();
  add("out,o", po::value<std::string>()->required()->value_name("RUN"), "run directory; made when it is not there");
  add("nodes,N", po::value<int>()->default_value(1)->value_name("N"), "nodes");
  add("time", po::value<std::string>()->value_name("LIMIT"), "time limit of one start: 4:00:00, 2-12:00:00");
  add("partition,p", po::value<std::string>()->value_name("NAME"), "partition");
  add("account,A", po::value<std::string>()->value_name("NAME"), "account to charge");
  add("qos", po::value<std::string>()->value_name("NAME"), "quality of service");
  add("cpus-per-task", po::value<int>()->value_name("N"), "cores a rank; 0: the whole node, shared among its ranks");
  add("ranks-per-node", po::value<int>()->value_name("N"), "ranks a node; one for each NUMA domain is a good choice");
  add("budget-core-h", po::value<double>()->value_name("N"),
      "stop, resumably, when all starts together have used so many core-hours");
  add("dependency", po::value<std::string>()->value_name("LIST"), "as sbatch's: afterok:4711");
  add("array", po::value<int>()->value_name("N"),
      "an array of N tasks instead of one job: each has one node and joins those that run, without MPI; a library is "
      "prepared by a job of its own before");
  add("estimate", "measure also when the library is so large (over 256 MiB of files) that reading it takes minutes");
  add("no-estimate", "do not measure first, on a small sample of the library, what the run will cost (some seconds)");
  add("dry-run", "print the script and submit nothing");
  command.positional.add("campaign", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
