#pragma once
// What a site's administrator sets for everybody: how jobs are submitted, what a core-hour costs, where a partner's
// campaign may read and write. One TOML file, slurm/site.example.toml: $DIGITALIS_SITE, else /etc/digitalis/site.toml.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "screening/findings.hpp"

namespace digitalis {

struct Site {
  std::filesystem::path file;  ///< empty: there is none, and everything below is its default
  std::string name;

  struct Slurm {
    std::string partition, account, qos, time = "24:00:00";
    int ranks_per_node = 1;
    int cpus_per_task = 0;               ///< 0: the whole node
    std::string launcher = "srun";       ///< or "mpirun", where Slurm has no PMIx
    std::string mpi = "pmix";            ///< srun --mpi=
    std::vector<std::string> sbatch;     ///< further lines: "--constraint=avx512"
    std::vector<std::string> setup;      ///< shell lines before the run: "module load digitalis"
    std::filesystem::path job_template;  ///< instead of slurm/job.sbatch.in
    int max_restarts = 50;
  } slurm;

  struct Tariff {
    double per_core_hour = 0.0;  ///< 0: no price is stated
    std::string currency = "GBP";
    double watts_per_core = 5.0;  ///< with its share of memory, network and cooling
  } tariff;

  struct Walls {
    std::vector<std::filesystem::path> allowed_roots;   ///< what a campaign of a partner may name; empty: anything
    std::map<std::string, std::string> project_groups;  ///< project -> Unix group that may read its runs
  } walls;

  /// Who may use which NHS tables: screening/governance/README.md.
  struct Governance {
    std::filesystem::path audit_log;                    ///< one for all runs; empty: each run's own audit.jsonl
    std::filesystem::path accepted_tables;              ///< folder for what differencing needs of them; empty: none
    std::filesystem::path allowed_signers;              ///< not empty: every agreement must be signed by one of these
    std::map<std::string, std::string> agreements;      ///< agreement id -> SHA-256 of its file; empty: any file
    std::map<std::string, std::string> partner_groups;  ///< partner -> Unix group of those who may act for it
  } governance;

  std::filesystem::path scratch;  ///< node-local; empty: $SLURM_TMPDIR, $TMPDIR, /tmp
};

/// The site file in force. Everything wrong with it goes to `findings`, with its place.
[[nodiscard]] Site read_site(Findings& findings);

}  // namespace digitalis
