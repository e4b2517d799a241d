#include "screening/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <system_error>

#include "chem/usage_error.hpp"
#include "screening/report/drawing_block.hpp"
#include "screening/report/pose_block.hpp"

namespace digitalis {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::Not;

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What stands in the data block with this id.
std::string block_of(const std::string& html, const std::string& id) {
  const auto open = html.find("id=\"" + id + "\">");
  if (open == std::string::npos) return "no block " + id;
  const auto begin = html.find('>', open) + 1;
  return html.substr(begin, html.find("</script", begin) - begin);
}

std::string unpacked(const std::string& base64) {
  std::string packed(base64.size(), '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(packed.data()),
                      reinterpret_cast<const unsigned char*>(base64.data()), static_cast<int>(base64.size()));
  const auto padding = static_cast<std::size_t>(std::count(base64.begin(), base64.end(), '='));
  packed.resize(static_cast<std::size_t>(length) - padding);
  std::string bytes(1 << 16, '\0');
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return "no memory";
  stream.next_in = reinterpret_cast<unsigned char*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<unsigned char*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  const int result = inflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  inflateEnd(&stream);
  return result == Z_STREAM_END ? bytes : "not a whole gzip stream";
}

unsigned u16_at(const std::string& bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]) + 256U * static_cast<unsigned char>(bytes[at + 1]);
}

ReportData one_hit(const std::string& id) {
  ReportData data;
  data.title = "aurora";
  data.columns = {{"score", "Score", "", 2, ReportColumn::Kind::kNumber, "", "", 1}};
  Depiction drawing;
  drawing.atoms = {{0.0F, -1.25F, ""}, {1.5F, 0.0F, "OH", true}};
  drawing.bonds = {{0, 1, 2, 1, true, true}};
  data.hits = {{1, id, "CO", drawing, {"0.5"}, {}, {}}};
  data.hits_in_all = 1;
  return data;
}

class Report : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::path{::testing::TempDir()} / (std::string{"digitalis_report_"} + test->name());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    file = folder / "report.html";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string written(const ReportData& data) const {
    write_report(file, data);
    return content_of(file);
  }

  std::filesystem::path folder, file;
};

class ReportPage : public Report {
 protected:
  void SetUp() override {
    if (!report_available()) GTEST_SKIP() << "built with -DDIGITALIS_REPORT=OFF";
    Report::SetUp();
  }
};

TEST_F(ReportPage, CarriesTheDataAsJson) {
  const auto json = nlohmann::json::parse(block_of(written(one_hit("ZINC1")), "report-data"));
  EXPECT_EQ(json["title"], "aurora");
  EXPECT_EQ(json["hits"].dump(), R"({"id":["ZINC1"],"place":[1],"smiles":["CO"],"values":[["0.5"]]})");
}

TEST_F(ReportPage, LeavesAClosingTagInAnIdWithoutEffect) {
  const std::string id = "</script><script>alert(1)</script>";
  const auto html = written(one_hit(id));
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  EXPECT_EQ(nlohmann::json::parse(block_of(html, "report-data"))["hits"]["id"][0], id);
}

TEST_F(ReportPage, ReplacesWhatIsNotUtf8) {
  const auto json = nlohmann::json::parse(block_of(written(one_hit("bad \xFF byte")), "report-data"));
  EXPECT_EQ(json["hits"]["id"][0], "bad \xEF\xBF\xBD byte");
}

TEST_F(ReportPage, AllowsNoRequestAndNoScriptButItsOwn) {
  const auto html = written(one_hit("ZINC1"));
  EXPECT_THAT(html, HasSubstr("content=\"default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(html, HasSubstr("form-action 'none'; base-uri 'none'\""));
  EXPECT_THAT(html, Not(HasSubstr("<link")));
  EXPECT_THAT(html, Not(HasSubstr(" src=\"http")));
}

TEST_F(ReportPage, IsTheSameForTheSameData) {
  const auto first = written(one_hit("ZINC1"));
  EXPECT_EQ(first, written(one_hit("ZINC1")));
}

TEST_F(ReportPage, ReplacesAnOlderReportAndLeavesNoTemporary) {
  std::ofstream{file} << "old";
  EXPECT_THAT(written(one_hit("ZINC1")), HasSubstr("ZINC1"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder}, {}), 1);
}

TEST_F(ReportPage, NamesTheFileThatCannotBeWritten) {
  const auto missing = folder / "missing" / "report.html";
  try {
    write_report(missing, one_hit("ZINC1"));
    FAIL() << "wrote into a folder that is not there";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string{error.what()}, missing.string() + ".partial: cannot be written: No such file or directory");
  }
}

TEST_F(ReportPage, LeavesNoTemporaryWhenItCannotBeMovedIntoPlace) {
  std::filesystem::create_directories(file / "occupied");
  EXPECT_THROW(write_report(file, one_hit("ZINC1")), std::system_error);
  EXPECT_FALSE(std::filesystem::exists(folder / "report.html.partial"));
}

