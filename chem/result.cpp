#include "chem/result.hpp"

namespace digitalis {

std::string_view name_of(RejectCode code) {
  using enum RejectCode;
  switch (code) {
    case kEmptyRecord: return "empty_record";
    case kMissingColumn: return "missing_column";
    case kTooLong: return "too_long";
    case kNulBytes: return "nul_bytes";
    case kBadSmiles: return "bad_smiles";
    case kBadMolBlock: return "bad_mol_block";
    case kBadValence: return "bad_valence";
    case kBadAromaticity: return "bad_aromaticity";
    case kNoOrganicPart: return "no_organic_part";
    case kTooLarge: return "too_large";
    case kStandardisation: return "standardisation_failed";
    case kTruncated: return "truncated";
    case kDuplicate: return "duplicate";
    case kFilter: return "filter";
    case kConformer: return "no_conformer";
    case kDockingType: return "not_dockable";
    case kCrashed: return "crashed";
    case kOutOfTime: return "out_of_time";
    case kOutOfMemory: return "out_of_memory";
  }
  return "unknown";
}

std::string Reject::message() const {
  std::string text = at.source;
  if (at.line > 0) text += ":" + std::to_string(at.line);
  text += ": " + detail;
  if (!hint.empty()) text += "; hint: " + hint;
  return text;
}

}  // namespace digitalis
