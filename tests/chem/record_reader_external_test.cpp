// The readers over real files: vendors' catalogues, public libraries and the SDFs that break readers.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "chem/parse_record.hpp"
#include "chem/record_reader.hpp"

namespace digitalis {
namespace {

namespace fs = std::filesystem;

/// What became of a file's records.
struct Counts {
  std::size_t records = 0;
  std::size_t parsed = 0;
  std::size_t tried = 0;
  std::size_t without_id = 0;
  std::size_t unreadable = 0;  ///< rejects of the reader and of the parser
  RecordLayout layout;
  std::string first_id;
  std::string first_message;
};

/// Reads all of `path` and parses every `stride`-th record.
Counts counts_of(const fs::path& path, std::size_t stride) {
  Counts counts;
  LibraryReader reader({path.string()});
  const auto note = [&](const Reject& reject) {
    ++counts.unreadable;
    if (counts.first_message.empty()) counts.first_message = reject.message();
  };
  while (const auto batch = reader.next(4096, 1 << 20)) {
    counts.layout = batch->layout;
    for (const auto& reject : batch->rejects) note(reject);
    for (const auto& record : batch->records) {
      if (counts.records++ % stride != 0) continue;
      ++counts.tried;
      auto result = parse_record(batch->layout, record, path.filename().string());
      if (!result) {
        note(result.reject());
        continue;
      }
      if (counts.first_id.empty()) counts.first_id = result->id;
      counts.without_id += result->id.empty() ? 1 : 0;
      ++counts.parsed;
    }
  }
  return counts;
}

class LibraryReaderExternal : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* const data = std::getenv("DIGITALIS_DATA");
    if (data == nullptr) GTEST_SKIP() << "DIGITALIS_DATA is not set";
    data_ = data;
    start_rdkit();
  }
  fs::path data_;
};

TEST_F(LibraryReaderExternal, CountsSdfRecordsAsRdkitDoes) {
  // Where we differ from RDKit's ForwardSDMolSupplier (strict parsing), and why: {read, unreadable}.
  const std::map<std::string, std::pair<std::size_t, std::size_t>> justified{
      // "S  SKP007" tells the supplier to skip seven lines, and with them a "$$$$": we see two records, the first
      // broken.
      {"rdkit_fileparsers/SkipLines.sdf", {1, 1}},
      // Blank lines after the last "$$$$", or in an empty file, are no record for us; None for RDKit.
      {"rdkit_fileparsers/empty.sdf", {0, 0}},
      {"rdkit_fileparsers/esters_end.sdf", {6, 0}},
      // A blank record with its own "$$$$" is an empty record for us; RDKit stops before it.
      {"rdkit_fileparsers/O2.sdf", {1, 1}},
      // A damaged data field costs RDKit the records after it; we do not read data fields to find the records.
      {"rdkit_fileparsers/esters.prop_name_trunc.sdf", {6, 0}},
      // A molecule without atoms is no compound for us.
      {"rdkit_fileparsers/Issue3482695.sdf", {0, 1}},
      // Strict parsing refuses what lax parsing reads.
      {"rdkit_fileparsers/strictLax2.sdf", {2, 0}},
  };
  std::ifstream table(data_ / "format-nuisances" / "files.csv");
  ASSERT_TRUE(table) << "no format-nuisances/files.csv";
  std::string line;
  std::getline(table, line);
  std::size_t files = 0;
  while (std::getline(table, line)) {
    std::vector<std::string> columns;
    std::istringstream row(line);
    for (std::string column; std::getline(row, column, ',');) columns.push_back(column);
    const auto path = data_ / "format-nuisances" / columns.at(0);
    if (columns.at(4).empty() || !fs::exists(path)) continue;
    ++files;
    std::pair expected{std::stoul(columns.at(4)), std::stoul(columns.at(5))};
    if (const auto found = justified.find(columns.at(0)); found != justified.end()) expected = found->second;
    const auto counts = counts_of(path, 1);
    EXPECT_EQ(counts.parsed, expected.first) << columns.at(0) << " " << counts.first_message;
    EXPECT_EQ(counts.unreadable, expected.second) << columns.at(0) << " " << counts.first_message;
  }
  EXPECT_GE(files, 30U);
}

struct Expected {
  std::string file;
  std::size_t records;
  std::int32_t smiles_column;
  std::int32_t id_column;
  std::string first_id;
  double least_share_parsed = 0.999;
};

