#include "chem/fingerprint.hpp"

#include <memory>

#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <DataStructs/ExplicitBitVect.h>
#include <GraphMol/Fingerprints/MorganFingerprints.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include <exception>

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

std::vector<std::uint16_t> morgan_on_bits(const std::string& smiles, const FingerprintSpec& spec) {
  try {
    const std::unique_ptr<const RDKit::ROMol> molecule{RDKit::SmilesToMol(smiles)};
    return molecule ? morgan_on_bits(*molecule, spec) : std::vector<std::uint16_t>{};
  } catch (const std::exception&) {  // RDKit's parser and sanitisation each throw their own kinds
    return {};
  }
}

}  // namespace digitalis
