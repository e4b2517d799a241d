#include "screening/report/report.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"
#include "screening/report/drawing_block.hpp"
#include "screening/report/report_page.hpp"

namespace digitalis {
namespace {

using Json = nlohmann::ordered_json;  // keeps the order of the source: equal data, equal bytes

const char* name_of(ReportColumn::Kind kind) {
  switch (kind) {
    case ReportColumn::Kind::kNumber: return "number";
    case ReportColumn::Kind::kText: return "text";
    case ReportColumn::Kind::kFlags: return "flags";
  }
  return "text";
}

Json columns_json(const ReportData& data) {
  Json all = Json::array();
  for (const auto& column : data.columns) {
    all.push_back({{"key", column.key},
                   {"title", column.title},
                   {"unit", column.unit},
                   {"decimals", column.decimals},
                   {"kind", name_of(column.kind)},
                   {"help", column.help},
                   {"group", column.group}});
  }
  return all;
}

/// Column by column: the page reads it so, and it packs well in a mail.
Json hits_json(const ReportData& data) {
  Json place = Json::array(), id = Json::array(), smiles = Json::array();
  Json values(data.columns.size(), Json::array());
  for (const auto& hit : data.hits) {
    if (hit.values.size() != data.columns.size()) {
      throw std::invalid_argument{"report: " + hit.compound_id + " has " + std::to_string(hit.values.size()) +
                                  " values for " + std::to_string(data.columns.size()) + " columns"};
    }
    place.push_back(hit.place);
    id.push_back(hit.compound_id);
    smiles.push_back(hit.smiles);
    for (std::size_t column = 0; column < hit.values.size(); ++column) values[column].push_back(hit.values[column]);
  }
  return {
      {"place", std::move(place)}, {"id", std::move(id)}, {"smiles", std::move(smiles)}, {"values", std::move(values)}};
}

Json funnel_json(const ReportData& data) {
  Json all = Json::array();
  for (const auto& stage : data.funnel) {
    Json reasons = Json::array();
    for (const auto& [reason, count] : stage.reasons) reasons.push_back(Json::array({reason, count}));
    all.push_back({{"name", stage.name}, {"in", stage.in}, {"out", stage.out}, {"reasons", std::move(reasons)}});
  }
  return all;
}

Json pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Json all = Json::array();
  for (const auto& [name, value] : pairs) all.push_back(Json::array({name, value}));
  return all;
}

Json targets_json(const ReportData& data) {
  Json all = Json::array();
  for (const auto& target : data.targets) {
    all.push_back({{"name", target.name},
                   {"weight", target.weight},
                   {"actives", target.actives},
                   {"held_back", target.held_back},
                   {"figures", pairs_json(target.figures)}});
  }
  return all;
}

/// JSON that cannot end the element it stands in: the parser of HTML looks for "</script" and "<!--", so no '<' is
/// left.
std::string script_safe(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size() + text.size() / 64);
  for (const char c : text) {
    if (c == '<')
      safe += "\\u003c";
    else
      safe += c;
  }
  return safe;
}

/// Pockets and poses, packed; nothing when there are none, and then the page shows no viewer.
std::string poses_block(const ReportData& data) {
  if (data.poses.empty()) return "";
  Json pockets = Json::array(), poses = Json::array();
  for (const auto& pocket : data.pockets)
    pockets.push_back(
        {{"target", pocket.target}, {"pocket_pdb", pocket.pocket_pdb}, {"reference_sdf", pocket.reference_sdf}});
  for (const auto& pose : data.poses) poses.push_back({{"hit", pose.hit}, {"target", pose.target}, {"mol", pose.mol}});
  const Json json = {{"pockets", std::move(pockets)}, {"poses", std::move(poses)}};
  return "\n<script type=\"application/octet-stream\" id=\"report-poses\">" +
         gzip_base64(json.dump(-1, ' ', false, Json::error_handler_t::replace)) +
         "</script>\n<script type=\"text/plain\" id=\"report-viewer\">" + std::string{report_viewer()} + "</script>";
}

std::string data_blocks(const ReportData& data) {
  const DrawingBlock drawings = encode_drawings(data.hits);
  const Json json = {{"format", 1},
                     {"title", data.title},
                     {"subtitle", data.subtitle},
                     {"confidentiality", data.confidentiality},
                     {"hits_in_all", data.hits_in_all},
                     {"columns", columns_json(data)},
                     {"hits", hits_json(data)},
                     {"funnel", funnel_json(data)},
                     {"targets", targets_json(data)},
                     {"provenance", pairs_json(data.provenance)},
                     {"notes", data.notes},
                     {"methods", data.methods},
                     {"labels", drawings.labels}};
  return "<script type=\"application/json\" id=\"report-data\">" + script_safe(json) + "</script>\n" +
         "<script type=\"application/octet-stream\" id=\"report-drawings\">" + gzip_base64(drawings.bytes) +
         "</script>" + poses_block(data);
}

}  // namespace

bool report_available() { return !report_page().empty(); }

void write_report(const std::filesystem::path& file, const ReportData& data) {
  const std::string_view page = report_page();
  if (page.empty()) {
    throw UsageError{file.string() +
                     ": this program was built without the report page; hint: build with -DDIGITALIS_REPORT=ON "
                     "(needs node and npm), or use hits.csv"};
  }
  const auto marker = page.find(kDataMarker);
  if (marker == std::string_view::npos) throw std::logic_error{"report page without its data marker"};
  const std::string blocks = data_blocks(data);
  AtomicFile out{file};
  out.write(page.substr(0, marker));
  out.write(blocks);
  out.write(page.substr(marker + kDataMarker.size()));
  out.commit();
}

}  // namespace digitalis
