#pragma once
// What a record became: a value, or a reject that says where, what and what to do.
// A bad molecule is data: it is counted and listed, never thrown and never the end of a run.

#include <cassert>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace digitalis {

/// Why a record is not among the compounds. The order is part of the file formats: append only.
enum class RejectCode : std::uint8_t {
  kEmptyRecord,      ///< a record without a structure
  kMissingColumn,    ///< fewer columns than the file's layout promises
  kTooLong,          ///< a line or record beyond the reader's limit
  kNulBytes,         ///< binary data where text was expected
  kBadSmiles,        ///< not a SMILES
  kBadMolBlock,      ///< not a V2000 or V3000 record
  kBadValence,       ///< an atom with an impossible valence
  kBadAromaticity,   ///< rings that cannot be kekulized
  kNoOrganicPart,    ///< nothing organic is left after standardisation
  kTooLarge,         ///< more heavy atoms than the preparation takes
  kStandardisation,  ///< a standardisation step failed
  kTruncated,        ///< the file or archive ends in the middle of a record
  kDuplicate,        ///< the same compound came earlier in the library
  kFilter,           ///< outside a filter of the campaign
  kConformer,        ///< no 3D coordinates could be made
  kDockingType,      ///< an element or form that docking cannot score
  kCrashed,          ///< ended the process that worked on it, twice
  kOutOfTime,        ///< took more than [limits] allow
  kOutOfMemory,      ///< the same
  kLast = kOutOfMemory,
};

/// The code as it stands in `rejects.csv`, for example "bad_smiles".
[[nodiscard]] std::string_view name_of(RejectCode code);

/// Where a record stands: the source as the user named it, and its line (from 1; 0: the file as a whole).
struct Location {
  std::string source;
  std::uint64_t line = 0;
};

/// One row of `rejects.csv`. `detail` and `hint` never hold a structure: logs leave the building.
struct Reject {
  RejectCode code{};
  Location at;
  std::string compound_id;  ///< empty when the record did not get so far
  std::string detail;
  std::string hint;  ///< what the user can do; may be empty

  /// "file:line: detail; hint: remedy".
  [[nodiscard]] std::string message() const;
};

/// Either a T or the reason why there is none. Asking for the absent half is a bug in the caller.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}
  Result(Reject reject) : content_(std::move(reject)) {}

  explicit operator bool() const { return std::holds_alternative<T>(content_); }
  T& value() {
    assert(*this);
    return *std::get_if<T>(&content_);
  }
  const T& value() const {
    assert(*this);
    return *std::get_if<T>(&content_);
  }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Reject& reject() const {
    assert(!*this);
    return *std::get_if<Reject>(&content_);
  }
  Reject& reject() {
    assert(!*this);
    return *std::get_if<Reject>(&content_);
  }

 private:
  std::variant<T, Reject> content_;
};

}  // namespace digitalis
