#include "screening/hit_query/poses.hpp"

namespace digitalis {

std::vector<HitPose> poses_of(Database& results, std::int64_t place) {
  constexpr int kFirstTerm = 8;
  std::string terms;
  for (std::size_t i = 0; i < kPoseTerms; ++i) terms += ", p." + std::string{name_of_pose_term(i)} + "_cal_mol";
  Statement ask{results,
                "SELECT t.name, g.name, r.name, t.origin_x_A, t.origin_y_A, t.origin_z_A, p.places, f.smiles" + terms +
                    " FROM poses AS p JOIN targets AS t USING (target) JOIN stages AS g USING (stage) JOIN receptors "
                    "AS r USING (receptor) LEFT JOIN forms AS f ON f.compound = p.compound AND f.form = p.form WHERE "
                    "p.compound = ? ORDER BY p.pose"};
  ask.bind(1, place);
  std::vector<HitPose> poses;
  while (ask.step()) {
    HitPose& pose = poses.emplace_back();
    pose.target = ask.text(0);
    pose.stage = ask.text(1);
    pose.receptor = ask.text(2);
    pose.heavy_atoms_A = unpack_places(ask.text(6), {ask.number(3), ask.number(4), ask.number(5)});
    if (!ask.is_null(7)) pose.smiles = ask.text(7);
    for (std::size_t i = 0; i < kPoseTerms; ++i)
      pose.terms_kcal_mol[i] = static_cast<double>(ask.integer(kFirstTerm + static_cast<int>(i))) / 1000.0;
  }
  return poses;
}

}  // namespace digitalis
