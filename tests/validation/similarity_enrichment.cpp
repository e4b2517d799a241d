// The protocol of S. Riniker, G. Landrum, J. Cheminf. 5 (2013) 26, doi:10.1186/1758-2946-5-26, for one collection of
// targets: in each of 50 repetitions 5 actives are the queries, the best of their similarities is the score, query
// actives and training decoys are left out of the list, and ties put decoys first. Morgan fingerprints of radius 2 and
// 1024 bits (ECFP4). Usage: digitalis_similarity_enrichment <collection> <compound folder> <query list> <reference
// table>; see similarity_enrichment.sh.
#include <RDGeneral/RDConfig.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/RDLog.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>

#include "chem/fingerprint.hpp"
#include "scoring/enrichment.hpp"
#include "scoring/similarity/similarity.hpp"

namespace {

using digitalis::ActivePlaces;
using OnBits = std::vector<std::uint16_t>;
constexpr digitalis::FingerprintSpec kEcfp4{.radius = 2, .bits = 1024};

// One repetition of one target, by index into its lists.
struct Repetition {
  std::vector<std::size_t> query_actives, training_decoys;
};

struct Metric {
  const char* name;    // ours
  const char* column;  // of the reference table
  double (*compute)(const ActivePlaces&);
};
constexpr std::array<Metric, 6> kMetrics{{
    {"auc", "AUC_mean", digitalis::roc_auc},
    {"ef_1_percent", "EF1_mean", [](const ActivePlaces& found) { return digitalis::enrichment_factor(found, 0.01); }},
    {"ef_5_percent", "EF5_mean", [](const ActivePlaces& found) { return digitalis::enrichment_factor(found, 0.05); }},
    {"bedroc_20", "BEDROC20_mean", [](const ActivePlaces& found) { return digitalis::bedroc(found, 20.0); }},
    {"rie_20", "RIE20_mean",
     [](const ActivePlaces& found) { return digitalis::robust_initial_enhancement(found, 20.0); }},
    {"bedroc_100", "BEDROC100_mean", [](const ActivePlaces& found) { return digitalis::bedroc(found, 100.0); }},
}};
using Values = std::array<double, kMetrics.size()>;

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, separator);) cells.push_back(cell);
  return cells;
}

std::ifstream open(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + ": cannot be read");
  return file;
}

std::vector<std::string> data_lines(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream file = open(path);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line.front() != '#') lines.push_back(line);
  return lines;
}

// Fingerprints of a compound list, in its order.
std::vector<OnBits> fingerprints(const std::filesystem::path& path) {
  const std::vector<std::string> lines = data_lines(path);
  std::vector<OnBits> all(lines.size());
  oneapi::tbb::parallel_for(std::size_t{0}, lines.size(), [&](std::size_t i) {
    const std::unique_ptr<RDKit::ROMol> molecule(RDKit::SmilesToMol(split(lines[i], '\t').at(2)));
    if (!molecule) throw std::runtime_error(path.string() + ": compound " + std::to_string(i + 1) + " is not a SMILES");
    all[i] = digitalis::morgan_on_bits(*molecule, kEcfp4);
  });
  return all;
}

std::vector<std::size_t> indices(const std::string& cell) {
  std::vector<std::size_t> result;
  for (const std::string& number : split(cell, ',')) result.push_back(std::stoul(number));
  return result;
}

std::map<std::string, std::vector<Repetition>> read_repetitions(const std::filesystem::path& path) {
  std::map<std::string, std::vector<Repetition>> targets;
  for (const std::string& line : data_lines(path)) {
    const auto cells = split(line, '\t');
    targets[cells.at(0)].push_back({indices(cells.at(2)), indices(cells.at(3))});
  }
  return targets;
}

// Means of the reference, as printed, by target.
std::map<std::string, std::array<std::string, kMetrics.size()>> read_reference(const std::filesystem::path& path) {
  std::ifstream file = open(path);
  std::string line;
  std::getline(file, line);
  const auto header = split(line, ',');
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  };
  std::map<std::string, std::array<std::string, kMetrics.size()>> targets;
  while (std::getline(file, line)) {
    const auto cells = split(line, ',');
    if (cells.at(column("fingerprint")) != "ecfp4" || cells.at(column("n_query")) != "5") continue;
    auto& values = targets[cells.at(column("target"))];
    for (std::size_t i = 0; i < kMetrics.size(); ++i) values[i] = cells.at(column(kMetrics[i].column));
  }
  return targets;
}

std::vector<bool> marked(const std::vector<std::size_t>& which, std::size_t size) {
  std::vector<bool> marks(size);
  for (const std::size_t index : which) marks.at(index) = true;
  return marks;
}

