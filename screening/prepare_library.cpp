#include "screening/prepare_library.hpp"

#include <algorithm>
#include <list>
#include <map>
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
#include "screening/rejects_csv.hpp"
#include "screening/repeated_compounds.hpp"
#include "screening/version.hpp"

namespace digitalis {
namespace {

enum Stage : std::uint32_t { kPrepare = 1, kRepeats = 2 };

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

/// Names that differ from every other: an ID's second compound is "ID##2". An ID that already ends in "##" and digits
/// gets "##1", so that no name made here can meet one that was in the library.
std::string unique_id(std::string_view id, std::uint64_t occurrence) {
  const auto digits = id.size() - (id.find_last_not_of("0123456789") + 1);
  const bool tailed = digits > 0 && id.size() >= digits + 2 && id.substr(0, id.size() - digits).ends_with("##");
  if (occurrence == 1 && !tailed) return std::string{id};
  return std::string{id} + "##" + std::to_string(occurrence);
}

/// Finds compounds that came earlier, to name them in a reject; holds the few chunks asked for last.
class EarlierCompounds {
 public:
  EarlierCompounds(const Journal& journal, const LibraryJob& job) : journal_(journal), job_(job) {}
  /// "ID (file:line)".
  std::string describe(std::uint64_t position) {
    const PreparedBatch& batch = chunk(chunk_of(position));
    const std::uint64_t index = index_of(position);
    return std::string{batch.compounds.id(index)} + " (" + job_.source_names.at(batch.source) + ":" +
           std::to_string(batch.compounds.line(index)) + ")";
  }

