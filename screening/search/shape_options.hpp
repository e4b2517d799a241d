#pragma once
// What `digitalis search --shape` is told on the command line, and what it does then.

#include <string_view>

#include "screening/command.hpp"
#include "screening/search/shape_search.hpp"

namespace digitalis {

extern const std::string_view kShapeHelp;

void add_shape_options(boost::program_options::options_description& options);

/// Throws UsageError for an option that goes with --shape only.
void refuse_shape_options(const Options& options);

/// All but the queries and the threads. Throws UsageError.
[[nodiscard]] ShapeRequest shape_request_of(const Options& options);

/// Reads the queries, makes the store's conformers if need be, searches.
[[nodiscard]] SearchEnd run_shape_search(const Options& options, const CompoundStore& store, int threads,
                                         const TableWriter& write, Progress& progress);

}  // namespace digitalis
