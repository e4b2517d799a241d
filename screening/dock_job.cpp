#include "screening/dock_job.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <ostream>

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include "chem/file_io.hpp"
#include "chem/forms_in_place.hpp"
#include "chem/record_reader.hpp"
#include "chem/symmetric_rmsd.hpp"
#include "chem/usage_error.hpp"
#include "screening/csv.hpp"
#include "screening/dock_output.hpp"
#include "screening/gzip.hpp"

namespace digitalis {
namespace {

using Clock = std::chrono::steady_clock;
using Mode = DockJob::Mode;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::string ending_of(const std::filesystem::path& file) {
  const std::string name = file.string();
  for (const char* ending : {".sdf.gz", ".sdf", ".pdbqt"})
    if (name.ends_with(ending)) return ending;
  return "";
}

/// Reads ligands file by file. Not for concurrent use.
class LigandSource {
 public:
  explicit LigandSource(const DockJob& job) : job_(job) {
    if (job.mode != Mode::kDock) options_.new_conformer = false;
  }
  /// Empty at the end.
  LigandReader::Preparation next() {
    while (reader_ || at_ < job_.ligands.size()) {
      if (!reader_) reader_.emplace(job_.ligands[at_++], options_);
      if (auto ligand = reader_->next()) return ligand;
      reader_.reset();
    }
    return nullptr;
  }

 private:
  const DockJob& job_;
  LigandOptions options_ = job_.preparation;
  std::size_t at_ = 0;
  std::optional<LigandReader> reader_;
};

/// What a ligand adds to each output.
struct Written {
  bool docked = false;
  std::string table, messages, poses, side_chains, prepared;
};

/// Docks one ligand after the other; safe to call concurrently.
class Docker {
 public:
  Docker(const DockJob& job, const DockingSite& site)
      : job_(job), site_(site), function_(ScoringFunction::by_name(job.scoring)) {
    if (job.csv || ending_of(job.out).starts_with(".sdf"))
      for (const SiteConformer& conformer : site.conformers()) judges_.emplace_back(conformer.receptor.rigid);
    if (job.mode == Mode::kScoreOnly) return;
    GridOptions options;
    options.spacing_A = job.spacing_A;
    options.biases = contact_biases(site.conformers().front().receptor.rigid, job.contacts);
    maps_.emplace(site, *site.box(), function_, std::span<const AtomType>{}, options,
                  [&](const ReceptorCells& cells, const Box& box, const ScoringFunction& function,
                      std::span<const AtomType> wanted, const GridOptions& how) {
                    if (!job.grid_cache.empty()) return cached_grid(job.grid_cache, cells, box, function, wanted, how);
                    return AffinityGrid{cells, box, function, wanted, how};
                  });
  }

  [[nodiscard]] Written operator()(const LigandReader::Preparation& prepare) const {
    Written written;
    auto start = Clock::now();
    const Result<PreparedLigand> prepared = prepare();
    const double preparation_s = seconds_since(start);
    if (!prepared) {
      written.messages = "warning: " + prepared.reject().message() + "\n";
      return written;
    }
    start = Clock::now();
    const PreparedLigand& given = prepared.value();
    if (job_.forms.as_drawn()) {
      dock_form(given, 0, {}, written);
    } else if (!given.smiles.empty()) {
      dock_forms(given, written);
    } else if (given.molecule) {
      dock_protomers_in_place(given, written);
    } else {
      if (!job_.quiet) written.messages += "note: " + given.id + ": PDBQT is docked in the form that it has\n";
      dock_form(given, 0, DockedLigand::BestForm{.name = "as drawn"}, written);
    }
    if (written.docked && !job_.quiet)
      written.messages += given.id + ": conformer " + fixed(preparation_s, 3) + " s, docking " +
                          fixed(seconds_since(start), 3) + " s\n";
    return written;
  }

 private:
  /// What is written of the best form, of equal ones of the first.
  class BestForm {
   public:
    void offer(Written one, std::optional<double> affinity_kcal_mol) {
      if (best_ && !(affinity_kcal_mol && (!best_->docked || *affinity_kcal_mol < lowest_kcal_mol_))) return;
      lowest_kcal_mol_ = affinity_kcal_mol.value_or(0.0);
      best_ = std::move(one);
    }
    /// After what was written before.
    void write(Written& written) {
      if (!best_) return;
      best_->messages = written.messages + best_->messages;
      written = std::move(*best_);
    }

   private:
    std::optional<Written> best_;
    double lowest_kcal_mol_ = 0.0;
  };

