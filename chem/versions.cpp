#include <RDGeneral/RDConfig.h>  // first: it decides the layout of RDKit's classes

#include <RDGeneral/versions.h>

#include "chem/versions.hpp"

namespace digitalis {

std::string rdkit_version() { return RDKit::rdkitVersion; }

}  // namespace digitalis
