#include <RDGeneral/RDConfig.h>  // first: RDKit's other headers leave things out without it

#include "chem/parse_record.hpp"

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SanitException.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/FileParseException.h>
#include <RDGeneral/RDLog.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <string_view>
#include <utility>
#include <vector>

#include "chem/compound_id.hpp"
#include "chem/record_fields.hpp"
#include "chem/smiles_shape.hpp"

namespace digitalis {
namespace {

using Molecule = std::shared_ptr<RDKit::RWMol>;

struct Failure {
  RejectCode code;
  std::string detail;
  std::string hint;
};

std::string column_text(std::int32_t column) { return "column " + std::to_string(column + 1); }

Reject too_large(const Location& at, const std::string& id) {
  return {RejectCode::kTooLarge, at, id, "more than " + std::to_string(kMaxParsedAtoms) + " atoms", ""};
}

/// Calls RDKit and sorts what it throws. Only messages known to speak of atom numbers and elements are passed on: the
/// others may quote their input.
template <class Parse>
Result<Molecule> guarded(const Parse& parse, const Failure& otherwise, const Location& at, const std::string& id) {
  const auto reject = [&](RejectCode code, std::string detail, std::string hint) {
    return Reject{code, at, id, std::move(detail), std::move(hint)};
  };
  try {
    Molecule molecule(parse());
    if (!molecule) return reject(otherwise.code, otherwise.detail, otherwise.hint);
    if (molecule->getNumAtoms() == 0) return reject(RejectCode::kEmptyRecord, "the structure has no atoms", "");
    return molecule;
  } catch (const RDKit::AtomValenceException& error) {
    return reject(RejectCode::kBadValence, error.what(), "check the formal charges");
  } catch (const RDKit::KekulizeException& error) {
    return reject(RejectCode::kBadAromaticity, error.what(), "check for a missing hydrogen such as [nH]");
  } catch (const RDKit::AtomKekulizeException& error) {
    return reject(RejectCode::kBadAromaticity, error.what(), "check for a missing hydrogen such as [nH]");
  } catch (const RDKit::FileParseException& error) {
    // The message quotes the line; its number is all that may be told.
    const std::string_view message = error.what();
    constexpr std::string_view kWord = "line ";
    std::uint64_t number = 0;
    if (const auto word = message.rfind(kWord); word != std::string_view::npos) {
      std::from_chars(message.data() + word + kWord.size(), message.data() + message.size(), number);
    }
    const auto where = number > 0 ? " at line " + std::to_string(at.line + number - 1) : std::string();
    return reject(otherwise.code, otherwise.detail + where, otherwise.hint);
  } catch (const std::exception&) {
    return reject(otherwise.code, otherwise.detail, otherwise.hint);
  }
}

Result<ParsedRecord> parsed(std::string id, Result<Molecule> molecule) {
  if (!molecule) return std::move(molecule.reject());
  return ParsedRecord{std::move(id), std::move(*molecule)};
}

template <class Fields>
std::string id_in(const Fields& fields, const RecordLayout& layout) {
  const auto column = static_cast<std::size_t>(layout.id_column);
  return layout.id_column >= 0 && column < fields.size() ? clean_id(fields[column]) : std::string();
}

Result<ParsedRecord> parse_columns(const RecordLayout& layout, const RawRecord& record, const Location& at) {
  const auto fields = split_fields(record.text, layout.format, layout.delimiter);
  std::string id = id_in(fields, layout);
  const auto column = static_cast<std::size_t>(layout.smiles_column);
  if (column >= fields.size()) {
    return Reject{RejectCode::kMissingColumn, at, id,
                  "no " + column_text(layout.smiles_column) + ", where the structure should be", ""};
  }
  const auto& field = fields[column];
  if (field.empty()) {
    return Reject{RejectCode::kEmptyRecord, at, id, "no structure in " + column_text(layout.smiles_column), ""};
  }
  const auto smiles = std::string_view(field).substr(0, field.find_first_of(" \t"));
  if (count_atoms(smiles) > kMaxParsedAtoms) return too_large(at, id);
  const auto defect = smiles_defect(smiles);
  Failure failure{RejectCode::kBadSmiles, column_text(layout.smiles_column) + " is not a SMILES", ""};
  if (!defect.empty()) failure.detail += ": " + std::string(defect);

  const auto tail = without_blanks(std::string_view(field).substr(smiles.size()));
  RDKit::SmilesParserParams params;
  params.allowCXSMILES = true;
  params.strictCXSMILES = false;
  params.parseName = false;
  const auto parse = [&](const std::string& text) {
    return guarded([&] { return RDKit::SmilesToMol(text, params); }, failure, at, id);
  };
  auto molecule = parse(tail.starts_with('|') ? std::string(smiles).append(" ").append(tail) : std::string(smiles));
  // Some errors in a tail throw all the same; the molecule itself may still be good.
  if (!molecule && !tail.empty()) molecule = parse(std::string(smiles));
  return parsed(std::move(id), std::move(molecule));
}

/// The first value of a data field: the line after "> ... <name> ...".
std::string_view data_field(std::string_view text, std::string_view name) {
  for (std::size_t at = 0; at < text.size();) {
    const auto stop = std::min(text.find('\n', at), text.size());
    const auto line = text.substr(at, stop - at);
    at = stop + 1;
    if (!line.starts_with('>')) continue;
    const auto open = line.find('<');
    const auto close = line.rfind('>');
    if (open == std::string_view::npos || close < open || line.substr(open + 1, close - open - 1) != name) continue;
    return at < text.size() ? text.substr(at, text.find('\n', at) - at) : std::string_view();
  }
  return {};
}

/// The number of atoms a V3000 block announces; a V2000 block has room for 999 only.
std::size_t announced_atoms(std::string_view text) {
  constexpr std::string_view kCounts = "M  V30 COUNTS ";
  const auto found = text.find(kCounts);
  std::size_t count = 0;
  if (found != std::string_view::npos) {
    std::from_chars(text.data() + found + kCounts.size(), text.data() + text.size(), count);
  }
  return count;
}

std::string id_in_mol_block(const RecordLayout& layout, std::string_view text) {
  return clean_id(layout.id_property.empty() ? text.substr(0, text.find('\n')) : data_field(text, layout.id_property));
}

Result<ParsedRecord> parse_mol_block(const RecordLayout& layout, const RawRecord& record, const Location& at) {
  const std::string_view text = record.text;
  auto id = id_in_mol_block(layout, text);
  if (announced_atoms(text) > kMaxParsedAtoms) return too_large(at, id);
  const Failure failure{RejectCode::kBadMolBlock, "the mol block cannot be read", ""};
  constexpr bool kSanitise = true;
  constexpr bool kRemoveHydrogens = true;
  constexpr bool kStrict = false;
  auto molecule =
      guarded([&] { return RDKit::MolBlockToMol(record.text, kSanitise, kRemoveHydrogens, kStrict); }, failure, at, id);
  return parsed(std::move(id), std::move(molecule));
}

}  // namespace

Result<ParsedRecord> parse_record(const RecordLayout& layout, const RawRecord& record, const std::string& source) {
  const Location at{source, record.line};
  if (layout.format == RecordLayout::Format::kSdf) return parse_mol_block(layout, record, at);
  return parse_columns(layout, record, at);
}

std::string id_of_record(const RecordLayout& layout, const RawRecord& record) {
  if (layout.format == RecordLayout::Format::kSdf) return id_in_mol_block(layout, record.text);
  return id_in(split_fields(record.text, layout.format, layout.delimiter), layout);
}

void start_rdkit() {
  boost::logging::disable_logs("rdApp.*");
  RDKit::SmilesParserParams params;
  const std::unique_ptr<RDKit::RWMol> from_smiles(RDKit::SmilesToMol("C", params));
  const std::string block =
      "\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n"
      "    0.0000    0.0000    0.0000 C   0  0\nM  END\n";
  const std::unique_ptr<RDKit::RWMol> from_block(RDKit::MolBlockToMol(block));
}

}  // namespace digitalis
