#include "chem/column_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace digitalis {
namespace {

// Best first. The vendors' own numbers come before the numbers and names that others give.
constexpr std::array<std::string_view, 11> kSmilesNames{"smiles",
                                                        "isomericsmiles",
                                                        "cxsmiles",
                                                        "smilescanonical",
                                                        "canonicalsmiles",
                                                        "cansmiles",
                                                        "smilesstring",
                                                        "structure",
                                                        "smi",
                                                        "mol",
                                                        "molecule"};
constexpr std::array<std::string_view, 36> kIdNames{"id",
                                                    "compoundid",
                                                    "idnumber",
                                                    "catalogid",
                                                    "catalognumber",
                                                    "cataloguenumber",
                                                    "catalog",
                                                    "zincid",
                                                    "chemblid",
                                                    "moleculechemblid",
                                                    "molportid",
                                                    "chemspaceid",
                                                    "enamineid",
                                                    "mcule",
                                                    "mculeid",
                                                    "vendorid",
                                                    "supplierid",
                                                    "externalid",
                                                    "databaseid",
                                                    "drugbankid",
                                                    "internalid",
                                                    "moleculeid",
                                                    "molid",
                                                    "substanceid",
                                                    "pubchemcompoundcid",
                                                    "pubchemcid",
                                                    "cid",
                                                    "pubchemsubstanceid",
                                                    "sid",
                                                    "identifier",
                                                    "nsc",
                                                    "code",
                                                    "title",
                                                    "name",
                                                    "compoundname",
                                                    "moleculename"};

std::string folded(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    constexpr std::string_view kIgnored = " \t_-.#";
    if (kIgnored.find(c) == std::string_view::npos) {
      plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  return plain;
}

template <std::size_t n>
std::optional<std::size_t> rank_in(const std::array<std::string_view, n>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::optional<std::size_t> rank_as_smiles(std::string_view name) {
  const auto plain = folded(name);
  if (const auto rank = rank_in(kSmilesNames, plain)) return rank;
  if (plain.find("smiles") != std::string::npos) return kSmilesNames.size();
  return std::nullopt;
}

std::optional<std::size_t> rank_as_id(std::string_view name) {
  const auto plain = folded(name);
  if (const auto rank = rank_in(kIdNames, plain)) return rank;
  constexpr std::array<std::string_view, 4> kOthers{"compound", "molecule", "cas", "casnumber"};
  if (const auto rank = rank_in(kOthers, plain)) return kIdNames.size() + *rank;
  const bool ends_in_id =
      name.ends_with("ID") || name.ends_with("_id") || name.ends_with(" id") || name.ends_with("Id");
  if (ends_in_id) return kIdNames.size() + kOthers.size();
  return std::nullopt;
}

std::optional<std::size_t> find_name(std::span<const std::string> names, std::string_view name) {
  const auto same = std::find(names.begin(), names.end(), name);
  if (same != names.end()) return static_cast<std::size_t>(same - names.begin());
  const auto lower = [](std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
  };
  const auto alike =
      std::find_if(names.begin(), names.end(), [&](const auto& other) { return lower(other) == lower(name); });
  if (alike == names.end()) return std::nullopt;
  return static_cast<std::size_t>(alike - names.begin());
}

std::string quoted_list(std::span<const std::string> names) {
  constexpr std::size_t kMost = 12;
  std::string list;
  for (const auto& name : names.first(std::min(names.size(), kMost))) list += (list.empty() ? "'" : ", '") + name + "'";
  if (names.size() > kMost) list += " and " + std::to_string(names.size() - kMost) + " more";
  return list;
}

}  // namespace digitalis
