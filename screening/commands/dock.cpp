#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <thread>

#include "chem/known_ring_shapes.hpp"
#include "chem/parse_record.hpp"
#include "chem/suggest.hpp"
#include "chem/usage_error.hpp"
#include "screening/command.hpp"
#include "screening/dock_job.hpp"

namespace digitalis {
namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

constexpr const char* kBoxKeys[] = {"center_x", "center_y", "center_z", "size_x", "size_y", "size_z"};

void add_dock_options(po::options_description& options) {
  const DockingOptions docking;
  const LigandOptions ligand;
  const FormOptions forms;
  const auto text = [] { return po::value<std::string>()->default_value("", ""); };
  const auto texts = [] { return po::value<Texts>()->multitoken()->composing()->default_value({}, ""); };
  const auto number = [] { return po::value<double>(); };
  options.add_options()  //
      ("receptor", texts()->value_name("FILE..."),
       "PDB, mmCIF or PDBQT, also .gz; several: conformers of one receptor, the best of all counts")(
          "ligand", texts()->value_name("FILE..."), "SMILES, SDF, MOL2, PDB or PDBQT, also .gz; or one SMILES")(
          "center_x", number()->value_name("A"), "center of the box, Å")("center_y", number()->value_name("A"), "")(
          "center_z", number()->value_name("A"), "")("size_x", number()->value_name("A"), "sides of the box, Å")(
          "size_y", number()->value_name("A"), "")("size_z", number()->value_name("A"), "")(
          "autobox_ligand", text()->value_name("LIGAND"),
          "box around this: a file, or a residue of the receptor (SKE, A:SKE:501), which is then taken out of it")(
          "autobox_add", po::value<double>()->default_value(4.0, "4")->value_name("A"), "its margin on every side, Å")(
          "reference", text()->value_name("LIGAND"),
          "known pose, a file or a residue as above: poses are compared with it; the box is around it when no other is "
          "given")("reference_smiles", text()->value_name("SMILES"), "bond orders of a reference that is a residue")(
          "scoring", po::value<std::string>()->default_value("vina")->value_name("NAME"), "vina or vinardo")(
          "effort", text()->value_name("NAME"), "fast, balanced (default) or thorough: exhaustiveness 2, 8 or 32")(
          "exhaustiveness", number()->value_name("N"),
          "effort as a number; the search ends earlier when it has converged")(
          "num_modes", po::value<int>()->default_value(static_cast<int>(docking.most_poses))->value_name("N"),
          "at most so many poses")("min_rmsd",
                                   po::value<double>()->default_value(docking.min_rmsd_A, "2")->value_name("A"),
                                   "poses of the list differ by at least this, Å")(
          "energy_range", po::value<double>()->default_value(docking.energy_range_kcal_mol, "3")->value_name("E"),
          "poses further above the best are left out, kcal/mol")(
          "seed", po::value<std::uint64_t>()->default_value(0)->value_name("N"),
          "equal seeds, equal poses, for any number of threads")(
          "cpu", po::value<int>()->default_value(0, "all cores")->value_name("N"), "threads")(
          "score_only", "score the ligands where they are")("local_only", "only minimise the ligands where they are")(
          "flex", texts()->value_name("RESIDUE..."), "side chains that turn: A:TYR57")(
          "core", text()->value_name("SMARTS"), "a scaffold that keeps the place it has in the reference")(
          "contact", texts()->value_name("ATOM..."), "hydrogen bonds that are wanted: A:ALA213:N")(
          "chains", texts()->value_name("CHAIN..."), "chains of the receptor that count; default: all")(
          "keep_waters", po::value<std::string>()->default_value("drop")->value_name("HOW"),
          "drop, keep, or near (within 5 Å of the reference)")(
          "keep_cofactors", po::value<std::string>()->default_value("keep")->value_name("HOW"),
          "what is neither polymer, water, metal, buffer nor the reference: drop, keep or near")(
          "keep_input_conformer", "rings and bonds as in the ligand file instead of made anew")(
          "ring_conformers",
          po::value<int>()->default_value(static_cast<int>(ligand.most_ring_conformers))->value_name("N"),
          "at most so many conformers of rings that are not flat")(
          "pH", po::value<std::string>()->default_value("none")->value_name("PH"),
          "dock the protomers that a compound has in water of this pH, such as 7.4, and tell the best; with "
          "--score_only, "
          "--local_only and --keep_input_conformer they are where the ligand is; none: as drawn")(
          "stereoisomers", po::value<int>()->default_value(1)->value_name("N"),
          "of centres and double bonds that are left open dock up to so many arrangements, and tell the best")(
          "tautomers", po::value<int>()->default_value(0)->value_name("N"),
          "the same for tautomers, the canonical one first (slow); 0: as drawn")(
          "most_forms", po::value<int>()->default_value(static_cast<int>(forms.most_forms))->value_name("N"),
          "of all these forms together at most so many: the most frequent protomers first")(
          "spacing", po::value<double>()->default_value(AffinityGrid::kDefaultSpacing_A)->value_name("A"),
          "of the maps, Å")("grid_cache", text()->value_name("DIR"), "keep maps there, and take those that fit")(
          "out,o", text()->value_name("FILE"), "poses: .sdf, .sdf.gz or .pdbqt")(
          "out_flex", text()->value_name("FILE"), "side chains of --flex in each pose, as PDB")(
          "csv", "the table as CSV")("breakdown", "energies by term and by residue, on standard error")(
          "write_receptor", text()->value_name("FILE"), "the prepared receptor as PDBQT")(
          "write_ligand", text()->value_name("FILE"), "the prepared ligands as PDBQT")(
          "config", text()->value_name("FILE"), "options from a file, a line each: center_x = 12.5")(
          "quiet,q", "no notes and times on standard error");
}

std::string trimmed(std::string text) {
  text.erase(0, std::min(text.find_first_not_of(" \t\r"), text.size()));
  text.erase(text.find_last_not_of(" \t\r") + 1);
  return text;
}

/// Options of a file as AutoDock Vina's: "key = value" a line, '#' begins a comment. What the command line says counts
/// more.
void add_config(Options& options, const std::string& file) {
  std::ifstream in{file};
  if (!in) throw UsageError(file + ": no such file; hint: check the path");
  po::options_description known;
  add_dock_options(known);
  Texts names;
  for (const auto& option : known.options()) names.push_back(option->long_name());
  po::parsed_options all{&known};
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto fail = [&](const std::string& what) {
      throw UsageError(file + ":" + std::to_string(number) + ": " + what);
    };
    const auto equals = line.find('=');
    const std::string key = trimmed(line.substr(0, equals));
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      const std::string nearest = nearest_name(key, names);
      fail("unknown option '" + key +
           "'; hint: " + (nearest.empty() ? "digitalis dock --help lists them" : "did you mean '" + nearest + "'?"));
    }
    const auto& option = known.find(key, false);
    Texts tokens{"--" + key};
    if (option.semantic()->max_tokens() > 0) {
      if (equals == std::string::npos) fail("'" + key + "' has no value; hint: write " + key + " = VALUE");
      tokens.push_back(trimmed(line.substr(equals + 1)));
    } else if (equals != std::string::npos && trimmed(line.substr(equals + 1)) != "true") {
      fail("'" + key + "' is on when it stands there; hint: write " + key + " alone, or leave it out");
    }
    try {
      // One token a value: a value that begins with '-' is a value here.
      po::basic_option<char> one{key, Texts(tokens.begin() + 1, tokens.end())};
      one.original_tokens = tokens;
      po::parsed_options alone{&known};
      alone.options.push_back(one);
      po::variables_map checked;
      po::store(alone, checked);
      all.options.push_back(std::move(one));
    } catch (const po::error& error) {
      fail(error.what());
    }
  }
  po::store(all, options);
}

