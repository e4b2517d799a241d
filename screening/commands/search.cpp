#include <unistd.h>

#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>

#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "chem/usage_error.hpp"
#include "screening/command.hpp"
#include "screening/on_first_rank.hpp"
#include "screening/search/queries.hpp"
#include "screening/search/shape_options.hpp"
#include "screening/search/similarity_search.hpp"
#include "screening/search/store_index.hpp"
#include "screening/search/substructure_search.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

SimilarityMeasure measure_of(const Options& options) {
  SimilarityMeasure measure;
  const std::string name = options["metric"].as<std::string>();
  if (name == "dice")
    measure.kind = SimilarityMeasure::Kind::kDice;
  else if (name == "tversky")
    measure.kind = SimilarityMeasure::Kind::kTversky;
  else if (name != "tanimoto")
    throw UsageError("--metric: '" + name + "' is none of tanimoto, dice, tversky");
  for (const char* weight : {"alpha", "beta"}) {
    if (!options.contains(weight)) continue;
    const double value = options[weight].as<double>();
    if (measure.kind != SimilarityMeasure::Kind::kTversky)
      throw UsageError("--" + std::string{weight} + " weighs Tversky's measure; hint: --metric tversky");
    if (!(value >= 0.0 && value <= 1.0)) throw UsageError("--" + std::string{weight} + ": expected 0 to 1");
    (std::string_view{weight} == "alpha" ? measure.alpha : measure.beta) = value;
  }
  return measure;
}

SimilarityRequest request_of(const Options& options) {
  SimilarityRequest request;
  if (!options.contains("threshold") && !options.contains("top"))
    throw UsageError("nothing says which compounds are similar enough; hint: --threshold 0.7, or --top 10");
  if (options.contains("threshold")) request.threshold = options["threshold"].as<double>();
  if (!(request.threshold >= 0.0 && request.threshold <= 1.0)) throw UsageError("--threshold: expected 0 to 1");
  if (options.contains("top")) request.top = options["top"].as<std::size_t>();
  if (request.top == 0) throw UsageError("--top: expected 1 or more");
  request.measure = measure_of(options);
  return request;
}

SearchEnd run_similarity(MpiWorld& world, const Options& options, const CompoundStore& store, int threads,
                         const TableWriter& write, Progress& progress) {
  SimilarityRequest request = request_of(options);
  request.queries = read_queries(options["query"].as<Texts>(), store.info().preparation);
  request.threads = threads;
  const StoreIndex index{world, store, threads, progress};
  if (!options.contains("quiet"))
    for (const std::string& line : index.told()) std::cerr << line << '\n';
  return search_similar(world, store, index, request, write, progress);
}

/// Refuses what does not go together.
void check(const Options& options) {
  if ((options.count("query") > 0) + (options.count("substructure") > 0) + (options.count("shape") > 0) != 1)
    throw UsageError(
        "expected one of --query, --substructure and --shape; hint: --query SMILES or a file of molecules --top 10, or "
        "--substructure SMARTS, or --shape LIGAND.sdf --top 10");
  if (!options.contains("shape")) refuse_shape_options(options);
  if (options.contains("query")) return;
  for (const char* option : {"threshold", "top"})
    if (options.contains(option) && !options.contains("shape"))
      throw UsageError("--" + std::string{option} + " goes with --query and --shape");
  for (const char* option : {"alpha", "beta"})
    if (options.contains(option)) throw UsageError("--" + std::string{option} + " goes with --query");
  if (!options["metric"].defaulted()) throw UsageError("--metric goes with --query");
}

int run(const Options& options, MpiWorld* world) {
  start_rdkit();
  std::optional<AtomicFile> file;  // rank 0
  on_first_rank(*world, [&] {
    check(options);
    if (options.contains("shape") && world->size() > 1)
      throw UsageError("--shape runs in one process; hint: --threads uses all cores of this machine");
    if (options.contains("query")) (void)request_of(options);
    if (options.contains("shape")) (void)shape_request_of(options);
    const CompoundStore store{options["store"].as<std::string>()};
    if (options.contains("query")) (void)read_queries(options["query"].as<Texts>(), store.info().preparation);
    if (options.contains("out")) file.emplace(options["out"].as<std::string>());
  });
  const CompoundStore store{options["store"].as<std::string>()};
  const int asked = options["threads"].as<int>();
  const int threads = asked > 0 ? asked : default_threads(*world);
  Progress progress = world->is_first() && !options.contains("quiet")
                          ? Progress{std::cerr, ::isatty(STDERR_FILENO) != 0}
                          : Progress::silent();
  const TableWriter write = [&](std::string_view lines) {
    if (file)
      file->write(lines);
    else
      std::cout << lines << std::flush;
  };
  const SearchEnd end =
      options.contains("query") ? run_similarity(*world, options, store, threads, write, progress)
      : options.contains("shape")
          ? run_shape_search(options, store, threads, write, progress)
          : search_substructure(*world, store, options["substructure"].as<std::string>(), threads, write, progress);
  if (!options.contains("quiet") && !end.note.empty()) std::cerr << end.note << '\n';
  if (!std::cout) throw std::runtime_error("standard output: cannot be written");
  if (end.is_stopped) {
    if (world->is_first())
      std::cerr << "stopped before the end; run the same command again"
                << (options.contains("shape") ? ": conformers that were made are kept\n" : " from the beginning\n");
    return exit_code::kStopped;
  }
  if (file) {
    file->commit();
    std::cerr << grouped(end.hits) << " hits written to " << options["out"].as<std::string>() << '\n';
  }
  return exit_code::kDone;
}

}  // namespace

