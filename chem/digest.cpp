#include "chem/digest.hpp"

#include <xxhash.h>

namespace digitalis {

std::string hex(std::initializer_list<std::uint64_t> words) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint64_t word : words)
    for (int shift = 60; shift >= 0; shift -= 4) text += kDigits[word >> static_cast<unsigned>(shift) & 15U];
  return text;
}

std::string digest_64(std::string_view bytes) { return hex({XXH3_64bits(bytes.data(), bytes.size())}); }

std::string digest_128(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return hex({hash.high64, hash.low64});
}

struct RunningDigest::State {
  XXH3_state_t* xxh3 = XXH3_createState();
  State() { XXH3_128bits_reset(xxh3); }
  ~State() { XXH3_freeState(xxh3); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

RunningDigest::RunningDigest() : state_(std::make_unique<State>()) {}
RunningDigest::~RunningDigest() = default;
RunningDigest::RunningDigest(RunningDigest&&) noexcept = default;
void RunningDigest::add(std::string_view bytes) { XXH3_128bits_update(state_->xxh3, bytes.data(), bytes.size()); }
std::string RunningDigest::text() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh3);
  return hex({hash.high64, hash.low64});
}

}  // namespace digitalis
