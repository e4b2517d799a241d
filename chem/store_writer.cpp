#include "chem/store_writer.hpp"

#include "chem/digest.hpp"
#include "chem/file_io.hpp"
#include "chem/store_generation.hpp"

namespace digitalis {

StoredChunk::StoredChunk(const CompoundBlock& block)
    : bytes(block.to_bytes()),
      compounds(block.size()),
      checksum(StoreGeneration::checksum(bytes)),
      content(block.content_checksum()) {}

struct StoreWriter::Files {
  explicit Files(std::filesystem::path to)
      : folder(std::move(to)), compounds(folder / store_files::kCompounds), rejects(folder / store_files::kRejects) {}
  std::filesystem::path folder;
  AtomicFile compounds, rejects;
  RunningDigest rejects_digest;
  std::uint64_t end = 0;
  std::vector<ChunkRow> rows;
  CompoundColumnBytes column_bytes{};
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

void StoreWriter::add_chunk(const StoredChunk& chunk) {
  if (chunk.compounds == 0) return;
  const std::uint64_t before = files_->rows.empty() ? 0 : files_->rows.back().compounds_end;
  files_->compounds.write(chunk.bytes);
  files_->end += chunk.bytes.size();
  files_->rows.push_back({files_->end, before + chunk.compounds, chunk.checksum, chunk.content});
  const CompoundColumnBytes columns = CompoundBlock::column_bytes(chunk.bytes);
  for (std::size_t i = 0; i < columns.size(); ++i) files_->column_bytes[i] += columns[i];
}

void StoreWriter::add_rejects(std::string_view lines) {
  files_->rejects.write(lines);
  files_->rejects_digest.add(lines);
}

void StoreWriter::finish(StoreInfo info) {
  const std::string tail = StoreGeneration::tail_bytes(files_->rows);
  files_->compounds.write(tail);
  info.compounds = files_->rows.empty() ? 0 : files_->rows.back().compounds_end;
  info.compounds_digest = StoreGeneration::compounds_digest(files_->rows);
  info.table_digest = digest_128(tail);
  info.column_bytes = files_->column_bytes;
  info.rejects_digest = files_->rejects_digest.text();
  files_->rejects.commit();
  files_->compounds.commit();
  write_file_atomically(files_->folder / store_files::kManifest, manifest_of(info));
}

}  // namespace digitalis
