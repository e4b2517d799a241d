#include "screening/report/report.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "chem/file_io.hpp"
#include "chem/usage_error.hpp"
#include "screening/report/drawing_block.hpp"
#include "screening/report/little_endian.hpp"
#include "screening/report/pose_block.hpp"
#include "screening/report/report_json.hpp"
#include "screening/report/report_page.hpp"

namespace digitalis {
namespace {

std::string text_of(const ReportJson& json) { return json.dump(-1, ' ', false, ReportJson::error_handler_t::replace); }

/// JSON that cannot end the element it stands in: the parser of HTML looks for "</script" and "<!--", so no '<' is
/// left.
std::string script_safe(const ReportJson& json) {
  const std::string text = text_of(json);
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

std::string packed_block(const char* id, const std::string& bytes) {
  return "<script type=\"application/octet-stream\" id=\"" + std::string{id} + "\">" + gzip_base64(bytes) +
         "</script>\n";
}

/// Pockets and poses; nothing when there are none, and then the page shows no viewer.
std::string pose_blocks(const ReportData& data) {
  if (data.poses.empty()) return "";
  const PoseBlock block = encode_poses(data);
  return packed_block("report-poses", text_of(poses_json(data, block))) +
         packed_block("report-pose-atoms", block.bytes) + "<script type=\"text/plain\" id=\"report-viewer\">" +
         std::string{report_viewer()} + "</script>\n";
}

/// For each hit kReportNeighbours indices (65535: none) as u16, then as many similarities in percent as u8. Nothing
/// when nobody has neighbours.
std::string neighbours_block(const ReportData& data) {
  constexpr std::size_t kNone = 65535;
  std::string indices, similarities;
  bool any = false;
  for (const auto& hit : data.hits) {
    for (std::size_t i = 0; i < kReportNeighbours; ++i) {
      const bool known = i < hit.neighbours.size() && hit.neighbours[i].hit < std::min(kNone, data.hits.size());
      any = any || known;
      put_u16(indices, static_cast<unsigned>(known ? hit.neighbours[i].hit : kNone));
      similarities.push_back(static_cast<char>(known ? std::lround(100.0F * hit.neighbours[i].similarity) : 0));
    }
  }
  return any ? packed_block("report-neighbours", indices + similarities) : "";
}

std::string data_blocks(const ReportData& data) {
  std::vector<const std::optional<Depiction>*> drawn;  // of the hits, then of the actives
  for (const auto& hit : data.hits) drawn.push_back(&hit.drawing);
  for (const auto& active : data.actives) drawn.push_back(&active.drawing);
  const DrawingBlock drawings = encode_drawings(drawn);
  return "<script type=\"application/json\" id=\"report-data\">" + script_safe(report_json(data, drawings.labels)) +
         "</script>\n" + packed_block("report-drawings", drawings.bytes) + neighbours_block(data) + pose_blocks(data);
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