  void dock_forms(const PreparedLigand& given, Written& written) const {
    const auto forms = forms_of(given.smiles, given.id, job_.forms);
    if (!forms) {
      written.messages += "warning: " + forms.reject().message() + "\n";
      return;
    }
    if (forms->are_capped && !job_.quiet)
      written.messages += "note: " + given.id + ": more forms than --most_forms " +
                          std::to_string(job_.forms.most_forms) + "; those of the most frequent protomers are docked\n";
    BestForm best;
    for (std::uint32_t i = 0; i < forms->kept.size(); ++i) {
      const Form& form = forms->kept[i];
      // The compound as drawn is docked as if it were alone: the same poses with and without its forms.
      const std::uint32_t number = form.as_drawn ? 0 : i + 1;
      Result<PreparedLigand> made = form.as_drawn ? given : prepare_ligand(form.smiles, given.id, job_.preparation);
      if (!made) {
        written.messages += "warning: " + given.id + ": form '" + form.name + "': " + made.reject().detail + "\n";
        continue;
      }
      Written one;
      const auto affinity_kcal_mol = dock_form(made.value(), number, told(form, forms->kept.size()), one);
      best.offer(std::move(one), affinity_kcal_mol);
    }
    best.write(written);
  }

  /// Of a ligand whose coordinates are kept.
  void dock_protomers_in_place(const PreparedLigand& given, Written& written) const {
    auto forms = protomers_in_place(given, job_.forms);
    if (!forms) {
      written.messages += "warning: " + forms.reject().message() + "\n";
      return;
    }
    BestForm best;
    for (std::uint32_t i = 0; i < forms->size(); ++i) {
      const auto& [form, ligand] = forms.value()[i];
      Written one;
      const auto affinity_kcal_mol = dock_form(ligand, form.as_drawn ? 0 : i + 1, told(form, forms->size()), one);
      best.offer(std::move(one), affinity_kcal_mol);
    }
    best.write(written);
  }

  static DockedLigand::BestForm told(const Form& form, std::size_t forms) {
    return {.name = form.name, .share = form.share, .docked = forms};
  }

  /// Docks one ligand and writes its poses. The affinity of its best pose; nothing when it cannot be docked.
  std::optional<double> dock_form(const PreparedLigand& ligand, std::uint32_t number,
                                  std::optional<DockedLigand::BestForm> form, Written& written) const {
    if (!job_.quiet)
      for (const std::string& note : ligand.notes) written.messages += "note: " + ligand.id + ": " + note + "\n";
    std::vector<std::vector<std::pair<std::uint32_t, Position>>> cores;
    if (!job_.core.empty()) {
      const std::lock_guard lock{reference_};
      cores = match_core(ligand, *site_.reference(), job_.core);
      if (cores.empty()) {
        written.messages += "warning: " + ligand.id + ": does not have the core; not docked\n";
        return std::nullopt;
      }
    }
    DockedLigand docked{.ligand = &ligand,
                        .site = &site_,
                        .function = &function_,
                        .poses = {},
                        .form = std::move(form),
                        .rmsd_A = {},
                        .judgements = {}};
    if (job_.mode == Mode::kScoreOnly)
      docked.poses.push_back(score_in(site_, function_, ligand));
    else
      docked.poses = search(ligand, number, cores, written.messages);
    compare(docked);
    judge(docked);
    written.docked = true;
    write(docked, written);
    return docked.poses.front().score.affinity_kcal_mol;
  }

  std::vector<SitePose> search(const PreparedLigand& ligand, std::uint32_t form,
                               const std::vector<std::vector<std::pair<std::uint32_t, Position>>>& cores,
                               std::string& messages) const {
    const Position& size_A = site_.box()->size_A;
    const double longest_A = std::max({size_A[0], size_A[1], size_A[2]});
    if (const double length_A = extent_A(ligand.docking); length_A > longest_A)
      messages += "warning: " + ligand.id + ": is " + fixed(length_A, 1) + " Å long, the box " + fixed(longest_A, 1) +
                  " Å; hint: a larger box\n";
    DockingOptions options = job_.options;
    options.local_only = job_.mode == Mode::kLocalOnly;
    return dock_into(
        *maps_, ligand, options, docking_seed(job_.seed, ligand.id, form, "dock"), cores,
        [](std::size_t count, const std::function<void(std::size_t)>& work) {
          // A thread that waits here must not begin another ligand meanwhile.
          oneapi::tbb::this_task_arena::isolate([&] { oneapi::tbb::parallel_for(std::size_t{0}, count, work); });
        });
  }

  /// Distances from the reference, when the ligand is the same molecule.
  void compare(DockedLigand& docked) const {
    docked.rmsd_A.resize(docked.poses.size());
    const PreparedLigand* reference = site_.reference();
    if (!reference || reference->docking.ligand_atoms != docked.ligand->docking.ligand_atoms) return;
    try {
      const std::lock_guard lock{reference_};
      const SymmetricRmsd rmsd{*docked.ligand, *reference};
      for (std::size_t i = 0; i < docked.poses.size(); ++i) docked.rmsd_A[i] = rmsd(docked.poses[i].positions);
    } catch (const UsageError&) {  // another molecule: nothing to compare
    }
  }

