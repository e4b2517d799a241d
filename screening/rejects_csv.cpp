#include "screening/rejects_csv.hpp"

#include "screening/csv.hpp"

namespace digitalis {

std::string rejects_row(const Reject& reject, const std::string& stage) {
  return csv_line({reject.at.source, std::to_string(reject.at.line), reject.compound_id, stage,
                   std::string{name_of(reject.code)}, reject.detail, reject.hint});
}

}  // namespace digitalis
