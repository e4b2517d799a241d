#include "scoring/interactions/interaction.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace digitalis {
namespace {

constexpr std::array<std::string_view, kInteractionKinds> kNames{
    "hbond",     "salt_bridge",  "hydrophobic", "pi_stacking_parallel", "pi_stacking_t",
    "cation_pi", "halogen_bond", "metal",       "water_bridge"};
constexpr std::string_view kBetween = "; ", kNothing = "-";

void append(std::string& text, double value, int decimals) {
  std::array<char, 64> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  const std::string_view written{buffer.data(), end.ptr};
  text += written.find_first_not_of("-0.") == std::string_view::npos ? written.substr(written.front() == '-' ? 1 : 0)
                                                                     : written;
}

void append(std::string& text, const Position& at) {
  for (std::size_t k = 0; k < 3; ++k) {
    if (k > 0) text += ',';
    append(text, at[k], 2);
  }
}

/// Cuts what stands before the separator off the text; all of it when there is none.
std::string_view take(std::string_view& text, std::string_view separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view piece = text.substr(0, end);
  text.remove_prefix(std::min(end + separator.size(), text.size()));
  return piece;
}

template <class Number>
Number number(std::string_view text) {
  Number value{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || end.ec != std::errc{} || end.ptr != text.data() + text.size())
    throw std::invalid_argument("not an interaction: \"" + std::string{text} + "\" is no number");
  return value;
}

Position position(std::string_view text) {
  Position at{};
  for (double& coordinate : at) coordinate = number<double>(take(text, ","));
  return at;
}

Interaction parse(std::string_view text) {
  Interaction found;
  const std::string_view kind = take(text, " ");
  const auto known = interaction_kind(kind);
  if (!known) throw std::invalid_argument("not an interaction: \"" + std::string{kind} + "\" is no kind");
  found.kind = *known;
  found.residue = take(text, " ");
  if (const auto atom = take(text, " "); atom != kNothing) found.receptor_atom = atom;
  for (std::string_view atoms = take(text, " "); !atoms.empty();)
    found.ligand_atoms.push_back(number<std::uint32_t>(take(atoms, ",")));
  found.ligand_is_donor = take(text, " ") == "donor";
  found.distance_A = number<double>(take(text, " "));
  if (const auto angle = take(text, " "); angle != kNothing) found.angle_deg = number<double>(angle);
  found.ligand_A = position(take(text, " "));
  found.receptor_A = position(take(text, " "));
  if (!text.empty()) found.water_A = position(text);
  return found;
}

}  // namespace

std::string_view name_of(InteractionKind kind) { return kNames[static_cast<std::size_t>(kind)]; }

std::optional<InteractionKind> interaction_kind(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return {};
  return static_cast<InteractionKind>(found - kNames.begin());
}

std::int64_t tenths_A(double distance_A) { return static_cast<std::int64_t>(std::floor(10.0 * distance_A + 0.5)); }

std::int64_t hundredths_A(double distance_A) {
  const std::int64_t tenths = tenths_A(distance_A);
  return std::clamp<std::int64_t>(std::llround(100.0 * distance_A), 10 * tenths - 5, 10 * tenths + 4);
}

std::string to_text(std::span<const Interaction> interactions) {
  std::string text;
  for (const Interaction& found : interactions) {
    if (!text.empty()) text += kBetween;
    text += name_of(found.kind);
    const std::int64_t tenths = tenths_A(found.distance_A);
    text += ' ' + found.residue + ' ' + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10);
  }
  return text;
}

std::string to_record(std::span<const Interaction> interactions) {
  std::string text;
  for (const Interaction& found : interactions) {
    if (!text.empty()) text += kBetween;
    text += name_of(found.kind);
    text +=
        ' ' + found.residue + ' ' + (found.receptor_atom.empty() ? std::string{kNothing} : found.receptor_atom) + ' ';
    for (std::size_t i = 0; i < found.ligand_atoms.size(); ++i)
      text += (i == 0 ? "" : ",") + std::to_string(found.ligand_atoms[i]);
    text += found.ligand_is_donor ? " donor " : " - ";
    append(text, found.distance_A, 2);
    text += ' ';
    if (found.angle_deg)
      append(text, *found.angle_deg, 0);
    else
      text += kNothing;
    for (const Position* at : {&found.ligand_A, &found.receptor_A}) append(text += ' ', *at);
    if (found.water_A) append(text += ' ', *found.water_A);
  }
  return text;
}

std::vector<Interaction> parse_interactions(std::string_view record) {
  std::vector<Interaction> interactions;
  while (!record.empty()) interactions.push_back(parse(take(record, kBetween)));
  return interactions;
}

}  // namespace digitalis