template <class T>
T in_range(const Options& options, const char* key, T low, T high, const char* expected) {
  const T value = options[key].as<T>();
  if (!(value >= low && value <= high)) throw UsageError(std::string{"--"} + key + ": expected " + expected);
  return value;
}

std::optional<Box> box_of(const Options& options) {
  Texts missing;
  for (const char* key : kBoxKeys)
    if (!options.contains(key)) missing.push_back(std::string{"--"} + key);
  if (missing.size() == std::size(kBoxKeys)) return std::nullopt;
  if (!missing.empty())
    throw UsageError("the box lacks " + join(missing) + "; hint: give all six, or --autobox_ligand");
  const auto at = [&](std::size_t i) { return options[kBoxKeys[i]].as<double>(); };
  return Box{{at(0), at(1), at(2)}, {at(3), at(4), at(5)}};
}

ReceptorOptions::Keep keep_of(const Options& options, const char* key) {
  using enum ReceptorOptions::Keep;
  const std::string how = options[key].as<std::string>();
  if (how == "drop") return kDrop;
  if (how == "keep") return kKeep;
  if (how == "near") return kNearLigand;
  throw UsageError(std::string{"--"} + key + ": '" + how + "' is none of drop, keep, near");
}

DockingEffort effort_of(const Options& options) {
  const std::string name = options["effort"].as<std::string>();
  if (options.contains("exhaustiveness")) {
    if (!name.empty()) throw UsageError("--effort and --exhaustiveness say the same thing; hint: give one of them");
    return {in_range(options, "exhaustiveness", 1e-3, 1e6, "above 0")};
  }
  return name.empty() ? DockingEffort::balanced() : DockingEffort::by_name(name);
}

