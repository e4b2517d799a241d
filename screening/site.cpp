#include "screening/site.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "screening/governance/site_governance.hpp"
#include "screening/slurm_job.hpp"
#include "screening/toml_fields.hpp"

namespace digitalis {
namespace {

constexpr const char* kDefaultFile = "/etc/digitalis/site.toml";
constexpr double kMost = std::numeric_limits<double>::max();

/// Text of a path, which must be absolute: a site file is read from anywhere.
std::filesystem::path absolute_path(TomlFields& fields, const char* key, const std::string& text) {
  const std::filesystem::path path{text};
  if (!path.is_absolute()) {
    fields.error(key, "'" + std::string{key} + "': '" + text + "' is not an absolute path",
                 "paths of a site file begin with /");
    return {};
  }
  return path.lexically_normal();
}

/// Lines that go into the job's script as they stand, each on a line of its own.
std::vector<std::string> script_lines(TomlFields& fields, const char* key, bool options) {
  std::vector<std::string> lines;
  for (const auto& [value, place] : fields.texts(key)) {
    if (value.find('\n') != std::string::npos)
      fields.error(key, "'" + std::string{key} + "' has an entry of several lines", "one entry per line");
    else if (options && !value.starts_with("-"))
      fields.error(key, "'" + value + "' is not an option of sbatch", "write it as \"--constraint=avx512\"");
    else
      lines.push_back(value);
  }
  return lines;
}

void read_slurm(TomlFields fields, Site::Slurm& slurm) {
  const auto word = [&](const char* key, std::string& value) {
    const auto text = fields.text(key);
    if (!text) return;
    if (is_slurm_name(*text))
      value = *text;
    else
      fields.error(key, "'" + std::string{key} + "' is not a name that Slurm takes",
                   "letters, digits and . _ - + , : =");
  };
  word("partition", slurm.partition);
  word("account", slurm.account);
  word("qos", slurm.qos);
  if (const auto time = fields.text("time")) {
    if (slurm_minutes(*time) > 0)
      slurm.time = *time;
    else
      fields.error("time", "'time' is '" + *time + "', which is no time limit of Slurm",
                   "\"24:00:00\" or \"2-12:00:00\"");
  }
  slurm.ranks_per_node = static_cast<int>(fields.whole("ranks_per_node", 1, 1024).value_or(slurm.ranks_per_node));
  slurm.cpus_per_task = static_cast<int>(fields.whole("cpus_per_task", 0, 4096).value_or(slurm.cpus_per_task));
  if (const auto launcher = fields.text("launcher")) {
    if (*launcher == "srun" || *launcher == "mpirun")
      slurm.launcher = *launcher;
    else
      fields.error("launcher", "'launcher' is '" + *launcher + "', expected srun or mpirun");
  }
  word("mpi", slurm.mpi);
  slurm.sbatch = script_lines(fields, "sbatch", true);
  slurm.setup = script_lines(fields, "setup", false);
  if (const auto file = fields.text("job_template")) {
    slurm.job_template = absolute_path(fields, "job_template", *file);
    if (std::error_code ignored;
        !slurm.job_template.empty() && !std::filesystem::is_regular_file(slurm.job_template, ignored))
      fields.error("job_template", slurm.job_template.string() + ": no such file", "start from slurm/job.sbatch.in");
  }
  slurm.max_restarts = static_cast<int>(fields.whole("max_restarts", 0, 100000).value_or(slurm.max_restarts));
  fields.finish();
}

void read_tariff(TomlFields fields, Site::Tariff& tariff) {
  tariff.per_core_hour = fields.number("per_core_hour", 0, kMost).value_or(tariff.per_core_hour);
  tariff.currency = fields.text("currency").value_or(tariff.currency);
  tariff.watts_per_core = fields.number("watts_per_core", 0, 10000).value_or(tariff.watts_per_core);
  fields.finish();
}

void read_walls(TomlFields fields, Site::Walls& walls) {
  for (const auto& [value, place] : fields.texts("allowed_roots"))
    if (auto root = absolute_path(fields, "allowed_roots", value); !root.empty()) walls.allowed_roots.push_back(root);
  if (const toml::table* groups = fields.table("project_groups")) {
    TomlFields projects = fields.inner(*groups, "[walls.project_groups]");
    for (const auto& [key, node] : *groups)
      if (const auto group = projects.text(key.str())) walls.project_groups[std::string{key.str()}] = *group;
  }
  fields.finish();
}

}  // namespace

Site read_site(Findings& findings) {
  Site site;
  const char* named = std::getenv("DIGITALIS_SITE");
  const bool is_named = named != nullptr && *named != '\0';
  site.file = is_named ? named : kDefaultFile;
  std::error_code error;
  if (!std::filesystem::is_regular_file(site.file, error)) {
    if (is_named)
      findings.error(site.file.string() +
                     ": no such site file; hint: DIGITALIS_SITE names it; unset it, or make the file "
                     "from slurm/site.example.toml");
    site.file.clear();
    return site;
  }
  toml::table table;
  try {
    table = toml::parse_file(site.file.string());
  } catch (const toml::parse_error& problem) {
    const auto& at = problem.source().begin;
    findings.error(site.file.string() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " +
                   std::string{problem.description()} + "; hint: site files are written in TOML (toml.io)");
    return site;
  }
  TomlFields fields{table, "the site file", site.file.string(), findings};
  site.name = fields.text("name").value_or("");
  if (const auto scratch = fields.text("scratch")) site.scratch = absolute_path(fields, "scratch", *scratch);
  if (const toml::table* slurm = fields.table("slurm")) read_slurm(fields.inner(*slurm, "[slurm]"), site.slurm);
  if (const toml::table* tariff = fields.table("tariff")) read_tariff(fields.inner(*tariff, "[tariff]"), site.tariff);
  if (const toml::table* walls = fields.table("walls")) read_walls(fields.inner(*walls, "[walls]"), site.walls);
  if (const toml::table* governance = fields.table("governance")) {
    TomlFields inner = fields.inner(*governance, "[governance]");
    site.governance = governance::read_site_governance(inner, site.file.parent_path());
  }
  fields.finish();
  return site;
}

}  // namespace digitalis
