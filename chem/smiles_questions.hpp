#pragma once
// Questions about compounds that are known by their canonical SMILES only, such as the rows of a table of results: does
// a SMARTS occur in it, how similar is it to a molecule.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chem/preparer.hpp"
#include "chem/substructure_features.hpp"

namespace digitalis {

/// Questions are added first, then asked. Several about one SMILES in a row read it once. Not for concurrent use.
class SmilesQuestions {
 public:
  /// @param preparation  of the compounds: the molecule of add_similarity() is prepared the same way
  explicit SmilesQuestions(const PrepareOptions& preparation);
  ~SmilesQuestions();
  SmilesQuestions(SmilesQuestions&&) noexcept;

  /// Adds a SMARTS; gives its number. Throws UsageError "not a SMARTS", without its text.
  int add_smarts(const std::string& smarts);
  /// Adds a molecule; gives its number. Throws UsageError "not a SMILES", without its text.
  int add_similarity(const std::string& smiles);

  /// Whether the SMARTS occurs, as RDKit's SubstructMatch without chirality says; false for what is no SMILES.
  /// 0.1 ms, nearly all of it for reading the SMILES.
  [[nodiscard]] bool occurs(int smarts, std::string_view smiles);
  /// Features of the molecule; none for what is no SMILES.
  [[nodiscard]] SubstructureFeatures features(std::string_view smiles);
  /// Tanimoto similarity of Morgan fingerprints, 0 to 1; 0 for what is no SMILES. 0.2 ms.
  [[nodiscard]] double similarity(int molecule, std::string_view smiles);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Morgan fingerprint of a canonical SMILES, on-bits ascending; none for what is no SMILES. 0.2 ms. Safe to call
/// concurrently.
[[nodiscard]] std::vector<std::uint16_t> on_bits_of(const std::string& smiles, const FingerprintSpec& spec);

}  // namespace digitalis
