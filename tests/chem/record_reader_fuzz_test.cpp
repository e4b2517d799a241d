// Damaged libraries: whatever the bytes, reading and parsing end with records and rejects, or a UsageError.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <random>
#include <string>
#include <vector>

#include "chem/parse_record.hpp"
#include "tests/chem/library_files.hpp"

namespace digitalis {
namespace {

struct Seed {
  std::string name;
  std::string bytes;
};

std::vector<Seed> seeds() {
  const std::string smiles =
      "CC(=O)Oc1ccccc1C(=O)O aspirin\n# note\nC[C@H](F)Cl |o1:1| x\r\nC%10CC%10 ring\n\n[Na+].[Cl-] salt\n";
  const std::string csv = "smiles,note,id\nCCO,\"two\nlines \"\"q\"\"\",a\nc1ccncc1,x,\"b\"\nC[N+](C)(C)C,,c\n";
  const std::string block =
      "t\n  x\n\n  2  1  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\n"
      "    1.5000    0.0000    0.0000 O   0  0\n  1  2  1  0\nM  CHG  1   1   0\nM  END\n> <ID>\n1\n\n$$$$\n";
  const std::string v3000 =
      "x\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS 1 0 0 0 0\n"
      "M  V30 BEGIN ATOM\nM  V30 1 O 0 0 0 0\nM  V30 END ATOM\nM  V30 END CTAB\nM  END\n$$$$\n";
  return {{"a.smi", smiles},
          {"a.csv", csv},
          {"a.sdf", block + v3000 + block},
          {"a.smi.gz", testing::gzipped(smiles) + testing::gzipped(smiles)},
          {"a.csv.bz2", testing::bzipped(csv)},
          {"a.sdf.zst", testing::zstded(block + v3000)}};
}

void mutate(std::string& bytes, std::mt19937& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  for (auto left = 1 + below(4); left > 0 && !bytes.empty(); --left) {
    const auto at = below(bytes.size());
    constexpr std::string_view kTelling(
        "\"\n\r\t ,;|[](){}%$>#\0\xff\xfe"
        "019Cc",
        27);
    switch (below(5)) {
      case 0: bytes[at] = static_cast<char>(below(256)); break;
      case 1: bytes[at] = kTelling[below(kTelling.size())]; break;
      case 2: bytes.resize(at); break;
      case 3: bytes.insert(at, 1 + below(3), kTelling[below(kTelling.size())]); break;
      default: bytes.insert(at, bytes.substr(below(bytes.size()), below(80))); break;
    }
  }
}

TEST(LibraryReaderFuzz, SurvivesDamagedLibraries) {
  start_rdkit();
  const testing::TempFolder folder;
  std::mt19937 random(20240601);
  std::size_t records = 0;
  std::size_t refused = 0;
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  for (int round = 0; round < 2000; ++round) {
    auto seed = seeds()[static_cast<std::size_t>(round) % seeds().size()];
    mutate(seed.bytes, random);
    SCOPED_TRACE("round " + std::to_string(round));
    LibraryReader reader({folder.write(seed.name, seed.bytes)});
    try {
      while (const auto batch = reader.next(3, 100)) {
        ASSERT_LE(batch->records.size() + batch->rejects.size(), 3U);
        const auto sent = RecordBatch::from_bytes(batch->to_bytes());
        ASSERT_EQ(sent.records.size(), batch->records.size());
        for (const auto& record : sent.records) {
          (void)parse_record(sent.layout, record, "lib");
          ++records;
        }
      }
    } catch (const UsageError&) {
      ++refused;
    }
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_GT(records, 3000U);
  EXPECT_LT(refused, 400U);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 512 << 10) << "in KiB";
}

}  // namespace
}  // namespace digitalis
