#pragma once
// A receptor as the search for interactions asks it: the points of each kind, each in a cell list of its own.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chem/cell_list.hpp"
#include "chem/geometry.hpp"
#include "scoring/interactions/hydrogens.hpp"
#include "scoring/interactions/interaction_site.hpp"

namespace digitalis {

/// None of the atoms or charges.
inline constexpr std::uint32_t kNoIndex = UINT32_MAX;

struct Plane {
  Position centre_A{};
  Position normal{};
};
[[nodiscard]] Position mean_of(std::span<const std::uint32_t> atoms, std::span<const Position> at);
/// The normal is that of the area, so that small puckers even out.
[[nodiscard]] Plane plane_of(std::span<const std::uint32_t> ring, std::span<const Position> at);

/// A point of the receptor that a water can hold.
struct WaterEnd {
  std::uint32_t atom = 0;
  bool gives = false;
  Position at_A{};  ///< the hydrogen of a donor, else the atom
};

/// The point of a water's neighbour that counts, if it is near enough and its hydrogen points there.
[[nodiscard]] std::optional<Position> end_at_water(const DonorHydrogens& donor, const Position& water_A,
                                                   const InteractionLimits& limits);

struct InteractionSite::Prepared {
  using Index = std::uint32_t;
  Prepared(const DockingReceptor& receptor, const InteractionLimits& wanted);

  InteractionLimits limits;
  std::vector<Position> at;
  std::vector<std::string> names;
  std::vector<Index> residue_of;
  std::vector<std::string> residues;  ///< labels
  InteractionFeatures features;
  std::vector<DonorHydrogens> donors;
  std::vector<Plane> rings;
  std::vector<Position> charges;
  std::vector<Index> charge_of;  ///< one per atom: the charged group it is of, or kNoIndex
  std::vector<std::vector<WaterEnd>> water_ends;
  CellList near_donors{{}, 4.0}, near_acceptors{{}, 4.0}, near_hydrophobic{{}, 4.0}, near_rings{{}, 4.0},
      near_charges{{}, 4.0}, near_halogen_acceptors{{}, 4.0}, near_metals{{}, 4.0}, near_waters{{}, 4.0};

 private:
  void add_water_ends(const Position& water_A);
};

}  // namespace digitalis
