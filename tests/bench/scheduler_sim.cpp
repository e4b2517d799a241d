// Plays a docking stage on up to 10,000 nodes of 64 cores, with the scheduler's own book-keeping
// (scheduler/hand_out.hpp, grant_policy.hpp): what nobody can try on one machine. Chunk times, letters, nodes that fail
// and the file system are drawn; who is given what is decided by the code that decides it in a run.
//
//   digitalis_scheduler_sim [--nodes N] [--compounds N] [--unit N] [--slower X] [--mtbf-h H] [--fs-ms MS]
//                           [--service-us US] [--seed N]
//
// Without --nodes and --compounds: a table over both. What it assumes, and where the numbers come from:
//   a compound    log-normal, fitted to the CPU seconds of `digitalis dock --effort balanced --cpu 1` for 236 of NCI's
//   first
//                 5,000 (rdkit-data), drawn at random, in 5dt0 (box around SKE, margin 4 Å): mean of ln(s) -2.64,
//                 standard deviation 0.98 (sample: mean 0.133 s, median 0.062 s, longest 2.96 s). These molecules are
//                 small:
//                 --slower 4 stands for drug-like ones, a thorough effort or several targets. The sum over a unit is
//                 taken as log-normal with the same mean and variance
//   nodes         differ in speed by 5 % (log-normal); each fails once in --mtbf-h hours (50,000: six years)
//   file system   --fs-ms (20) to read a unit and append its frame; a sync every 5 s
//   letters       rank 0 needs --service-us (20) to read or write one, all else waits meanwhile; 20 µs on the wire;
//   both
//                 sides look 1.5 ms late
// A lost node is noticed after 60 s; whoever goes on leaves when the stage is done, and a restart of 120 s is charged.
// Rank 0's own node does not fail here (one failure in as many as there are nodes: the step starts again).

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <queue>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "scheduler/grant_policy.hpp"
#include "scheduler/hand_out.hpp"

