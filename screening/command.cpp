#include "screening/command.hpp"

#include "chem/usage_error.hpp"

namespace digitalis {

void add_rank_options(boost::program_options::options_description& options) {
  namespace po = boost::program_options;
  const auto check = [](int threads) {
    if (threads < 0) throw UsageError("--threads: expected 1 or more, or 0 for all cores");
  };
  options.add_options()("threads,t", po::value<int>()->default_value(0, "all cores")->value_name("N")->notifier(check),
                        "threads per rank")("quiet,q", "no progress on standard error");
}

}  // namespace digitalis