FormOptions forms_of_options(const Options& options) {
  FormOptions forms;
  if (const std::string ph = options["pH"].as<std::string>(); ph != "none") {
    char* end = nullptr;
    forms.ph = std::strtod(ph.c_str(), &end);
    if (end == ph.c_str() || *end != '\0' ||
        !(*forms.ph >= FormOptions::kLowestPh && *forms.ph <= FormOptions::kHighestPh))
      throw UsageError("--pH: expected 0 to 14, or none");
  }
  forms.most_stereoisomers = static_cast<std::uint32_t>(
      in_range(options, "stereoisomers", 1, static_cast<int>(FormOptions::kMostStereoisomers), "1 to 64"));
  forms.most_tautomers = static_cast<std::uint32_t>(
      in_range(options, "tautomers", 0, static_cast<int>(FormOptions::kMostTautomers), "0 to 16"));
  forms.most_forms = static_cast<std::uint32_t>(
      in_range(options, "most_forms", 1, static_cast<int>(FormOptions::kMostForms), "1 to 4096"));
  if (forms.most_stereoisomers > 1 || forms.most_tautomers > 0)
    for (const char* keeps : {"score_only", "local_only", "keep_input_conformer"})
      if (options.contains(keeps))
        throw UsageError(std::string{"--stereoisomers and --tautomers need new conformers, --"} + keeps +
                         " keeps those of the input; hint: leave one of them out");
  return forms;
}

