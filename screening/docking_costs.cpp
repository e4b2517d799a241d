#include "screening/docking_costs.hpp"

#include <string>

#include "chem/bytes.hpp"
#include "screening/over_chunks.hpp"

namespace digitalis {
namespace {

/// About proportional to the time that docking takes: energies cost by atom, steps and starts come with torsions.
float docking_cost(const Descriptors& descriptors) {
  const float atoms = descriptors[static_cast<std::size_t>(Descriptor::kHeavyAtoms)];
  const float torsions = descriptors[static_cast<std::size_t>(Descriptor::kRotatableBonds)];
  return atoms * (1.0F + torsions);
}

}  // namespace

std::vector<float> docking_costs(MpiWorld& world, int threads, const CompoundStore& store, std::uint64_t units,
                                 const std::function<std::vector<StagePart>(std::uint64_t unit)>& parts_of) {
  constexpr std::uint64_t kMostUnits = 1U << 16U;
  if (units > kMostUnits) return {};
  const std::vector<std::string> found = gather_over_chunks(world, threads, units, [&](std::uint64_t unit) {
    float cost = 0;
    for (const StagePart& part : parts_of(unit)) {
      if (part.compounds.empty()) continue;
      const CompoundBlock compounds = store.chunk(part.chunk);
      for (const std::uint32_t index : part.compounds) cost += docking_cost(compounds.descriptors(index));
    }
    ByteWriter out;
    out.put(unit);
    out.put(cost);
    return out.take();
  });
  std::vector<float> costs(found.size());
  for (const std::string& bytes : found) {
    ByteReader in{bytes};
    const auto unit = in.get<std::uint64_t>();
    costs.at(unit) = in.get<float>();
  }
  return costs;
}

}  // namespace digitalis
