#pragma once
// All poses of a report in one compact block; screening/report/web/src/pose_data.js reads it.

#include <array>
#include <string>
#include <vector>

#include "screening/report/report.hpp"

namespace digitalis {

/// Poses as the page takes them: about 8 bytes an atom and 20 a contact before they are packed.
///
/// All numbers are 16 bits, little-endian; lengths in 0.01 Å, positions from the origin of the pose's target. The block
/// is u32 n, u32 offset[n + 1] in bytes from the block's start, then per pose
///   n_atoms, n_hydrogens, n_contacts, n_waters, x[n_atoms], y[], z[],
///   on[n_hydrogens], x[n_hydrogens], y[], z[],
///   kind[n_contacts] = index into `kinds` + 256 when the ligand is the donor, residue[] (index into `residues`),
///   distance[], angle[] (degrees; 65535: none), x[], y[], z[] at the ligand, x[], y[], z[] at the receptor,
///   contact[n_waters], x[n_waters], y[], z[].
struct PoseBlock {
  std::string bytes;
  std::vector<std::string> kinds, residues;
  std::vector<std::array<int, 3>> origin_A;  ///< one per pocket
  std::vector<std::size_t> kept;             ///< the poses in the block: those that fit its numbers, in a known pocket
  std::vector<std::size_t> pocket;           ///< of each kept pose
};

[[nodiscard]] PoseBlock encode_poses(const ReportData& data);

}  // namespace digitalis
