#pragma once
// Ligands for tests of docking preparation.

#include <gtest/gtest.h>

#include <string>

#include "chem/ligand_preparation.hpp"
#include "chem/parse_record.hpp"

namespace digitalis::testing {

inline PreparedLigand prepared(const std::string& smiles, const LigandOptions& options = {}) {
  start_rdkit();
  auto ligand = prepare_ligand(smiles, "ligand", options);
  EXPECT_TRUE(ligand) << (ligand ? "" : ligand.reject().message());
  if (!ligand) return {};
  EXPECT_NO_THROW(check_invariants(ligand->docking));
  return std::move(*ligand);
}

/// The positions of a ligand's conformer.
inline std::vector<Position> as_prepared(const PreparedLigand& ligand, std::uint32_t conformer = 0) {
  return place_atoms(ligand.docking, pose_of_conformer(ligand.docking, conformer));
}

/// "C_H 5, O_DA 1": how often each type occurs.
inline std::string types_of(const PreparedLigand& ligand) {
  std::string text;
  for (std::size_t type = 0; type < kAtomTypes; ++type) {
    std::size_t count = 0;
    for (const AtomType own : ligand.docking.types) count += own == static_cast<AtomType>(type) ? 1U : 0U;
    if (count == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::string(name_of(static_cast<AtomType>(type))) + " " + std::to_string(count);
  }
  return text;
}

}  // namespace digitalis::testing
