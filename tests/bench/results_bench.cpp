// results.sqlite of a large run: how long it takes to write, what a hit takes in it, and what questions take.
// Structures are real ones with made-up scores; an even share of the hits comes with a pose when asked for.
//
//   digitalis_results_bench [HITS] [POSES: 0 or 1] [FOLDER]

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "chem/descriptors.hpp"
#include "chem/file_io.hpp"
#include "chem/parse_record.hpp"
#include "scheduler/process_memory.hpp"
#include "screening/hit_query/hit_query.hpp"
#include "screening/rejects_csv.hpp"
#include "screening/results_store.hpp"

namespace {

using namespace digitalis;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

std::vector<std::string> real_smiles() {
  std::ifstream in{DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi"};
  std::vector<std::string> all;
  for (std::string smiles, id; in >> smiles >> id;) all.push_back(smiles);
  return all;
}

constexpr int kHeavyAtoms = 27;
constexpr std::size_t kWithContacts = 10'000, kContacts = 12;  // as many as a run judges; as many as the demo's have

/// Atoms bonded to one of the two before them, at the lengths of bonds, in any direction.
std::vector<Position> chain_of(int atoms, std::mt19937& random) {
  std::vector<Position> places{{1, 2, 3}};
  std::normal_distribution direction;
  for (int i = 1; i < atoms; ++i) {
    const Position& from = places[places.size() - 1 - (places.size() > 1 ? random() % 2 : 0)];
    Position step{direction(random), direction(random), direction(random)};
    const double scale = 1.42 / std::hypot(step[0], step[1], step[2]);
    places.push_back({from[0] + scale * step[0], from[1] + scale * step[1], from[2] + scale * step[2]});
  }
  return places;
}

std::vector<Interaction> made_up_contacts(std::mt19937& random) {
  std::vector<Interaction> contacts(kContacts);
  for (Interaction& contact : contacts) {
    contact.kind = static_cast<InteractionKind>(random() % kInteractionKinds);
    contact.residue = "A:LEU:" + std::to_string(random() % 30);
    contact.receptor_atom = random() % 2 == 0 ? "CD1" : "N";
    contact.ligand_atoms = {static_cast<std::uint32_t>(random() % kHeavyAtoms)};
    contact.distance_A = 2.5 + static_cast<double>(random() % 150) / 100;
    if (random() % 2 == 0) contact.angle_deg = 150;
  }
  return contacts;
}

HitTable made_up(std::size_t count, bool docked) {
  HitTable hits;
  std::vector<std::string>& header = hits.table.header;
  header = {"place", "compound_id", "smiles", "score", "similarity_A", "similarity_B"};
  hits.origins = {{"similarity_A", {"similarity", "A"}}, {"similarity_B", {"similarity", "B"}}};
  if (docked)
    for (const char* column : {"affinity_kcal_mol_A", "ligand_efficiency_kcal_mol_A", "strongest_residues_kcal_mol_A",
                               "interactions_A", "pose_flags_A"}) {
      header.emplace_back(column);
      hits.origins[column] = {"dock", "A"};
    }
  hits.score_columns = header.size() - 4;
  for (const DescriptorInfo& descriptor : descriptor_table()) header.emplace_back(descriptor.column);
  for (const char* column :
       {"pains", "brenk", "nih", "best_target", "nearest_active", "known_active_of", "source", "line"})
    header.emplace_back(column);
  const std::vector<std::string> structures = real_smiles();
  std::mt19937 random{7};
  const auto number = [&](double low, double high, int decimals) {
    return fixed(std::uniform_real_distribution{low, high}(random), decimals);
  };
  hits.table.rows.reserve(count);
  hits.poses.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::string> row{std::to_string(i + 1),
                                 "ZINC" + std::to_string(100'000'000 + i),
                                 structures[i % structures.size()],
                                 number(0, 1, 4),
                                 number(0, 1, 4),
                                 number(0, 1, 4)};
    if (docked) {
      HitPose pose{.target = "A",
                   .stage = "dock",
                   .receptor = "a.pdb",
                   .heavy_atoms_A = chain_of(kHeavyAtoms, random),
                   .strongest_residues = {{"A:LYS162", -132}, {"A:ALA213", -90}, {"A:GLU211", -71}}};
      row.insert(row.end(), {number(-11, -4, 4), number(-0.6, -0.1, 4), to_text(pose.strongest_residues), "", ""});
      for (double& term : pose.terms_kcal_mol) term = std::uniform_real_distribution{-9.0, 0.0}(random);
      if (i < kWithContacts) pose.judgement.interactions = made_up_contacts(random);
      hits.poses[i].push_back(std::move(pose));
    }
    for (const DescriptorInfo& descriptor : descriptor_table()) row.push_back(number(0, 500, descriptor.decimals));
    row.insert(row.end(),
               {i % 20 == 0 ? "anil_di_alk_A(478)" : "", i % 4 == 0 ? "nitro_group" : "", "", i % 2 == 0 ? "A" : "B",
                "active_" + std::to_string(i % 50), "", "library.smi", std::to_string(i * 3 + 1)});
    hits.table.rows.push_back(std::move(row));
  }
  return hits;
}

void ask(const std::filesystem::path& file, const char* expression, const char* sort, std::size_t most) {
  const auto start = Clock::now();
  HitQuery query{file, {}};
  query.keep(expression);
  if (*sort != '\0') query.sort_by(sort, false);
  query.stop_after(most);
  std::size_t found = 0;
  query.each(query.columns().all(), [&](const auto&) { ++found; });
  std::printf("%6.3f s  %8zu hits  %s%s%s\n", seconds_since(start), found, expression, *sort == '\0' ? "" : ", by ",
              sort);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  const bool docked = argc > 2 && std::string_view{argv[2]} == "1";
  const std::filesystem::path folder =
      (argc > 3 ? std::filesystem::path{argv[3]} : std::filesystem::temp_directory_path()) / "digitalis-results-bench";
  std::filesystem::create_directories(folder);
  start_rdkit();
  const std::filesystem::path file = folder / "results.sqlite", rejects = folder / "rejects.csv";
  write_file_atomically(rejects, kRejectsHeader);
  StoredRun run{{{"campaign", "bench"}},
                {{"prepare", "prepare", count, count, {}}, {"similarity", "similarity", count, count, {}}},
                {{"A", 1.0, {}}, {"B", 1.0, {}}}};
  if (docked) run.stages.push_back({"dock", "dock", count, count, {}});
  for (std::size_t stage = 1; stage < run.stages.size(); ++stage) {
    StageStandings& standings = run.stages[stage].standings.emplace();
    standings.scored = count;
    for (std::size_t i = 0; i < count; ++i) standings.of_hits.push_back({0.1234, i * 7 % count + 1});
  }
  {
    const HitTable hits = made_up(count, docked);
    const auto start = Clock::now();
    write_results_store(file, hits, rejects, run);
    const auto bytes = static_cast<double>(std::filesystem::file_size(file));
    std::printf("%zu hits%s written in %.1f s, %.0f bytes each\n", count, docked ? " with poses" : "",
                seconds_since(start), bytes / static_cast<double>(count));
  }
  const char* affinity =
      docked ? "score_kcal_mol < -9 and mw < 450 and not pains" : "score > 0.5 and mw < 450 and not pains";
  ask(file, affinity, "", 50);
  ask(file, affinity, docked ? "score_kcal_mol:asc" : "similarity_A", 50);
  ask(file, "mw < 0", "", 50);
  ask(file, "similarity_A + similarity_B > 1.999", "", 50);
  ask(file, "similarity > 0.9999", "", 50);
  ask(file, "alerts and best_target = 'B'", "qed", 50);
  ask(file, "nearest_active = 'active_7' and brenk like '%nitro%' and clogp < 3", "", 0);
  ask(file, "id = 'ZINC100777777'", "", 0);
  ask(file, "smarts('c1ccc2[nH]ccc2c1') and place < 10000", "", 0);
  ask(file, "similar('Nc1c2CCCCc2nc2ccccc12') > 0.4 and place < 10000", "", 0);
  std::filesystem::remove_all(folder);
  return 0;
}
