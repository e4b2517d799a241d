#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "chem/compound_store.hpp"
#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "screening/campaign_check.hpp"
#include "screening/command.hpp"
#include "screening/csv.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/prepare_library.hpp"
#include "screening/rescue_store.hpp"
#include "screening/run_walls.hpp"
#include "screening/text_table.hpp"
#include "screening/verify_store.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

using Texts = std::vector<std::string>;

/// What is asked of prepare: a store from a library, or one of the other two with an existing store.
enum class Task { kNew, kAppend, kVerify, kRescue };

Task task_of(const Options& options) {
  const auto has = [&](const char* name) { return options.contains(name); };
  const auto expect = [&](bool is_met, const char* message) {
    if (!is_met) throw UsageError(message);
  };
  expect(has("append") + has("verify") + has("rescue") <= 1, "--append, --verify and --rescue do not go together");
  if (has("verify") || has("rescue")) {
    expect(!has("library"), "--verify and --rescue read a store, and no library");
    expect(has("out") == has("rescue"),
           "-o goes with --rescue, and not with --verify; hint: prepare --rescue STORE -o NEW");
    return has("verify") ? Task::kVerify : Task::kRescue;
  }
  expect(has("library"), "no library; hint: digitalis prepare LIBRARY... -o STORE");
  expect(has("append") != has("out"), "expected -o STORE, or --append STORE for a store that there is");
  if (!has("append")) return Task::kNew;
  for (const std::string option : {"no-standardise", "max-heavy-atoms", "fingerprint-radius", "fingerprint-bits"})
    if (has(option.c_str()) && !options[option].defaulted())
      throw UsageError("what is appended is prepared as the store was; hint: leave --" + option + " out");
  return Task::kAppend;
}

/// The generation that holds the job's library.
const StoreGeneration& generation_of(const CompoundStore& store, const LibraryJob& job) {
  const std::string digest = job.digest();
  const auto& all = store.generations();
  const auto at = std::ranges::find_if(all, [&](const auto& one) { return one.info().library_digest == digest; });
  return at == all.end() ? all.back() : *at;
}

/// Bytes a compound, of the columns of compounds.bin and of each kind of file, over all generations.
std::string bytes_per_compound(const StoreVerification& found) {
  std::uint64_t compounds = 0, in_columns = 0, all = 0;
  CompoundColumnBytes columns{};
  std::vector<std::pair<std::string, std::uint64_t>> files;
  for (const StoreVerification::File& file : found.files) {
    compounds += file.compounds;
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i] += file.columns[i];
    const std::string name = std::filesystem::path{file.name}.filename().string();
    const auto at = std::ranges::find(files, name, &std::pair<std::string, std::uint64_t>::first);
    (at == files.end() ? files.emplace_back(name, 0) : *at).second += file.bytes;
  }
  if (compounds == 0) return "";
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](const std::string& what, std::uint64_t bytes) {
    rows.push_back({what, grouped(bytes), fixed(static_cast<double>(bytes) / static_cast<double>(compounds), 2)});
  };
  for (const auto& [name, bytes] : files) {
    add(name, bytes);
    all += bytes;
    if (name != store_files::kCompounds) continue;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      add("- " + std::string{name_of(static_cast<CompoundColumn>(i))}, columns[i]);
      in_columns += columns[i];
    }
    add("- heads of chunks, table of chunks", bytes - std::min(bytes, in_columns));
  }
  add("all", all);
  return text_table({"", "bytes", "bytes a compound"}, rows);
}

int verify(const std::string& store, int threads) {
  const StoreVerification found = verify_store(store, threads);
  std::uint64_t bytes = 0;
  for (const auto& file : found.files) {
    std::cout << "  " << file.name << ", " << grouped(file.bytes) << " bytes";
    if (file.chunks > 0)
      std::cout << ", " << grouped(file.chunks) << " chunks, " << grouped(file.compounds) << " compounds";
    std::cout << '\n';
    bytes += file.bytes;
  }
  std::cout << bytes_per_compound(found);
  for (const std::string& damage : found.damage) std::cerr << "error: " << damage << '\n';
  std::cout << store << ": " << (found.damage.empty() ? "whole" : "damaged") << "; "
            << fixed(static_cast<double>(bytes) / 1e6, 1) << " MB read in " << fixed(found.seconds, 2) << " s ("
            << fixed(static_cast<double>(bytes) / 1e6 / std::max(found.seconds, 1e-6), 0) << " MB/s)\n";
  return found.damage.empty() ? exit_code::kDone : exit_code::kWorldFailed;
}

int rescue(const std::string& store, const std::string& saved) {
  const StoreRescue found = rescue_store(store, saved);
  std::cout << saved << ": " << grouped(found.compounds) << " compounds of " << store << "; lost are "
            << grouped(found.lost_compounds) << " in " << grouped(found.lost_chunks) << " damaged chunks, see "
            << (std::filesystem::path{saved} / store_files::kRejects).string() << '\n';
  return exit_code::kDone;
}

