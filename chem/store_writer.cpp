#include "chem/store_writer.hpp"

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/store_generation.hpp"

namespace digitalis {

struct StoreWriter::Files {
  explicit Files(std::filesystem::path to)
      : folder(std::move(to)), compounds(folder / store_files::kCompounds), rejects(folder / store_files::kRejects) {}
  std::filesystem::path folder;
  AtomicFile compounds, rejects;
  RunningDigest rejects_digest;
  std::uint64_t end = 0;
  std::vector<ChunkRow> rows;
};

StoreWriter::StoreWriter(std::filesystem::path folder) {
  std::filesystem::create_directories(folder);
  files_ = std::make_unique<Files>(std::move(folder));
  const std::string head = StoreGeneration::head_bytes();
  files_->compounds.write(head);
  files_->end = head.size();
}
StoreWriter::~StoreWriter() = default;
StoreWriter::StoreWriter(StoreWriter&&) noexcept = default;

void StoreWriter::add_chunk(const CompoundBlock& compounds) {
  if (compounds.size() == 0) return;
  const std::string bytes = compounds.to_bytes();
  const std::uint64_t before = files_->rows.empty() ? 0 : files_->rows.back().compounds_end;
  files_->compounds.write(bytes);
  files_->end += bytes.size();
  files_->rows.push_back({files_->end, before + compounds.size(), StoreGeneration::checksum(bytes)});
}

void StoreWriter::add_rejects(std::string_view lines) {
  files_->rejects.write(lines);
  files_->rejects_digest.add(lines);
}

void StoreWriter::finish(StoreInfo info) {
  const std::string tail = StoreGeneration::tail_bytes(files_->rows);
  files_->compounds.write(tail);
  info.compounds = files_->rows.empty() ? 0 : files_->rows.back().compounds_end;
  info.compounds_digest = digest_128(tail);
  info.rejects_digest = files_->rejects_digest.text();
  files_->rejects.commit();
  files_->compounds.commit();
  write_file_atomically(files_->folder / store_files::kManifest, manifest_of(info));
}

}  // namespace digitalis