Values run(const Repetition& repetition, const std::vector<OnBits>& actives, const std::vector<OnBits>& decoys) {
  std::vector<OnBits> query_bits;
  for (const std::size_t index : repetition.query_actives) query_bits.push_back(actives.at(index));
  const digitalis::SimilarityQueries queries(query_bits, kEcfp4.bits);
  const auto is_query = marked(repetition.query_actives, actives.size());
  const auto is_training = marked(repetition.training_decoys, decoys.size());
  std::vector<double> scores;
  for (std::size_t i = 0; i < actives.size(); ++i)
    if (!is_query[i]) scores.push_back(queries.score(actives[i]).similarity);
  digitalis::PlaceCounter counter(std::move(scores));
  for (std::size_t i = 0; i < decoys.size(); ++i)
    if (!is_training[i]) counter.add_decoy(queries.score(decoys[i]).similarity);
  const ActivePlaces found = counter.places();
  Values values{};
  for (std::size_t i = 0; i < kMetrics.size(); ++i) values[i] = kMetrics[i].compute(found);
  return values;
}

Values mean_of_repetitions(const std::vector<Repetition>& repetitions, const std::vector<OnBits>& actives,
                           const std::vector<OnBits>& decoys) {
  std::vector<Values> each(repetitions.size());
  oneapi::tbb::parallel_for(std::size_t{0}, each.size(),
                            [&](std::size_t i) { each[i] = run(repetitions[i], actives, decoys); });
  Values mean{};
  for (const Values& values : each)
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += values[i] / static_cast<double>(each.size());
  return mean;
}

// Within half of the last printed digit, and a little for the rounding of halves.
bool agrees(double ours, const std::string& printed) {
  const auto point = printed.find('.');
  const int decimals = point == std::string::npos ? 0 : static_cast<int>(printed.size() - point - 1);
  return std::abs(ours - std::stod(printed)) <= 0.5001 * std::pow(10.0, -decimals);
}

int compare(const std::string& collection, const std::filesystem::path& compounds, const std::filesystem::path& queries,
            const std::filesystem::path& reference_table) {
  const auto reference = read_reference(reference_table);
  const std::string stem = "cmp_list_" + collection + "_";
  const auto shared_decoys = compounds / (stem + "zinc_decoys.dat");
  std::vector<OnBits> decoys;
  if (std::filesystem::exists(shared_decoys)) decoys = fingerprints(shared_decoys);
  const bool one_set = !decoys.empty();

  std::printf("collection,target,repetitions");
  for (const Metric& metric : kMetrics) std::printf(",%s,%s_reference", metric.name, metric.name);
  std::printf(",agrees\n");
  Values sum{}, reference_sum{};
  int targets = 0, apart = 0;
  for (const auto& [target, repetitions] : read_repetitions(queries)) {
    const auto expected = reference.find(target);
    if (expected == reference.end()) continue;
    if (!one_set) decoys = fingerprints(compounds / (stem + target + "_decoys.dat"));
    const Values mean =
        mean_of_repetitions(repetitions, fingerprints(compounds / (stem + target + "_actives.dat")), decoys);
    bool all_agree = true;
    std::printf("%s,%s,%zu", collection.c_str(), target.c_str(), repetitions.size());
    for (std::size_t i = 0; i < mean.size(); ++i) {
      const std::string& printed = expected->second[i];
      std::printf(",%.4f,%s", mean[i], printed.c_str());
      all_agree = all_agree && agrees(mean[i], printed);
      sum[i] += mean[i];
      reference_sum[i] += std::stod(printed);
    }
    std::printf(",%s\n", all_agree ? "yes" : "NO");
    std::fflush(stdout);
    ++targets;
    apart += all_agree ? 0 : 1;
  }
  std::printf("%s,mean of %d,", collection.c_str(), targets);
  for (std::size_t i = 0; i < sum.size(); ++i) std::printf(",%.4f,%.4f", sum[i] / targets, reference_sum[i] / targets);
  std::printf(",%d of %d\n", targets - apart, targets);
  return targets > 0 && apart == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return std::fprintf(stderr, "usage: %s COLLECTION COMPOUNDS QUERIES REFERENCE\n", argv[0]), 2;
  boost::logging::disable_logs("rdApp.*");
  try {
    const std::unique_ptr<RDKit::ROMol> first(RDKit::SmilesToMol("C"));  // RDKit's parser starts up on one thread
    const oneapi::tbb::global_control threads(oneapi::tbb::global_control::max_allowed_parallelism, 2);
    return compare(argv[1], argv[2], argv[3], argv[4]);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "%s\n", error.what()), 1;
  }
}
