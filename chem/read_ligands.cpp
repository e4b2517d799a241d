#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <deque>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chem/byte_source.hpp"
#include "chem/compound_id.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/parse_record.hpp"
#include "chem/pdb_ligand.hpp"
#include "chem/pdbqt_ligand.hpp"
#include "chem/prepare_molecule.hpp"
#include "chem/record_stream.hpp"
#include "chem/smiles_shape.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

using Ligands = std::vector<Result<PreparedLigand>>;

/// The whole of a ligand file, unpacked.
std::string unpacked(const std::string& file) {
  std::atomic<std::uint64_t> read{0};
  ByteSource source(file, read);
  std::string text;
  for (std::vector<char> piece(1 << 16);;) {
    const std::size_t bytes = source.read(piece);
    if (bytes == 0) break;
    text.append(piece.data(), bytes);
  }
  if (source.end() != ByteSource::End::kComplete)
    throw UsageError(file + ": the archive is damaged or cut short; hint: fetch the file again");
  return text;
}

/// "a/1iep_ligand.pdbqt.gz" to {"1iep_ligand", ".pdbqt"}.
std::pair<std::string, std::string> stem_and_ending(const std::string& file) {
  std::filesystem::path name = std::filesystem::path(file).filename();
  for (const char* packed : {".gz", ".bz2", ".zst"})
    if (name.extension() == packed) {
      name = name.stem();
      break;
    }
  std::string ending = name.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return {name.stem().string(), ending};
}

bool is_three_dimensional(const RDKit::RWMol& mol) {
  return mol.getNumConformers() > 0 && mol.getConformer().is3D() && mol.getNumAtoms() > 0;
}

/// Molecules that RDKit parses from text: `parse` may throw anything or give null.
template <class Parse>
Result<PreparedLigand> parsed_ligand(const Parse& parse, const std::string& what, const std::string& id,
                                     const Location& at, const LigandOptions& options,
                                     std::vector<std::string> notes = {}) {
  std::unique_ptr<RDKit::RWMol> mol;
  try {
    mol.reset(parse());
  } catch (const std::exception&) {  // messages may quote their input
  }
  if (!mol) return Reject{RejectCode::kBadMolBlock, at, id, what + " cannot be read", "check valences and charges"};
  const bool keep = !options.new_conformer && is_three_dimensional(*mol);
  if (!options.new_conformer && !keep) notes.emplace_back("no 3D coordinates in the file: made anew");
  return prepare_molecule(std::move(mol), id, at, keep, options, std::move(notes));
}

/// A record of a SMILES or SD file.
Result<PreparedLigand> prepare_record(const RecordLayout& layout, const RawRecord& record, const std::string& file,
                                      const std::string& stem, const LigandOptions& options) {
  const Location at{file, record.line};
  auto parsed = parse_record(layout, record, file);
  if (!parsed) return parsed.reject();
  const std::string id = !parsed->id.empty()  ? parsed->id
                         : record.record == 1 ? clean_id(stem)
                                              : clean_id(stem + "_" + std::to_string(record.record));
  if (layout.format != RecordLayout::Format::kSdf || options.new_conformer)
    return prepare_molecule(std::make_unique<RDKit::RWMol>(*parsed->molecule), id, at, false, options);
  // Once more, with the hydrogens where the file has them.
  constexpr bool kSanitise = true, kRemoveHydrogens = false, kStrict = false;
  return parsed_ligand([&] { return RDKit::MolBlockToMol(record.text, kSanitise, kRemoveHydrogens, kStrict); },
                       "the mol block", id, at, options);
}

Result<PreparedLigand> prepared_pdb(const std::string& text, const std::string& id, const std::string& template_smiles,
                                    const LigandOptions& options) {
  auto read = read_pdb_ligand(text, id, template_smiles);
  if (!read) return std::move(read.reject());
  return prepare_molecule(std::make_unique<RDKit::RWMol>(*read->mol), id, {id, 0}, !options.new_conformer, options,
                          std::move(read->notes));
}

/// MOL2 files are read as if they held all hydrogens, and open valences of oxygen as charges: a molecule without any
/// hydrogen gets them instead.
void allow_missing_hydrogens(RDKit::RWMol& mol) {
  const auto hydrogens = [](const RDKit::Atom* atom) { return atom->getAtomicNum() == 1 || atom->getTotalNumHs() > 0; };
  for (const auto* atom : mol.atoms())
    if (hydrogens(atom)) return;
  for (auto* atom : mol.atoms()) {
    atom->setNoImplicit(false);
    atom->setNumRadicalElectrons(0);
    bool balances = false;
    for (const auto* other : mol.atomNeighbors(atom)) balances |= other->getFormalCharge() > 0;
    if (atom->getFormalCharge() < 0 && !balances) atom->setFormalCharge(0);
  }
  RDKit::MolOps::sanitizeMol(mol);
}

