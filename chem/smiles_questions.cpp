#include "chem/smiles_questions.hpp"

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <vector>

#include "chem/pattern_matcher.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {

namespace {

/// Null for what is no SMILES.
std::unique_ptr<RDKit::ROMol> molecule_of(const std::string& smiles) {
  try {
    return std::unique_ptr<RDKit::ROMol>{RDKit::SmilesToMol(smiles)};
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

struct SmilesQuestions::State {
  struct Smarts {
    int pattern;                                // in `patterns`
    std::unique_ptr<const RDKit::ROMol> query;  // for RDKit, where it could not be compiled
  };
  PrepareOptions preparation;
  std::shared_ptr<PatternSet> patterns = std::make_shared<PatternSet>();
  std::vector<Smarts> smarts;
  std::vector<std::vector<std::uint16_t>> molecules;  // on-bits

  // The SMILES that was asked about last.
  std::optional<PatternMatcher> matcher;
  std::string smiles;
  std::unique_ptr<RDKit::ROMol> molecule;  // null: no SMILES
  bool is_loaded = false;                  // into the matcher
  std::optional<std::vector<std::uint16_t>> on_bits;

  void read(std::string_view wanted) {
    if (wanted == smiles && molecule) return;
    smiles = wanted;
    molecule = molecule_of(smiles);
    is_loaded = false;
    on_bits.reset();
  }
};

SmilesQuestions::SmilesQuestions(const PrepareOptions& preparation) : state_(std::make_unique<State>()) {
  state_->preparation = preparation;
}
SmilesQuestions::~SmilesQuestions() = default;
SmilesQuestions::SmilesQuestions(SmilesQuestions&&) noexcept = default;

int SmilesQuestions::add_smarts(const std::string& smarts) {
  std::unique_ptr<const RDKit::ROMol> query;
  try {
    if (!smarts.empty()) query.reset(RDKit::SmartsToMol(smarts));
  } catch (const std::exception&) {
    // RDKit's message holds the text.
  }
  if (!query || query->getNumAtoms() == 0) throw UsageError("not a SMARTS");
  const int pattern = state_->patterns->add(*query);
  if (pattern != PatternSet::kNotCompiled) query.reset();
  state_->smarts.push_back({pattern, std::move(query)});
  state_->matcher.reset();
  return static_cast<int>(state_->smarts.size()) - 1;
}

int SmilesQuestions::add_similarity(const std::string& smiles) {
  auto prepared = Preparer{state_->preparation}.prepare_smiles(smiles, "molecule", {});
  if (!prepared) throw UsageError("not a SMILES");
  state_->molecules.push_back(std::move(prepared->on_bits));
  return static_cast<int>(state_->molecules.size()) - 1;
}

bool SmilesQuestions::occurs(int smarts, std::string_view smiles) {
  State& state = *state_;
  state.read(smiles);
  if (!state.molecule) return false;
  const State::Smarts& asked = state.smarts.at(static_cast<std::size_t>(smarts));
  if (asked.query) {
    RDKit::MatchVectType match;
    return RDKit::SubstructMatch(*state.molecule, *asked.query, match);
  }
  if (!state.matcher) state.matcher.emplace(state.patterns);
  if (!state.is_loaded) state.matcher->load(*state.molecule);
  state.is_loaded = true;
  return state.matcher->matches(asked.pattern);
}

SubstructureFeatures SmilesQuestions::features(std::string_view smiles) {
  state_->read(smiles);
  return state_->molecule ? features_of(*state_->molecule) : SubstructureFeatures{};
}

double SmilesQuestions::similarity(int molecule, std::string_view smiles) {
  State& state = *state_;
  state.read(smiles);
  if (!state.molecule) return 0;
  if (!state.on_bits) state.on_bits = morgan_on_bits(*state.molecule, state.preparation.fingerprint);
  const auto& a = state.molecules.at(static_cast<std::size_t>(molecule));
  const auto& b = *state.on_bits;
  std::vector<std::uint16_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  const std::size_t either = a.size() + b.size() - both.size();
  return either == 0 ? 1.0 : static_cast<double>(both.size()) / static_cast<double>(either);
}

std::vector<std::uint16_t> on_bits_of(const std::string& smiles, const FingerprintSpec& spec) {
  const auto molecule = molecule_of(smiles);
  return molecule ? morgan_on_bits(*molecule, spec) : std::vector<std::uint16_t>{};
}

}  // namespace digitalis
