// The program: finds the verb, reads its options, runs it, and turns what was thrown into a message and an exit code.

#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <system_error>

#include "chem/suggest.hpp"
#include "scheduler/stop_request.hpp"
#include "screening/command.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/version.hpp"

namespace digitalis {

std::vector<Command> all_commands() {
  std::vector<Command> commands;
  commands.push_back(check_command());
  commands.push_back(estimate_command());
  commands.push_back(prepare_command());
  commands.push_back(screen_command());
  commands.push_back(status_command());
  commands.push_back(submit_command());
  commands.push_back(cancel_command());
  commands.push_back(resume_command());
  commands.push_back(dock_command());
  commands.push_back(search_command());
  commands.push_back(hits_command());
  commands.push_back(explain_command());
  commands.push_back(report_command());
  commands.push_back(validate_command());
  commands.push_back(targets_command());
  commands.push_back(audit_command());
  commands.push_back(doctor_command());
  commands.push_back(quarantine_command());
  return commands;
}

namespace {

namespace po = boost::program_options;

std::string indented(const std::string& lines) {
  std::string text = "  ";
  for (const char c : lines) text += c == '\n' ? std::string{"\n  "} : std::string{c};
  return text + "\n";
}

void print_help(const std::vector<Command>& commands) {
  std::cout << "digitalis: screens compound libraries against protein targets, from a laptop to a cluster\n\n"
               "usage: digitalis VERB [options]; 'digitalis VERB --help' says more\n\n";
  for (const Command& command : commands)
    if (!command.summary.empty())
      std::cout << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.summary << '\n';
  std::cout << "\nstart here:\n"
               "  digitalis check campaign.toml\n"
               "  digitalis screen campaign.toml --out run\n"
               "  mpirun -n 4 digitalis screen campaign.toml --out run\n"
               "  digitalis submit campaign.toml --out run --nodes 8\n\n"
               "exit codes: 0 done, 1 the machine failed, 2 the request is wrong, 3 refused by governance,\n"
               "            75 stopped early and resumable\n";
}

void print_help(const Command& command) {
  std::cout << "usage: digitalis " << command.name << ' ' << command.usage << "\n\n"
            << command.help << "\n\n"
            << command.options << "\nexamples:\n"
            << indented(command.examples);
  if (!command.cite.empty()) std::cout << "\ncite:\n" << indented(command.cite);
}

void print_version() {
  std::cout << version_line() << '\n';
  for (const auto& [library, version] : library_versions()) std::cout << "  " << library << ' ' << version << '\n';
}

/// Which rank the launcher says this process is, without starting MPI; nothing where there is none.
std::optional<std::string_view> launched_as_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
    if (const char* value = std::getenv(name)) return value;
  return std::nullopt;
}

/// Verbs that use one process run on the first only.
bool launched_as_other_rank() { return launched_as_rank().value_or("0") != "0"; }

Options parse(const Command& command, std::span<char*> arguments) {
  Options options;
  try {
    po::options_description known;
    known.add(command.arguments).add(command.options);
    po::store(po::command_line_parser(std::vector<std::string>(arguments.begin(), arguments.end()))
                  .options(known)
                  .positional(command.positional)
                  .run(),
              options);
    if (!options.contains("help")) po::notify(options);
  } catch (const po::error& error) {
    throw UsageError("digitalis " + command.name + ": " + error.what() + "; hint: digitalis " + command.name +
                     " --help");
  }
  return options;
}

void complain(const std::string& message) {
  std::string line = "error: ";  // written in one go: a launcher mixes what its ranks write
  for (const char c : message + "\n") {
    line += c;
    if (c != '\n') continue;
    std::cerr << line;
    line = "error: ";
  }
}

/// What was thrown, and what can be done when the machine refused. A run whose disk was full goes on where it stopped.
std::string in_words(const std::exception& error) {
  std::string message = error.what();
  const auto* refused = dynamic_cast<const std::system_error*>(&error);
  if (!refused) return message;
  switch (refused->code().value()) {
    case ENOSPC: return message + "; hint: make room on this disk, then run the same command again";
    case EDQUOT: return message + "; hint: make room in your quota on this disk, then run the same command again";
    case EFBIG: return message + "; hint: raise the limit on file sizes (ulimit -f), then run the same command again";
    case EROFS:
      return message +
             "; hint: this file system is read-only: choose another folder, or have it made writable again "
             "and run the same command again";
    case ESTALE:
      return message +
             "; hint: the file server no longer knows this file: see that the folder is mounted and there, "
             "then run the same command again";
    case EIO: return message + "; hint: this disk fails: have it looked at, then run the same command again";
    default: return message;
  }
}

/// Runs a verb over all ranks.
int run_on_ranks(const Command& command, const Options& options, int& argc, char**& argv) {
  watch_stop_signals();
  MpiWorld world = command.is_brief && !launched_as_rank() ? MpiWorld{MpiWorld::WithoutMpi{}} : MpiWorld{argc, argv};
  world.before_leaving([](const std::string& why) {
    if (!why.empty()) std::cerr << "stopped: " + why + "; run the same command again to go on\n";
  });
  try {
    return command.run(options, &world);
  } catch (const AgreedUsageError& error) {
    if (world.is_first()) complain(error.what());
    return exit_code::kWrongRequest;
  } catch (const AgreedRefusal& error) {
    if (world.is_first()) complain(error.what());
    return exit_code::kRefused;
  } catch (const std::exception& error) {
    complain(in_words(error));
    const int code = dynamic_cast<const UsageError*>(&error) ? exit_code::kWrongRequest : exit_code::kWorldFailed;
    if (world.size() > 1) world.abort(code);
    return code;
  }
}

int run(int argc, char** argv) {
  std::vector<Command> commands = all_commands();
  const std::string verb = argc > 1 ? argv[1] : "";
  const bool is_first = !launched_as_other_rank();
  if (verb.empty() || verb == "--help" || verb == "-h" || verb == "help") {
    if (is_first) print_help(commands);
    return verb.empty() && is_first ? exit_code::kWrongRequest : exit_code::kDone;
  }
  if (verb == "--version") {
    if (is_first) print_version();
    return exit_code::kDone;
  }
  for (Command& command : commands) {
    if (command.name != verb) continue;
    command.options.add_options()("help,h", "this text");
    const Options options = parse(command, std::span{argv + 2, argv + argc});
    if (options.contains("help")) {
      if (is_first) print_help(command);
      return exit_code::kDone;
    }
    if (command.uses_ranks) return run_on_ranks(command, options, argc, argv);
    return is_first ? command.run(options, nullptr) : exit_code::kDone;
  }
  std::vector<std::string> names;
  for (const Command& command : commands)
    if (!command.summary.empty()) names.push_back(command.name);
  const std::string nearest = nearest_name(verb, names);
  throw UsageError("unknown verb '" + verb +
                   "'; hint: " + (nearest.empty() ? "verbs are " + join(names) : "did you mean '" + nearest + "'?"));
}

}  // namespace
}  // namespace digitalis

int main(int argc, char** argv) {
  try {
    return digitalis::run(argc, argv);
  } catch (const digitalis::UsageError& error) {
    // Nothing has started. The first rank tells; if another ended with an error too, the launcher might end the first
    // before it could.
    if (digitalis::launched_as_other_rank()) return digitalis::exit_code::kDone;
    digitalis::complain(error.what());
    return digitalis::exit_code::kWrongRequest;
  } catch (const digitalis::Refusal& error) {
    digitalis::complain(error.what());
    return digitalis::exit_code::kRefused;
  } catch (const std::exception& error) {
    digitalis::complain(digitalis::in_words(error));
    return digitalis::exit_code::kWorldFailed;
  }
}
