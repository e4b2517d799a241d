#pragma once
// The forms of one compound that a target may meet: protomers at a pH, tautomers, stereoisomers of what a vendor left
// open. Whatever is found of a form counts for its compound.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chem/result.hpp"

namespace digitalis {

struct FormOptions {
  std::optional<double> ph;              ///< protons as in water of this pH, 0 to 14; nothing: as drawn
  double least_share = 0.10;             ///< protomers with less are left out, the most frequent one never
  std::uint32_t most_protomers = 4;      ///< from 1
  std::uint32_t most_stereoisomers = 1;  ///< of each protomer; 1: open centres stay open
  std::uint32_t most_tautomers = 0;      ///< 0: as drawn; 1: RDKit's canonical one; more: that and others, by its score
  /// Of all these together, from 1: those of greater share, of equals those of the lower stereoisomer's number, then of
  /// the lower tautomer's.
  std::uint32_t most_forms = 32;

  static constexpr double kLowestPh = 0.0, kHighestPh = 14.0;
  static constexpr std::uint32_t kMostStereoisomers = 64, kMostTautomers = 16,
                                 kMostForms = 4096;  ///< that users may ask for

  /// Nothing is asked for: a compound's only form is the one that was drawn.
  [[nodiscard]] bool as_drawn() const { return !ph && most_stereoisomers < 2 && most_tautomers == 0; }
  bool operator==(const FormOptions&) const = default;
};

struct Form {
  std::string smiles;  ///< canonical
  /// For a reader, unique among the forms of a compound, never a structure: "as drawn"; "primary amine 7 +1,
  /// carboxylic acid 11 -1; stereoisomer 2". Numbers count the heavy atoms of the compound's canonical SMILES,
  /// or of the tautomer's as drawn.
  std::string name;
  double share = 1.0;              ///< of the compound's protomers, 0 to 1
  std::uint32_t tautomer = 0;      ///< from 1; 0: as drawn
  std::uint32_t stereoisomer = 0;  ///< from 1; 0: nothing was open
  struct Group {
    std::uint32_t atom = 0;  ///< from 1, as in the name
    std::string name;        ///< TitratableGroup::name
    int charge = 0;
  };
  std::vector<Group> groups;  ///< that bear a charge by protonation
  bool as_drawn = false;      ///< the compound as it was given
};

struct Forms {
  std::vector<Form> kept;   ///< at least one
  bool are_capped = false;  ///< there are more than FormOptions::most_forms
};

/// Tautomers in their order, in each the protomers by share, in each the stereoisomers. Depends on
/// the molecule alone, not on how its SMILES is written (but for molecules with more tautomers than RDKit lists, 1000),
/// and of a salt on its largest part. Rejects (with `id`):
/// kBadSmiles, kTooLarge, kStandardisation. Measured on 500 NCI compounds: protomers 0.2 ms with reading the SMILES,
/// stereoisomers 0.3 ms each, tautomers 4 ms in the mean and 0.3 s at most (RDKit's TautomerEnumerator). Safe to call
/// concurrently.
[[nodiscard]] Result<Forms> forms_of(std::string_view smiles, const std::string& id, const FormOptions& options);

}  // namespace digitalis