TEST_F(LibraryReaderExternal, FindsTheColumnsOfRealLibraries) {
  const std::string libraries = "compound-libraries/files/";
  const std::string vendors = "format-nuisances/vendor/";
  const std::vector<Expected> files{
      {libraries + "chembl16_2010_2012_chiral.smi.gz", 81030, 0, -1, ""},
      {libraries + "chembl16_50K_sss.txt.gz", 50000, 1, 0, "1158779"},
      {libraries + "chembl35_50K_mfp0_pairs.txt.gz", 50000, 1, 0, "CHEMBL484313"},
      {libraries + "chembl35_50K_mfp1_pairs.txt.gz", 50000, 1, 0, "CHEMBL484313"},
      {libraries + "chembl_20_chiral_10k.smi.gz", 10000, 0, 1, "95"},
      {libraries + "chembl_drugs.smi", 1203, 0, 1, "CHEMBL700"},
      {libraries + "enamine_10k_molpal.csv.gz", 10449, 0, -1, ""},
      {libraries + "enamine_50k_molpal.csv.gz", 49706, 0, -1, ""},
      {libraries + "hiv_41k_weird_aromatics.csv.gz", 41127, 1, 0, "0"},
      {libraries + "idorsia_toy_space_enum.smi.gz", 29200, 0, 1, "benzoimidazole_b-8_0_0_0"},
      {libraries + "nci_first_5K.smi", 4999, 0, 1, "1", 0.99},
      {libraries + "pubchem_substances_100k.csv.gz", 99991, 0, -1, ""},
      {libraries + "rtecs_5000.txt", 4998, 1, 0, "100-00-5", 0.99},
      {libraries + "set_A_100k.smi.gz", 100000, 0, 1, "4371221"},
      {libraries + "set_B_100k.smi.gz", 100000, 0, 1, "408754823"},
      // Six of the rows have no structure.
      {libraries + "specs_buildingblocks.smi.gz", 4579, 1, 4, "AA-504/31658029", 0.99},
      {libraries + "wehi_10000.csv.gz", 10000, 0, 1, "WEHI-0039854"},
      {libraries + "zinc_10K.smi.gz", 9999, 0, 1, "5410764"},
      {libraries + "zinc_natural_products_50k.smi.gz", 50000, 0, 1, "ZINC70701530"},
      {vendors + "chemspace_bb_December2019_chemspace_bb.txt.gz", 100000, 0, 1, ""},
      {vendors + "chemspace_bb_SpecialTestCases_chemspace_bb.txt.gz", 9, 0, 1, "CSC134736056"},
      {vendors + "enamine_ro5_jun2018_Jun2018_tst1.smi.gz", 4999, 0, 1, "Z30968489"},
      {vendors + "molport_2020-02_iis_smiles-02.txt.gz", 4999, 0, 2, "MolPort-000-060-988"},
      {vendors + "molport_2020-07_iis_smiles-03.txt.gz", 500, 0, 2, "MolPort-044-755-091", 0.99},
      {vendors + "xchem_dsip_v1_dsip.txt.gz", 768, 0, 1, "Z31735562"},
      {vendors + "xchem_probe_v1_probing-library.smi.gz", 239, 0, 1, "POB0001"},
      // Eleven of its 2,050 rows have no structure.
      {"format-nuisances/moleculenet_colon_aromatic_smiles/BBBP.csv", 2050, 4, 2, "Propanolol", 0.99},
      {"format-nuisances/rdkit_fileparsers/fewSmi.2.csv", 10, 1, 0, "1"},
  };
  for (const auto& expected : files) {
    const auto path = data_ / expected.file;
    if (!fs::exists(path)) continue;
    SCOPED_TRACE(expected.file);
    const auto counts = counts_of(path, expected.records > 12'000 ? 20 : 1);
    EXPECT_EQ(counts.records, expected.records);
    EXPECT_EQ(counts.layout.smiles_column, expected.smiles_column);
    EXPECT_EQ(counts.layout.id_column, expected.id_column);
    EXPECT_EQ(counts.first_id, expected.first_id);
    EXPECT_EQ(counts.without_id, expected.id_column >= 0 ? 0U : counts.parsed);
    EXPECT_GE(static_cast<double>(counts.parsed), expected.least_share_parsed * static_cast<double>(counts.tried))
        << counts.first_message;
  }
}

}  // namespace
}  // namespace digitalis
