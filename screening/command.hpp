#pragma once
// What a verb of the program is. One file per verb in commands/; one table lists them all.

#include <boost/program_options.hpp>

#include <string>
#include <vector>

#include "scheduler/mpi_world.hpp"

namespace digitalis {

namespace exit_code {
inline constexpr int kDone = 0;
inline constexpr int kWorldFailed = 1;   ///< disk, peer, a bug
inline constexpr int kWrongRequest = 2;  ///< the request is wrong
inline constexpr int kRefused = 3;       ///< refused by governance: a table, an agreement
inline constexpr int kStopped = 75;      ///< EX_TEMPFAIL: stopped on purpose, resumable
}  // namespace exit_code

/// A verb's parsed command line.
using Options = boost::program_options::variables_map;

struct Command {
  static constexpr unsigned kHelpWidth = 110;
  std::string name;
  std::string usage;                                      ///< after the verb: "CAMPAIGN --out RUN [options]"
  std::string summary;                                    ///< one line; empty: not for users, and not listed
  std::string help;                                       ///< what it does, in a few sentences
  std::string examples;                                   ///< one per line
  std::string cite;                                       ///< papers, one per line; may be empty
  boost::program_options::options_description arguments;  ///< named in `usage` by their place; not listed by the help
  boost::program_options::options_description options{"options", kHelpWidth};
  boost::program_options::positional_options_description positional;
  bool uses_ranks = false;                                        ///< runs on all ranks; the others on the first only
  bool is_brief = false;                                          ///< takes less than starting MPI: alone it does not
  int (*run)(const Options& options, MpiWorld* world) = nullptr;  ///< world: when uses_ranks
};

/// Options of verbs that run on all ranks: --threads and --quiet.
void add_rank_options(boost::program_options::options_description& options);

/// Every verb, in the order of the help.
[[nodiscard]] std::vector<Command> all_commands();

// One per file in commands/.
[[nodiscard]] Command audit_command();
[[nodiscard]] Command cancel_command();
[[nodiscard]] Command check_command();
[[nodiscard]] Command dock_command();
[[nodiscard]] Command doctor_command();
[[nodiscard]] Command estimate_command();
[[nodiscard]] Command explain_command();
[[nodiscard]] Command hits_command();
[[nodiscard]] Command prepare_command();
[[nodiscard]] Command quarantine_command();
[[nodiscard]] Command report_command();
[[nodiscard]] Command resume_command();
[[nodiscard]] Command screen_command();
[[nodiscard]] Command search_command();
[[nodiscard]] Command status_command();
[[nodiscard]] Command submit_command();
[[nodiscard]] Command targets_command();
[[nodiscard]] Command validate_command();

}  // namespace digitalis
