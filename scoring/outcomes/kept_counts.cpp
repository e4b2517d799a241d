#include "scoring/outcomes/kept_counts.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace digitalis {

using nlohmann::json;

std::string counts_to_keep(const OutcomeTable& table) {
  if (table.meta.sdc.rounds()) return {};
  json counts = json::array();
  for (const OutcomeCell& cell : table.cells) {
    if (!cell.numerator.known() || cell.measure == Measure::kModelled) continue;
    const Population& who = cell.population;
    counts.push_back({cell.disease_id, cell.indicator, cell.counts_events, who.area_level, who.area_code,
                      to_text(who.period_start), to_text(who.period_end), who.sex, who.ages.youngest, who.ages.oldest,
                      cell.numerator.number});
  }
  if (counts.empty()) return {};
  return json{{"table_id", table.meta.table_id},
              {"min_count", table.meta.sdc.min_count},
              {"national_exempt", table.meta.sdc.national_exempt},
              {"counts", std::move(counts)}}
             .dump() +
         "\n";
}

OutcomeTable table_of_kept_counts(const std::string& file, const std::string& sha256, std::string_view text) {
  OutcomeTable table;
  table.file = file;
  table.sha256 = sha256;
  try {
    const json kept = json::parse(text);
    table.meta.table_id = kept.at("table_id");
    table.meta.sdc.min_count = kept.at("min_count");
    table.meta.sdc.national_exempt = kept.at("national_exempt");
    for (const json& count : kept.at("counts")) {
      OutcomeCell& cell = table.cells.emplace_back();
      cell.disease_id = count.at(0);
      cell.indicator = count.at(1);
      cell.counts_events = count.at(2);
      cell.population.area_level = count.at(3);
      cell.population.area_code = count.at(4);
      cell.population.period_start = parse_day(count.at(5).get<std::string>()).value();
      cell.population.period_end = parse_day(count.at(6).get<std::string>()).value();
      cell.population.sex = count.at(7);
      cell.population.ages = {count.at(8), count.at(9)};
      cell.numerator = {CellValue::State::kNumber, count.at(10), 0};
    }
  } catch (const std::exception&) {  // what nlohmann says may quote a count
    throw std::runtime_error(file + ": not counts that were kept of an outcome table; hint: restore it from a backup");
  }
  return table;
}

}  // namespace digitalis
