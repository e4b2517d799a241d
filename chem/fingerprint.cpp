#include "chem/fingerprint.hpp"

#include <memory>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>

namespace digitalis {

std::vector<std::uint16_t> morgan_on_bits(const RDKit::ROMol& molecule, const FingerprintSpec& spec) {
  const std::unique_ptr<const ExplicitBitVect> bits{
      RDKit::MorganFingerprints::getFingerprintAsBitVect(molecule, spec.radius, spec.bits)};
  std::vector<std::uint16_t> on;
  on.reserve(bits->getNumOnBits());
  for (auto bit = bits->dp_bits->find_first(); bit != boost::dynamic_bitset<>::npos;
       bit = bits->dp_bits->find_next(bit))
    on.push_back(static_cast<std::uint16_t>(bit));
  return on;
}

}  // namespace digitalis