Command search_command() {
  Command command;
  command.name = "search";
  command.usage =
      "STORE (--query SMILES|FILE | --substructure SMARTS | --shape FILE|SMILES) [--threshold S] [--top N] [options]";
  command.summary =
      "compounds of a prepared store that are similar to molecules, in 2D or in 3D, or contain a substructure";
  command.help =
      "Finds, by the store's own Morgan fingerprints, all compounds that are at least so similar to a query, the most\n"
      "similar ones, or both, and writes query_id,compound_id,similarity,smiles: exactly what comparing with every\n"
      "compound would give, queries in their order, hits by similarity, equal ones in the store's order. Queries are\n"
      "prepared as the store's compounds were. The first search writes an index into the store (search.index, 43\n"
      "bytes a compound; some 150 of memory while it is made), which later ones map and check. --substructure\n"
      "writes compound_id,smiles of all compounds in which a SMARTS occurs (chirality apart), in the store's order;\n"
      "the first that must read most compounds keeps what spares later ones that (substructure.index, 64 bytes\n"
      "each). Under mpirun or srun each rank searches its part of the index, or of the chunks; the first writes.\n"
      "\n" +
      std::string{kShapeHelp};
  command.examples =
      "digitalis search library.store --query 'Nc1c2CCCCc2nc2ccccc12' --top 10\n"
      "digitalis search library.store --query known.smi --threshold 0.7 -o similar.csv\n"
      "digitalis search library.store --query core.smi --metric tversky --alpha 0.9 --beta 0.1 --threshold 0.8\n"
      "mpirun -n 8 digitalis search library.store --query known.smi --top 1000 -o similar.csv\n"
      "digitalis search library.store --substructure 'c1ccc2[nH]ccc2c1' -o indoles.csv\n"
      "digitalis search library.store --shape crystal_ligand.sdf --top 100 -o overlaid.sdf";
  command.cite =
      "fingerprints: D. Rogers, M. Hahn, J. Chem. Inf. Model. 50 (2010) 742-754, doi:10.1021/ci100050t\n"
      "--metric tversky: A. Tversky, Psychol. Rev. 84 (1977) 327-352, doi:10.1037/0033-295X.84.4.327\n"
      "--shape: T. S. Rush et al., J. Med. Chem. 48 (2005) 1489-1495, doi:10.1021/jm040163o";
  command.arguments.add_options()("store", po::value<std::string>()->required());
  command.options.add_options()("query", po::value<Texts>()->composing()->value_name("SMILES|FILE"),
                                "molecule, or file of molecules; may be repeated")(
      "substructure", po::value<std::string>()->value_name("SMARTS"), "what compounds are to contain")(
      "threshold", po::value<double>()->value_name("S"), "hits are at least so similar, 0 to 1; combo scores 0 to 2")(
      "top", po::value<std::size_t>()->value_name("N"), "the N most similar of each query")(
      "metric", po::value<std::string>()->default_value("tanimoto")->value_name("NAME"),
      "tanimoto, dice, or tversky: shared / (shared + alpha x only the query's + beta x only the compound's)")(
      "alpha", po::value<double>()->value_name("W"), "of tversky, 0 to 1; default 1")(
      "beta", po::value<double>()->value_name("W"), "of tversky, 0 to 1; default 0")(
      "out,o", po::value<std::string>()->value_name("FILE"), "CSV file to write instead of standard output");
  add_shape_options(command.options);
  add_rank_options(command.options);
  command.positional.add("store", 1);
  command.uses_ranks = true;
  command.is_brief = true;
  command.run = &run;
  return command;
}

}  // namespace digitalis
