#include <sched.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>

#include "chem/alerts.hpp"
#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "chem/preparer.hpp"
#include "scoring/docking/dock.hpp"
#include "scoring/shape/overlay.hpp"
#include "scoring/similarity/fingerprint_index.hpp"
#include "scoring/similarity/similarity.hpp"
#include "screening/command.hpp"
#include "screening/csv.hpp"
#include "screening/report/report.hpp"
#include "screening/site.hpp"
#include "screening/slurm_job.hpp"
#include "screening/text_table.hpp"
#include "screening/version.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

/// One line of the findings; a failed one makes the exit code 1.
class Doctor {
 public:
  void say(bool good, const std::string& what, const std::string& found, const std::string& remedy = "") {
    healthy_ = healthy_ && good;
    std::cout << (good ? "  ok    " : "  FAIL  ") << what << ": " << found
              << (good || remedy.empty() ? "" : "; hint: " + remedy) << '\n';
  }
  [[nodiscard]] bool healthy() const { return healthy_; }

 private:
  bool healthy_ = true;
};

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

void examine_folder(Doctor& doctor, const std::string& what, const std::filesystem::path& folder) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) {
    doctor.say(false, what, folder.string() + " cannot be examined", "does it exist?");
    return;
  }
  const double free_gib = static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize) / (1U << 30U);
  const std::filesystem::path probe = folder / (".digitalis-doctor-" + std::to_string(::getpid()));
  try {
    const auto start = std::chrono::steady_clock::now();
    write_file_atomically(probe, std::string(1U << 20U, 'x'));
    const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    std::filesystem::remove(probe);
    doctor.say(true, what,
               folder.string() + ", " + std::to_string(static_cast<long>(free_gib)) + " GiB free, 1 MiB synced in " +
                   std::to_string(static_cast<long>(ms)) + " ms");
  } catch (const std::exception& error) {
    doctor.say(false, what, error.what(), "choose a folder that can be written");
  }
}

/// The site file, and the Slurm of this machine, where there is one.
void examine_site(Doctor& doctor) {
  Findings findings;
  const Site site = read_site(findings);
  for (const Finding& finding : findings.all()) doctor.say(false, "site file", finding.message);
  if (findings.all().empty())
    doctor.say(true, "site file",
               site.file.empty() ? "none; defaults are in force"
                                 : site.file.string() + (site.name.empty() ? "" : ", " + site.name));
  const std::string slurm = slurm_version();
  doctor.say(true, "Slurm", slurm.empty() ? "none on this machine" : slurm);
  if (slurm.empty() || site.slurm.launcher != "srun") return;
  const bool has_mpi = srun_has_mpi(site.slurm.mpi);
  doctor.say(has_mpi, "srun --mpi=" + site.slurm.mpi, has_mpi ? "there" : "not there",
             "install Slurm's PMIx plugin (Debian: libpmix2), or set launcher = \"mpirun\" in the site file");
}

int run(const Options& options, MpiWorld* world) {
  start_rdkit();
  const std::string host = [] {
    char name[256] = "?";
    ::gethostname(name, sizeof name - 1);
    return std::string{name};
  }();
  const auto limit = cgroup_cpus();
  const auto hosts = world->gather(host + ": " + std::to_string(usable_cores()) + " cores, " +
                                   (limit ? "control group limited to " + fixed(*limit, 1) + " of them, " : "") +
                                   std::to_string(default_threads(*world)) + " threads for this rank");
  if (!world->is_first()) return exit_code::kDone;

  Doctor doctor;
  std::cout << version_line() << '\n';
  for (const auto& [library, version] : library_versions()) doctor.say(true, library, version);
  doctor.say(true, "ranks",
             std::to_string(world->size()) +
                 (world->size() == 1 ? ""
                  : world->watches_ranks()
                      ? ", lost ones are noticed after " + std::to_string(static_cast<int>(world->patience_s())) + " s"
                      : ", lost ones are not noticed: this MPI library lacks MPI_THREAD_MULTIPLE, or "
                        "DIGITALIS_PATIENCE_S is 0"));
  for (std::size_t rank = 0; rank < hosts.size(); ++rank) doctor.say(true, "rank " + std::to_string(rank), hosts[rank]);
  doctor.say(true, "similarity kernel", std::string{similarity_instruction_set()});
  doctor.say(true, "similarity search", std::string{search_instruction_set()});
  doctor.say(true, "shape overlay", std::string{overlay_instruction_set()});
  doctor.say(true, "docking", std::string{docking_instruction_set()});
  try {
    const Preparer preparer{{}};
    const auto aspirin = preparer.prepare_smiles("CC(=O)Oc1ccccc1C(=O)O", "aspirin", {});
    const bool good = aspirin && !aspirin->on_bits.empty() && !alert_table().empty();
    doctor.say(good, "chemistry",
               good ? std::to_string(alert_table().size()) + " structural alerts, test compound prepared"
                    : "the test compound was refused",
               "is the package rdkit-data installed, and RDBASE unset?");
  } catch (const std::exception& error) {
    doctor.say(false, "chemistry", error.what(), "is the package rdkit-data installed, and RDBASE unset?");
  }
  doctor.say(true, "report page",
             report_available() ? "built in" : "not built in (-DDIGITALIS_REPORT=OFF): no report.html");
  examine_site(doctor);
  examine_folder(doctor, "temporary folder", std::filesystem::temp_directory_path());
  examine_folder(doctor, "output folder", options["folder"].as<std::string>());
  std::cout << (doctor.healthy() ? "this machine can run campaigns\n" : "something is missing, see FAIL above\n");
  return doctor.healthy() ? exit_code::kDone : exit_code::kWorldFailed;
}

}  // namespace

Command doctor_command() {
  Command command;
  command.name = "doctor";
  command.usage = "[FOLDER]";
  command.summary = "is this machine or cluster able: MPI, threads, scratch, data files";
  command.help =
      "Run it as campaigns will be run, under srun or mpirun, to see every rank's cores. FOLDER is where runs will be "
      "written.";
  command.examples = "digitalis doctor\nsrun digitalis doctor /scratch/$USER";
  command.arguments.add_options()("folder", po::value<std::string>()->default_value("."));
  command.positional.add("folder", 1);
  command.uses_ranks = true;
  command.run = &run;
  return command;
}

}  // namespace digitalis
