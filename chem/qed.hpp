#pragma once
// Quantitative estimate of drug-likeness, QED.
// G. R. Bickerton, G. V. Paolini, J. Besnard, S. Muresan, A. L. Hopkins, Nature Chem. 4 (2012) 90-98,
// doi:10.1038/nchem.1243.

#include <span>

namespace digitalis {

/// The eight properties QED is made of, in the paper's order.
struct QedProperties {
  double mw_g_mol, alogp, hydrogen_bond_acceptors, hydrogen_bond_donors, psa_A2, rotatable_bonds, aromatic_rings,
      alerts;
};

/// Weighted geometric mean of the desirabilities of all eight, with the paper's mean weights (QEDw,mo). 0 to 1.
[[nodiscard]] double qed(const QedProperties& properties);

/// Single-atom SMARTS whose matches are added up to the number of acceptors.
[[nodiscard]] std::span<const char* const> qed_acceptor_smarts();
/// The paper's structural alerts (its supplementary table), as RDKit's QED module (version 1.1) reads them.
[[nodiscard]] std::span<const char* const> qed_alert_smarts();

}  // namespace digitalis
