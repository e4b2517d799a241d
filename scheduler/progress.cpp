#include "scheduler/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <ostream>
#include <utility>

namespace digitalis {

namespace {

using Clock = Progress::Clock;
constexpr std::chrono::milliseconds kTerminalEvery{200};
constexpr std::chrono::seconds kLogEvery{10};
constexpr std::chrono::seconds kTellEvery{2};

/// 12288 -> "12,288"
std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

/// An estimate shows three figures: more would look like knowledge.
std::uint64_t rounded(double number) {
  if (number < 1000.0) return static_cast<std::uint64_t>(std::llround(number));
  const double unit = std::pow(10.0, std::floor(std::log10(number)) - 2.0);
  return static_cast<std::uint64_t>(std::llround(std::round(number / unit) * unit));
}

/// "0:39", "12:05", "1:02:03"
std::string as_time(double seconds) {
  constexpr double kMost_s = 1e9;  // far beyond any run, still an integer
  const auto whole = static_cast<long long>(std::clamp(std::round(seconds), 0.0, kMost_s));
  std::array<char, 40> text{};
  if (whole < 3600)
    std::snprintf(text.data(), text.size(), "%lld:%02lld", whole / 60, whole % 60);
  else
    std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  return text.data();
}

std::string as_rate(double per_s) {
  if (per_s >= 10.0) return with_commas(static_cast<std::uint64_t>(std::llround(per_s))) + "/s";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f/s", per_s);
  return text.data();
}

std::string as_rejects(std::uint64_t rejects) { return with_commas(rejects) + (rejects == 1 ? " reject" : " rejects"); }

double seconds_between(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

struct Progress::State {
  std::ostream* out = nullptr;  ///< null: nothing is printed
  bool is_terminal = false;
  std::string stage = {};
  std::string noun = {};
  Clock::time_point began = {};
  Clock::time_point printed = {};
  Clock::time_point told = {};
  std::function<void(const Event&)> observer = {};

  void tell(Event::Kind kind, const Numbers& numbers, Clock::time_point now) {
    if (!observer || (kind == Event::Kind::kUpdate && now - told < kTellEvery)) return;
    told = now;
    observer({kind, stage, noun, numbers, seconds_between(began, now)});
  }

  void print(const std::string& line, bool is_last) const {
    if (is_terminal)
      *out << '\r' << line << "\x1b[K" << (is_last ? "\n" : "") << std::flush;  // ESC [K clears what a longer line left
    else
      *out << line << '\n' << std::flush;
  }

  std::string line(const Numbers& numbers, double elapsed_s) const {
    const std::uint64_t done = numbers.items_before + numbers.items;
    const double per_s = elapsed_s > 0.0 ? static_cast<double>(numbers.items) / elapsed_s : 0.0;
    std::string text = stage + ": " + with_commas(done);
    std::string left = "time left not known";
    if (numbers.fraction > 0.0 && done > 0) {
      const double fraction = std::min(1.0, numbers.fraction);
      const double total = static_cast<double>(done) / fraction;
      text += " of about " + with_commas(rounded(total)) + ' ' + noun + " (" +
              std::to_string(static_cast<int>(fraction * 100.0)) + " %)";
      if (per_s > 0.0) left = as_time((total - static_cast<double>(done)) / per_s) + " left";
    } else {
      text += ' ' + noun;
    }
    return text + ", " + as_rate(per_s) + ", " + as_rejects(numbers.rejects) + ", " + left;
  }

  std::string last_line(const Numbers& numbers, double elapsed_s) const {
    const double per_s = elapsed_s > 0.0 ? static_cast<double>(numbers.items) / elapsed_s : 0.0;
    return stage + ": " + with_commas(numbers.items_before + numbers.items) + ' ' + noun + " in " + as_time(elapsed_s) +
           ", " + as_rate(per_s) + ", " + as_rejects(numbers.rejects);
  }
};

Progress::Progress(std::ostream& out, bool is_terminal) : state_(new State{&out, is_terminal}) {}
Progress::Progress(std::unique_ptr<State> state) : state_(std::move(state)) {}
Progress Progress::silent() { return Progress(std::make_unique<State>()); }
Progress::Progress(Progress&&) noexcept = default;
Progress::~Progress() = default;

void Progress::observe(std::function<void(const Event&)> hears) { state_->observer = std::move(hears); }

void Progress::begin(const std::string& stage, const std::string& noun, Clock::time_point now) {
  state_->stage = stage;
  state_->noun = noun;
  state_->began = state_->printed = now;
  state_->tell(Event::Kind::kBegin, {}, now);
}

void Progress::update(const Numbers& numbers, Clock::time_point now) {
  state_->tell(Event::Kind::kUpdate, numbers, now);
  if (!state_->out) return;
  const Clock::duration every = state_->is_terminal ? Clock::duration(kTerminalEvery) : Clock::duration(kLogEvery);
  if (now - state_->printed < every) return;
  state_->printed = now;
  state_->print(state_->line(numbers, seconds_between(state_->began, now)), false);
}

void Progress::end(const Numbers& numbers, Clock::time_point now) {
  state_->tell(Event::Kind::kEnd, numbers, now);
  if (state_->out) state_->print(state_->last_line(numbers, seconds_between(state_->began, now)), true);
}

}  // namespace digitalis