/// Every @<TRIPOS>MOLECULE of a file.
Ligands read_mol2(const std::string& text, const std::string& file, const std::string& stem,
                  const LigandOptions& options) {
  constexpr std::string_view kStart = "@<TRIPOS>MOLECULE";
  Ligands ligands;
  std::uint64_t line = 1;
  std::size_t counted = 0;
  for (auto begin = text.find(kStart); begin != std::string::npos;) {
    const auto end = text.find(kStart, begin + kStart.size());
    const std::string block = text.substr(begin, end == std::string::npos ? end : end - begin);
    line += static_cast<std::uint64_t>(std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                                                  text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
    counted = begin;
    const auto title = block.find('\n') + 1;
    std::string id = clean_id(block.substr(title, block.find('\n', title) - title));
    if (id.empty() || id == "*****") id = clean_id(stem);
    const bool remove_hydrogens = options.new_conformer;
    const auto parse = [&] {
      std::unique_ptr<RDKit::RWMol> mol(RDKit::Mol2BlockToMol(block, true, remove_hydrogens));
      if (mol) allow_missing_hydrogens(*mol);
      return mol.release();
    };
    ligands.push_back(parsed_ligand(parse, "the mol2 record", id, {file, line}, options));
    begin = end;
  }
  return ligands;
}

}  // namespace

Result<PreparedLigand> ligand_of_pdb(const std::string& pdb_block, const std::string& id,
                                     const std::string& template_smiles) {
  LigandOptions options;
  options.new_conformer = false;
  return prepared_pdb(pdb_block, id, template_smiles, options);
}

Result<PreparedLigand> prepare_ligand(std::string_view smiles, const std::string& id, const LigandOptions& options) {
  std::unique_ptr<RDKit::RWMol> mol;
  const Location at{id, 0};
  if (count_atoms(smiles) > kMaxParsedAtoms)
    return Reject{RejectCode::kTooLarge, at, id, "more than " + std::to_string(kMaxParsedAtoms) + " atoms", ""};
  try {
    mol.reset(RDKit::SmilesToMol(std::string(smiles)));
  } catch (const std::exception&) {  // the message may quote the structure
  }
  if (!mol || mol->getNumAtoms() == 0) return Reject{RejectCode::kBadSmiles, at, id, "not a SMILES", ""};
  constexpr bool kKeepCoordinates = false;
  return prepare_molecule(std::move(mol), id, at, kKeepCoordinates, options);
}

struct LigandReader::State {
  std::string file, stem;
  LigandOptions options;
  std::atomic<std::uint64_t> bytes{0};
  std::optional<RecordStream> stream;           // of formats whose records stand one after the other
  std::deque<Result<PreparedLigand>> prepared;  // of the others
  bool any = false;
};

LigandReader::LigandReader(const std::string& file_or_smiles, const LigandOptions& options)
    : state_(std::make_unique<State>()) {
  const auto [stem, ending] = stem_and_ending(file_or_smiles);
  state_->file = file_or_smiles;
  state_->stem = stem;
  state_->options = options;
  const auto keep = [&](Ligands ligands) {
    for (Result<PreparedLigand>& ligand : ligands) state_->prepared.push_back(std::move(ligand));
  };
  if (!std::filesystem::exists(file_or_smiles)) {
    auto ligand = prepare_ligand(file_or_smiles, "ligand", options);
    if (!ligand && ligand.reject().code == RejectCode::kBadSmiles)
      throw UsageError(clean_id(file_or_smiles) + ": neither a file nor a SMILES");
    state_->prepared.push_back(std::move(ligand));
  } else if (ending == ".pdbqt") {
    keep(read_pdbqt_ligands(unpacked(file_or_smiles), file_or_smiles, clean_id(stem)));
  } else if (ending == ".mol2") {
    keep(read_mol2(unpacked(file_or_smiles), file_or_smiles, stem, options));
  } else if (ending == ".pdb" || ending == ".ent") {
    state_->prepared.push_back(prepared_pdb(unpacked(file_or_smiles), clean_id(stem), "", options));
  } else {
    state_->stream.emplace(file_or_smiles, ReadOptions{}, state_->bytes);
  }
}
LigandReader::~LigandReader() = default;
LigandReader::LigandReader(LigandReader&&) noexcept = default;

LigandReader::Preparation LigandReader::next() {
  State& state = *state_;
  if (!state.prepared.empty()) {
    auto first = std::make_shared<Result<PreparedLigand>>(std::move(state.prepared.front()));
    state.prepared.pop_front();
    state.any = true;
    return [first] { return std::move(*first); };
  }
  auto item = state.stream ? state.stream->next() : std::nullopt;
  if (!item && !state.any) throw UsageError(state.file + ": no ligand in it");
  if (!item) return nullptr;
  state.any = true;
  if (auto* refused = std::get_if<Reject>(&*item))
    return [reject = std::move(*refused)] { return Result<PreparedLigand>{reject}; };
  return [record = std::move(std::get<RawRecord>(*item)), layout = state.stream->layout(), file = state.file,
          stem = state.stem, options = state.options] { return prepare_record(layout, record, file, stem, options); };
}

Ligands read_ligands(const std::string& file_or_smiles, const LigandOptions& options) {
  LigandReader reader{file_or_smiles, options};
  Ligands ligands;
  while (const auto prepare = reader.next()) ligands.push_back(prepare());
  return ligands;
}

}  // namespace digitalis
