#include "screening/pockets.hpp"

#include <nlohmann/json.hpp>

#include "chem/file_io.hpp"

namespace digitalis {
namespace {

/// The receptor is shown as far as it touches what is shown in it: the reference's surroundings, or the box.
constexpr double kNearReference_A = 3.0;

/// Around the reference where there is one: a box with its margins reaches far into the protein.
Box shown_box(const DockingSite& site) {
  return site.reference() ? DockingSite::box_around_ligand(*site.reference(), kNearReference_A) : *site.box();
}

}  // namespace

void write_pockets(const std::filesystem::path& file, const Campaign& campaign, const Sites& sites,
                   const std::vector<Redocking>& redockings) {
  constexpr double kNear_A = 4.0;
  nlohmann::json pockets = nlohmann::json::object();
  for (std::size_t target = 0; target < sites.size(); ++target) {
    if (!sites[target]) continue;
    const DockingSite& site = *sites[target];
    nlohmann::json& pocket = pockets[campaign.targets[target].name];
    pocket["pocket_pdb"] = pocket_pdb(site.conformers().front().receptor.rigid, shown_box(site), kNear_A);
    if (const PreparedLigand* reference = site.reference())
      pocket["reference_sdf"] =
          sdf_record(*reference, place_atoms(reference->docking, pose_of_conformer(reference->docking)), {});
    for (const Redocking& found : redockings)
      if (found.target == target && !found.pose_sdf.empty()) pocket["redocked_sdf"][found.reference] = found.pose_sdf;
  }
  write_file_atomically(file, pockets.dump(1) + "\n");
}

}  // namespace digitalis
