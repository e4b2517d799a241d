#include "screening/dock_output.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>

#include "screening/csv.hpp"
#include "screening/text_table.hpp"

namespace digitalis {
namespace {

constexpr int kDecimals = 4, kShareDecimals = 3;
constexpr std::size_t kShownResidues = 10;

std::string rmsd_text(const std::optional<double>& rmsd_A, int decimals) {
  return rmsd_A ? fixed(*rmsd_A, decimals) : std::string{};
}

/// Atom by atom, without symmetry: how far a pose is from the best one.
double from_best_A(const DockedLigand& docked, std::size_t pose) {
  const std::size_t atoms = docked.ligand->docking.atoms();
  double sum = 0.0;
  for (std::size_t i = 0; i < atoms; ++i)
    sum += squared_distance(docked.poses.front().positions[i], docked.poses[pose].positions[i]);
  return std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, atoms)));
}

std::string conformer_name(const DockedLigand& docked, const SitePose& pose) {
  return std::filesystem::path{docked.site->conformers()[pose.conformer].file}.filename().string();
}

bool is_ensemble(const DockedLigand& docked) { return docked.site->conformers().size() > 1; }

ScoreBreakdown terms_of(const DockedLigand& docked, const SitePose& pose) {
  return break_down(*docked.site->conformers()[pose.conformer].cells, docked.ligand->docking, pose.positions,
                    *docked.function);
}

/// "; best of 2 forms: primary amine 3 +1 (share 0.953)".
std::string form_text(const DockedLigand& docked) {
  if (!docked.form) return "";
  const DockedLigand::BestForm& form = *docked.form;
  return (form.docked > 1 ? "; best of " + std::to_string(form.docked) + " forms: " : "; form: ") + form.name +
         " (share " + fixed(form.share, kShareDecimals) + ")";
}

double total(const std::array<double, kTerms>& terms) { return std::accumulate(terms.begin(), terms.end(), 0.0); }

}  // namespace

std::string dock_csv_header(bool with_forms) {
  return std::string{
             "ligand_id,pose,affinity_kcal_mol,inter_kcal_mol,intra_kcal_mol,torsions,rmsd_to_reference_A,interactions,"
             "pose_flags"} +
         (with_forms ? ",form,form_share\n" : "\n");
}

std::string dock_csv(const DockedLigand& docked) {
  std::string text;
  for (std::size_t i = 0; i < docked.poses.size(); ++i) {
    const PoseScore& score = docked.poses[i].score;
    std::vector<std::string> cells{docked.ligand->id,
                                   std::to_string(i + 1),
                                   fixed(score.affinity_kcal_mol, kDecimals),
                                   fixed(score.inter_kcal_mol, kDecimals),
                                   fixed(score.intra_kcal_mol, kDecimals),
                                   std::to_string(docked.ligand->docking.torsions),
                                   rmsd_text(docked.rmsd_A[i], 3),
                                   to_text(docked.judgements[i].interactions),
                                   to_text(docked.judgements[i].flags)};
    if (docked.form) cells.insert(cells.end(), {docked.form->name, fixed(docked.form->share, kShareDecimals)});
    text += csv_line(cells);
  }
  return text;
}

std::string dock_table(const DockedLigand& docked) {
  const DockingLigand& ligand = docked.ligand->docking;
  const bool compared = std::any_of(docked.rmsd_A.begin(), docked.rmsd_A.end(), [](const auto& a) { return !!a; });
  std::vector<std::string> header{"mode", "affinity kcal/mol", "inter", "intra", "from mode 1, Å"};
  if (compared) header.emplace_back("from reference, Å");
  if (is_ensemble(docked)) header.emplace_back("receptor");
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < docked.poses.size(); ++i) {
    const SitePose& pose = docked.poses[i];
    rows.push_back({std::to_string(i + 1), fixed(pose.score.affinity_kcal_mol, 3), fixed(pose.score.inter_kcal_mol, 3),
                    fixed(pose.score.intra_kcal_mol, 3), fixed(from_best_A(docked, i), 2)});
    if (compared) rows.back().push_back(rmsd_text(docked.rmsd_A[i], 2));
    if (is_ensemble(docked)) rows.back().push_back(conformer_name(docked, pose));
  }
  return docked.ligand->id + ": " + std::to_string(ligand.ligand_atoms) + " heavy atoms, " +
         std::to_string(ligand.torsions) + (ligand.torsions == 1 ? " torsion" : " torsions") + form_text(docked) +
         "\n" + text_table(header, rows);
}