int run(const Options& options, MpiWorld* world) {
  ::umask(0077);
  start_rdkit();
  Task task = Task::kNew;
  on_first_rank(*world, [&] { task = task_of(options); });
  if (!world->is_first()) task = task_of(options);
  const int threads = options["threads"].as<int>() > 0 ? options["threads"].as<int>() : default_threads(*world);
  if (task == Task::kVerify || task == Task::kRescue) {  // for one rank
    int code = exit_code::kDone;
    on_first_rank(*world, [&] {
      if (task == Task::kRescue) refuse_unsafe_folder(options["out"].as<std::string>());
      code = task == Task::kVerify ? verify(options["verify"].as<std::string>(), threads)
                                   : rescue(options["rescue"].as<std::string>(), options["out"].as<std::string>());
    });
    return code;
  }
  const std::string folder = options[task == Task::kAppend ? "append" : "out"].as<std::string>();
  const auto whole = [&](const char* key) { return static_cast<std::uint32_t>(options[key].as<unsigned>()); };
  LibraryJob job;
  on_first_rank(*world, [&] {
    Findings findings;
    job = library_job(options["library"].as<Texts>(), {});
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
    refuse_unsafe_folder(folder);
  });
  if (!world->is_first()) {
    job = library_job(options["library"].as<Texts>(), {});
    job.columns = {options["smiles-column"].as<std::string>(), options["id-column"].as<std::string>()};
  }
  job.is_append = task == Task::kAppend;
  job.preparation = {.standardise = !options.contains("no-standardise"),
                     .max_heavy_atoms = whole("max-heavy-atoms"),
                     .fingerprint = {.radius = whole("fingerprint-radius"), .bits = whole("fingerprint-bits")}};
  job.walls = walls_of(*world,
                       {.seconds_per_compound = options["seconds-per-compound"].as<double>(),
                        .memory_GiB_per_rank = options["memory-GiB-per-rank"].as<double>()},
                       {});
  job.store = folder;
  job.threads = threads;
  if (job.is_append) {
    on_first_rank(*world, [&] { job.preparation = CompoundStore{job.store}.info().preparation; });
    if (!world->is_first()) job.preparation = CompoundStore{job.store}.info().preparation;
  }
  Progress progress = world->is_first() && !options.contains("quiet")
                          ? Progress{std::cerr, ::isatty(STDERR_FILENO) != 0}
                          : Progress::silent();
  if (!prepare_library(*world, job, progress)) {
    if (world->is_first()) std::cerr << "stopped; run the same command again to go on\n";
    return exit_code::kStopped;
  }
  if (world->is_first()) {
    const CompoundStore store{job.store};
    const StoreGeneration& written = generation_of(store, job);
    const StoreInfo& info = written.info();
    std::cout << written.folder().string() << ": " << info.compounds << " compounds of " << info.records
              << " records\n";
    for (const auto& [reason, count] : info.rejects) std::cout << "  rejected " << count << " (" << reason << ")\n";
    if (info.renamed > 0) std::cout << "  renamed " << info.renamed << " compounds whose ID was not unique\n";
    std::cout << "  digest " << info.compounds_digest << '\n';
    if (store.generations().size() > 1)
      std::cout << job.store.string() << ": " << store.info().compounds << " compounds in "
                << store.generations().size() << " generations, digest " << store.info().compounds_digest << '\n';
    if (info.compounds == 0)
      std::cerr << "error: no record of the library could be read as a compound; hint: see "
                << (written.folder() / store_files::kRejects).string() << '\n';
    return info.compounds == 0 ? exit_code::kWrongRequest : exit_code::kDone;
  }
  return exit_code::kDone;
}

}  // namespace

Command prepare_command() {
  const PrepareOptions defaults;
  Command command;
  command.name = "prepare";
  command.usage = "LIBRARY... (-o | --append) STORE [options], or --verify STORE, or --rescue STORE -o NEW";
  command.summary = "library files to a compound store that many campaigns can screen";
  command.help =
      "Reads SMILES, CSV and SDF files (plain, gzip, bzip2, zstd; '-' is standard input; globs allowed), standardises "
      "every\n"
      "molecule, computes descriptors, alerts and fingerprints, drops compounds that came before, and writes a store: "
      "a\n"
      "folder with compounds.bin, rejects.csv, keys.bin and manifest.json. Resumes by itself; the store's digest does "
      "not depend "
      "on\n"
      "ranks, threads or interruptions. The store is its user's alone: chmod -R g+rX lets the group use it. A compound "
      "that\n"
      "crashes or hangs ends the process with exit code 75; the same command rejects it and goes on.\n"
      "--append adds a library to a finished store as a further generation: nothing that is there is written again, "
      "compounds\n"
      "of any earlier generation are duplicates, IDs stay unique. --verify reads every byte, names what is damaged\n"
      "(exit code 1), and says how many bytes a compound takes, column by column. Whatever meets a damaged chunk "
      "stops\n"
      "and names it; --rescue makes a new store of the chunks that are whole.";
  command.examples =
      "digitalis prepare library.smi.gz -o library.store\n"
      "mpirun -n 4 digitalis prepare 'vendor/*.sdf.gz' -o vendor.store\n"
      "zcat library.smi.gz | digitalis prepare - -o library.store\n"
      "digitalis prepare more.smi.gz --append library.store\n"
      "digitalis prepare --verify library.store";
  command.arguments.add_options()("library", po::value<Texts>());
  command.options.add_options()("out,o", po::value<std::string>()->value_name("STORE"), "folder of the store")(
      "append", po::value<std::string>()->value_name("STORE"), "a finished store that the library is added to")(
      "verify", po::value<std::string>()->value_name("STORE"), "a store to be held against its checksums")(
      "rescue", po::value<std::string>()->value_name("STORE"), "a damaged store whose whole chunks become a new one")(
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
