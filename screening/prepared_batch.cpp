#include "screening/prepared_batch.hpp"

#include <xxhash.h>

#include "chem/bytes.hpp"

namespace digitalis {

void PreparedBatch::add(const Compound& compound) {
  const XXH128_hash_t structure = XXH3_128bits(compound.smiles.data(), compound.smiles.size());
  const XXH128_hash_t id = XXH3_128bits(compound.id.data(), compound.id.size());
  keys_.push_back({structure.high64, structure.low64, id.high64, id.low64});
  compounds.add(compound);
}

std::string PreparedBatch::to_bytes() const {
  ByteWriter out;
  out.put_array(std::span{keys_});
  out.put(source);
  out.put(records);
  out.put(static_cast<std::uint64_t>(rejects.size()));
  for (const Reject& reject : rejects) {
    out.put(reject.code);
    out.put(reject.at.line);
    out.put_string(reject.compound_id);
    out.put_string(reject.detail);
    out.put_string(reject.hint);
  }
  std::string bytes = out.take();
  bytes += compounds.to_bytes();
  return bytes;
}

PreparedBatch PreparedBatch::from_bytes(std::string_view bytes, CompoundColumns wanted) {
  ByteReader in{bytes};
  PreparedBatch batch;
  batch.keys_ = in.get_array<CompoundKeys>();
  batch.source = in.get<std::uint32_t>();
  batch.records = in.get<std::uint64_t>();
  const auto rejects = in.get<std::uint64_t>();
  for (std::uint64_t i = 0; i < rejects; ++i) {
    Reject reject;
    reject.code = in.get<RejectCode>();
    reject.at.line = in.get<std::uint64_t>();
    reject.compound_id = in.get_string();
    reject.detail = in.get_string();
    reject.hint = in.get_string();
    batch.rejects.push_back(std::move(reject));
  }
  batch.compounds = CompoundBlock::from_bytes(in.rest(), wanted);
  return batch;
}

std::uint64_t PreparedBatch::count_in(std::string_view prefix) { return ByteReader{prefix}.get<std::uint64_t>(); }

std::vector<CompoundKeys> PreparedBatch::keys_in(std::string_view prefix) {
  return ByteReader{prefix}.get_array<CompoundKeys>();
}

}  // namespace digitalis
