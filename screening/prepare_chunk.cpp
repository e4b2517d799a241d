#include "screening/prepare_chunk.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <utility>

#include "chem/bytes.hpp"
#include "chem/parse_record.hpp"
#include "scheduler/item_watch.hpp"
#include "screening/compound_walls.hpp"
#include "screening/prepared_batch.hpp"

namespace digitalis {
namespace {

/// "lib/nci.smi.gz" -> "nci": what generated IDs begin with.
std::string stem_of(const std::string& source) {
  std::string name = source == "-" ? "stdin" : std::filesystem::path{source}.filename().string();
  if (const auto dot = name.find('.', 1); dot != std::string::npos) name.resize(dot);
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !std::isgraph(c); }, '_');
  return name;
}

}  // namespace

ChunkResult prepare_chunk(const RecordBatch& raw, const std::string& source_name, const Preparer& preparer,
                          const Task& task) {
  PreparedBatch batch;
  batch.source = raw.source;
  batch.records = raw.records.size() + raw.rejects.size();
  batch.rejects = raw.rejects;
  for (std::size_t item = 0; item < raw.records.size(); ++item) {
    if (task.only && *task.only != item) continue;
    const RawRecord& record = raw.records[item];
    if (const KilledBy* const killer = killer_of(task, item)) {
      Reject& reject = batch.rejects.emplace_back(reject_of(*killer));
      reject.at.line = record.line;
      reject.compound_id = id_of_record(raw.layout, record);
      continue;
    }
    begin_item(item);
    auto compound = preparer.prepare(raw.layout, record, raw.source, source_name);
    if (!compound) {
      batch.rejects.push_back(std::move(compound.reject()));
      continue;
    }
    if (compound->id.empty()) compound->id = stem_of(source_name) + "_" + std::to_string(record.record);
    batch.add(*compound);
  }
  std::stable_sort(batch.rejects.begin(), batch.rejects.end(),
                   [](const Reject& a, const Reject& b) { return a.at.line < b.at.line; });
  return {batch.to_bytes(), batch.records, batch.rejects.size()};
}

std::string payload_for_quarantine(const LibraryJob& job, const Task& task) {
  const PrepareOptions& options = job.preparation;
  ByteWriter out;
  out.put(static_cast<std::uint32_t>(options.standardise));
  out.put(options.max_heavy_atoms);
  out.put(static_cast<std::uint32_t>(options.fingerprint.radius));
  out.put(static_cast<std::uint32_t>(options.fingerprint.bits));
  out.put_string(job.source_names.at(RecordBatch::from_bytes(task.payload).source));
  return out.take() + task.payload;
}

std::function<ChunkResult(const Task&)> quarantined_preparation(const Task& task) {
  ByteReader in{task.payload};
  PrepareOptions options;
  options.standardise = in.get<std::uint32_t>() != 0;
  options.max_heavy_atoms = in.get<std::uint32_t>();
  options.fingerprint.radius = in.get<std::uint32_t>();
  options.fingerprint.bits = in.get<std::uint32_t>();
  const std::string source_name{in.get_string()};
  const auto preparer = std::make_shared<const Preparer>(options);
  return [source_name, preparer, raw = RecordBatch::from_bytes(in.rest())](const Task& same) {
    return prepare_chunk(raw, source_name, *preparer, same);
  };
}

std::string name_of_record(const LibraryJob& job, const Task& task, std::uint64_t item) {
  const RecordBatch raw = RecordBatch::from_bytes(task.payload);
  const RawRecord& record = raw.records.at(item);
  const std::string id = id_of_record(raw.layout, record);
  return "record " + id + (id.empty() ? "(" : " (") + job.source_names.at(raw.source) + ":" +
         std::to_string(record.line) + ")";
}

}  // namespace digitalis
