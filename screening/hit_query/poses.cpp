#include "screening/hit_query/poses.hpp"

#include <bit>
#include <stdexcept>

#include "screening/csv.hpp"
#include "screening/results_store.hpp"

namespace digitalis {
namespace {

constexpr int kTermDecimals = 4;

std::vector<Position> places_from(std::string_view bytes, const Position& origin_A) {
  constexpr std::size_t kAtomBytes = 3 * sizeof(std::int16_t);
  if (bytes.size() % kAtomBytes != 0) throw std::runtime_error("the places of a pose are damaged");
  std::vector<Position> places(bytes.size() / kAtomBytes);
  for (std::size_t i = 0; i < 3 * places.size(); ++i) {
    const auto low = static_cast<unsigned char>(bytes[2 * i]), high = static_cast<unsigned char>(bytes[2 * i + 1]);
    const auto value = std::bit_cast<std::int16_t>(static_cast<std::uint16_t>(low | high << 8U));
    places[i / 3][i % 3] = origin_A[i % 3] + value / kPlacesPer_A;
  }
  return places;
}

}  // namespace

std::optional<HitPose> pose_of(Database& results, std::int64_t place) {
  // Columns: what is asked for by name, then the table's own: form, stage, target, places, receptor, and the terms.
  constexpr int kKnown = 7, kTerms = kKnown + 5;
  std::vector<std::string> names;
  Statement describe{results, "SELECT name FROM pragma_table_info('poses')"};
  while (describe.step()) names.emplace_back(describe.text(0));
  Statement ask{
      results,
      "SELECT t.name, g.name, t.origin_x_A, t.origin_y_A, t.origin_z_A, r.name, f.smiles, p.* FROM poses AS p JOIN "
      "forms AS f "
      "USING (form) JOIN targets AS t USING (target) JOIN stages AS g USING (stage) JOIN receptors AS r USING "
      "(receptor) WHERE f.compound = ?"};
  ask.bind(1, place);
  if (!ask.step()) return std::nullopt;
  HitPose pose{
      .target = std::string{ask.text(0)}, .heavy_atoms_A = {}, .fields = {}, .stage = std::string{ask.text(1)}};
  if (!ask.is_null(6)) pose.smiles = ask.text(6);
  pose.heavy_atoms_A = places_from(ask.text(kKnown + 3), {ask.number(2), ask.number(3), ask.number(4)});
  pose.fields = {{"pose_target", pose.target}, {"pose_receptor", std::string{ask.text(5)}}};
  for (int i = kTerms; i < ask.columns(); ++i) {
    if (ask.is_null(i)) continue;
    const std::string& name = names.at(static_cast<std::size_t>(i - kKnown));
    const bool is_number = name.find("_kcal_mol") != std::string::npos;
    pose.fields.emplace_back("pose_" + name,
                             is_number ? fixed(ask.number(i), kTermDecimals) : std::string{ask.text(i)});
  }
  return pose;
}

}  // namespace digitalis
