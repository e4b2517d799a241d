// What preparing a compound costs, stage by stage: RDKit used plainly beside ours, on the same molecules in the same
// run, then one thread against two. Usage: digitalis_prepare_bench [--max N] [library.smi[.gz] ...]; without files
// RDKit's NCI set. To compare allocators, run it under LD_PRELOAD: the table says which one was in use.

#include <sys/resource.h>
#include <algorithm>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/FilterCatalog/FilterCatalog.h>
#include <GraphMol/MolStandardize/Charge.h>
#include <GraphMol/MolStandardize/Fragment.h>
#include <GraphMol/MolStandardize/Metal.h>
#include <GraphMol/MolStandardize/MolStandardize.h>
#include <GraphMol/MolStandardize/Normalize.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include "chem/alerts.hpp"
#include "chem/parse_record.hpp"
#include "chem/preparer.hpp"
#include "chem/qed.hpp"
#include "chem/standardiser.hpp"

namespace {

using namespace digitalis;
using Molecule = std::shared_ptr<RDKit::RWMol>;
namespace standard = RDKit::MolStandardize;
namespace describe = RDKit::Descriptors;

std::vector<RawRecord> read_records(const std::string& path, std::size_t max) {
  std::ifstream file(path, std::ios::binary);
  boost::iostreams::filtering_istream stream;
  if (path.ends_with(".gz")) stream.push(boost::iostreams::gzip_decompressor());
  stream.push(file);
  std::vector<RawRecord> all;
  for (std::string line; std::getline(stream, line);) {
    RawRecord record;
    record.line = record.record = all.size() + 1;
    record.text = line;
    all.push_back(std::move(record));
  }
  if (all.size() <= max) return all;
  std::vector<RawRecord> sample;  // evenly through the file: libraries are sorted by source
  for (std::size_t i = 0; i < max; ++i) sample.push_back(all[i * all.size() / max]);
  return sample;
}

double now_us(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) * 1e-3;
}

// Best of three passes, in us of this thread's CPU time per item: other work on the machine only ever adds.
template <class Items, class Work>
double us_per_item(const Items& items, const Work& work, int passes = 3) {
  double best = 1e300;
  for (int pass = 0; pass < passes; ++pass) {
    const double start = now_us(CLOCK_THREAD_CPUTIME_ID);
    for (const auto& item : items) work(item);
    best = std::min(best, now_us(CLOCK_THREAD_CPUTIME_ID) - start);
  }
  return best / static_cast<double>(items.size());
}

void row(const char* stage, double rdkit_us, double ours_us) {
  std::printf("%-34s %10.1f %10.1f %8.1f\n", stage, rdkit_us, ours_us, rdkit_us / ours_us);
  std::fflush(stdout);
}

struct PlainStandardisation {
  standard::MetalDisconnector metals;
  standard::LargestFragmentChooser fragments{true};
  standard::Normalizer normalizer;
  standard::Reionizer reionizer;
  standard::Uncharger uncharger;

  void operator()(const RDKit::ROMol& molecule) try {
    using Owned = std::unique_ptr<RDKit::ROMol>;
    const Owned apart(metals.disconnect(molecule));
    const Owned largest(fragments.choose(*apart));
    const Owned normal(normalizer.normalize(*largest));
    const Owned ionised(reionizer.reionize(*normal));
    const Owned neutral(uncharger.uncharge(*ionised));
    RDKit::RWMol result(*neutral);
    RDKit::MolOps::sanitizeMol(result);
  } catch (const std::exception&) {
    // A few molecules are left with impossible valences: a reject there as here.
  }
};

