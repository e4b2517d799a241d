#include <stdexcept>

#include "chem/bytes.hpp"
#include "chem/record_reader.hpp"

namespace digitalis {

// Fields in the order of the structs; counts as 64 bits before what they count.
std::string RecordBatch::to_bytes() const {
  ByteWriter writer;
  writer.put(source);
  writer.put(layout.format);
  writer.put(layout.delimiter);
  writer.put(layout.smiles_column);
  writer.put(layout.id_column);
  writer.put_string(layout.id_property);
  writer.put(static_cast<std::uint64_t>(records.size()));
  for (const auto& record : records) {
    writer.put(record.record);
    writer.put(record.line);
    writer.put_string(record.text);
  }
  writer.put(static_cast<std::uint64_t>(rejects.size()));
  for (const auto& reject : rejects) {
    writer.put(reject.code);
    writer.put_string(reject.at.source);
    writer.put(reject.at.line);
    writer.put_string(reject.compound_id);
    writer.put_string(reject.detail);
    writer.put_string(reject.hint);
  }
  return writer.take();
}

RecordBatch RecordBatch::from_bytes(std::string_view bytes) {
  ByteReader reader(bytes);
  RecordBatch batch;
  batch.source = reader.get<std::uint32_t>();
  batch.layout.format = reader.get<RecordLayout::Format>();
  if (batch.layout.format > RecordLayout::Format::kSdf)
    throw std::runtime_error("a batch of records of an unknown format");
  batch.layout.delimiter = reader.get<char>();
  batch.layout.smiles_column = reader.get<std::int32_t>();
  batch.layout.id_column = reader.get<std::int32_t>();
  batch.layout.id_property = reader.get_string();
  // The counts are not trusted with memory: each record must be there before it takes any.
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    RawRecord record;
    record.record = reader.get<std::uint64_t>();
    record.line = reader.get<std::uint64_t>();
    record.text = reader.get_string();
    batch.records.push_back(std::move(record));
  }
  for (auto left = reader.get<std::uint64_t>(); left > 0; --left) {
    Reject reject;
    reject.code = reader.get<RejectCode>();
    if (reject.code > RejectCode::kLast) throw std::runtime_error("a reject with an unknown code");
    reject.at.source = reader.get_string();
    reject.at.line = reader.get<std::uint64_t>();
    reject.compound_id = reader.get_string();
    reject.detail = reader.get_string();
    reject.hint = reader.get_string();
    batch.rejects.push_back(std::move(reject));
  }
  if (!reader.at_end()) throw std::runtime_error("bytes after the end of a batch of records");
  return batch;
}

}  // namespace digitalis
