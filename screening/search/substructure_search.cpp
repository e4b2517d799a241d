#include "screening/search/substructure_search.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/bytes.hpp"
#include "chem/smiles_questions.hpp"
#include "chem/substructure_features.hpp"
#include "chem/substructure_screen.hpp"
#include "chem/usage_error.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/csv.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/search/feature_file.hpp"

namespace digitalis {
namespace {

namespace tbb = oneapi::tbb;

/// So many chunks of a round are for each thread.
constexpr std::uint64_t kChunksAThread = 8;

/// What a chunk has to say.
struct Found {
  std::string lines;
  std::uint64_t hits = 0;
  std::vector<SubstructureFeatures> features;  // of all its compounds, where they are wanted
};

/// Makes the file of features out of what a search reads anyway. A folder that may not be written into is no error.
class FeatureKeeper {
 public:
  /// Collective.
  FeatureKeeper(MpiWorld& world, bool makes, const CompoundStore& store)
      : file_((store.folder() / kFeatureFileName).string()) {
    if (makes && world.is_first()) try_to([&] { writer_.emplace(store); });
    wants_features_ = world.any(writer_.has_value());
  }
  [[nodiscard]] bool wants_features() const { return wants_features_; }
  /// Rank 0: of the next chunk.
  void add(const std::vector<SubstructureFeatures>& chunk) {
    if (writer_) try_to([&] { writer_->add(chunk); });
  }
  /// What became of it, for the user.
  std::string finish() {
    if (!writer_) return note_;
    try_to([&] { writer_->finish(); });
    return note_.empty() ? file_ + ": made for later searches" : note_;
  }

 private:
  template <class Work>
  void try_to(const Work& work) {
    try {
      work();
    } catch (const std::system_error& error) {
      writer_.reset();
      note_ = std::string{error.what()} + "; later searches will read as many compounds";
    }
  }
  std::string file_, note_;
  std::optional<FeatureFileWriter> writer_;
  bool wants_features_ = false;
};

/// Whether most compounds, judged by those of the first chunk, pass the screen and must be read. Collective.
bool reads_most(MpiWorld& world, const CompoundStore& store, const SubstructureScreen& screen) {
  if (!world.is_first() || store.chunks() == 0) return world.any(false);
  const CompoundBlock chunk = store.chunk(0, {CompoundColumn::kSmiles});
  std::size_t passed = 0;
  for (std::size_t i = 0; i < chunk.size(); ++i) passed += screen.may_occur(chunk.smiles(i)) ? 1U : 0U;
  return world.any(2 * passed > chunk.size());
}

SubstructureScreen screen_of(const std::string& smarts) {
  try {
    return SubstructureScreen{smarts};
  } catch (const UsageError& error) {
    throw UsageError(std::string{"--substructure: "} + error.what() +
                     "; hint: try it on one molecule in RDKit or a structure editor first");
  }
}

}  // namespace

SearchEnd search_substructure(MpiWorld& world, const CompoundStore& store, const std::string& smarts, int threads,
                              const TableWriter& write, Progress& progress) {
  on_first_rank(world, [&] { (void)screen_of(smarts); });
  const SubstructureScreen screen = screen_of(smarts);
  tbb::enumerable_thread_specific<SmilesQuestions> questions{[&] {
    SmilesQuestions of_thread{store.info().preparation};
    (void)of_thread.add_smarts(smarts);
    return of_thread;
  }};
  const SubstructureFeatures needed = features_needed(smarts);
  auto known = FeatureFile::open(store);
  if (world.any(!known)) known.reset();
  FeatureKeeper keeper{world, !known && reads_most(world, store, screen), store};
  const auto search = [&](std::uint64_t number) {
    const CompoundBlock chunk = store.chunk(number, {CompoundColumn::kId, CompoundColumn::kSmiles});
    SmilesQuestions& ask = questions.local();
    std::span<const SubstructureFeatures> features;
    if (known) features = known->chunk(number);
    Found found;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (i < features.size() && !features[i].contains(needed)) continue;
      if (keeper.wants_features()) found.features.push_back(ask.features(chunk.smiles(i)));
      if (!screen.may_occur(chunk.smiles(i)) || !ask.occurs(0, chunk.smiles(i))) continue;
      found.lines += csv_line({std::string{chunk.id(i)}, std::string{chunk.smiles(i)}});
      ++found.hits;
    }
    return found;
  };

  // Chunks are searched in rounds: of each a rank takes every size()-th, and rank 0 writes them in their order.
  const auto rank = static_cast<std::uint64_t>(world.rank()), ranks = static_cast<std::uint64_t>(world.size());
  const std::uint64_t each = kChunksAThread * static_cast<std::uint64_t>(threads);
  tbb::task_arena arena{threads};
  SearchEnd end;
  if (world.is_first()) write(csv_line({"compound_id", "smiles"}));
  progress.begin("search", "compounds");
  std::uint64_t compounds = 0;
  for (std::uint64_t first = 0; first < store.chunks() && !end.is_stopped; first += each * ranks) {
    std::vector<Found> mine(each);
    arena.execute([&] {
      tbb::parallel_for(std::uint64_t{0}, each, [&](std::uint64_t i) {
        const std::uint64_t chunk = first + i * ranks + rank;
        if (chunk < store.chunks()) mine[i] = search(chunk);
      });
    });
    ByteWriter out;
    for (const Found& found : mine) {
      out.put_string(found.lines);
      out.put(found.hits);
      out.put_array(std::span{found.features});
    }
    const std::vector<std::string> of_ranks = world.gather(out.bytes());
    std::vector<ByteReader> readers(of_ranks.begin(), of_ranks.end());
    const std::uint64_t last = std::min(store.chunks(), first + each * ranks);
    for (std::uint64_t chunk = first; world.is_first() && chunk < last; ++chunk) {
      ByteReader& in = readers[chunk % ranks];
      write(in.get_string());
      end.hits += in.get<std::uint64_t>();
      keeper.add(in.get_array<SubstructureFeatures>());
      compounds += store.compounds_in(chunk);
    }
    progress.update({.items = compounds,
                     .fraction = static_cast<double>(compounds) /
                                 static_cast<double>(std::max<std::uint64_t>(store.info().compounds, 1))});
    end.is_stopped = world.any(last < store.chunks() && stop_requested() != StopKind::kNone);
  }
  progress.end({.items = compounds, .fraction = 1.0});
  end.hits = world.sum({end.hits}).front();
  if (!end.is_stopped) end.note = keeper.finish();
  return end;
}

}  // namespace digitalis
