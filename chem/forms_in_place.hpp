#pragma once
// The protomers of a ligand that stays where it is: for poses that are scored or minimised, not searched for.

#include <vector>

#include "chem/forms.hpp"
#include "chem/ligand_preparation.hpp"

namespace digitalis {

struct FormInPlace {
  Form form;
  PreparedLigand ligand;  ///< its heavy atoms are where the given ligand's are, its hydrogens where geometry wants them
};

/// As forms_of(), of `options` only what it says about protons and how many forms. The form that is as drawn is the
/// ligand itself. The ligand has a molecule. Rejects: kStandardisation, and as prepare_ligand(). Safe to call
/// concurrently on different ligands.
[[nodiscard]] Result<std::vector<FormInPlace>> protomers_in_place(const PreparedLigand& ligand,
                                                                  const FormOptions& options);

}  // namespace digitalis
