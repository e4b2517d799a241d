#include "screening/prepare_library.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include <oneapi/tbb/enumerable_thread_specific.h>

#include "chem/compound_store.hpp"
#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "scheduler/stage_runner.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/prepare_chunk.hpp"
#include "screening/prepared_batch.hpp"
#include "screening/repeated_compounds.hpp"
#include "screening/write_generation.hpp"

namespace digitalis {
namespace {

// A chunk is about a quarter of a second of one thread's work: small enough that the end of a stage leaves no core idle
// for long and a kill loses little, large enough that handing it out costs nothing.
constexpr std::size_t kChunkRecords = 256;
constexpr std::size_t kChunkBytes = 4U << 20U;

/// A file's size and a digest of its first and last MiB: enough to notice another library, without reading it twice.
std::string sample_digest(const std::string& source) {
  if (source == "-") return "stdin";
  constexpr std::uint64_t kSample = 1U << 20U;
  const RandomAccessFile file{source};
  const std::uint64_t size = file.size();
  const std::string head = file.read(0, std::min(size, kSample));
  const std::string tail = file.read(size - std::min(size, kSample), std::min(size, kSample));
  return std::to_string(size) + ":" + digest_64(head) + digest_64(tail);
}

/// Reads the library on rank 0, a chunk at a time.
class Source {
 public:
  explicit Source(const LibraryJob& job) : reader_(job.sources, job.columns) {}
  std::optional<Task> next() {
    auto batch = reader_.next(kChunkRecords, kChunkBytes);
    if (!batch) return std::nullopt;
    return Task{chunk_++, batch->to_bytes()};
  }
  double fraction() const { return reader_.fraction_read(); }

 private:
  LibraryReader reader_;
  std::uint64_t chunk_ = 0;
};

/// What rank 0 finds in the store's folder.
enum class Found { kFinished, kNothing };

/// Into which folder the library goes, and what is there.
struct Destination {
  std::filesystem::path folder;
  std::size_t generation = 1;
  Found found = Found::kNothing;
};

[[noreturn]] void refuse(const std::filesystem::path& folder, const std::string& what, const char* remedy) {
  throw UsageError(folder.string() + ": " + what + "; hint: " + remedy);
}
constexpr const char* kAnotherFolder = "name another folder, or delete this one";

/// Everything but the store itself goes, mark last.
void tidy(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder / "journal");
  std::filesystem::remove(folder / store_files::kMark);
}

/// Makes the folder ready for work on what `identity` names, new or begun. It holds no finished store.
void begin(const std::filesystem::path& folder, const std::string& identity) {
  const std::filesystem::path mark = folder / store_files::kMark;
  std::error_code failure;
  if (std::filesystem::exists(folder, failure) && !std::filesystem::is_directory(folder, failure))
    refuse(folder, "is a file", kAnotherFolder);
  std::filesystem::create_directories(folder);
  if (std::filesystem::exists(mark)) {
    if (read_file(mark) != identity)
      refuse(folder, "holds the unfinished store of another library or of other options", kAnotherFolder);
  } else {
    // Whoever was killed, or found the disk full, while writing the mark left its beginning.
    std::filesystem::remove(mark.string() + ".partial");
    if (!std::filesystem::is_empty(folder)) refuse(folder, "is not empty and holds no store", kAnotherFolder);
    write_file_atomically(mark, identity);
  }
  std::filesystem::create_directories(folder / "journal");
}

Destination examine_new(const LibraryJob& job) {
  const std::string digest = job.digest();
  if (!CompoundStore::is_store(job.store)) {
    begin(job.store, digest);
    return {job.store};
  }
  if (CompoundStore{job.store}.generations().front().info().library_digest != digest)
    refuse(job.store, "holds the store of another library or of other options", kAnotherFolder);
  tidy(job.store);
  return {job.store, 1, Found::kFinished};
}

Destination examine_append(const LibraryJob& job) {
  const CompoundStore store{job.store};
  const std::string digest = job.digest();
  for (std::size_t i = 0; i < store.generations().size(); ++i)
    if (store.generations()[i].info().library_digest == digest) {
      tidy(store.generations()[i].folder());
      return {store.generations()[i].folder(), i + 1, Found::kFinished};
    }
  (void)EarlierGenerations{CompoundStore{job.store}};  // refuses where there are no keys
  for (const StoreGeneration& generation : store.generations())
    if (!generation.has_whole(store_files::kKeys))
      refuse(generation.folder(), "keys.bin does not match its digest", "copy or prepare the store again");
  Destination next{{}, store.generations().size() + 1};
  next.folder = CompoundStore::generation_folder(job.store, next.generation);
  const std::string identity = digest_128(store.info().compounds_digest + digest);
  if (!CompoundStore::is_store(next.folder)) {
    begin(next.folder, identity);
    return next;
  }
  // Killed between its last two steps.
  if (read_file(next.folder / store_files::kMark) != identity)
    refuse(next.folder, "holds the unfinished store of another library or of other options", kAnotherFolder);
  CompoundStore::list_generations(job.store, next.generation);
  tidy(next.folder);
  next.found = Found::kFinished;
  return next;
}

}  // namespace

