// What a prepared store's columns take and cost to read back, one core, beside RDKit's SmilesToMol on the SMILES that
// the store holds. Bytes are those of compounds.bin.
//
//   digitalis_store_columns_bench STORE [CHUNKS]

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/SmilesParse/SmilesParse.h>

#include "chem/compound_store.hpp"
#include "chem/parse_record.hpp"
#include "tests/bench/cpu_time.hpp"

namespace {

using namespace digitalis;
constexpr int kRounds = 5;

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: digitalis_store_columns_bench STORE [CHUNKS]\n");
    return 2;
  }
  start_rdkit();
  const CompoundStore store{argv[1]};
  const std::uint64_t chunks =
      std::min<std::uint64_t>(store.chunks(), argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 40);
  // Chunks from all over the library.
  std::vector<std::uint64_t> numbers;
  std::vector<std::string> smiles;
  double compounds = 0;
  for (std::uint64_t i = 0; i < chunks; ++i) {
    numbers.push_back(i * store.chunks() / chunks);
    const CompoundBlock chunk = store.chunk(numbers.back());
    compounds += static_cast<double>(chunk.size());
    for (std::size_t at = 0; at < chunk.size(); at += 16) smiles.emplace_back(chunk.smiles(at));
  }
  const double parse_us = 1e6 / static_cast<double>(smiles.size()) * least_s(2, [&] {
                            for (const std::string& one : smiles)
                              (void)std::unique_ptr<RDKit::RWMol>{RDKit::SmilesToMol(one)};
                          });
  std::printf("SmilesToMol: %.1f us a compound\n%-40s %10s %10s %14s\n", parse_us, "column", "bytes each", "us each",
              "x SmilesToMol");
  const auto row = [&](const std::string& name, double bytes, CompoundColumns wanted) {
    const double us = 1e6 / compounds * least_s(kRounds, [&] {
                        for (const std::uint64_t number : numbers) (void)store.chunk(number, wanted);
                      });
    std::printf("%-40s %10.2f %10.3f %14.0f\n", name.c_str(), bytes, us, parse_us / us);
  };
  const auto each = [&](CompoundColumn column) {
    return static_cast<double>(store.info().column_bytes[static_cast<std::size_t>(column)]) /
           static_cast<double>(store.info().compounds);
  };
  double all = 0;
  for (std::size_t i = 0; i < kCompoundColumnCount; ++i) {
    const auto column = static_cast<CompoundColumn>(i);
    row(std::string{name_of(column)}, each(column), {column});
    all += each(column);
  }
  using enum CompoundColumn;
  row("what streams: fingerprint, descriptors", each(kFingerprint) + each(kDescriptors), {kFingerprint, kDescriptors});
  row("all columns", all, CompoundColumns::all());
}