TEST_F(ReportPage, RefusesAHitWithoutAValuePerColumn) {
  auto data = one_hit("ZINC1");
  data.hits[0].values.clear();
  EXPECT_THROW(write_report(file, data), std::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(ReportPage, TakesACampaignWithoutHits) {
  const auto json = nlohmann::json::parse(block_of(written(ReportData{}), "report-data"));
  EXPECT_TRUE(json["hits"]["id"].is_array());
  EXPECT_TRUE(json["hits"]["id"].empty());
}

TEST_F(Report, SaysHowToGetThePageWhenBuiltWithoutIt) {
  if (report_available()) GTEST_SKIP() << "built with the page";
  try {
    write_report(file, one_hit("ZINC1"));
    FAIL() << "wrote a report without a page";
  } catch (const UsageError& error) {
    EXPECT_EQ(std::string{error.what()},
              file.string() +
                  ": this program was built without the report page; hint: build with -DDIGITALIS_REPORT=ON "
                  "(needs node and npm), or use hits.csv");
  }
}

TEST(DrawingBlock, HoldsCoordinatesLabelsAndBonds) {
  const std::optional<Depiction> drawing = one_hit("ZINC1").hits[0].drawing;
  const std::vector<const std::optional<Depiction>*> drawings{&drawing};
  const auto block = encode_drawings(drawings);
  EXPECT_THAT(block.labels, ElementsAre("", "OH"));
  std::vector<int> words;
  for (std::size_t at = 12; at < block.bytes.size(); at += 2) {
    words.push_back(static_cast<std::int16_t>(u16_at(block.bytes, at)));
  }
  EXPECT_THAT(words, ElementsAre(2, 1, 0, 150, -125, 0, 0, 1 - 32768, 0, 1, 2 + 4 + 16 + 32));
}

TEST(DrawingBlock, LeavesOutADrawingTooWideForItsNumbers) {
  std::optional<Depiction> drawing = one_hit("ZINC1").hits[0].drawing;
  drawing->atoms[0].x_A = 400.0F;
  const std::vector<const std::optional<Depiction>*> drawings{&drawing};
  EXPECT_EQ(encode_drawings(drawings).bytes, std::string("\1\0\0\0\x0c\0\0\0\x0c\0\0\0", 12));
}

/// One pose of two atoms, a hydrogen and a water bridge, in a pocket far from the origin.
ReportData one_pose() {
  ReportData data = one_hit("ZINC1");
  data.pockets = {{"AURKA", "", ""}};
  ReportPose pose;
  pose.target = "AURKA";
  pose.atoms_A = {{400.25, -1.5, 2.0}, {401.0, 0.0, 0.0}};
  pose.hydrogens = {{1, {402.0, 0.0, 0.0}}};
  pose.contacts = {{"water_bridge", "A:LEU:83", true, 2.75, 120.4, {401, 0, 0}, {404, 0, 0}, Position{402.5, 1, 0}}};
  data.poses = {pose};
  return data;
}

TEST(PoseBlock, HoldsAtomsHydrogensAndContactsFromThePocketsOrigin) {
  const auto block = encode_poses(one_pose());
  EXPECT_THAT(block.origin_A, ElementsAre(std::array{400, -1, 2}));
  EXPECT_THAT(block.kinds, ElementsAre("water_bridge"));
  EXPECT_THAT(block.residues, ElementsAre("A:LEU:83"));
  std::vector<int> words;
  for (std::size_t at = 12; at < block.bytes.size(); at += 2)
    words.push_back(static_cast<std::int16_t>(u16_at(block.bytes, at)));
  EXPECT_THAT(words, ElementsAreArray({2,   1,   1,    1,                // atoms, hydrogens, contacts, waters
                                       25,  100, -50,  100,  0,   -200,  // atoms
                                       1,   200, 100,  -200,             // hydrogen
                                       256, 0,   275,  120,              // donor, residue, length, angle
                                       100, 100, -200, 400,  100, -200,  // its ends
                                       0,   250, 200,  -200}));          // water
}

TEST(PoseBlock, LeavesOutAPoseThatItsNumbersCannotSayOrWithoutAPocket) {
  auto far = one_pose();
  far.poses[0].atoms_A[1][0] = 800.0;
  EXPECT_TRUE(encode_poses(far).kept.empty());
  auto elsewhere = one_pose();
  elsewhere.poses[0].target = "EGFR";
  EXPECT_TRUE(encode_poses(elsewhere).kept.empty());
}

TEST_F(ReportPage, RefusesAPoseWithoutAValuePerColumn) {
  auto data = one_pose();
  data.pose_columns = {{"pose_inter_kcal_mol", "", "", 2, ReportColumn::Kind::kNumber, "", ""}};
  EXPECT_THROW(write_report(file, data), std::invalid_argument);
}

TEST_F(ReportPage, CarriesNoViewerWithoutPoses) {
  EXPECT_THAT(written(one_hit("ZINC1")), Not(HasSubstr("id=\"report-viewer\"")));
}

TEST(GzipBase64, ComesBackWhole) {
  const std::string bytes("\0<script>\xFF and more", 20);
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    EXPECT_EQ(unpacked(gzip_base64(bytes.substr(0, length))), bytes.substr(0, length));
  }
}

}  // namespace
}  // namespace digitalis