 private:
  const PreparedBatch& chunk(std::uint64_t number) {
    for (auto it = recent_.begin(); it != recent_.end(); ++it) {
      if (it->first != number) continue;
      recent_.splice(recent_.begin(), recent_, it);
      return it->second;
    }
    recent_.emplace_front(number, PreparedBatch::from_bytes(journal_.read({kPrepare, number})));
    if (recent_.size() > 16) recent_.pop_back();
    return recent_.front().second;
  }
  const Journal& journal_;
  const LibraryJob& job_;
  std::list<std::pair<std::uint64_t, PreparedBatch>> recent_;
};

/// Rank 0: the journal's chunks in order, without the compounds that came before, become the store.
void write_store(const LibraryJob& job, const Journal& journal, std::uint64_t chunks, std::uint32_t partitions) {
  RepeatedCompounds repeated{journal, kRepeats, partitions};
  EarlierCompounds earlier{journal, job};
  StoreWriter store{job.store};
  AtomicFile rejects{job.store / "rejects.csv"};
  rejects.write(kRejectsHeader);
  StoreInfo info;
  std::map<std::string, std::uint64_t> reasons;
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk) {
    const PreparedBatch batch = PreparedBatch::from_bytes(journal.read({kPrepare, chunk}));
    const std::string& source = job.source_names.at(batch.source);
    info.records += batch.records;
    CompoundBlock kept;
    auto bad = batch.rejects.begin();
    const auto write_reject = [&](Reject reject) {
      reject.at.source = source;
      ++reasons[std::string{name_of(reject.code)}];
      rejects.write(rejects_row(reject, "prepare"));
    };
    for (std::size_t i = 0; i < batch.compounds.size(); ++i) {
      const std::uint64_t line = batch.compounds.line(i);
      for (; bad != batch.rejects.end() && bad->at.line < line; ++bad) write_reject(*bad);
      const std::uint64_t position = position_of(chunk, i);
      const auto first = repeated.first_with_structure(position);
      const std::uint64_t occurrence = repeated.id_occurrence(position);
      if (first) {
        write_reject({RejectCode::kDuplicate,
                      {source, line},
                      std::string{batch.compounds.id(i)},
                      "same compound as " + earlier.describe(*first),
                      ""});
        continue;
      }
      Compound compound = batch.compounds.compound(i);
      compound.id = unique_id(compound.id, occurrence);
      info.renamed += compound.id != batch.compounds.id(i);
      kept.add(compound);
    }
    for (; bad != batch.rejects.end(); ++bad) write_reject(*bad);
    if (kept.size() > 0) store.add_chunk(kept);
  }
  rejects.commit();
  info.rejects.assign(reasons.begin(), reasons.end());
  info.sources = job.source_names;
  info.preparation = job.preparation;
  info.prepared_by = version_line();
  info.library_digest = job.digest();
  store.finish(std::move(info));
}

/// What rank 0 finds in the store's folder.
enum class Found { kFinished, kNothing };

Found examine(const LibraryJob& job) {
  const std::filesystem::path mark = job.store / "library.digest";
  const std::string digest = job.digest();
  const auto refuse = [&](const std::string& what) {
    throw UsageError(job.store.string() + ": " + what + "; hint: name another folder, or delete this one");
  };
  if (CompoundStore::is_store(job.store)) {
    if (CompoundStore{job.store}.info().library_digest != digest)
      refuse("holds the store of another library or of other options");
    std::filesystem::remove_all(job.store / "journal");
    std::filesystem::remove(mark);
    return Found::kFinished;
  }
  std::error_code failure;
  if (std::filesystem::exists(job.store, failure) && !std::filesystem::is_directory(job.store, failure))
    refuse("is a file");
  std::filesystem::create_directories(job.store);
  if (std::filesystem::exists(mark)) {
    if (read_file(mark) != digest) refuse("holds the unfinished store of another library or of other options");
  } else {
    // Whoever was killed, or found the disk full, while writing the mark left its beginning.
    std::filesystem::remove(mark.string() + ".partial");
    if (!std::filesystem::is_empty(job.store)) refuse("is not empty and holds no store");
    write_file_atomically(mark, digest);
  }
  std::filesystem::create_directories(job.store / "journal");
  return Found::kNothing;
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
  Found found = Found::kNothing;
  on_first_rank(world, [&] { found = examine(job); });
  if (world.any(found == Found::kFinished)) return true;

  const std::filesystem::path folder = job.store / "journal";
  Journal journal = scan_together(world, folder);
  JournalWriter writer{folder, world.rank(), journal.attempts() + 1};
  std::unique_ptr<Source> source;
  if (world.is_first()) source = std::make_unique<Source>(job);
  oneapi::tbb::enumerable_thread_specific<std::unique_ptr<Preparer>> preparers;

  StagePlan plan;
  plan.stage = kPrepare;
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
    for (const std::uint64_t chunk : journal.chunks(kPrepare))
      compounds += PreparedBatch::count_in(journal.read_range({kPrepare, chunk}, 0, sizeof compounds));
  compounds = world.sum({compounds}).front();
  const std::uint32_t partitions = partitions_for(compounds);

  StagePlan repeats;
  repeats.stage = kRepeats;
  repeats.name = "find duplicates";
  repeats.noun = "partitions";
  repeats.chunks = partitions;
  repeats.limits = {.seconds = 0.0, .memory_bytes = job.walls.limits.memory_bytes};
  repeats.leave = job.walls.leave;
  repeats.work = [&](const Task& task) {
    return ChunkResult{repeats_in_partition(journal, kPrepare, static_cast<std::uint32_t>(task.chunk), partitions), 1,
                       0};
  };
  const StageOutcome repeated = run_stage(world, repeats, journal, writer, job.threads, progress);
  if (repeated.lost_ranks > 0) world.leave();
  if (!repeated.complete) return false;

  if (world.is_first()) {
    journal = Journal::scan(folder);
    write_store(job, journal, prepared.chunks, partitions);
    std::filesystem::remove_all(folder);
    std::filesystem::remove(job.store / "library.digest");
  }
  world.barrier();
  return true;
}

}  // namespace digitalis