// QED as RDKit's Python module computes it, step by step, without Python.
struct PlainQed {
  std::vector<std::unique_ptr<RDKit::ROMol>> acceptors, alerts;
  PlainQed() {
    for (const auto* smarts : qed_acceptor_smarts()) acceptors.emplace_back(RDKit::SmartsToMol(smarts));
    for (const auto* smarts : qed_alert_smarts()) alerts.emplace_back(RDKit::SmartsToMol(smarts));
  }
  void operator()(const RDKit::ROMol& molecule) const {
    std::vector<RDKit::MatchVectType> matches;
    RDKit::MatchVectType match;
    std::size_t count = 0;
    for (const auto& query : acceptors) count += RDKit::SubstructMatch(molecule, *query, matches);
    for (const auto& query : alerts) count += RDKit::SubstructMatch(molecule, *query, match) ? 1 : 0;
    if (count > 1'000'000) std::puts("");  // keeps the work
  }
};

void describe_plainly(const RDKit::ROMol& molecule) {
  double logp = 0;
  double refractivity = 0;
  describe::calcCrippenDescriptors(molecule, logp, refractivity, true, true);
  const double sum = describe::calcAMW(molecule) + describe::calcTPSA(molecule, true) + describe::calcNumHBD(molecule) +
                     describe::calcNumHBA(molecule) + describe::calcNumRotatableBonds(molecule) +
                     describe::calcNumRings(molecule) + describe::calcFractionCSP3(molecule);
  if (sum < -1e9) std::puts("");
}

struct PrepareTime {
  double wall_us, cpu_us;  ///< per compound; CPU over all threads
  long waits;              ///< times a thread gave its core away, for a lock or otherwise
};

PrepareTime prepare_all(const std::vector<RawRecord>& records, const RecordLayout& layout, unsigned threads) {
  PrepareTime best{1e300, 1e300, 0};
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  std::vector<std::unique_ptr<Preparer>> preparers;
  for (unsigned i = 0; i < threads; ++i) preparers.push_back(std::make_unique<Preparer>(PrepareOptions{}));
  for (int pass = 0; pass < 4; ++pass) {
    const double wall = now_us(CLOCK_MONOTONIC);
    const double cpu = now_us(CLOCK_PROCESS_CPUTIME_ID);
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] {
        for (std::size_t k = i; k < records.size(); k += threads)
          static_cast<void>(preparers[i]->prepare(layout, records[k], 0, "bench"));
      });
    }
    for (auto& worker : workers) worker.join();
    best.wall_us = std::min(best.wall_us, now_us(CLOCK_MONOTONIC) - wall);
    best.cpu_us = std::min(best.cpu_us, now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  }
  const auto count = static_cast<double>(records.size());
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  return {best.wall_us / count, best.cpu_us / count, after.ru_nvcsw - before.ru_nvcsw};
}

