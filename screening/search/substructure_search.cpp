#include "screening/search/substructure_search.hpp"

#include <algorithm>

#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/smiles_questions.hpp"
#include "chem/substructure_screen.hpp"
#include "chem/usage_error.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/csv.hpp"

namespace digitalis {
namespace {

namespace tbb = oneapi::tbb;

/// What a chunk has to say.
struct Found {
  std::string lines;
  std::uint64_t compounds = 0, hits = 0;
};

SubstructureScreen screen_of(const std::string& smarts) {
  try {
    return SubstructureScreen{smarts};
  } catch (const UsageError& error) {
    throw UsageError(std::string{"--substructure: "} + error.what() +
                     "; hint: try it on one molecule in RDKit or a structure editor first");
  }
}

}  // namespace

SearchEnd search_substructure(const CompoundStore& store, const std::string& smarts, int threads,
                              const TableWriter& write, Progress& progress) {
  const SubstructureScreen screen = screen_of(smarts);
  tbb::enumerable_thread_specific<SmilesQuestions> questions{[&] {
    SmilesQuestions of_thread{store.info().preparation};
    (void)of_thread.add_smarts(smarts);
    return of_thread;
  }};
  const auto search = [&](std::uint64_t number) {
    const CompoundBlock chunk = store.chunk(number);
    SmilesQuestions& ask = questions.local();
    Found found;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      if (!screen.may_occur(chunk.smiles(i)) || !ask.occurs(0, chunk.smiles(i))) continue;
      found.lines += csv_line({std::string{chunk.id(i)}, std::string{chunk.smiles(i)}});
      ++found.hits;
    }
    found.compounds = chunk.size();
    return found;
  };

  SearchEnd end;
  std::uint64_t next = 0, compounds = 0;
  write(csv_line({"compound_id", "smiles"}));
  progress.begin("search", "compounds");
  tbb::task_arena{threads}.execute([&] {
    tbb::parallel_pipeline(
        2 * static_cast<std::size_t>(threads),
        tbb::make_filter<void, std::uint64_t>(tbb::filter_mode::serial_in_order,
                                              [&](tbb::flow_control& flow) {
                                                end.is_stopped =
                                                    next < store.chunks() && stop_requested() != StopKind::kNone;
                                                if (next == store.chunks() || end.is_stopped) flow.stop();
                                                return next++;
                                              }) &
            tbb::make_filter<std::uint64_t, Found>(tbb::filter_mode::parallel, search) &
            tbb::make_filter<Found, void>(tbb::filter_mode::serial_in_order, [&](const Found& found) {
              write(found.lines);
              end.hits += found.hits;
              compounds += found.compounds;
              progress.update({.items = compounds,
                               .fraction = static_cast<double>(compounds) /
                                           static_cast<double>(std::max<std::uint64_t>(store.info().compounds, 1))});
            }));
  });
  progress.end({.items = compounds, .fraction = 1.0});
  return end;
}

}  // namespace digitalis