namespace {

using namespace digitalis;

constexpr int kThreads = 64;
constexpr double kLogMean = -2.64, kLogSigma = 0.98;  // of a compound's seconds
constexpr double kNodeSigma = 0.05;
constexpr double kWire_s = 20e-6, kLooksLate_s = 1.5e-3;
constexpr double kSyncEvery_s = 5.0, kPatience_s = 60.0, kRestart_s = 120.0;
constexpr double kBeatEvery_s = 5.0;
constexpr double kFrameBytes = 48.0, kCompoundBytes = 420.0;

struct Setting {
  std::uint64_t compounds = 1'000'000'000;
  int nodes = 10'000;
  std::uint64_t unit = 0;  ///< compounds in every unit; 0: as the funnel cuts a docking stage
  double slower = 1;       ///< times a compound's time: a thorough effort, several targets
  double mtbf_h = 50'000, fs_s = 0.02, service_s = 20e-6;
  std::uint64_t seed = 1;
};

struct Result {
  double wall_s = 0, efficiency = 0, tail_s = 0, letters_per_s = 0, busiest_s = 0, manager_busy = 0;
  std::uint64_t chunks = 0, grants = 0, letters = 0, again = 0;
  int lost = 0;
};

constexpr std::uint64_t kFewest = 16;

/// As the funnel cuts a docking stage.
std::uint64_t unit_of(const Setting& setting) {
  return setting.unit > 0 ? setting.unit : std::clamp<std::uint64_t>(setting.compounds >> 20U, kFewest, 256);
}
/// Shares of the compounds and the size of their units: see StageUnits.
std::vector<std::pair<double, std::uint64_t>> sections_of(const Setting& setting) {
  const std::uint64_t unit = unit_of(setting);
  if (setting.unit > 0) return {{1.0, unit}};
  return {{0.6, unit}, {0.3, std::max(unit / 4, kFewest)}, {0.1, std::max(unit / 16, kFewest)}};
}

/// What a rank's main thread knows and does; see OtherRank in scheduler/stage_runner.cpp.
struct Node {
  std::deque<ChunkRun> waiting;
  std::uint64_t waiting_chunks = 0, in_work = 0, received = 0, finished = 0;
  double busy_s = 0, speed = 1, synced_s = 0;
  ChunkRuns written, safe;
  RankState told;
  double told_s = -1e9;
  bool is_draining = false, is_dead = false, will_ask = false;
};

class Simulation {
 public:
  explicit Simulation(const Setting& setting)
      : setting_(setting),
        random_(setting.seed),
        hand_out_(setting.nodes),
        nodes_(static_cast<std::size_t>(setting.nodes)) {
    const double mean = setting.slower * std::exp(kLogMean + kLogSigma * kLogSigma / 2);
    const double variance = (std::exp(kLogSigma * kLogSigma) - 1) * mean * mean;
    for (const auto& [share, size] : sections_of(setting)) {
      const auto unit = static_cast<double>(size);
      const double sigma = std::sqrt(std::log1p(variance / (unit * mean * mean)));
      result_.chunks += static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(setting.compounds) / unit));
      sections_.push_back({result_.chunks, std::log(unit * mean) - sigma * sigma / 2, sigma, unit * mean});
    }
    hand_out_.add({0, result_.chunks});
  }

  Result run() {
    double capacity = 0;
    for (Node& each : nodes_) capacity += 1 / (each.speed = std::exp(kNodeSigma * normal_(random_)));
    for (Node& each : nodes_) each.speed *= capacity / setting_.nodes;  // slow and fast make up for each other
    for (int number = 0; number < setting_.nodes; ++number) {
      if (number > 0 && setting_.mtbf_h > 0)
        post(-std::log(1 - uniform_(random_)) * setting_.mtbf_h * 3600, kDies, number);
      report(number, 0);
      post(tick_s(), kTick, number);
    }
    double end_s = 0;
    while (!hand_out_.is_settled()) {
      if (events_.empty()) throw std::logic_error("nothing happens any more, and the stage is not done");
      const Event event = events_.top();
      events_.pop();
      play(event);
      end_s = std::max(event.at_s, manager_free_s_);
    }
    end_s += setting_.nodes * setting_.service_s + kWire_s;  // kOver
    if (result_.lost > 0) end_s += kRestart_s;
    result_.wall_s = end_s;
    result_.tail_s = end_s - drained_s_;
    result_.letters +=
        2 * static_cast<std::uint64_t>(end_s / kBeatEvery_s) * static_cast<std::uint64_t>(setting_.nodes);
    result_.letters_per_s = static_cast<double>(result_.letters) / end_s;
    result_.efficiency = work_s_ / (end_s * kThreads * setting_.nodes);
    result_.manager_busy = manager_busy_s_ / end_s;
    result_.grants = hand_out_.grants();
    return result_;
  }

 private:
  enum Kind : std::uint8_t { kDone, kReport, kGrant, kDrain, kFlush, kTick, kAsk, kDies, kNoticed };
  struct Event {
    double at_s = 0;
    Kind kind = kDone;
    int node = 0;
    std::uint64_t first = 0, count = 0;
    double work_s = 0;
    bool operator<(const Event& other) const { return at_s > other.at_s; }  // earliest first
  };
  struct Letter {
    RankState state;
    std::vector<ChunkRun> safe;
  };

  Node& node(int number) { return nodes_[static_cast<std::size_t>(number)]; }
  void post(double at_s, Kind kind, int number, std::uint64_t first = 0, std::uint64_t count = 0, double work_s = 0) {
    events_.push({at_s, kind, number, first, count, work_s});
  }
  [[nodiscard]] double tick_s() const { return std::max(0.5, setting_.nodes / 1000.0); }

  void play(const Event& event) {
    Node& self = node(event.node);
    if (event.kind == kNoticed) {
      hand_out_.lose(event.node);
      ++result_.lost;
      pump(event.at_s);
      return;
    }
    if (event.kind == kReport) {
      hear(event);
      return;
    }
    if (self.is_dead) return;
    switch (event.kind) {
      case kDone: done(self, event); break;
      case kGrant:
        self.received += event.count;
        self.waiting.push_back({event.first, event.count});
        self.waiting_chunks += event.count;
        begin(event.node, event.at_s);
        break;
      case kDrain: self.is_draining = true; break;
      case kAsk: self.will_ask = false; break;
      case kFlush:
        flush(self, event.at_s);
        report(event.node, event.at_s);
        return;
      case kTick:
        report(event.node, event.at_s);
        post(event.at_s + tick_s(), kTick, event.node);
        return;
      case kDies:
        self.is_dead = true;
        post(event.at_s + kPatience_s, kNoticed, event.node);
        return;
      default: break;
    }
    if (!self.is_draining && wants_more(self)) {
      const double may_s = self.told_s + setting_.nodes * kAskInterval.count();
      if (event.at_s >= may_s)
        report(event.node, event.at_s);
      else if (!self.will_ask)
        post(may_s, kAsk, event.node), self.will_ask = true;
    }
    if (self.is_draining && self.in_work + self.waiting_chunks == 0 && (!self.written.empty() || !self.safe.empty()))
      post(event.at_s + setting_.fs_s, kFlush, event.node);
  }

  /// Units that are alike, up to a number.
  struct Section {
    std::uint64_t end = 0;
    double log_mean = 0, log_sigma = 0, mean_s = 0;
  };
  [[nodiscard]] const Section& section(std::uint64_t unit) const {
    auto at = sections_.begin();
    while (unit >= at->end && std::next(at) != sections_.end()) ++at;
    return *at;
  }

  void begin(int number, double now_s) {
    Node& self = node(number);
    while (self.in_work < kThreads && self.waiting_chunks > 0) {
      ChunkRun& run = self.waiting.front();
      const Section& drawn = section(run.first);
      const double work_s = std::exp(drawn.log_mean + drawn.log_sigma * normal_(random_)) * self.speed;
      post(now_s + work_s + setting_.fs_s, kDone, number, run.first, 1, work_s);
      ++run.first;
      if (--run.count == 0) self.waiting.pop_front();
      --self.waiting_chunks;
      ++self.in_work;
    }
  }

  void done(Node& self, const Event& event) {
    --self.in_work;
    ++self.finished;
    self.busy_s += event.work_s;
    self.written.add({event.first, 1});
    if (event.at_s - self.synced_s > kSyncEvery_s) flush(self, event.at_s);
    begin(event.node, event.at_s);
  }

  static void flush(Node& self, double now_s) {
    for (const ChunkRun& run : self.written.runs()) self.safe.add(run);
    self.written = {};
    self.synced_s = now_s;
  }

  static RankState state(const Node& self) {
    const std::uint64_t held = self.in_work + self.waiting_chunks;
    const double chunk_s = self.finished > 0 ? self.busy_s / static_cast<double>(self.finished) : 0;
    const std::uint64_t wanted = kThreads + chunks_to_keep_waiting(kThreads, chunk_s);
    return {self.received,
            held < kThreads ? kThreads - held : 0,
            wanted > held ? wanted - held : 0,
            self.finished,
            self.busy_s,
            kThreads};
  }

  static bool wants_more(const Node& self) {
    const RankState now = state(self);
    return now.received + now.idle > self.told.received + self.told.idle ||
           (now.received + now.room > self.told.received + self.told.room &&
            (now.received > self.told.received || self.told.room == 0));
  }

  void report(int number, double now_s) {
    Node& self = node(number);
    self.told = state(self);
    self.told_s = now_s;
    std::size_t at = letters_.size();
    if (free_.empty()) {
      letters_.emplace_back();
    } else {
      at = free_.back();
      free_.pop_back();
    }
    letters_[at] = {self.told, self.safe.runs()};
    self.safe = {};
    post(now_s + kWire_s + kLooksLate_s, kReport, number, at);
  }

  void hear(const Event& event) {
    serve(event.at_s);
    const Letter letter = std::move(letters_[event.first]);
    free_.push_back(event.first);
    if (hand_out_.is_lost(event.node)) return;
    for (const ChunkRun& run : letter.safe) {
      const auto ended = hand_out_.finished(event.node, run);
      // Mean work: whose work it was is known to the node only.
      work_s_ += static_cast<double>(ended) * section(run.first).mean_s;
    }
    hand_out_.tell(event.node, letter.state);
    pump(event.at_s);
  }

  /// Rank 0 reads or writes one letter.
  double serve(double now_s) {
    ++result_.letters;
    manager_busy_s_ += setting_.service_s;
    manager_free_s_ = std::max(manager_free_s_, now_s) + setting_.service_s;
    return manager_free_s_;
  }

  void pump(double now_s) {
    while (const auto grant = hand_out_.next()) {
      const double arrives_s = serve(now_s) + kWire_s + kLooksLate_s;
      for (const ChunkRun& run : grant->runs) post(arrives_s, kGrant, grant->rank, run.first, run.count);
      if (grant->suspect) ++result_.again;
    }
    if (drained_s_ > 0 || !hand_out_.is_empty()) return;
    drained_s_ = now_s;
    for (int number = 0; number < setting_.nodes; ++number) post(serve(now_s) + kWire_s + kLooksLate_s, kDrain, number);
  }

  const Setting setting_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
  HandOut hand_out_;
  std::vector<Node> nodes_;
  std::priority_queue<Event> events_;
  std::vector<Letter> letters_;  ///< on their way to rank 0
  std::vector<std::uint64_t> free_;
  std::vector<Section> sections_;
  double manager_free_s_ = 0, manager_busy_s_ = 0, work_s_ = 0, drained_s_ = 0;
  Result result_;
};

