#include <stdexcept>

#include "chem/ligand_preparation.hpp"

namespace digitalis {

Result<PreparedLigand> ligand_of_pdb(const std::string& pdb_block, const std::string& id,
                                     const std::string& template_smiles) {
  (void)pdb_block;
  (void)template_smiles;
  return Reject{RejectCode::kBadMolBlock, {id, 0}, id, "not done", ""};
}

}  // namespace digitalis
