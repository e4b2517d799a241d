#include "screening/search/shape_options.hpp"

#include <iostream>

#include "chem/conformer_ensemble.hpp"
#include "chem/usage_error.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

/// As asked, or as the store has them.
std::uint32_t conformers_asked(const Options& options, std::uint32_t otherwise) {
  if (!options.contains("conformers")) return otherwise;
  const int asked = options["conformers"].as<int>();
  if (asked < 1 || asked > static_cast<int>(kMostEnsembleConformers))
    throw UsageError("--conformers: expected 1 to 1000");
  return static_cast<std::uint32_t>(asked);
}

ShapeScore score_named(const std::string& name) {
  if (const auto score = find_shape_score(name)) return *score;
  throw UsageError("--score: '" + name + "' is none of combo, shape, colour");
}

}  // namespace

const std::string_view kShapeHelp =
    "--shape overlays conformers of every compound on a molecule, in the pose that a file of it tells (a crystal\n"
    "ligand) or in conformers of its own, so that volumes and what can bind (donors, acceptors, charges, hydrophobes,\n"
    "aromatic rings) coincide best, and writes query_id,compound_id,combo,shape,colour,conformer,smiles: both are\n"
    "Tanimoto coefficients of overlapping Gaussians, combo their sum, 0 to 2. With -o FILE.sdf it writes the overlaid\n"
    "poses. The first such search makes the conformers (conformers.bin in the store, 1.5 kB and 0.1 to 0.2 core\n"
    "seconds a compound); stopped, it goes on from there the next time.";

void add_shape_options(po::options_description& options) {
  options.add_options()("shape", po::value<Texts>()->composing()->value_name("FILE|SMILES"),
                        "3D molecule (SDF, MOL2, PDB), or SMILES, to overlay compounds on; may be repeated")(
      "score", po::value<std::string>()->default_value("combo")->value_name("NAME"),
      "of --shape: combo, shape or colour")("conformers", po::value<int>()->value_name("N"),
                                            "of --shape: conformers of a compound, at most; default: as the store has "
                                            "them, else 10")(
      "prefilter", po::value<double>()->default_value(1.0)->value_name("SHARE"),
      "of --shape: overlay only this share of the compounds, those most similar by USRCAT; not exact");
}

void refuse_shape_options(const Options& options) {
  for (const char* option : {"score", "prefilter", "conformers"})
    if (options.contains(option) && !options[option].defaulted())
      throw UsageError("--" + std::string{option} + " goes with --shape");
}

ShapeRequest shape_request_of(const Options& options) {
  ShapeRequest request;
  request.score = score_named(options["score"].as<std::string>());
  if (!options.contains("threshold") && !options.contains("top"))
    throw UsageError("nothing says which compounds are similar enough; hint: --top 100, or --threshold 1.2");
  const double most = request.score == ShapeScore::kCombo ? 2.0 : 1.0;
  if (options.contains("threshold")) request.threshold = options["threshold"].as<double>();
  if (!(request.threshold >= 0.0 && request.threshold <= most))
    throw UsageError(std::string{"--threshold: expected 0 to "} + (most > 1.0 ? "2" : "1"));
  if (options.contains("top")) request.top = options["top"].as<std::size_t>();
  if (request.top == 0) throw UsageError("--top: expected 1 or more");
  request.prefilter = options["prefilter"].as<double>();
  if (!(request.prefilter > 0.0 && request.prefilter <= 1.0))
    throw UsageError("--prefilter: expected more than 0, to 1");
  (void)conformers_asked(options, EnsembleOptions{}.most);
  request.as_sdf = options.contains("out") && options["out"].as<std::string>().ends_with(".sdf");
  return request;
}

SearchEnd run_shape_search(const Options& options, const CompoundStore& store, int threads, const TableWriter& write,
                           Progress& progress) {
  const bool is_quiet = options.contains("quiet");
  ShapeRequest request = shape_request_of(options);
  request.threads = threads;
  auto conformers = StoreConformers::open(store);
  const std::uint32_t most = conformers_asked(options, conformers ? conformers->most() : EnsembleOptions{}.most);
  request.queries = read_shape_queries(options["shape"].as<Texts>(), most);
  if (!conformers || conformers->most() != most) {
    const ConformersMade made = make_conformers_of_store(store, most, threads, progress);
    if (made.is_stopped) return {.is_stopped = true};
    if (!is_quiet)
      std::cerr << (store.folder() / kConformersName).string() << ": conformers of "
                << grouped(made.compounds - made.rejects) << " compounds made for this and later searches; "
                << grouped(made.rejects) << " compounds without any are listed in " << kConformerRejectsName << '\n';
    auto now = StoreConformers::open(store);
    if (!now) throw std::runtime_error((store.folder() / kConformersName).string() + ": changed while in use");
    conformers.emplace(std::move(*now));
  }
  return search_shapes(store, *conformers, request, write, progress);
}

}  // namespace digitalis
