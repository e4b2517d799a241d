// Writes the report that the browser tests open: compounds of RDKit's NCI file, scores made up from their place, and
// ids as hostile as a vendor's file can make them. Usage: make_sample_report <file.smi> <report.html> <number of hits>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include "chem/structure_filter.hpp"
#include "screening/report/report.hpp"

namespace {

using digitalis::Depiction;
using digitalis::ReportColumn;
using digitalis::ReportData;
using digitalis::ReportHit;

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

/// A number in [0, 1) that depends on `n` and `salt` only.
double noise(std::uint64_t n, std::uint64_t salt) {
  std::uint64_t z = n * 0x9E3779B97F4A7C15U + salt * 0xBF58476D1CE4E5B9U + 1;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return static_cast<double>((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

std::vector<std::string> hostile_ids() {
  return {"</script><script>alert(1)</script>",
          "<img src=x onerror=alert(2)>",
          "quotes \" and ' and , in one",
          "emoji \xF0\x9F\xA7\xAA \xCE\xB2-lactam",
          "not UTF-8 \xFF\xFE",
          "<!-- <script> comment",
          std::string(10240, 'x'),
          "__proto__",
          "{{digest}} $& $'"};
}

/// What the NCI file lacks: stereocentres, charges, isotopes, large rings, a long peptide, something that cannot be
/// drawn.
std::vector<std::pair<std::string, std::string>> special_compounds() {
  std::string peptide = "N";
  for (int residue = 0; residue < 24; ++residue)
    peptide += residue % 3 == 0 ? "[C@@H](Cc1ccccc1)C(=O)N" : "[C@@H](C)C(=O)N";
  return {{"testosterone", "C[C@]12CC[C@H]3[C@@H](CCC4=CC(=O)CC[C@@]43C)[C@@H]1CC[C@@H]2O"},
          {"penicillin G", "CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)[O-]"},
          {"quinine", "C=C[C@H]1C[N@]2CC[C@H]1C[C@H]2[C@H](O)c1ccnc2ccc(OC)cc12"},
          {"adenosine", "Nc1ncnc2c1ncn2[C@@H]1O[C@H](CO)[C@@H](O)[C@H]1O"},
          {"imatinib", "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1"},
          {"labelled lysine", "[NH3+][C@@H](CCCC[NH3+])[13C](=O)[O-]"},
          {"azulene and allene", "C=C=Cc1ccc2cccccc1-2"},
          {"peptide", peptide + "CC(=O)O"},
          {"not to be drawn", "*not a SMILES*"}};
}

std::vector<ReportColumn> columns() {
  using enum ReportColumn::Kind;
  const std::string why = "Why it is here", properties = "Properties";
  return {{"score", "Score", "", 3, kNumber, "Weighted mean of the percentiles in every target; 1 is best", why, 1},
          {"similarity_AURKA", "AURKA", "", 2, kNumber, "Tanimoto similarity to the nearest active of AURKA", why, 1},
          {"similarity_CDK2", "CDK2", "", 2, kNumber, "Tanimoto similarity to the nearest active of CDK2", why, 1},
          {"strongest_residues_kcal_mol_AURKA", "Contacts", "", 0, kText, "The residues that contribute most", why},
          {"nearest_active", "Nearest active", "", 0, kText, "The known active it resembles most", why},
          {"heavy_atoms", "Heavy atoms", "", 0, kNumber, "Atoms other than hydrogen", properties},
          {"hetero_atoms", "Hetero atoms", "", 0, kNumber, "Labelled atoms other than carbon", properties},
          {"rings", "Rings", "", 0, kNumber, "Independent rings", properties},
          {"extent_A", "Extent", "\xC3\x85", 1, kNumber, "Length of the drawing along its longest axis", properties},
          {"flags", "Flags", "", 0, kFlags, "Structural alerts and other reasons for care", "Flags"}};
}

std::vector<std::string> values_of(const ReportHit& hit, std::size_t hits) {
  const double x = static_cast<double>(hit.place) / static_cast<double>(hits);
  const double score = 0.97 - 0.42 * std::sqrt(x) - 0.02 * x;
  std::size_t atoms = 0, hetero = 0, rings = 0;
  double left = 0, right = 0;
  if (hit.drawing) {
    atoms = hit.drawing->atoms.size();
    for (const auto& atom : hit.drawing->atoms) {
      hetero += atom.label.empty() ? 0 : 1;
      left = std::min<double>(left, atom.x_A), right = std::max<double>(right, atom.x_A);
    }
    if (hit.drawing->bonds.size() + 1 > atoms) rings = hit.drawing->bonds.size() + 1 - atoms;
  }
  const auto& actives = std::array<const char*, 5>{"AUR-017", "AUR-203", "CDK-004", "CDK-118", "AUR-044"};
  std::string flags;
  if (noise(hit.place, 3) > 0.82) flags = "PAINS";
  if (noise(hit.place, 4) > 0.93) flags += flags.empty() ? "reactive" : ";reactive";
  const bool without_cdk2 = hit.place % 41 == 0;
  return {fixed(score, 6),
          fixed(0.95 * score - 0.3 * noise(hit.place, 1), 4),
          without_cdk2 ? "" : fixed(0.9 * score - 0.4 * noise(hit.place, 2), 4),
          "A:ALA213 -1.32; A:LYS162 -0.40",
          actives[static_cast<std::size_t>(5 * noise(hit.place, 5))],
          std::to_string(atoms),
          std::to_string(hetero),
          std::to_string(rings),
          fixed(right - left, 2),
          flags};
}

std::vector<ReportHit> read_hits(const std::string& file, std::size_t wanted) {
  std::vector<std::pair<std::string, std::string>> library;
  std::ifstream in{file};
  for (std::string line, smiles, id; std::getline(in, line);) {
    if (std::istringstream{line} >> smiles >> id) library.emplace_back(smiles, id);
  }
  if (library.empty()) throw std::runtime_error{file + ": no compounds"};
  const auto hostile = hostile_ids();
  const auto special = special_compounds();
  std::vector<ReportHit> hits;
  for (std::size_t i = 0; hits.size() < wanted; ++i) {
    auto [smiles, id] = library[(i * 37 + 11) % library.size()];
    ReportHit hit;
    hit.place = i + 1;
    const auto round = i / library.size();
    if (i >= 20 && i < 20 + hostile.size()) {
      hit.compound_id = hostile[i - 20];
    } else if (i >= 6 && i < 6 + special.size()) {
      std::tie(hit.compound_id, smiles) = special[i - 6];
    } else {
      hit.compound_id.append("NCI-").append(id);
      if (round > 0) hit.compound_id.append("-").append(std::to_string(round));
    }
    hit.smiles = smiles;
    static const auto shared = digitalis::atom_environments("Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1");
    hit.drawing = digitalis::depict(smiles, {.like = nullptr, .shared = &shared});
    hits.push_back(std::move(hit));
  }
  for (auto& hit : hits) hit.values = values_of(hit, wanted);
  return hits;
}

/// Poses for the first hits but one: their drawings, flat, in a pocket of two residues, with contacts of several kinds.
/// All hits have one where `all` says so: to measure what they weigh and take. The text of one is hostile.
void add_poses(ReportData& data, bool all) {
  data.pockets = {{"AURKA",
                   "ATOM      1  N   ALA A 213       0.000   0.000   4.000  1.00  0.00           N\n"
                   "ATOM      2  CA  ALA A 213       1.458   0.000   4.000  1.00  0.00           C\n"
                   "ATOM      3  CB  ALA A 213       2.000   1.400   4.300  1.00  0.00           C\n"
                   "ATOM      4  NZ  LYS A 162       4.000   1.000  -4.000  1.00  0.00           N\n"
                   "ATOM      5  CE  LYS A 162       5.400   1.000  -4.000  1.00  0.00           C\n"
                   "END\n",
                   digitalis::mol_block_2d("c1ccc2[nH]ccc2c1", "reference").value_or("") + "$$$$\n"}};
  data.pose_columns = {{"pose_inter_kcal_mol", "Between ligand and receptor", "kcal/mol", 2,
                        ReportColumn::Kind::kNumber, "Part of the docking score", ""},
                       {"pose_flags", "Flags", "", 0, ReportColumn::Kind::kFlags, "Checks that it did not pass", ""}};
  const std::array<const char*, 8> residues{"A:ALA:213", "A:LYS:162", "A:GLU:211", "A:LEU:139",
                                            "A:GLY:216", "A:ASP:274", "A:HOH:501", "A:VAL:147"};
  const std::array<const char*, 9> kinds{"hydrophobic",          "hbond",         "salt_bridge",
                                         "pi_stacking_parallel", "pi_stacking_t", "cation_pi",
                                         "halogen_bond",         "metal",         "water_bridge"};
  for (std::size_t i = 0; i < (all ? data.hits.size() : std::min<std::size_t>(data.hits.size(), 200)); ++i) {
    if (i == 3 || !data.hits[i].drawing) continue;
    digitalis::ReportPose pose{
        .hit = i, .target = "AURKA", .atoms_A = {}, .hydrogens = {}, .contacts = {}, .values = {}};
    for (const auto& atom : data.hits[i].drawing->atoms)
      if (atom.label != "H" && atom.label != "2H")
        pose.atoms_A.push_back({static_cast<double>(atom.x_A), static_cast<double>(atom.y_A),
                                all ? 3 * noise(i, 9 + pose.atoms_A.size()) : 0.0});
    for (std::size_t n = 0; n < 6; ++n) {
      const auto& at = pose.atoms_A[(n * 5) % pose.atoms_A.size()];
      const std::size_t kind = n == 0 ? 1 : static_cast<std::size_t>(9 * noise(i, 20 + n));
      digitalis::ReportContact contact{.kind = kinds[kind],
                                       .residue = residues[static_cast<std::size_t>(8 * noise(i, 30 + n))],
                                       .ligand_is_donor = n == 0,
                                       .distance_A = 2.6 + noise(i, 40 + n),
                                       .angle_deg = {},
                                       .ligand_A = at,
                                       .receptor_A = {at[0], at[1] + 1, at[2] + 2},
                                       .water_A = {}};
      if (kind == 1) contact.angle_deg = 155;
      if (kind == 8) contact.water_A = {{at[0], at[1] + 1, at[2] + 1}};
      pose.contacts.push_back(contact);
    }
    pose.values = {fixed(-9 + 4 * noise(i, 50), 4), i % 7 == 2 ? "clash; </script><b>" : ""};
    data.poses.push_back(std::move(pose));
    if (i == 1) {  // a second pose, turned over
      digitalis::ReportPose second = data.poses.back();
      for (auto& at : second.atoms_A) at[2] = -at[2] + 0.5 * at[0];
      second.contacts.clear();
      data.poses.push_back(std::move(second));
    }
  }
}

/// Clusters of five in a row, some alone; neighbours from the same cluster.
void add_groups(ReportData& data) {
  data.clustering = "Made up: every five hits are a cluster.";
  for (std::size_t i = 0; i < data.hits.size(); ++i) {
    auto& hit = data.hits[i];
    hit.cluster = static_cast<std::uint32_t>(i % 10 < 7 ? i / 10 : 10000 + i);
    for (std::size_t n = 1; n <= 4; ++n)
      hit.neighbours.push_back(
          {static_cast<std::uint32_t>((i + 10 * n) % data.hits.size()), 0.8F - 0.1F * static_cast<float>(n)});
  }
  data.actives = {{"AUR-017", digitalis::depict("Nc1nc(Nc2ccc(cc2)S(N)(=O)=O)nn1C(=O)c1c(F)cccc1F")},
                  {"AUR-203", digitalis::depict("Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1")}};
}

/// A known ligand put back, and one that could not be.
void add_outcomes(ReportData& data) {
  const std::string crystal = digitalis::mol_block_2d("c1ccc2[nH]ccc2c1", "reference").value_or("");
  data.targets[0].redocking = {{"SKE", 0.74, -9.5, -8.7, "", crystal}, {"XYZ", 0, 0, 0, "its bonds are not known", ""}};
  data.targets[0].outcome = {{0.7, 0.55, 0.82}, 0.4, "breast cancer <b>", 0.62};
  data.targets[1].outcome = {{0.3, 0.18, 0.45}, 0.6, "lung cancer", {}};
  data.diseases = {
      {"breast cancer <b>", {0.5, 0.4, 0.6}}, {"lung cancer", {0.3, 0.2, 0.4}}, {"dementia", {0.2, 0.1, 0.3}}};
  data.tables = {{"deaths-2023", 0.21, 0.13, 0.08}, {"prevalence-2023", 0.02, 0.01, {}}};
}

/// Two stages that scored every hit, the first with a cut; the others of the funnel scored nothing.
void add_standings(ReportData& data) {
  digitalis::ReportStandings similarity{
      .stage = "Similarity", .unit = "", .scored = 506211, .kept = 25310, .cut_score = 0.3125, .of_hits = {}};
  digitalis::ReportStandings dock{
      .stage = "Dock", .unit = "kcal/mol", .scored = 25310, .kept = 25310, .cut_score = {}, .of_hits = {}};
  for (const ReportHit& hit : data.hits) {
    const double x = static_cast<double>(hit.place) / static_cast<double>(data.hits.size());
    similarity.of_hits.push_back({std::stod(fixed(0.95 - 0.6 * x, 4)), 2 * hit.place + 1});
    dock.of_hits.push_back({std::stod(fixed(-11 + 4 * x, 4)), hit.place});
  }
  data.standings = {std::move(similarity), std::move(dock)};
}

ReportData sample(const std::string& library, std::size_t hits) {
  ReportData data;
  data.title = "Aurora kinase, first look";
  data.subtitle = "Foxglove Therapeutics \xC2\xB7 project AK-7";
  data.confidentiality = "Confidential: for the partners of project AK-7 only";
  data.columns = columns();
  data.hits = read_hits(library, hits);
  data.hits_in_all = 25310;
  data.funnel = {
      {"Read",
       1204518,
       1203977,
       {{"not a SMILES", 312, {"NCI-<b>17", "NCI-18"}},
        {"an atom with an impossible valence", 171, {}},
        {"no organic part", 58, {}}}},
      {"Standardise", 1203977, 1187420, {{"the same compound came earlier", 16442, {}}, {"too large", 115, {}}}},
      {"Filter",
       1187420,
       506211,
       {{"molecular weight outside 150 to 500", 402118, {}},
        {"cLogP above 5", 201877, {}},
        {"PAINS alert", 77214, {}}}},
      {"Similarity", 506211, 25310, {{"below the best 5 %", 480901, {}}}},
      {"Dock", 25310, 25310, {}}};
  add_standings(data);
  data.targets = {
      {.name = "AURKA",
       .weight = 0.7,
       .actives = 212,
       .held_back = 53,
       .outcome = {},
       .enrichment = {{"similarity",
                       {{"ROC AUC", {0.93, 0.88, 0.97}}, {"EF 1 %", {31, 24, 38}}, {"BEDROC (20)", {0.61, 0.5, 0.7}}},
                       5,
                       1000,
                       {1, 2, 7, 30, 200}}},
       .redocking = {}},
      {.name = "CDK2",
       .weight = 0.3,
       .actives = 47,
       .held_back = 12,
       .outcome = {},
       .enrichment = {{"similarity", {}, 0, 1000, {}}},
       .redocking = {}}};
  add_outcomes(data);
  data.notes = {"Sample data: the structures are real, the scores are made up to exercise this page.",
                "CDK2 has only 12 held-back actives: its interval is wide."};
  data.methods =
      "Compounds were read and standardised with RDKit 2022.09.3, filtered by molecular weight and lipophilicity, and "
      "ranked by "
      "the Tanimoto similarity of their Morgan fingerprints (radius 2, 2048 bits) to the nearest known active of each "
      "target. "
      "Similarities were turned into percentiles and combined with the weights of the targets.";
  add_groups(data);
  add_poses(data, hits > 1000);
  data.provenance = {{"Date", "22 November 2026"},
                     {"Program", "digitalis 0.1.0"},
                     {"Campaign file", "aurora.toml, SHA-256 9f2c66b1d0a4"},
                     {"Library", "nci.smi.gz, 1,204,518 records"},
                     {"Seed", "7"},
                     {"Ranks and threads", "4 \xC3\x97 16"}};
  return data;
}

/// Which of the hits hold each SMARTS of a file, as the program finds them: {"smarts": [index, ...], ...}.
void write_expected(const ReportData& data, const std::string& smarts_file, const std::string& json_file) {
  nlohmann::json expected = nlohmann::json::object();
  std::ifstream in{smarts_file};
  for (std::string smarts; std::getline(in, smarts);) {
    digitalis::FilterRules rules;
    rules.include_smarts = {smarts};
    const digitalis::StructureFilter filter{{rules}};
    auto& found = expected[smarts] = nlohmann::json::array();
    for (std::size_t i = 0; i < data.hits.size(); ++i)
      if (data.hits[i].drawing && !filter.reason_to_drop({}, {}, data.hits[i].smiles)) found.push_back(i);
  }
  std::ofstream{json_file} << expected;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) {
    std::cerr << "usage: make_sample_report <file.smi> <report.html> <number of hits> [<smarts.txt> <found.json>]\n";
    return 2;
  }
  try {
    const ReportData data = sample(argv[1], std::stoul(argv[3]));
    const auto begin = std::chrono::steady_clock::now();
    digitalis::write_report(argv[2], data);
    const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - begin;
    if (argc == 6) write_expected(data, argv[4], argv[5]);
    std::cout << data.hits.size() << " hits, written in " << fixed(taken.count(), 0) << " ms\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