std::string dock_sdf(const DockedLigand& docked) {
  std::string text;
  for (std::size_t i = 0; i < docked.poses.size(); ++i) {
    const SitePose& pose = docked.poses[i];
    const ScoreBreakdown terms = terms_of(docked, pose);
    std::vector<std::pair<std::string, std::string>> tags{
        {"ligand_id", docked.ligand->id},
        {"pose", std::to_string(i + 1)},
        {"affinity_kcal_mol", fixed(pose.score.affinity_kcal_mol, kDecimals)},
        {"inter_kcal_mol", fixed(pose.score.inter_kcal_mol, kDecimals)},
        {"intra_kcal_mol", fixed(pose.score.intra_kcal_mol, kDecimals)}};
    for (std::size_t term = 0; term < kTerms; ++term)
      tags.emplace_back(std::string{name_of(static_cast<Term>(term))} + "_kcal_mol",
                        fixed(terms.inter[term], kDecimals));
    tags.emplace_back("torsions", std::to_string(docked.ligand->docking.torsions));
    tags.emplace_back("strongest_residues_kcal_mol",
                      strongest_residues(terms, docked.site->conformers()[pose.conformer].receptor.rigid, 5));
    tags.emplace_back("receptor", conformer_name(docked, pose));
    if (docked.form) {
      tags.emplace_back("form", docked.form->name);
      tags.emplace_back("form_share", fixed(docked.form->share, kShareDecimals));
      tags.emplace_back("forms_docked", std::to_string(docked.form->docked));
    }
    if (docked.rmsd_A[i]) tags.emplace_back("rmsd_to_reference_A", rmsd_text(docked.rmsd_A[i], 3));
    if (const PoseJudgement& judgement = docked.judgements[i]; !judgement.interactions.empty())
      tags.emplace_back("interactions", to_text(judgement.interactions));
    if (const PoseJudgement& judgement = docked.judgements[i]; !judgement.flags.empty())
      tags.emplace_back("pose_flags", to_text(judgement.flags));
    text += sdf_record(*docked.ligand, pose.positions, tags);
  }
  return text;
}

std::string dock_pdbqt(const DockedLigand& docked) {
  std::string text;
  for (std::size_t i = 0; i < docked.poses.size(); ++i) {
    const SitePose& pose = docked.poses[i];
    const double away_A = from_best_A(docked, i);
    std::vector<std::string> remarks{
        "VINA RESULT: " + fixed(pose.score.affinity_kcal_mol, 3) + " " + fixed(away_A, 3) + " " + fixed(away_A, 3),
        "INTER: " + fixed(pose.score.inter_kcal_mol, 3), "INTRA: " + fixed(pose.score.intra_kcal_mol, 3)};
    if (docked.form) remarks.push_back("FORM: " + docked.form->name);
    if (is_ensemble(docked)) remarks.push_back("RECEPTOR: " + conformer_name(docked, pose));
    text += "MODEL " + std::to_string(i + 1) + "\n" + to_pdbqt(*docked.ligand, pose.positions, remarks) + "ENDMDL\n";
  }
  return text;
}

std::string dock_side_chains(const DockedLigand& docked) {
  std::string text;
  for (std::size_t i = 0; i < docked.poses.size(); ++i) {
    const SitePose& pose = docked.poses[i];
    const PreparedReceptor& receptor = docked.site->conformers()[pose.conformer].receptor;
    if (pose.side_chain_A.empty()) continue;
    text += "MODEL     " + std::to_string(i + 1) + "\nREMARK   " + docked.ligand->id + "\n";
    for (std::size_t a = 0; a < pose.side_chain_A.size(); ++a) {
      const DockingReceptor::Residue& residue = receptor.rigid.residues[receptor.side_chain_residue[a]];
      const std::string& name = receptor.side_chain_names[a];
      const bool has_code = !residue.number.empty() && std::isalpha(static_cast<unsigned char>(residue.number.back()));
      const Position& at = pose.side_chain_A[a];
      std::array<char, 96> line{};
      std::snprintf(line.data(), line.size(),
                    "ATOM  %5zu %-4.4s %3.3s %.1s%*s%s   %8.3f%8.3f%8.3f  1.00  0.00          %2.1s\n", a + 1,
                    (name.size() < 4 ? " " + name : name).c_str(), residue.name.c_str(), residue.chain.c_str(),
                    has_code ? 5 : 4, residue.number.c_str(), has_code ? "" : " ", at[0], at[1], at[2], name.c_str());
      text += line.data();
    }
    text += "ENDMDL\n";
  }
  return text;
}

std::string dock_breakdown(const DockedLigand& docked) {
  std::string text;
  for (std::size_t i = 0; i < docked.poses.size(); ++i) {
    const SitePose& pose = docked.poses[i];
    const ScoreBreakdown terms = terms_of(docked, pose);
    std::vector<std::vector<std::string>> rows;
    for (std::size_t term = 0; term < kTerms; ++term)
      rows.push_back(
          {std::string{name_of(static_cast<Term>(term))}, fixed(terms.inter[term], 3), fixed(terms.intra[term], 3)});
    rows.push_back({"sum", fixed(total(terms.inter), 3), fixed(total(terms.intra), 3)});
    text += docked.ligand->id + ", mode " + std::to_string(i + 1) + ": exact terms, kcal/mol\n" +
            text_table({"term", "inter", "intra"}, rows);
    rows.clear();
    const DockingReceptor& receptor = docked.site->conformers()[pose.conformer].receptor.rigid;
    for (std::size_t r = 0; r < std::min(kShownResidues, terms.by_residue.size()); ++r) {
      const ScoreBreakdown::Residue& residue = terms.by_residue[r];
      rows.push_back({receptor.residues[residue.residue].label(), fixed(residue.total_kcal_mol, 3)});
      for (const double term : residue.terms) rows.back().push_back(fixed(term, 3));
    }
    std::vector<std::string> header{"residue", "sum"};
    for (std::size_t term = 0; term < kTerms; ++term) header.emplace_back(name_of(static_cast<Term>(term)));
    text += text_table(header, rows);
  }
  return text;
}

std::string strongest_residues(const ScoreBreakdown& terms, const DockingReceptor& receptor, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, terms.by_residue.size()); ++i)
    text += (i == 0 ? "" : "; ") + receptor.residues[terms.by_residue[i].residue].label() + " " +
            fixed(terms.by_residue[i].total_kcal_mol, 2);
  return text;
}

}  // namespace digitalis