DockJob job_of(const Options& options) {
  const auto text = [&](const char* key) { return options[key].as<std::string>(); };
  DockJob job;
  if (options.contains("score_only") && options.contains("local_only"))
    throw UsageError("--score_only and --local_only exclude each other; hint: give one of them");
  if (options.contains("score_only")) job.mode = DockJob::Mode::kScoreOnly;
  if (options.contains("local_only")) job.mode = DockJob::Mode::kLocalOnly;
  for (const std::string& file : options["receptor"].as<Texts>()) job.site.receptors.emplace_back(file);
  job.ligands = options["ligand"].as<Texts>();
  if (job.site.receptors.empty()) throw UsageError("no receptor; hint: --receptor protein.pdb");
  if (job.ligands.empty()) throw UsageError("no ligand; hint: --ligand ligands.sdf, or a SMILES");
  job.site.box = box_of(options);
  job.site.box_ligand = text("autobox_ligand");
  if (job.site.box && !job.site.box_ligand.empty())
    throw UsageError("the box is given twice, by --center_x ... and by --autobox_ligand; hint: give one of them");
  job.site.margin_A = in_range(options, "autobox_add", 0.0, 50.0, "0 to 50 Å");
  job.site.reference = text("reference");
  job.site.reference_smiles = text("reference_smiles");
  job.site.preparation.chains = options["chains"].as<Texts>();
  job.site.preparation.waters = keep_of(options, "keep_waters");
  job.site.preparation.cofactors = keep_of(options, "keep_cofactors");
  job.site.preparation.flexible = options["flex"].as<Texts>();
  job.scoring = text("scoring");
  (void)ScoringFunction::by_name(job.scoring);
  job.options.effort = effort_of(options);
  job.options.most_poses = static_cast<std::uint32_t>(in_range(options, "num_modes", 1, 10'000, "1 to 10000"));
  job.options.min_rmsd_A = in_range(options, "min_rmsd", 0.0, 100.0, "0 to 100 Å");
  job.options.energy_range_kcal_mol = in_range(options, "energy_range", 0.0, 1e9, "0 or more");
  job.seed = options["seed"].as<std::uint64_t>();
  job.preparation.new_conformer = !options.contains("keep_input_conformer");
  job.preparation.most_ring_conformers =
      static_cast<std::uint32_t>(in_range(options, "ring_conformers", 1, 1000, "1 to 1000"));
  job.preparation.seed = job.seed;
  job.preparation.known_ring_shapes = std::make_shared<KnownRingShapes>();
  job.forms = forms_of_options(options);
  job.threads = in_range(options, "cpu", 0, 100'000, "1 or more, or 0 for all cores");
  if (job.threads == 0) job.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  job.core = text("core");
  job.contacts = options["contact"].as<Texts>();
  job.spacing_A = in_range(options, "spacing", 0.1, 1.0, "0.1 to 1 Å");
  job.out = text("out");
  job.side_chains_out = text("out_flex");
  if (!job.side_chains_out.empty() && job.site.preparation.flexible.empty())
    throw UsageError("--out_flex has nothing to write; hint: name side chains with --flex");
  job.receptor_out = text("write_receptor");
  job.ligand_out = text("write_ligand");
  job.grid_cache = text("grid_cache");
  if (!job.out.empty() && !is_pose_file(job.out))
    throw UsageError(job.out.string() + ": unknown kind of file; hint: end its name in .sdf, .sdf.gz or .pdbqt");
  for (const auto* file : {&job.receptor_out, &job.ligand_out})
    if (!file->empty() && file->extension() != ".pdbqt")
      throw UsageError(file->string() + ": unknown kind of file; hint: end its name in .pdbqt");
  if (!job.receptor_out.empty() && job.site.receptors.size() > 1)
    throw UsageError("--write_receptor takes one receptor; hint: write them one by one");
  job.csv = options.contains("csv");
  job.breakdown = options.contains("breakdown");
  job.quiet = options.contains("quiet");
  return job;
}

int run(const Options& given, MpiWorld*) {
  start_rdkit();
  Options options = given;
  if (const std::string config = options["config"].as<std::string>(); !config.empty()) add_config(options, config);
  const DockEnd end = run_dock_job(job_of(options), std::cout, std::cerr);
  if (end.rejected > 0)
    std::cerr << end.rejected << " of " << end.docked + end.rejected << " ligands could not be docked, see above\n";
  if (end.docked > 0) return exit_code::kDone;
  std::cerr << "error: no ligand could be docked; hint: see above\n";
  return exit_code::kWrongRequest;
}

}  // namespace

Command dock_command() {
  Command command;
  command.name = "dock";
  command.usage = "--receptor FILE --ligand FILE [options]";
  command.summary = "dock molecules into a receptor, or score poses; options as AutoDock Vina's";
  command.help =
      "Prepares receptor and ligands in process (no PDBQT needed), finds the poses that score best in the box and "
      "prints them,\n"
      "best first; --out writes them with bond orders and hydrogens. Energies are in kcal/mol, lower binds better. "
      "Options that\n"
      "AutoDock Vina has too mean the same. Several ligands are docked one by one, each by itself; a ligand that "
      "cannot "
      "be\n"
      "docked is reported and the others go on. A compound is docked in the form that the input draws unless --pH, "
      "--stereoisomers or\n"
      "--tautomers ask for others; then each form is docked and the best one told, by name. The seed is 0 unless "
      "given: the same command gives the same poses.";
  command.examples =
      "digitalis dock --receptor 5dt0.pdb --ligand ligands.sdf --autobox_ligand SKE --out poses.sdf\n"
      "digitalis dock --receptor 5dt0.pdb --ligand 'CC(=O)Oc1ccccc1C(=O)O' --center_x 10 --center_y 20 --center_z 30 "
      "\\\n"
      "    --size_x 22 --size_y 22 --size_z 22 --effort fast --csv\n"
      "digitalis dock --receptor 5dt0.pdb --ligand library.smi --autobox_ligand SKE --pH 7.4 --stereoisomers 8 --csv\n"
      "digitalis dock --receptor protein.pdbqt --ligand pose.pdbqt --score_only --breakdown\n"
      "digitalis dock --receptor 5dt0.pdb --ligand ske.smi --reference SKE --core 'c1ccccc1' --contact A:ALA213:N";
  command.cite =
      "O. Trott, A. J. Olson, J. Comput. Chem. 2010, 31, 455-461 (the Vina scoring function)\n"
      "R. Quiroga, M. A. Villarreal, PLoS ONE 2016, 11, e0155183 (the Vinardo scoring function)\n"
      "S. Riniker, G. A. Landrum, J. Chem. Inf. Model. 2015, 55, 2562-2574 (ETKDG conformers)\n"
      "M. Wojdyr, J. Open Source Softw. 2022, 7, 4200 (gemmi)\n"
      "R. Meli, P. C. Biggin, J. Cheminf. 2020, 12, 49 (RMSD with symmetry)";
  add_dock_options(command.options);
  command.run = &run;
  return command;
}

}  // namespace digitalis
