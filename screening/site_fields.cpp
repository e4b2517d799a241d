#include "screening/site_fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "chem/suggest.hpp"

namespace digitalis {
namespace {

using Keep = ReceptorOptions::Keep;

constexpr double kMargin_A = 5.0;  // of a box around the reference, when the campaign does not say

Keep read_keep(TomlFields& fields, const char* key, Keep otherwise) {
  const auto how = fields.text(key);
  if (!how) return otherwise;
  if (*how == "drop") return Keep::kDrop;
  if (*how == "keep") return Keep::kKeep;
  if (*how == "near") return Keep::kNearLigand;
  fields.error(key, "'" + std::string{key} + "' is \"" + *how + "\"", "\"drop\", \"keep\" or \"near\"");
  return otherwise;
}

std::vector<std::string> read_names(TomlFields& fields, const char* key) {
  std::vector<std::string> names;
  for (const auto& name : fields.texts(key)) names.push_back(name.value);
  return names;
}

/// A path in the campaign's folder when it is one, else as it stands: the name of a residue.
std::string ligand(const std::string& text, const std::filesystem::path& folder) {
  if (text.empty()) return text;
  std::error_code ignored;
  const std::filesystem::path path = (folder / text).lexically_normal();
  const bool is_path = std::filesystem::exists(path, ignored) || text.find_first_of("./") != std::string::npos;
  return is_path ? path.string() : text;
}

void read_box(TomlFields& fields, SiteRequest& site) {
  const toml::table* table = fields.table("box");
  if (!table) return;
  TomlFields box = fields.inner(*table, "box");
  const auto center_A = box.numbers("center_A", 3), size_A = box.numbers("size_A", 3);
  for (const auto& residue : box.texts("residues")) site.box_residues.push_back(residue.value);
  if (const auto margin_A = box.number("margin_A", 0.0, 50.0)) site.margin_A = *margin_A;
  if (box.has("center_A") != box.has("size_A"))
    box.error("", "'box' has only one of center_A and size_A", "both, or margin_A around the reference");
  if (box.has("center_A") && (box.has("residues") || box.has("margin_A")))
    box.error("", "'box' is given twice", "center_A and size_A, or residues, or margin_A around the reference");
  if (center_A && size_A)
    site.box = Box{{(*center_A)[0], (*center_A)[1], (*center_A)[2]}, {(*size_A)[0], (*size_A)[1], (*size_A)[2]}};
  box.finish();
}

nlohmann::json place(const Position& at) { return {exactly(at[0]), exactly(at[1]), exactly(at[2])}; }

}  // namespace

std::string exactly(double value) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

SiteRequest read_site(TomlFields& fields, const std::filesystem::path& folder) {
  SiteRequest site;
  for (const auto& path : fields.texts("receptor")) site.receptors.push_back((folder / path.value).lexically_normal());
  site.margin_A = kMargin_A;
  site.reference = ligand(fields.text("reference").value_or(""), folder);
  site.reference_smiles = fields.text("reference_smiles").value_or("");
  read_box(fields, site);
  ReceptorOptions& preparation = site.preparation;
  preparation.waters = read_keep(fields, "waters", preparation.waters);
  preparation.cofactors = read_keep(fields, "cofactors", preparation.cofactors);
  preparation.chains = read_names(fields, "chains");
  preparation.flexible = read_names(fields, "flexible");
  for (const char* key : {"reference", "reference_smiles", "box", "waters", "cofactors", "chains", "flexible"})
    if (site.receptors.empty() && !fields.has("receptor") && fields.has(key))
      fields.error(key, "'" + std::string{key} + "' has no effect without a receptor", "receptor = \"protein.pdb\"");
  if (!site.receptors.empty() && site.reference.empty() && !fields.has("box"))
    fields.error(
        "receptor", "nothing says where to dock",
        "reference = \"SKE\" (a ligand of the receptor, or a file), or box = {center_A = [..], size_A = [..]}");
  return site;
}

nlohmann::json identity_of(const SiteRequest& site) {
  nlohmann::json json;
  for (const auto& file : site.receptors) json["receptors"].push_back(file.string());
  json["reference"] = {site.reference, site.reference_smiles};
  if (site.box)
    json["box"] = {{"center_A", place(site.box->center_A)}, {"size_A", place(site.box->size_A)}};
  else
    json["box"] = {{"residues", site.box_residues}, {"margin_A", exactly(site.margin_A)}};
  const ReceptorOptions& preparation = site.preparation;
  json["waters"] = static_cast<int>(preparation.waters);
  json["cofactors"] = static_cast<int>(preparation.cofactors);
  json["chains"] = preparation.chains;
  json["flexible"] = preparation.flexible;
  return json;
}

}  // namespace digitalis
