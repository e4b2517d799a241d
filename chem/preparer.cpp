#include "chem/preparer.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <GraphMol/RDKitBase.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include "chem/alerts.hpp"
#include "chem/parse_record.hpp"
#include "chem/standardiser.hpp"

namespace digitalis {
namespace {

// Heavy atoms of the largest connected part: a salt is judged by what will be left of it.
std::uint32_t heavy_atoms_of_largest_part(const RDKit::ROMol& molecule) {
  std::vector<unsigned> root(molecule.getNumAtoms());
  std::iota(root.begin(), root.end(), 0U);
  const auto find = [&root](unsigned atom) {
    while (root[atom] != atom) atom = root[atom] = root[root[atom]];
    return atom;
  };
  for (const auto* bond : molecule.bonds()) root[find(bond->getBeginAtomIdx())] = find(bond->getEndAtomIdx());
  std::vector<std::uint32_t> count(root.size());
  std::uint32_t largest = 0;
  for (const auto* atom : molecule.atoms())
    if (atom->getAtomicNum() > 1) largest = std::max(largest, ++count[find(atom->getIdx())]);
  return largest;
}

std::uint32_t heavy_atoms_of(const RDKit::ROMol& molecule) {
  std::uint32_t count = 0;
  for (const auto* atom : molecule.atoms()) count += atom->getAtomicNum() > 1 ? 1U : 0U;
  return count;
}

}  // namespace

struct Preparer::Tools {
  PrepareOptions options;
  Standardiser standardiser;
  DescriptorCalculator descriptors;
  AlertMatcher alerts;

  explicit Tools(const PrepareOptions& wanted) : options(wanted) {}

  // All that follows parsing. `compound` brings its ID and origin.
  Result<Compound> finish(Compound compound, std::shared_ptr<RDKit::RWMol> molecule, const Location& at) const try {
    auto reject = [&](RejectCode code, std::string detail, std::string hint) {
      return Reject{code, at, compound.id, std::move(detail), std::move(hint)};
    };
    const auto too_large = [&](std::uint32_t heavy_atoms) {
      return reject(RejectCode::kTooLarge,
                    std::to_string(heavy_atoms) + " heavy atoms, more than " + std::to_string(options.max_heavy_atoms),
                    "raise max_heavy_atoms to keep it");
    };
    // Twice: before the expensive steps, and because standardisation may choose another part.
    std::uint32_t heavy_atoms =
        options.standardise ? heavy_atoms_of_largest_part(*molecule) : heavy_atoms_of(*molecule);
    if (heavy_atoms > options.max_heavy_atoms) return too_large(heavy_atoms);
    if (options.standardise) {
      auto standard = standardiser.standardise(std::move(molecule));
      if (!standard) return reject(standard.reject().code, standard.reject().detail, standard.reject().hint);
      molecule = std::move(*standard);
      heavy_atoms = heavy_atoms_of(*molecule);
      if (heavy_atoms > options.max_heavy_atoms) return too_large(heavy_atoms);
    }
    compound.smiles = RDKit::MolToSmiles(*molecule);
    compound.descriptors = descriptors.compute(*molecule);
    compound.alerts = alerts.match(*molecule);
    compound.on_bits = morgan_on_bits(*molecule, options.fingerprint);
    return compound;
  } catch (const std::exception&) {  // RDKit's messages may hold structures: not passed on
    return Reject{RejectCode::kStandardisation, at, compound.id, "preparation failed inside RDKit", ""};
  }
};

Preparer::Preparer(const PrepareOptions& options) : tools_(std::make_unique<Tools>(options)) {}
Preparer::~Preparer() = default;
Preparer::Preparer(Preparer&&) noexcept = default;

Result<Compound> Preparer::prepare(const RecordLayout& layout, const RawRecord& record, std::uint32_t source,
                                   const std::string& source_name) const {
  auto parsed = parse_record(layout, record, source_name);
  if (!parsed) return std::move(parsed.reject());
  Compound compound;
  compound.id = std::move(parsed->id);
  compound.source = source;
  compound.line = record.line;
  return tools_->finish(std::move(compound), std::move(parsed->molecule), {source_name, record.line});
}

Result<Compound> Preparer::prepare_smiles(const std::string& smiles, const std::string& id, const Location& at) const {
  RecordLayout layout;  // one column: the SMILES
  RawRecord record;
  record.line = at.line;
  record.text = smiles;
  auto parsed = parse_record(layout, record, at.source);
  if (!parsed) {
    auto& reject = parsed.reject();
    reject.compound_id = id;
    // A SMILES on its own has no columns.
    if (constexpr std::string_view column = "column 1 is "; reject.detail.starts_with(column))
      reject.detail.erase(0, column.size());
    return std::move(reject);
  }
  Compound compound;
  compound.id = id;
  compound.line = at.line;
  return tools_->finish(std::move(compound), std::move(parsed->molecule), at);
}

}  // namespace digitalis
