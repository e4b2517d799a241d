#include <iostream>
#include <thread>

#include "chem/parse_record.hpp"
#include "screening/campaign_outcomes.hpp"
#include "screening/command.hpp"
#include "screening/report_of_run.hpp"
#include "screening/run_folder.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;

int run(const Options& options, MpiWorld*) {
  RunFolder folder{options["run"].as<std::string>()};
  folder.open_finished();
  pass_export_gate(folder.path());
  start_rdkit();
  const HitTable hits = read_hits_csv(folder.file("hits.csv"));
  const std::filesystem::path file =
      options.contains("out") ? options["out"].as<std::string>() : folder.file("report.html").string();
  const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  write_report(file, report_of_run(folder.manifest(), hits, folder, threads));
  std::cout << file.string() << '\n';
  return exit_code::kDone;
}

}  // namespace

Command report_command() {
  Command command;
  command.name = "report";
  command.usage = "RUN [-o FILE]";
  command.summary = "write the report of a finished run again";
  command.help =
      "Writes one HTML file that opens from disk without network: the funnel, the ranked and drawn hits to sort, "
      "filter and\n"
      "pick from, the enrichment reached, and where everything came from. 'screen' writes it too.";
  command.examples = "digitalis report run -o aurora.html";
  command.arguments.add_options()("run", po::value<std::string>()->required());
  command.options.add_options()("out,o", po::value<std::string>()->value_name("FILE"),
                                "file to write (default: RUN/report.html)");
  command.positional.add("run", 1);
  command.run = &run;
  return command;
}

}  // namespace digitalis