void measure(const std::string& path, std::size_t max) {
  RecordLayout layout;
  layout.id_column = 1;
  const auto records = read_records(path, max);
  std::vector<RawRecord> readable;
  std::vector<std::string> smiles;
  std::vector<Molecule> parsed;
  for (const auto& record : records) {
    auto result = parse_record(layout, record, "bench");
    if (!result) continue;
    readable.push_back(record);
    smiles.push_back(record.text.substr(0, record.text.find_first_of(" \t")));
    parsed.push_back(result->molecule);
  }
  const Standardiser standardiser;
  std::vector<Molecule> compounds;
  for (const auto& molecule : parsed) {
    auto result = standardiser.standardise(std::make_shared<RDKit::RWMol>(*molecule));
    if (result && (*result)->getNumAtoms() <= 200) compounds.push_back(*result);
  }
  const char* preload = std::getenv("LD_PRELOAD");
  std::printf("\n%s: %zu molecules, allocator %s\n", path.substr(path.rfind('/') + 1).c_str(), parsed.size(),
              preload != nullptr && *preload != '\0' ? preload : "as linked");
  std::printf("%-34s %10s %10s %8s\n", "stage", "RDKit_us", "ours_us", "ratio");

  const double parse = us_per_item(smiles, [](const auto& text) { delete RDKit::SmilesToMol(text); });
  row("parse", parse, us_per_item(readable, [&](const auto& r) { static_cast<void>(parse_record(layout, r, "")); }));

  const double copy = us_per_item(parsed, [](const auto& m) { RDKit::RWMol own(*m); });
  const double ours_standard =
      us_per_item(
          parsed,
          [&](const auto& m) { static_cast<void>(standardiser.standardise(std::make_shared<RDKit::RWMol>(*m))); }) -
      copy;
  PlainStandardisation plain;
  row("standardise, objects reused", us_per_item(parsed, [&](const auto& m) { plain(*m); }), ours_standard);
  row("standardise, free functions",
      us_per_item(
          parsed,
          [](const auto& m) {
            try {
              const std::unique_ptr<RDKit::RWMol> parent(standard::chargeParent(*m));
            } catch (const std::exception&) {
            }
          },
          1),
      ours_standard);

  const DescriptorCalculator calculator;
  const PlainQed plain_qed;
  const double ours_descriptors =
      us_per_item(compounds, [&](const auto& m) { static_cast<void>(calculator.compute(*m)); });
  row("descriptors and QED",
      us_per_item(compounds,
                  [&](const auto& m) {
                    describe_plainly(*m);
                    plain_qed(*m);
                  }),
      ours_descriptors);

  const AlertMatcher matcher;
  std::vector<Molecule> fewer;  // FilterCatalog takes its time
  for (std::size_t i = 0; i < compounds.size(); i += std::max<std::size_t>(1, compounds.size() / 500))
    fewer.push_back(compounds[i]);
  using Params = RDKit::FilterCatalogParams;
  const std::unique_ptr<RDKit::FilterCatalog> catalogs[] = {std::make_unique<RDKit::FilterCatalog>(Params::PAINS),
                                                            std::make_unique<RDKit::FilterCatalog>(Params::BRENK),
                                                            std::make_unique<RDKit::FilterCatalog>(Params::NIH)};
  const double ours_alerts = us_per_item(compounds, [&](const auto& m) { static_cast<void>(matcher.match(*m)); });
  row("alerts (same molecules)",
      us_per_item(
          fewer,
          [&](const auto& m) {
            for (const auto& catalog : catalogs) static_cast<void>(catalog->getMatches(*m));
          },
          1),
      us_per_item(fewer, [&](const auto& m) { static_cast<void>(matcher.match(*m)); }));

  const double fingerprint = us_per_item(compounds, [](const auto& m) { static_cast<void>(morgan_on_bits(*m)); });
  const double write = us_per_item(compounds, [](const auto& m) { static_cast<void>(RDKit::MolToSmiles(*m)); });
  row("Morgan fingerprint", fingerprint, fingerprint);
  row("canonical SMILES", write, write);

  const double parts = parse + ours_standard + ours_descriptors + ours_alerts + fingerprint + write;
  const auto one = prepare_all(readable, layout, 1);
  const auto two = prepare_all(readable, layout, 2);
  std::printf("prepare, 1 thread: %.1f us CPU per compound; sum of the stages alone %.1f; ratio %.3f\n", one.cpu_us,
              parts, one.cpu_us / parts);
  // On a busy machine the wall clock measures the others; CPU time shows what threads cost each other through caches
  // and memory, the waits what they cost each other through locks.
  std::printf("prepare, 2 threads: wall %.1f -> %.1f us, x%.2f; CPU %.1f -> %.1f us, x%.2f; %ld waits\n", one.wall_us,
              two.wall_us, one.wall_us / two.wall_us, one.cpu_us, two.cpu_us, 2 * one.cpu_us / two.cpu_us, two.waits);
}

}  // namespace

int main(int argc, char** argv) {
  start_rdkit();
  std::size_t max = 20'000;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--max") == 0 && i + 1 < argc)
      max = std::stoul(argv[++i]);
    else
      files.emplace_back(argv[i]);
  }
  if (files.empty()) {
    files.emplace_back(DIGITALIS_RDKIT_DATA "/NCI/first_5K.smi");
    if (const char* data = std::getenv("DIGITALIS_DATA"))
      files.push_back(std::string(data) + "/compound-libraries/mixed_unique.smi.gz");
  }
  for (const auto& file : files) measure(file, max);
  return 0;
}
