#include <RDGeneral/RDConfig.h>
#include <RDGeneral/versions.h>

#include "chem/versions.hpp"

namespace digitalis {

std::string rdkit_version() { return RDKit::rdkitVersion; }

}  // namespace digitalis
