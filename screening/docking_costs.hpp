#pragma once
// What the units of a docking stage are expected to take, so that the dearest are begun first
// (scheduler/chunk_order.hpp).

#include <cstdint>
#include <functional>
#include <vector>

#include "chem/compound_store.hpp"
#include "scheduler/mpi_world.hpp"
#include "screening/stage_part.hpp"

namespace digitalis {

/// By unit, relative to each other: the sum of heavy atoms x (1 + rotatable bonds) over its compounds. On rank 0, or
/// for each of the processes that share a run. Nothing for more than 65,536 units: the smaller ones at the end of so
/// many keep all threads at work until then. Collective; looks at the survivors once more.
[[nodiscard]] std::vector<float> docking_costs(
    MpiWorld& world, int threads, const CompoundStore& store, std::uint64_t units,
    const std::function<std::vector<StagePart>(std::uint64_t unit)>& parts_of);

}  // namespace digitalis
