# RDKit::RDKit and gemmi::gemmi from Debian's packages, which ship no CMake configuration.
find_package(Boost 1.74 REQUIRED COMPONENTS serialization iostreams)
find_path(RDKIT_INCLUDE_DIR RDGeneral/versions.h PATH_SUFFIXES rdkit REQUIRED)

if(NOT TARGET RDKit::RDKit)
  add_library(RDKit::RDKit INTERFACE IMPORTED GLOBAL)
  target_include_directories(RDKit::RDKit SYSTEM INTERFACE ${RDKIT_INCLUDE_DIR})
  foreach(component
      Catalogs ChemReactions ChemTransforms Depictor Descriptors DataStructs DistGeomHelpers DistGeometry FileParsers
      FilterCatalog Fingerprints ForceField ForceFieldHelpers GenericGroups GraphMol MolStandardize MolTransforms RDGeneral
      RDGeometryLib SmilesParse
      SubstructMatch Subgraphs)
    find_library(RDKIT_${component}_LIBRARY NAMES RDKit${component} REQUIRED)
    mark_as_advanced(RDKIT_${component}_LIBRARY)
    target_link_libraries(RDKit::RDKit INTERFACE ${RDKIT_${component}_LIBRARY})
  endforeach()
  target_link_libraries(RDKit::RDKit INTERFACE Boost::serialization Boost::iostreams)
  # Class layouts depend on this header (mutexes in queries): it must come before any other of RDKit's, in every file.
  target_compile_options(RDKit::RDKit INTERFACE "SHELL:-include RDGeneral/RDConfig.h")
endif()

# gemmi is headers only.
find_path(GEMMI_INCLUDE_DIR gemmi/mmread.hpp REQUIRED)
mark_as_advanced(GEMMI_INCLUDE_DIR)
if(NOT TARGET gemmi::gemmi)
  add_library(gemmi::gemmi INTERFACE IMPORTED GLOBAL)
  target_include_directories(gemmi::gemmi SYSTEM INTERFACE ${GEMMI_INCLUDE_DIR})
endif()
