#include <sys/stat.h>
#include <unistd.h>

#include <iostream>

#include "chem/compound_store.hpp"
#include "chem/parse_record.hpp"
#include "screening/campaign_check.hpp"
#include "screening/command.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/prepare_library.hpp"
#include "screening/run_walls.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld* world) {
  ::umask(0077);
  start_rdkit();
  const auto whole = [&](const char* key) { return static_cast<std::uint32_t>(options[key].as<unsigned>()); };
  LibraryJob job;
  on_first_rank(*world, [&] {
    Findings findings;
    job = library_job(options["library"].as<std::vector<std::string>>(), {});
    job.columns = {options["smiles-column"].as<std::string>(), options["id-column"].as<std::string>()};
    check_library(job, findings);
    if (whole("fingerprint-bits") < 64 || whole("fingerprint-bits") > 65'536)
      findings.error("--fingerprint-bits: expected 64 to 65536");
    if (whole("fingerprint-radius") > 10) findings.error("--fingerprint-radius: expected 0 to 10");
    if (whole("max-heavy-atoms") < 1 || whole("max-heavy-atoms") > kMaxParsedAtoms)
      findings.error("--max-heavy-atoms: expected 1 to " + std::to_string(kMaxParsedAtoms));
    for (const char* limit : {"seconds-per-compound", "memory-GiB-per-rank"})
      if (!(options[limit].as<double>() >= 0.0)) findings.error("--" + std::string{limit} + ": expected 0 or more");
    findings.throw_if_errors();
    refuse_unsafe_folder(options["out"].as<std::string>());
  });
  if (!world->is_first()) {
    job = library_job(options["library"].as<std::vector<std::string>>(), {});
    job.columns = {options["smiles-column"].as<std::string>(), options["id-column"].as<std::string>()};
  }
  job.preparation = {.standardise = !options.contains("no-standardise"),
                     .max_heavy_atoms = whole("max-heavy-atoms"),
                     .fingerprint = {.radius = whole("fingerprint-radius"), .bits = whole("fingerprint-bits")}};
  job.walls = walls_of(*world,
                       {.seconds_per_compound = options["seconds-per-compound"].as<double>(),
                        .memory_GiB_per_rank = options["memory-GiB-per-rank"].as<double>()},
                       {});
  job.store = options["out"].as<std::string>();
  job.threads = options["threads"].as<int>() > 0 ? options["threads"].as<int>() : default_threads(*world);
  Progress progress = world->is_first() && !options.contains("quiet")
                          ? Progress{std::cerr, ::isatty(STDERR_FILENO) != 0}
                          : Progress::silent();
  if (!prepare_library(*world, job, progress)) {
    if (world->is_first()) std::cerr << "stopped; run the same command again to go on\n";
    return exit_code::kStopped;
  }
  if (world->is_first()) {
    const CompoundStore store{job.store};
    const StoreInfo& info = store.info();
    std::cout << job.store.string() << ": " << info.compounds << " compounds of " << info.records << " records\n";
    for (const auto& [reason, count] : info.rejects) std::cout << "  rejected " << count << " (" << reason << ")\n";
    if (info.renamed > 0) std::cout << "  renamed " << info.renamed << " compounds whose ID was not unique\n";
    std::cout << "  digest " << info.compounds_digest << '\n';
    if (info.compounds == 0)
      std::cerr << "error: no record of the library could be read as a compound; hint: see "
                << (job.store / "rejects.csv").string() << '\n';
    return info.compounds == 0 ? exit_code::kWrongRequest : exit_code::kDone;
  }
  return exit_code::kDone;
}

}  // namespace

Command prepare_command() {
  const PrepareOptions defaults;
  Command command;
  command.name = "prepare";
  command.usage = "LIBRARY... -o STORE [options]";
  command.summary = "library files to a compound store that many campaigns can screen";
  command.help =
      "Reads SMILES, CSV and SDF files (plain, gzip, bzip2, zstd; '-' is standard input; globs allowed), standardises "
      "every\n"
      "molecule, computes descriptors, alerts and fingerprints, drops compounds that came before, and writes a store: "
      "a\n"
      "folder with compounds.bin, rejects.csv and manifest.json. Resumes by itself; the store's digest does not depend "
      "on\n"
      "ranks, threads or interruptions. The store is its user's alone: chmod -R g+rX lets the group use it. A compound "
      "that\n"
      "crashes or hangs ends the process with exit code 75; the same command rejects it and goes on.";
  command.examples =
      "digitalis prepare library.smi.gz -o library.store\n"
      "mpirun -n 4 digitalis prepare 'vendor/*.sdf.gz' -o vendor.store\n"
      "zcat library.smi.gz | digitalis prepare - -o library.store";
  command.arguments.add_options()("library", po::value<std::vector<std::string>>()->required());
  command.options.add_options()("out,o", po::value<std::string>()->required()->value_name("STORE"),
                                "folder of the store")(
      "smiles-column", po::value<std::string>()->default_value("", "found out")->value_name("COLUMN"),
      "header name or number (from 1) of the SMILES")(
      "id-column", po::value<std::string>()->default_value("", "found out")->value_name("COLUMN"),
      "header name, number (from 1) or SD data field of the ID")("no-standardise", "take molecules as they are")(
      "max-heavy-atoms", po::value<unsigned>()->default_value(defaults.max_heavy_atoms)->value_name("N"),
      "larger molecules are rejected")(
      "fingerprint-radius", po::value<unsigned>()->default_value(defaults.fingerprint.radius)->value_name("N"),
      "of the Morgan fingerprint")("fingerprint-bits",
                                   po::value<unsigned>()->default_value(defaults.fingerprint.bits)->value_name("N"),
                                   "of the Morgan fingerprint")(
      "seconds-per-compound",
      po::value<double>()->default_value(CompoundLimits{}.seconds_per_compound, "600")->value_name("S"),
      "a compound that takes longer is rejected; 0: none is")(
      "memory-GiB-per-rank", po::value<double>()->default_value(0.0, "the rank's share")->value_name("N"),
      "a compound that needs more is rejected");
  add_rank_options(command.options);
  command.positional.add("library", -1);
  command.uses_ranks = true;
  command.run = &run;
  return command;
}

}  // namespace digitalis
