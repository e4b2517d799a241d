#pragma once
// The progress line: done, rate, rejects, time left. One line that is rewritten on a terminal; elsewhere (a Slurm log)
// a plain line every ten seconds, and one at the end of each stage.

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

namespace digitalis {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;
  /// `is_terminal` chooses between the two forms. Rank 0 makes the real one; silent() is for the others and `--quiet`.
  Progress(std::ostream& out, bool is_terminal);
  [[nodiscard]] static Progress silent();
  ~Progress();
  Progress(Progress&&) noexcept;

  struct Numbers {
    std::uint64_t items = 0;         ///< done in this stage and attempt
    std::uint64_t items_before = 0;  ///< done by earlier attempts (resume)
    std::uint64_t rejects = 0;
    double fraction = -1.0;  ///< of the stage's work that is done, 0 to 1; negative: not known
    double busy_core_s = 0;  ///< seconds that threads of all ranks spent at work in this stage and attempt
    int threads = 0;         ///< of all ranks that take part now
  };
  /// What an observer hears: a stage that begins, how far it is, at most every two seconds, and its last figures.
  struct Event {
    enum class Kind { kBegin, kUpdate, kEnd } kind = Kind::kBegin;
    std::string stage, noun;
    Numbers numbers = {};
    double elapsed_s = 0;  ///< since the stage began
  };
  /// `hears` is called on the thread that calls begin(), update() and end(); also when nothing is printed.
  void observe(std::function<void(const Event&)> hears);

  /// `noun` is what the items are: "compounds".
  void begin(const std::string& stage, const std::string& noun, Clock::time_point now = Clock::now());
  /// Prints when it is time to.
  void update(const Numbers& numbers, Clock::time_point now = Clock::now());
  void end(const Numbers& numbers, Clock::time_point now = Clock::now());

 private:
  struct State;
  explicit Progress(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace digitalis
