#include "screening/report/report_page.hpp"

namespace digitalis {

std::string_view report_page() { return {}; }
std::string_view report_viewer() { return {}; }

}  // namespace digitalis
