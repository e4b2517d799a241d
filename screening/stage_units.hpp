#pragma once
// How the work of a funnel's stage is cut into units, each a frame of the journal: what is handed out, written and, at
// worst, lost at once. A unit is a part of a chunk of the store, a chunk, or several chunks in a row, so that it holds
// about as many compounds as are worth a frame: few where a compound takes long, many where few are left in a chunk.
// It depends on how many compounds enter the stage and on nothing of the machine.
//
// The last units may be smaller: all threads of a run end at different moments, and what the others wait for is the
// slowest of the last units. The first six tenths of the chunks are cut as wanted, the next three into units of a
// fourth of that, the last into units of a sixteenth (tests/bench/scheduler_sim shows what that is worth on 10,000
// nodes).

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scheduler/journal.hpp"
#include "screening/stage_frame.hpp"

namespace digitalis {

class StageUnits {
 public:
  StageUnits() = default;
  /// @param chunks     of the store
  /// @param compounds  that enter the stage
  /// @param wanted     compounds in a unit
  /// @param fewest     compounds in the smallest of the last units
  StageUnits(std::uint64_t chunks, std::uint64_t compounds, std::uint64_t wanted, std::uint64_t fewest);
  StageUnits(std::uint64_t chunks, std::uint64_t compounds, std::uint64_t wanted)
      : StageUnits(chunks, compounds, wanted, wanted) {}

  /// Units of some seconds of work, but not many more than some millions of them; where compounds take long and are
  /// few, units of one or none, so that every thread has work until the end.
  [[nodiscard]] static StageUnits of_stage(bool takes_long, std::uint64_t chunks, std::uint64_t compounds);

  [[nodiscard]] std::uint64_t count() const { return units_; }

  /// What a unit covers: part `part` of `parts` of chunk `first_chunk`, or the chunks before `end_chunk`.
  struct Range {
    std::uint64_t first_chunk = 0, end_chunk = 0;
    std::uint32_t part = 0, parts = 1;
  };
  [[nodiscard]] Range range(std::uint64_t unit) const;

  /// The part's share of a chunk's survivors.
  template <class T>
  [[nodiscard]] static std::span<const T> share(std::span<const T> all, const Range& range) {
    const std::size_t begin = all.size() * range.part / range.parts, end = all.size() * (range.part + 1) / range.parts;
    return all.subspan(begin, end - begin);
  }

  /// A unit's frames, one for each of its chunks, as the journal's payload.
  [[nodiscard]] static std::string to_bytes(std::span<const StageFrame> frames);
  /// What the units of a chunk made of it, put together. Throws std::runtime_error when the payload is damaged or of
  /// another version, std::out_of_range when the journal lacks a unit. Safe to call concurrently.
  [[nodiscard]] StageFrame frame(const Journal& journal, std::uint32_t stage, std::uint64_t chunk) const;

 private:
  /// Chunks in a row that are cut alike.
  struct Section {
    std::uint64_t first_chunk = 0, end_chunk = 0, first_unit = 0;
    std::uint32_t parts = 1;  // units of a chunk; or, when 1,
    std::uint32_t span = 1;   // chunks of a unit
  };

  std::uint64_t units_ = 0;
  std::vector<Section> sections_;
};

}  // namespace digitalis
