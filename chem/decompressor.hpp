#pragma once
// Archives to plain bytes, piece by piece: gzip, bzip2 and zstd, with any number of members per file.
//
// The three libraries are used directly: through Boost.Iostreams a zstd frame cut short ends like a complete one, and
// what was unpacked just before a damaged spot is lost.

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace digitalis {

enum class Compression { kNone, kGzip, kBzip2, kZstd };

/// The compression that the first bytes of a file speak of, whatever the file is called.
[[nodiscard]] Compression compression_of(std::string_view first_bytes);

/// "gzip", "bzip2", "zstd"; "" for none.
[[nodiscard]] std::string_view name_of(Compression compression);

/// Unpacks one member after the other. Not for concurrent use.
class Decompressor {
 public:
  enum class State { kInMember, kMemberDone, kDamaged };
  struct Step {
    std::size_t consumed = 0;  ///< bytes taken from `in`
    std::size_t produced = 0;  ///< bytes put into `out`; valid in every state
    State state = State::kInMember;
  };

  virtual ~Decompressor() = default;

  /// Unpacks some of `in` into `out`, which must not be empty; an empty `in` asks for output that is still held back.
  /// After kMemberDone the next call starts a new member; after kDamaged no call is allowed.
  [[nodiscard]] virtual Step step(std::span<const char> in, std::span<char> out) = 0;
};

/// Throws std::bad_alloc when there is no memory for the tables. `compression` must not be kNone.
[[nodiscard]] std::unique_ptr<Decompressor> make_decompressor(Compression compression);

}  // namespace digitalis