  /// What holds each pose, and whether it is possible; only when something that is written tells it.
  void judge(DockedLigand& docked) const {
    if (judges_.empty()) return;
    const JudgedMolecule molecule{*docked.ligand};
    for (const SitePose& pose : docked.poses) {
      std::vector<Position> heavy_atoms_A;
      if (molecule.is_known()) heavy_atoms_A = heavy_atoms_in_smiles_order(*docked.ligand, pose.positions);
      const PreparedReceptor& receptor = site_.conformers()[pose.conformer].receptor;
      docked.judgements.push_back(
          pose.side_chain_A.empty()
              ? judges_[pose.conformer].judge(molecule, heavy_atoms_A)
              : PoseJudge{receptor_of_pose(receptor, pose.side_chain_A)}.judge(molecule, heavy_atoms_A));
    }
  }

  void write(const DockedLigand& docked, Written& written) const {
    written.table = job_.csv ? dock_csv(docked) : dock_table(docked) + "\n";
    if (job_.breakdown) written.messages += dock_breakdown(docked);
    if (!job_.out.empty()) written.poses = ending_of(job_.out) == ".pdbqt" ? dock_pdbqt(docked) : dock_sdf(docked);
    if (!job_.side_chains_out.empty()) written.side_chains = dock_side_chains(docked);
    if (!job_.ligand_out.empty())
      written.prepared =
          to_pdbqt(*docked.ligand, place_atoms(docked.ligand->docking, pose_of_conformer(docked.ligand->docking)));
  }

  const DockJob& job_;
  const DockingSite& site_;
  const ScoringFunction& function_;
  std::optional<SiteMaps> maps_;
  std::vector<PoseJudge> judges_;  ///< one per conformer; none: nothing tells what they say
  mutable std::mutex reference_;   // its molecule belongs to one thread at a time
};

/// Poses as they come, compressed by pieces when the name says so.
class PoseFile {
 public:
  explicit PoseFile(const std::filesystem::path& file) : compressed_(ending_of(file) == ".sdf.gz") {
    if (!file.empty()) file_.emplace(file);
  }
  void add(const std::string& records) {
    if (!file_) return;
    waiting_ += records;
    if (waiting_.size() > kPieceBytes) flush();
  }
  void commit() {
    if (!file_) return;
    if (!waiting_.empty()) flush();
    file_->commit();
  }

 private:
  static constexpr std::size_t kPieceBytes = 1U << 20U;
  void flush() {
    file_->write(compressed_ ? gzip(waiting_) : waiting_);
    waiting_.clear();
  }
  bool compressed_;
  std::optional<AtomicFile> file_;
  std::string waiting_;
};

}  // namespace

bool is_pose_file(const std::filesystem::path& file) { return !ending_of(file).empty(); }

DockEnd run_dock_job(const DockJob& job, std::ostream& table, std::ostream& messages) {
  const DockingSite site{job.site, job.mode != Mode::kScoreOnly};
  if (!job.core.empty() && !site.reference())
    throw UsageError("--core needs a reference whose place it keeps; hint: --reference FILE or residue");
  for (const std::string& warning : site.warnings()) messages << "warning: " << warning << '\n';
  if (!job.quiet)
    for (const SiteConformer& conformer : site.conformers())
      for (const std::string& decision : conformer.receptor.report.decisions)
        messages << "receptor: " << decision << '\n';
  if (!job.receptor_out.empty())
    write_file_atomically(job.receptor_out, to_pdbqt(site.conformers().front().receptor.rigid));

  const Docker dock{job, site};
  LigandSource source{job};
  PoseFile poses{job.out}, side_chains{job.side_chains_out}, prepared{job.ligand_out};
  DockEnd end;
  if (job.csv) table << dock_csv_header(!job.forms.as_drawn());
  namespace tbb = oneapi::tbb;
  // The pipeline's end orders what its threads read before what comes after; said once more, for thread sanitizers to
  // see.
  std::atomic<std::uint64_t> ended = 0;
  tbb::task_arena{job.threads}.execute([&] {
    tbb::parallel_pipeline(
        2 * static_cast<std::size_t>(job.threads),
        tbb::make_filter<void, LigandReader::Preparation>(tbb::filter_mode::serial_in_order,
                                                          [&](tbb::flow_control& flow) {
                                                            auto ligand = source.next();
                                                            if (!ligand) flow.stop();
                                                            return ligand;
                                                          }) &
            tbb::make_filter<LigandReader::Preparation, Written>(tbb::filter_mode::parallel,
                                                                 [&](const LigandReader::Preparation& ligand) {
                                                                   Written written = dock(ligand);
                                                                   ended.fetch_add(1, std::memory_order_release);
                                                                   return written;
                                                                 }) &
            tbb::make_filter<Written, void>(tbb::filter_mode::serial_in_order, [&](const Written& written) {
              ++(written.docked ? end.docked : end.rejected);
              messages << written.messages << std::flush;
              table << written.table << std::flush;
              poses.add(written.poses);
              side_chains.add(written.side_chains);
              prepared.add(written.prepared);
            }));
  });
  (void)ended.load(std::memory_order_acquire);
  poses.commit();
  side_chains.commit();
  prepared.commit();
  return end;
}

}  // namespace digitalis
