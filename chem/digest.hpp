#pragma once
// Digests as text: how stores, runs and libraries are told apart. XXH3 finds accidents, not adversaries.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace digitalis {

/// 16 hexadecimal digits a word.
[[nodiscard]] std::string hex(std::initializer_list<std::uint64_t> words);

/// XXH3-64, 16 digits.
[[nodiscard]] std::string digest_64(std::string_view bytes);

/// XXH3-128, 32 digits.
[[nodiscard]] std::string digest_128(std::string_view bytes);

/// digest_128() of bytes that come piece by piece. Not for concurrent use.
class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(RunningDigest&&) noexcept;
  void add(std::string_view bytes);
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace digitalis
