#include "screening/docking_site.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "chem/receptor.hpp"
#include "chem/usage_error.hpp"
#include "screening/csv.hpp"

namespace digitalis {
namespace {

/// Maps of a longer box would not fit the memory of a node: 19 types, 8 bytes a point, 400 points a side.
constexpr double kLongestSide_A = 150.0;
/// A box further from every receptor atom than energies reach is a slip.
constexpr double kFarthestBox_A = kCutoff_A;

bool is_file(const std::string& ligand) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(ligand, ignored);
}

/// Whether the name of a ligand that is no file could only have been meant as one: "ligand.sdf", "poses/x".
bool looks_like_file(const std::string& ligand) { return ligand.find_first_of("./") != std::string::npos; }

/// "A:SKE:501" -> "SKE".
std::string residue_name(const std::string& ligand) {
  const auto first = ligand.find(':');
  if (first == std::string::npos) return ligand;
  return ligand.substr(first + 1, ligand.find(':', first + 1) - first - 1);
}

/// The residue that the preparation takes out of the receptor: the reference, or the ligand that the box is around.
std::string residue_of(const SiteRequest& request) {
  std::string residue;
  for (const std::string* ligand : {&request.reference, &request.box_ligand}) {
    if (ligand->empty() || is_file(*ligand)) continue;
    if (looks_like_file(*ligand)) throw UsageError(*ligand + ": no such file; hint: check the path");
    if (!residue.empty() && residue != *ligand)
      throw UsageError("two residues, '" + residue + "' and '" + *ligand +
                       "', cannot both be taken out of the receptor; hint: give one as a file");
    residue = *ligand;
  }
  return residue;
}

/// Whether a further conformer's file holds the residue that was taken out of the first.
bool holds(const std::filesystem::path& file, const std::string& residue) {
  try {
    const std::vector<std::string> ligands = read_receptor(file).ligands;
    return std::find(ligands.begin(), ligands.end(), residue_name(residue)) != ligands.end();
  } catch (const UsageError&) {
    return false;  // what is wrong with it, its preparation says better
  }
}

PreparedLigand first_of_file(const std::string& file) {
  std::vector<Result<PreparedLigand>> ligands = read_ligands(file, {.new_conformer = false});
  if (ligands.empty()) throw UsageError(file + ": holds no molecule; hint: give one with 3D coordinates");
  if (!ligands.front()) throw UsageError(ligands.front().reject().message());
  return std::move(*ligands.front());
}

std::string in_words(const Position& at) { return fixed(at[0], 1) + ", " + fixed(at[1], 1) + ", " + fixed(at[2], 1); }

}  // namespace

Box DockingSite::box_around_ligand(const PreparedLigand& ligand, double margin_A) {
  const std::vector<Position> at = place_atoms(ligand.docking, pose_of_conformer(ligand.docking));
  return box_around(std::span{at}.first(ligand.docking.ligand_atoms), margin_A);
}

DockingSite::DockingSite(const SiteRequest& request, bool needs_box) {
  if (request.receptors.empty()) throw UsageError("no receptor; hint: --receptor protein.pdb");
  const std::string residue = residue_of(request);
  for (const std::filesystem::path& file : request.receptors) {
    ReceptorOptions options = request.preparation;
    if (conformers_.empty() || residue.empty() || holds(file, residue)) options.reference = residue;
    SiteConformer conformer{.file = file.string(), .receptor = prepare_receptor(file, options), .cells = {}};
    for (const std::string& warning : conformer.receptor.report.warnings)
      warnings_.push_back(file.string() + ": " + warning);
    conformers_.push_back(std::move(conformer));
  }
  for (SiteConformer& conformer : conformers_)  // after the last move: cells point at the receptor
    conformer.cells = std::make_unique<ReceptorCells>(conformer.receptor.rigid);
  find_reference(request);
  if (reference_)
    for (const std::string& note : reference_->notes)
      warnings_.push_back("reference '" + request.reference + "': " + note);
  find_box(request);
  if (box_) check_box(*box_);
  if (needs_box && !box_)
    throw UsageError(
        "no box to dock into; hint: --center_x ... --size_z, or --autobox_ligand with a file or a residue of the "
        "receptor");
}

void DockingSite::find_reference(const SiteRequest& request) {
  if (request.reference.empty()) return;
  reference_name_ = request.reference;
  if (is_file(request.reference)) {
    reference_ = first_of_file(request.reference);
    return;
  }
  auto found = ligand_of_pdb(conformers_.front().receptor.reference_pdb, residue_name(request.reference),
                             request.reference_smiles);
  if (found)
    reference_ = std::move(*found);
  else if (!request.reference_smiles.empty())
    throw UsageError(found.reject().message());
  else
    warnings_.push_back("reference '" + request.reference + "': " + found.reject().detail +
                        "; no redocking, no deviations; hint: give its SMILES");
}

void DockingSite::find_box(const SiteRequest& request) {
  const PreparedReceptor& receptor = conformers_.front().receptor;
  const std::string& around = request.box_ligand.empty() ? request.reference : request.box_ligand;
  if (request.box)
    box_ = request.box;
  else if (!request.box_residues.empty())
    box_ = box_around_residues(receptor.rigid, request.box_residues, request.margin_A);
  else if (is_file(around))
    box_ = box_around_ligand(around == request.reference && reference_ ? *reference_ : first_of_file(around),
                             request.margin_A);
  else if (!receptor.reference_A.empty())
    box_ = box_around(receptor.reference_A, request.margin_A);
}

void DockingSite::check_box(const Box& box) const {
  for (const double side_A : box.size_A)
    if (!(side_A > 0.0) || side_A > kLongestSide_A)
      throw UsageError("a box of " + fixed(box.size_A[0], 1) + " x " + fixed(box.size_A[1], 1) + " x " +
                       fixed(box.size_A[2], 1) + " Å; hint: sides are above 0 and up to " + fixed(kLongestSide_A, 0) +
                       " Å, 20 to 30 Å is usual");
  for (const SiteConformer& conformer : conformers_) {
    double nearest_A2 = std::numeric_limits<double>::infinity();
    for (const Position& at : conformer.receptor.rigid.positions_A)
      nearest_A2 = std::min(nearest_A2, box.squared_distance_to(at));
    if (nearest_A2 > kFarthestBox_A * kFarthestBox_A)
      throw UsageError(conformer.file + ": the box around " + in_words(box.center_A) + " is not at this receptor, " +
                       fixed(std::sqrt(nearest_A2), 1) + " Å from its nearest atom; hint: --autobox_ligand finds one");
  }
}

}  // namespace digitalis
