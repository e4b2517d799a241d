#include "chem/forms.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/MolStandardize/Tautomer.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <numeric>
#include <set>
#include <tuple>

#include "chem/forms_in_place.hpp"
#include "chem/ligand_molecule.hpp"
#include "chem/parse_record.hpp"
#include "chem/prepare_molecule.hpp"
#include "chem/protomers.hpp"
#include "chem/smiles_shape.hpp"
#include "chem/stereoisomers.hpp"

namespace digitalis {
namespace {

using RDKit::RWMol;

std::unique_ptr<RWMol> parsed(const std::string& smiles) {
  try {
    return std::unique_ptr<RWMol>(RDKit::SmilesToMol(smiles));
  } catch (const std::exception&) {  // the message may quote the structure
    return nullptr;
  }
}

/// Without hydrogen atoms, of several parts the first one with most heavy atoms.
std::unique_ptr<RWMol> bare_largest_part(std::unique_ptr<RWMol> mol) {
  if (mol->getNumHeavyAtoms() < mol->getNumAtoms()) {
    RDKit::MolOps::removeAllHs(*mol);
    constexpr bool kClean = true, kForce = true;
    RDKit::MolOps::assignStereochemistry(*mol, kClean, kForce);
  }
  std::vector<int> part_of;
  if (RDKit::MolOps::getMolFrags(*mol, part_of) < 2) return mol;
  const auto parts = RDKit::MolOps::getMolFrags(*mol);
  const auto largest = std::max_element(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return a->getNumHeavyAtoms() < b->getNumHeavyAtoms();
  });
  return std::make_unique<RWMol>(**largest);
}

std::vector<std::unique_ptr<RWMol>> tautomers_of(std::unique_ptr<RWMol> mol, std::uint32_t most) {
  std::vector<std::unique_ptr<RWMol>> tautomers;
  if (most == 0) {
    tautomers.push_back(std::move(mol));
    return tautomers;
  }
  RDKit::MolStandardize::TautomerEnumerator enumerator;
  const auto found = enumerator.enumerate(*mol);
  const std::unique_ptr<RDKit::ROMol> canonical(enumerator.pickCanonical(found));
  std::vector<std::pair<int, std::string>> others;
  const std::string first = RDKit::MolToSmiles(*canonical);
  for (const auto& tautomer : found) {
    std::string smiles = RDKit::MolToSmiles(*tautomer);
    if (smiles != first)
      others.emplace_back(-RDKit::MolStandardize::TautomerScoringFunctions::scoreTautomer(*tautomer),
                          std::move(smiles));
  }
  std::sort(others.begin(), others.end());
  tautomers.push_back(std::make_unique<RWMol>(*canonical));
  for (const auto& [score, smiles] : others)
    if (tautomers.size() < most)
      if (auto other = parsed(smiles)) tautomers.push_back(std::move(other));
  return tautomers;
}

/// Places from 1 of a molecule's atoms in its canonical SMILES.
std::vector<std::uint32_t> places_in_smiles(const RWMol& mol) {
  (void)RDKit::MolToSmiles(mol);
  const auto order = mol.getProp<std::vector<unsigned>>("_smilesAtomOutputOrder");
  std::vector<std::uint32_t> places(mol.getNumAtoms(), 0);
  for (std::uint32_t i = 0; i < order.size(); ++i) places[order[i]] = i + 1;
  return places;
}

std::string name_of_form(const Form& form, bool protons_as_drawn) {
  std::string name;
  const auto add = [&](const std::string& text, const char* separator) {
    name += (name.empty() ? "" : separator) + text;
  };
  for (const Form::Group& group : form.groups)
    add(group.name + " " + std::to_string(group.atom) + (group.charge > 0 ? " +1" : " -1"), ", ");
  if (form.groups.empty() && !protons_as_drawn) name = "no charged group";
  if (form.tautomer > 0) add("tautomer " + std::to_string(form.tautomer), "; ");
  if (form.stereoisomer > 0) add("stereoisomer " + std::to_string(form.stereoisomer), "; ");
  return name.empty() ? "as drawn" : name;
}

/// What a protomer tells of itself; its name and SMILES are not yet there. `places` are made when they are wanted.
Form charges_of(const Protomer& protomer, const RWMol& drawn, std::vector<std::uint32_t>& places) {
  if (!protomer.groups.empty() && places.empty()) places = places_in_smiles(drawn);
  Form form;
  form.share = protomer.share;
  for (const ChargedGroup& group : protomer.groups)
    form.groups.push_back({places[group.atom], group.group, group.charge});
  std::sort(form.groups.begin(), form.groups.end(), [](const auto& a, const auto& b) { return a.atom < b.atom; });
  form.as_drawn = protomer.as_given;
  return form;
}

/// The protomers of a molecule, or the molecule.
std::vector<Protomer> protomers_as_asked(const RWMol& mol, const FormOptions& options) {
  if (options.ph) return protomers_of(mol, *options.ph, options.least_share, options.most_protomers);
  std::vector<Protomer> only(1);
  only[0].molecule = std::make_unique<RWMol>(mol);
  only[0].smiles = RDKit::MolToSmiles(mol);
  only[0].as_given = true;
  return only;
}

/// The forms that count, in the order that they have.
Forms capped(std::vector<Form> forms, std::size_t most) {
  if (forms.size() <= most) return {std::move(forms), false};
  std::vector<std::size_t> order(forms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto rank = [](const Form& form) { return std::tuple{-form.share, form.stereoisomer, form.tautomer}; };
    return rank(forms[a]) < rank(forms[b]);
  });
  order.resize(most);
  std::sort(order.begin(), order.end());
  Forms found{{}, true};
  for (const std::size_t i : order) found.kept.push_back(std::move(forms[i]));
  return found;
}

}  // namespace