void print_row(const Setting& setting) {
  const auto began = std::chrono::steady_clock::now();
  const Result result = Simulation(setting).run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  const int attempts = result.lost > 0 ? 2 : 1;
  const double bytes =
      static_cast<double>(result.chunks) * kFrameBytes + static_cast<double>(setting.compounds) * kCompoundBytes;
  std::printf("%6.0e %6d %5llu %10.0f %10.4f %7.1f %5d %8llu %9.1f %9.0f %8.2f %7d %10.3g %8.1f\n",
              static_cast<double>(setting.compounds), setting.nodes, static_cast<unsigned long long>(unit_of(setting)),
              result.wall_s, result.efficiency, result.tail_s, result.lost,
              static_cast<unsigned long long>(result.again),
              static_cast<double>(result.chunks) / static_cast<double>(result.grants), result.letters_per_s,
              100 * result.manager_busy, setting.nodes * attempts + 20, bytes, took.count());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  Setting setting;
  bool one_size = false, one_run = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const double value = std::strtod(argv[i + 1], nullptr);
    if (name == "--nodes")
      setting.nodes = static_cast<int>(value), one_size = true;
    else if (name == "--compounds")
      setting.compounds = static_cast<std::uint64_t>(value), one_run = true;
    else if (name == "--unit")
      setting.unit = static_cast<std::uint64_t>(value);
    else if (name == "--slower")
      setting.slower = value;
    else if (name == "--mtbf-h")
      setting.mtbf_h = value;
    else if (name == "--fs-ms")
      setting.fs_s = value / 1000;
    else if (name == "--service-us")
      setting.service_s = value / 1e6;
    else if (name == "--seed")
      setting.seed = static_cast<std::uint64_t>(value);
    else
      return std::fprintf(stderr, "unknown option %s\n", name.c_str()), 2;
  }
  std::printf("a compound takes %.3f s on average (median %.3f s) on one thread; %d threads a node\n",
              setting.slower * std::exp(kLogMean + kLogSigma * kLogSigma / 2), setting.slower * std::exp(kLogMean),
              kThreads);
  std::printf("%6s %6s %5s %10s %10s %7s %5s %8s %9s %9s %8s %7s %10s %8s\n", "docked", "nodes", "unit", "wall_s",
              "efficiency", "tail_s", "lost", "again", "per_grant", "letters/s", "rank0_%", "files", "journal_B",
              "sim_s");
  for (const double compounds : {1e6, 1e7, 1e8, 1e9, 1e10}) {
    for (const int nodes : {1, 10, 100, 1000, 10'000}) {
      Setting row = setting;
      if (!one_run) row.compounds = static_cast<std::uint64_t>(compounds);
      if (!one_size) row.nodes = nodes;
      print_row(row);
      if (one_size) break;
    }
    if (one_run) break;
  }
  return 0;
}
