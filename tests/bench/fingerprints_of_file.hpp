#pragma once
// Morgan fingerprints of a file of SMILES, by RDKit, for benchmarks.

#include <cstddef>
#include <exception>
#include <fstream>
#include <limits>
#include <memory>
#include <string>

#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filtering_stream.hpp>

#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesParse.h>

#include "chem/fingerprint.hpp"
#include "scoring/similarity/fingerprint_set.hpp"

namespace digitalis {

/// Of the first `most` lines, also .gz, that hold a molecule. Some minutes per million.
inline FingerprintSet fingerprints_of_file(const std::string& path,
                                           std::size_t most = std::numeric_limits<std::size_t>::max()) {
  FingerprintSet set;
  std::ifstream file(path, std::ios::binary);
  boost::iostreams::filtering_istream stream;
  if (path.ends_with(".gz")) stream.push(boost::iostreams::gzip_decompressor());
  stream.push(file);
  for (std::string line; set.size() < most && std::getline(stream, line);) {
    std::unique_ptr<RDKit::ROMol> molecule;
    try {
      molecule.reset(RDKit::SmilesToMol(line.substr(0, line.find_first_of(" \t,"))));
    } catch (const std::exception&) {
    }
    if (molecule) set.add(morgan_on_bits(*molecule));
  }
  return set;
}

}  // namespace digitalis
