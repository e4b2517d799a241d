#include <atomic>
#include <cctype>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "chem/byte_source.hpp"
#include "chem/compound_id.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/pdbqt_ligand.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

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

}  // namespace

std::vector<Result<PreparedLigand>> read_ligands(const std::string& file_or_smiles, const LigandOptions& options) {
  (void)options;
  const auto [stem, ending] = stem_and_ending(file_or_smiles);
  if (ending == ".pdbqt") return read_pdbqt_ligands(unpacked(file_or_smiles), file_or_smiles, clean_id(stem));
  throw UsageError(file_or_smiles + ": not a ligand file; hint: .pdbqt");
}

}  // namespace digitalis
