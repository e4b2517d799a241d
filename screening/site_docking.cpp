#include "screening/site_docking.hpp"

#include <xxhash.h>

#include <algorithm>
#include <cmath>

#include "chem/usage_error.hpp"
#include "chem/suggest.hpp"

namespace digitalis {
namespace {

/// The ligand as it is docked into a conformer: with the side chains that turn.
DockingLigand joined_with(const SiteConformer& conformer, const DockingLigand& ligand) {
  return conformer.receptor.side_chains ? join_side_chains(ligand, *conformer.receptor.side_chains) : ligand;
}

/// Takes the ligand's own positions and those of the side chains apart: scored atoms of both come first, then what
/// travels along.
SitePose apart(std::uint32_t conformer, const DockingLigand& ligand, const DockingLigand& joined,
               std::span<const Position> positions) {
  const auto own = static_cast<std::ptrdiff_t>(ligand.atoms());
  const auto scored = static_cast<std::ptrdiff_t>(joined.atoms());
  const auto riding = static_cast<std::ptrdiff_t>(ligand.passengers.size());
  SitePose pose{.conformer = conformer,
                .positions = {positions.begin(), positions.begin() + own},
                .side_chain_A = {positions.begin() + own, positions.begin() + scored},
                .score = {}};
  pose.positions.insert(pose.positions.end(), positions.begin() + scored, positions.begin() + scored + riding);
  return pose;
}

double deviation_A(std::span<const Position> a, std::span<const Position> b, std::size_t atoms) {
  double sum = 0.0;
  for (std::size_t i = 0; i < atoms; ++i) sum += squared_distance(a[i], b[i]);
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, atoms)));
}

/// Whether "A:ALA213" or "A:213" names this residue.
bool names(const std::string& text, const DockingReceptor::Residue& residue) {
  return text == residue.label() || text == residue.chain + ":" + residue.number;
}

}  // namespace

SiteMaps::SiteMaps(const DockingSite& site, const Box& box, const ScoringFunction& function,
                   std::span<const AtomType> wanted, const GridOptions& options, const Maker& make)
    : site_(&site), function_(&function) {
  for (const SiteConformer& conformer : site.conformers())
    grids_.push_back(make(*conformer.cells, box, function, wanted, options));
}

std::vector<ContactBias> contact_biases(const DockingReceptor& receptor, const std::vector<std::string>& contacts) {
  std::vector<ContactBias> biases;
  for (const std::string& contact : contacts) {
    const auto colon = contact.rfind(':');
    const std::string residue = colon == std::string::npos ? "" : contact.substr(0, colon);
    const std::string atom = colon == std::string::npos ? "" : contact.substr(colon + 1);
    std::vector<std::string> bonding, labels;
    bool found = false;
    for (const DockingReceptor::Residue& known : receptor.residues) labels.push_back(known.label());
    for (std::size_t i = 0; i < receptor.atoms(); ++i) {
      if (!names(residue, receptor.residues[receptor.residue_of[i]])) continue;
      const AtomType type = receptor.types[i];
      if (is_donor(type) || is_acceptor(type)) bonding.push_back(residue + ":" + receptor.names[i]);
      if (receptor.names[i] != atom) continue;
      found = is_donor(type) || is_acceptor(type);
      for (const bool donor : {true, false})
        if (donor ? is_donor(type) : is_acceptor(type)) {
          ContactBias bias;
          bias.at_A = receptor.positions_A[i];
          bias.wants_acceptor = donor;
          biases.push_back(bias);
        }
    }
    if (found) continue;
    const std::string nearest = nearest_name(residue, labels);
    throw UsageError("contact '" + contact + "': the receptor has no such atom that makes hydrogen bonds; hint: " +
                     (!bonding.empty()   ? "this residue has " + join(bonding)
                      : !nearest.empty() ? "did you mean '" + nearest + ":" + atom + "'?"
                                         : "write CHAIN:RESIDUE:ATOM, for example A:ALA213:N"));
  }
  return biases;
}

std::uint64_t docking_seed(std::uint64_t seed, std::string_view compound_id, std::uint32_t form,
                           std::string_view stage) {
  std::string text{compound_id};
  text += '\0' + std::to_string(form) + '\0';
  text += stage;
  return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

std::vector<SitePose> dock_into(const SiteMaps& maps, const PreparedLigand& ligand, const DockingOptions& options,
                                std::uint64_t seed,
                                const std::vector<std::vector<std::pair<std::uint32_t, Position>>>& cores,
                                const Parallel& parallel) {
  std::vector<SitePose> all;
  const auto& conformers = maps.site().conformers();
  for (std::uint32_t c = 0; c < conformers.size(); ++c) {
    const DockingLigand joined = joined_with(conformers[c], ligand.docking);
    for (std::size_t core = 0; core < std::max<std::size_t>(1, cores.size()); ++core) {
      DockingOptions held = options;
      if (!cores.empty())
        for (const auto& [atom, at] : cores[core]) held.restraints.push_back({.atom = atom, .at_A = at});
      for (const DockedPose& docked : dock(maps.target(c), joined, held, seed, parallel).poses) {
        all.push_back(apart(c, ligand.docking, joined, docked.positions));
        all.back().score = docked.score;
      }
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const SitePose& a, const SitePose& b) {
    return a.score.affinity_kcal_mol < b.score.affinity_kcal_mol;
  });
  std::vector<SitePose> kept;
  for (SitePose& pose : all) {
    const bool in_range = kept.empty() || pose.score.affinity_kcal_mol <=
                                              kept.front().score.affinity_kcal_mol + options.energy_range_kcal_mol;
    const bool is_new = std::none_of(kept.begin(), kept.end(), [&](const SitePose& better) {
      return deviation_A(better.positions, pose.positions, ligand.docking.atoms()) < options.min_rmsd_A;
    });
    if (kept.size() >= options.most_poses || !in_range) break;
    if (is_new) kept.push_back(std::move(pose));
  }
  return kept;
}

SitePose score_in(const DockingSite& site, const ScoringFunction& function, const PreparedLigand& ligand) {
  std::optional<SitePose> best;
  for (std::uint32_t c = 0; c < site.conformers().size(); ++c) {
    const SiteConformer& conformer = site.conformers()[c];
    const DockingLigand joined = joined_with(conformer, ligand.docking);
    const std::vector<Position> at = place_atoms(joined, pose_of_conformer(joined));
    SitePose pose = apart(c, ligand.docking, joined, at);
    pose.score = score_pose(*conformer.cells, joined, at, function);
    if (!best || pose.score.affinity_kcal_mol < best->score.affinity_kcal_mol) best = std::move(pose);
  }
  return std::move(*best);
}

double extent_A(const DockingLigand& ligand) {
  double longest_A2 = 0.0;
  const std::vector<Position>& at = ligand.conformers.front();
  for (std::size_t i = 0; i < ligand.ligand_atoms; ++i)
    for (std::size_t j = i + 1; j < ligand.ligand_atoms; ++j)
      longest_A2 = std::max(longest_A2, squared_distance(at[i], at[j]));
  return std::sqrt(longest_A2);
}

}  // namespace digitalis
