#include "screening/write_generation.hpp"

#include <bit>
#include <list>
#include <map>
#include <string>
#include <utility>

#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/store_writer.hpp"
#include "screening/prepared_batch.hpp"
#include "screening/rejects_csv.hpp"
#include "screening/repeated_compounds.hpp"
#include "screening/version.hpp"

namespace digitalis {
namespace {

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
    recent_.emplace_front(number, PreparedBatch::from_bytes(journal_.read({prepare_stage::kPrepare, number}),
                                                            {CompoundColumn::kId, CompoundColumn::kOrigin}));
    if (recent_.size() > 16) recent_.pop_back();
    return recent_.front().second;
  }
  const Journal& journal_;
  const LibraryJob& job_;
  std::list<std::pair<std::uint64_t, PreparedBatch>> recent_;
};

/// Where the compounds that were kept stand in the store.
class KeptCompounds {
 public:
  void begin_chunk() {
    chunks_.push_back({bits_.size(), kept_});
    in_chunk_ = 0;
  }
  void add(bool is_kept) {
    if (in_chunk_ % 64 == 0) bits_.push_back(0);
    if (is_kept) {
      bits_.back() |= std::uint64_t{1} << in_chunk_ % 64;
      ++kept_;
    }
    ++in_chunk_;
  }
  [[nodiscard]] std::uint64_t number_of(std::uint64_t position) const {
    const auto& [word, before] = chunks_.at(chunk_of(position));
    const std::uint64_t index = index_of(position);
    std::uint64_t number = before;
    for (std::uint64_t i = 0; i < index / 64; ++i) number += static_cast<std::uint64_t>(std::popcount(bits_[word + i]));
    const std::uint64_t below = (std::uint64_t{1} << index % 64) - 1;
    return number + static_cast<std::uint64_t>(std::popcount(bits_.at(word + index / 64) & below));
  }

 private:
  struct Chunk {
    std::uint64_t word, before;
  };
  std::vector<Chunk> chunks_;
  std::vector<std::uint64_t> bits_;  // one a compound, each chunk from a word of its own
  std::uint64_t in_chunk_ = 0, kept_ = 0;
};

/// Leaves out of the journal's chunks what came before. Not for concurrent use: chunks come in order.
class Sieve {
 public:
  Sieve(const LibraryJob& job, const Journal& journal, std::uint32_t partitions, EarlierGenerations& earlier)
      : job_(job),
        repeated_(journal, prepare_stage::kRepeats, partitions),
        in_library_(journal, job),
        in_earlier_(earlier) {}

  struct Sifted {
    CompoundBlock kept;
    std::string rejects;  ///< lines of rejects.csv
  };
  Sifted sift(std::uint64_t chunk, const PreparedBatch& batch) {
    Sifted sifted;
    const std::string& source = job_.source_names.at(batch.source);
    records_ += batch.records;
    kept_.begin_chunk();
    auto bad = batch.rejects.begin();
    const auto reject = [&](Reject reject) {
      reject.at.source = source;
      ++reasons_[std::string{name_of(reject.code)}];
      sifted.rejects += rejects_row(reject, "prepare");
    };
    for (std::size_t i = 0; i < batch.compounds.size(); ++i) {
      const std::uint64_t line = batch.compounds.line(i);
      for (; bad != batch.rejects.end() && bad->at.line < line; ++bad) reject(*bad);
      const std::uint64_t position = position_of(chunk, i);
      const auto first = repeated_.first_with_structure(position);
      const std::uint64_t occurrence = repeated_.id_occurrence(position);
      kept_.add(!first);
      if (first) {
        reject({RejectCode::kDuplicate,
                {source, line},
                std::string{batch.compounds.id(i)},
                "same compound as " +
                    (first->is_stored ? in_earlier_.describe(first->number) : in_library_.describe(first->number)),
                ""});
        continue;
      }
      Compound compound = batch.compounds.compound(i);
      compound.id = unique_id(compound.id, occurrence);
      renamed_ += compound.id != batch.compounds.id(i);
      sifted.kept.add(compound);
    }
    for (; bad != batch.rejects.end(); ++bad) reject(*bad);
    return sifted;
  }

  /// Of all chunks so far.
  [[nodiscard]] StoreInfo info() const {
    StoreInfo info;
    info.records = records_;
    info.renamed = renamed_;
    info.rejects.assign(reasons_.begin(), reasons_.end());
    return info;
  }
  [[nodiscard]] const KeptCompounds& kept() const { return kept_; }

 private:
  const LibraryJob& job_;
  RepeatedCompounds repeated_;
  EarlierCompounds in_library_;
  EarlierGenerations& in_earlier_;
  KeptCompounds kept_;
  std::map<std::string, std::uint64_t> reasons_;
  std::uint64_t records_ = 0, renamed_ = 0;
};

/// Chunks from the journal through the sieve into the store, decompressed and compressed on several threads.
void write_chunks(const Journal& journal, std::uint64_t chunks, int threads, Sieve& sieve, StoreWriter& store) {
  namespace tbb = oneapi::tbb;
  using tbb::filter_mode;
  struct Read {
    std::uint64_t chunk = 0;
    PreparedBatch batch;
  };
  struct Compressed {
    StoredChunk compounds;
    std::string rejects;
  };
  std::uint64_t next = 0;
  const auto number = [&](tbb::flow_control& flow) {
    if (next == chunks) flow.stop();
    return next++;
  };
  const auto read = [&](std::uint64_t chunk) {
    return Read{chunk, PreparedBatch::from_bytes(journal.read({prepare_stage::kPrepare, chunk}))};
  };
  const auto sift = [&](const Read& read) { return sieve.sift(read.chunk, read.batch); };
  const auto compress = [](Sieve::Sifted sifted) {
    return Compressed{StoredChunk{sifted.kept}, std::move(sifted.rejects)};
  };
  const auto write = [&](const Compressed& compressed) {
    store.add_rejects(compressed.rejects);
    store.add_chunk(compressed.compounds);
  };
  tbb::task_arena{threads}.execute([&] {
    tbb::parallel_pipeline(4 * static_cast<std::size_t>(threads),
                           tbb::make_filter<void, std::uint64_t>(filter_mode::serial_in_order, number) &
                               tbb::make_filter<std::uint64_t, Read>(filter_mode::parallel, read) &
                               tbb::make_filter<Read, Sieve::Sifted>(filter_mode::serial_in_order, sift) &
                               tbb::make_filter<Sieve::Sifted, Compressed>(filter_mode::parallel, compress) &
                               tbb::make_filter<Compressed, void>(filter_mode::serial_in_order, write));
  });
}

}  // namespace

void write_generation(const LibraryJob& job, const std::filesystem::path& folder, const Journal& journal,
                      std::uint64_t chunks, std::uint32_t partitions, EarlierGenerations& earlier) {
  StoreWriter store{folder};
  store.add_rejects(kRejectsHeader);
  Sieve sieve{job, journal, partitions, earlier};
  write_chunks(journal, chunks, job.threads, sieve, store);
  StoreInfo info = sieve.info();
  info.sources = job.source_names;
  info.preparation = job.preparation;
  info.prepared_by = version_line();
  info.library_digest = job.digest();
  info.keys_digest = write_keys(folder, journal, prepare_stage::kRepeats, partitions,
                                [&](std::uint64_t position) { return sieve.kept().number_of(position); });
  store.finish(std::move(info));
}

}  // namespace digitalis