std::string LibraryJob::digest() const {
  nlohmann::json json{{"standardise", preparation.standardise},
                      {"max_heavy_atoms", preparation.max_heavy_atoms},
                      {"fingerprint", {preparation.fingerprint.radius, preparation.fingerprint.bits}},
                      {"smiles_column", columns.smiles_column},
                      {"id_column", columns.id_column}};
  for (std::size_t i = 0; i < sources.size(); ++i)
    json["sources"].push_back({source_names[i], sample_digest(sources[i])});
  return digest_128(json.dump());
}

LibraryJob library_job(const std::vector<std::string>& paths, const std::filesystem::path& base) {
  LibraryJob job;
  job.sources = expand_paths(paths);
  const std::string prefix = base.empty() ? "" : base.string() + "/";
  for (const std::string& source : job.sources)
    job.source_names.push_back(!prefix.empty() && source.starts_with(prefix) ? source.substr(prefix.size()) : source);
  return job;
}

bool prepare_library(MpiWorld& world, const LibraryJob& job, Progress& progress) {
  Destination to;
  on_first_rank(world, [&] { to = job.is_append ? examine_append(job) : examine_new(job); });
  if (world.any(to.found == Found::kFinished)) return true;

  const std::filesystem::path folder = std::filesystem::path{world.broadcast(to.folder.string())} / "journal";
  Journal journal = scan_together(world, folder);
  JournalWriter writer{folder, world.rank(), journal.attempts() + 1};
  std::unique_ptr<Source> source;
  if (world.is_first()) source = std::make_unique<Source>(job);
  oneapi::tbb::enumerable_thread_specific<std::unique_ptr<Preparer>> preparers;

  StagePlan plan;
  plan.stage = prepare_stage::kPrepare;
  plan.name = "prepare";
  plan.next_task = [&] { return source->next(); };
  plan.fraction_drawn = [&] { return source->fraction(); };
  plan.work = [&](const Task& task) {
    auto& preparer = preparers.local();
    if (!preparer) preparer = std::make_unique<Preparer>(job.preparation);
    const RecordBatch raw = RecordBatch::from_bytes(task.payload);
    return prepare_chunk(raw, job.source_names.at(raw.source), *preparer, task);
  };
  if (job.walls.quarantine.size() > 0) {
    plan.quarantine = job.walls.quarantine;
    plan.quarantine.insert(plan.quarantine.end(), {"prepare"});
  }
  plan.quarantine_payload = [&](const Task& task) { return payload_for_quarantine(job, task); };
  plan.limits = job.walls.limits;
  plan.leave = job.walls.leave;
  plan.describe = [&](const Task& task, std::uint64_t item) { return name_of_record(job, task, item); };
  const StageOutcome prepared = run_stage(world, plan, journal, writer, job.threads, progress);
  if (prepared.lost_ranks > 0) world.leave();
  if (!prepared.complete) return false;
  preparers.clear();

  journal = scan_together(world, folder);
  std::uint64_t compounds = 0;
  if (world.is_first())
    for (const std::uint64_t chunk : journal.chunks(prepare_stage::kPrepare))
      compounds += PreparedBatch::count_in(journal.read_range({prepare_stage::kPrepare, chunk}, 0, sizeof compounds));
  compounds = world.sum({compounds}).front();
  const std::uint32_t partitions = partitions_for(compounds);

  StagePlan repeats;
  repeats.stage = prepare_stage::kRepeats;
  repeats.name = "find duplicates";
  repeats.noun = "partitions";
  repeats.chunks = partitions;
  repeats.limits = {.seconds = 0.0, .memory_bytes = job.walls.limits.memory_bytes};
  repeats.leave = job.walls.leave;
  EarlierGenerations earlier = job.is_append ? EarlierGenerations{CompoundStore{job.store}} : EarlierGenerations{};
  repeats.work = [&](const Task& task) {
    return ChunkResult{repeats_in_partition(journal, prepare_stage::kPrepare, static_cast<std::uint32_t>(task.chunk),
                                            partitions, earlier),
                       1, 0};
  };
  const StageOutcome repeated = run_stage(world, repeats, journal, writer, job.threads, progress);
  if (repeated.lost_ranks > 0) world.leave();
  if (!repeated.complete) return false;

  if (world.is_first()) {
    journal = Journal::scan(folder);
    write_generation(job, to.folder, journal, prepared.chunks, partitions, earlier);
    if (job.is_append) CompoundStore::list_generations(job.store, to.generation);
    tidy(to.folder);
  }
  world.barrier();
  return true;
}

}  // namespace digitalis
