#include <unistd.h>

#include <iostream>

#include "chem/compound_store.hpp"
#include "chem/parse_record.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/campaign_check.hpp"
#include "screening/command.hpp"
#include "screening/prepare_library.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld* world) {
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
    findings.throw_if_errors();
  });
  if (!world->is_first()) {
    job = library_job(options["library"].as<std::vector<std::string>>(), {});
    job.columns = {options["smiles-column"].as<std::string>(), options["id-column"].as<std::string>()};
  }
  job.preparation = {.standardise = !options.contains("no-standardise"),
                     .max_heavy_atoms = whole("max-heavy-atoms"),
                     .fingerprint = {.radius = whole("fingerprint-radius"), .bits = whole("fingerprint-bits")}};
  job.walls = walls_of(*world, {}, {});
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
      "ranks, threads or interruptions.";
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
                                   "of the Morgan fingerprint");
  add_rank_options(command.options);
  command.positional.add("library", -1);
  command.uses_ranks = true;
  command.run = &run;
  return command;
}

}  // namespace digitalis
