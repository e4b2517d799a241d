// Molecules that end the program, for digitalis_with_killers: the linker puts these functions before three of ours
// (--wrap), so that a compound whose ID says so crashes, aborts, hangs or eats memory in preparation
// ("prepare-crash-1"), when its conformers are made for a shape stage ("shape-hang") or in docking ("dock-hang-2"). The program that users get knows nothing of this.

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "chem/conformer_ensemble.hpp"
#include "chem/ligand_preparation.hpp"
#include "chem/parse_record.hpp"
#include "chem/preparer.hpp"

namespace {

[[noreturn]] void hang() {
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

[[noreturn]] void eat() {
  constexpr std::size_t kBytes = std::size_t{16} << 20U;
  while (true) {
    std::memset(std::malloc(kBytes), 1, kBytes);
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
}

void be_deadly(std::string_view id, std::string_view stage) {
  if (!id.starts_with(stage)) return;
  id.remove_prefix(stage.size());
  if (id.starts_with("-crash")) ::raise(SIGSEGV);
  if (id.starts_with("-abort")) std::abort();
  if (id.starts_with("-hang")) hang();
  if (id.starts_with("-eat")) eat();
}

}  // namespace

using digitalis::Compound;
using digitalis::EnsembleOptions;
using digitalis::LigandOptions;
using digitalis::Position;
using digitalis::PreparedLigand;
using digitalis::Preparer;
using digitalis::RawRecord;
using digitalis::RecordLayout;
using digitalis::Result;

// The mangled names, as --wrap wants them; a member's object is its first argument.
#define PREPARE                                                                                                 \
  "_ZNK9digitalis8Preparer7prepareERKNS_12RecordLayoutERKNS_9RawRecordEjRKNSt7__cxx1112basic_stringIcSt11char_" \
  "traitsIcE"                                                                                                   \
  "SaIcEEE"
#define PREPARE_LIGAND                                                                                       \
  "_ZN9digitalis14prepare_ligandESt17basic_string_viewIcSt11char_traitsIcEERKNSt7__cxx1112basic_stringIcS2_" \
  "SaIcEEERKNS_"                                                                                             \
  "13LigandOptionsE"
#define CONFORMER_ENSEMBLE                                                                                       \
  "_ZN9digitalis18conformer_ensembleESt17basic_string_viewIcSt11char_traitsIcEERKNSt7__cxx1112basic_stringIcS2_" \
  "SaIcEEERKNS_"                                                                                                 \
  "15EnsembleOptionsE"

Result<Compound> real_prepare(const Preparer* preparer, const RecordLayout& layout, const RawRecord& record,
                              std::uint32_t source, const std::string& source_name) __asm__("__real_" PREPARE);
Result<Compound> wrapped_prepare(const Preparer* preparer, const RecordLayout& layout, const RawRecord& record,
                                 std::uint32_t source, const std::string& source_name) __asm__("__wrap_" PREPARE);
Result<Compound> wrapped_prepare(const Preparer* preparer, const RecordLayout& layout, const RawRecord& record,
                                 std::uint32_t source, const std::string& source_name) {
  be_deadly(digitalis::id_of_record(layout, record), "prepare");
  return real_prepare(preparer, layout, record, source, source_name);
}

Result<PreparedLigand> real_prepare_ligand(std::string_view smiles, const std::string& id,
                                           const LigandOptions& options) __asm__("__real_" PREPARE_LIGAND);
Result<PreparedLigand> wrapped_prepare_ligand(std::string_view smiles, const std::string& id,
                                              const LigandOptions& options) __asm__("__wrap_" PREPARE_LIGAND);
Result<PreparedLigand> wrapped_prepare_ligand(std::string_view smiles, const std::string& id,
                                              const LigandOptions& options) {
  be_deadly(id, "dock");
  return real_prepare_ligand(smiles, id, options);
}

using Ensemble = std::vector<std::vector<Position>>;
Result<Ensemble> real_conformer_ensemble(std::string_view smiles, const std::string& id,
                                         const EnsembleOptions& options) __asm__("__real_" CONFORMER_ENSEMBLE);
Result<Ensemble> wrapped_conformer_ensemble(std::string_view smiles, const std::string& id,
                                            const EnsembleOptions& options) __asm__("__wrap_" CONFORMER_ENSEMBLE);
Result<Ensemble> wrapped_conformer_ensemble(std::string_view smiles, const std::string& id,
                                            const EnsembleOptions& options) {
  be_deadly(id, "shape");
  return real_conformer_ensemble(smiles, id, options);
}
