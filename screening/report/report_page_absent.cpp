#include "screening/report/report_page.hpp"

namespace digitalis {

std::string_view report_page() { return {}; }

}  // namespace digitalis