Result<Forms> forms_of(std::string_view smiles, const std::string& id, const FormOptions& options) try {
  const Location at{id, 0};
  if (count_atoms(smiles) > kMaxParsedAtoms)
    return Reject{RejectCode::kTooLarge, at, id, "more than " + std::to_string(kMaxParsedAtoms) + " atoms", ""};
  auto mol = parsed(std::string(smiles));
  if (!mol || mol->getNumAtoms() == 0) return Reject{RejectCode::kBadSmiles, at, id, "not a SMILES", ""};
  mol = bare_largest_part(std::move(mol));

  std::vector<Form> forms;
  std::set<std::string> seen;
  const std::string drawn = options.most_tautomers > 0 ? RDKit::MolToSmiles(*mol) : "";
  std::uint32_t tautomer = 0;
  for (const auto& version : tautomers_of(std::move(mol), options.most_tautomers)) {
    tautomer += options.most_tautomers > 0 ? 1 : 0;
    std::vector<std::uint32_t> places;  // in the SMILES of the version as it is drawn
    for (Protomer& protomer : protomers_as_asked(*version, options)) {
      Form form = charges_of(protomer, *version, places);
      form.tautomer = tautomer;
      form.as_drawn &= drawn.empty() || protomer.smiles == drawn;
      const auto add = [&](Form one) {
        if (!seen.insert(one.smiles).second) return;
        one.name = name_of_form(one, protomer.as_given);
        forms.push_back(std::move(one));
      };
      if (options.most_stereoisomers < 2) {
        form.smiles = std::move(protomer.smiles);
        add(std::move(form));
        continue;
      }
      // In the order of the SMILES, so that isomers come in the same order however the compound was drawn.
      const auto ordered = parsed(protomer.smiles);
      if (!ordered) continue;
      auto isomers = stereoisomers_of(*ordered, options.most_stereoisomers);
      for (std::uint32_t i = 0; i < isomers.size(); ++i) {
        Form isomer = form;
        isomer.smiles = std::move(isomers[i].smiles);
        const bool was_open = isomers.size() > 1 || isomer.smiles != protomer.smiles;
        isomer.stereoisomer = was_open ? i + 1 : 0;
        isomer.as_drawn = form.as_drawn && !was_open;
        add(std::move(isomer));
      }
    }
  }
  if (forms.empty()) return Reject{RejectCode::kStandardisation, at, id, "its forms cannot be made", ""};
  return capped(std::move(forms), options.most_forms);
} catch (const std::exception&) {  // RDKit's steps each throw their own kinds, with messages that may quote structures
  return Reject{RejectCode::kStandardisation, Location{id, 0}, id, "its forms cannot be made", ""};
}

Result<std::vector<FormInPlace>> protomers_in_place(const PreparedLigand& ligand, const FormOptions& options) try {
  RWMol bare(*ligand.molecule->mol);
  RDKit::MolOps::removeHs(bare);
  std::vector<std::uint32_t> places;
  std::vector<FormInPlace> forms;
  for (Protomer& protomer : protomers_as_asked(bare, options)) {
    if (forms.size() == options.most_forms) break;
    Form form = charges_of(protomer, bare, places);
    form.smiles = std::move(protomer.smiles);
    form.name = name_of_form(form, form.as_drawn);
    constexpr bool kKeepCoordinates = true;
    auto made = form.as_drawn ? ligand
                              : prepare_molecule(std::move(protomer.molecule), ligand.id, {ligand.id, 0},
                                                 kKeepCoordinates, LigandOptions{.new_conformer = false});
    if (!made) return made.reject();
    forms.push_back({std::move(form), std::move(made.value())});
  }
  return forms;
} catch (const std::exception&) {
  return Reject{RejectCode::kStandardisation, Location{ligand.id, 0}, ligand.id, "its forms cannot be made", ""};
}

}  // namespace digitalis
