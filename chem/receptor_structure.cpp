#include "chem/receptor_structure.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <gemmi/cif.hpp>
#include <gemmi/mmcif.hpp>
#include <gemmi/pdb.hpp>
#include <map>
#include <set>

#include "chem/byte_source.hpp"
#include "chem/receptor_residues.hpp"
#include "chem/usage_error.hpp"

namespace digitalis {
namespace {

enum class Format { kPdb, kMmcif, kPdbqt };

std::string unpacked(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) throw UsageError(file.string() + ": no such receptor file");
  std::atomic<std::uint64_t> bytes_read{0};
  ByteSource source(file.string(), bytes_read);
  std::string text;
  std::size_t size = 0;
  do {
    text.resize(std::max<std::size_t>(text.size(), size + (std::size_t{1} << 20)));
    const std::size_t got = source.read(std::span(text).subspan(size));
    size += got;
    if (got == 0) break;
    if (size == text.size()) text.resize(2 * size);
  } while (true);
  text.resize(size);
  if (source.end() != ByteSource::End::kComplete)
    throw UsageError(file.string() + ": the archive is cut short or damaged; hint: fetch the file again");
  return text;
}

Format format_of(const std::filesystem::path& file, std::string_view text) {
  std::filesystem::path name = file.filename();
  if (name.extension() == ".gz") name = name.stem();
  const std::string ending = name.extension().string();
  if (ending == ".pdbqt") return Format::kPdbqt;
  if (ending == ".cif" || ending == ".mmcif") return Format::kMmcif;
  if (ending == ".pdb" || ending == ".ent") return Format::kPdb;
  return text.starts_with("data_") || text.find("\n_atom_site.") != std::string_view::npos ? Format::kMmcif
                                                                                           : Format::kPdb;
}

gemmi::Structure read_with_gemmi(const std::string& file, const std::string& text, Format format) {
  if (format == Format::kMmcif)
    return gemmi::make_structure(gemmi::cif::read_memory(text.data(), text.size(), file.c_str()));
  return gemmi::read_pdb_from_memory(text.data(), text.size(), file);
}

/// The alternate location of a residue that counts: the one asked for when it is there, else that of the highest
/// occupancy, else the first letter.
char chosen_altloc(const gemmi::Residue& residue, char asked) {
  std::map<char, float> occupancy;
  for (const gemmi::Atom& atom : residue.atoms)
    if (atom.altloc != '\0') occupancy[atom.altloc] = std::max(occupancy[atom.altloc], atom.occ);
  if (occupancy.contains(asked)) return asked;
  char best = '\0';
  for (const auto& [letter, highest] : occupancy)
    if (best == '\0' || highest > occupancy[best]) best = letter;
  return best;
}

/// The element of an atom; 0 when it cannot be told. A name in the wrong columns makes a calcium of an alpha carbon
/// where the file has no column for elements: residues that are known hold light elements only.
int element_of(const gemmi::Atom& atom, const std::string& residue) {
  if (atom.is_hydrogen()) return element::kHydrogen;
  const int number = atom.element.atomic_number();
  constexpr std::array kLight{element::kCarbon, element::kNitrogen, element::kOxygen, element::kPhosphorus,
                              element::kSulfur};
  if (!is_polymer_name(residue) || std::ranges::find(kLight, number) != kLight.end()) return number;
  const std::size_t letter = atom.name.find_first_not_of("0123456789 ");
  if (letter == std::string::npos) return 0;
  const gemmi::Element guess(atom.name.substr(letter, 1));
  return guess == gemmi::El::H || guess == gemmi::El::D ? element::kHydrogen : guess.atomic_number();
}

/// The atoms of one residue in the chosen alternate location; an atom that only another location has is taken from
/// there, so that no atom is lost.
void add_residue(ReceptorStructure& structure, const std::string& chain, const gemmi::Residue& residue, char asked) {
  DockingReceptor::Residue id{chain, residue.name, residue.seqid.str()};
  const char altloc = chosen_altloc(residue, asked);
  structure.alternate_residues += altloc == '\0' ? 0 : 1;
  std::set<std::string_view> chosen;
  for (const gemmi::Atom& atom : residue.atoms)
    if (atom.altloc == altloc) chosen.insert(atom.name);
  std::set<std::string_view> seen;
  bool new_residue = true;
  for (const gemmi::Atom& atom : residue.atoms) {
    if (atom.altloc != '\0' && atom.altloc != altloc && (chosen.contains(atom.name) || seen.contains(atom.name)))
      continue;
    // The same name twice without alternate locations: a second residue of the same number (chains run together).
    if (!seen.insert(atom.name).second && !atom.is_hydrogen()) {
      seen = {atom.name};
      new_residue = true;
    }
    StructureAtom taken;
    taken.at_A = {atom.pos.x, atom.pos.y, atom.pos.z};
    taken.name = atom.name;
    taken.element = element_of(atom, residue.name);
    taken.metal = gemmi::is_metal(static_cast<gemmi::El>(taken.element));
    if (taken.element == 0 || !std::ranges::all_of(taken.at_A, [](double x) { return std::isfinite(x); })) {
      ++structure.unusable_atoms;
      continue;
    }
    taken.serial = atom.serial;
    if (new_residue) {
      const auto next = static_cast<std::uint32_t>(structure.atoms.size());
      structure.residues.push_back({id, ResidueKind::kOther, next, next, false});
      new_residue = false;
    }
    structure.add(id, std::move(taken));
  }
}

/// Some programs write the hydrogens they add as residues of their own, at the end of the file.
bool has_heavy_atom(const gemmi::Residue& residue) {
  return std::ranges::any_of(residue.atoms, [](const gemmi::Atom& atom) { return !atom.is_hydrogen(); });
}

/// Two residues at one place (microheterogeneity): whether `residue` is the one that counts.
bool counts_among_alternatives(const gemmi::Chain& chain, const gemmi::Residue& residue, char asked) {
  const auto weight = [&](const gemmi::Residue& alternative) {
    double sum = 0.0;
    bool is_asked = false;
    for (const gemmi::Atom& atom : alternative.atoms) {
      sum += static_cast<double>(atom.occ) / static_cast<double>(alternative.atoms.size());
      is_asked = is_asked || (asked != '\0' && atom.altloc == asked);
    }
    return is_asked ? 1e3 : sum;
  };
  const std::size_t index = static_cast<std::size_t>(&residue - chain.residues.data());
  const auto rival = [&](std::size_t other) {
    return other < chain.residues.size() && chain.residues[other].seqid == residue.seqid &&
           chain.residues[other].name != residue.name && !chain.residues[other].atoms.empty() &&
           chain.residues[other].atoms.front().altloc != '\0' && residue.atoms.front().altloc != '\0';
  };
  for (std::size_t other = index; other-- > 0 && rival(other);)
    if (weight(chain.residues[other]) >= weight(residue) - 1e-6) return false;
  for (std::size_t other = index + 1; rival(other); ++other)
    if (weight(chain.residues[other]) > weight(residue) + 1e-6) return false;
  return true;
}

/// gemmi tells residues apart by segment too (columns 73-76), where some programs write charges: one residue per atom.
void join_segments(gemmi::Chain& chain) {
  std::vector<gemmi::Residue> joined;
  for (gemmi::Residue& residue : chain.residues) {
    if (!joined.empty() && joined.back().seqid == residue.seqid && joined.back().name == residue.name &&
        joined.back().segment != residue.segment)
      joined.back().atoms.insert(joined.back().atoms.end(), residue.atoms.begin(), residue.atoms.end());
    else
      joined.push_back(std::move(residue));
  }
  chain.residues = std::move(joined);
}

std::vector<std::pair<int, int>> conect_records(std::string_view text) {
  std::vector<std::pair<int, int>> pairs;
  for (std::size_t at = text.starts_with("CONECT") ? 0 : text.find("\nCONECT"); at != std::string_view::npos;
       at = text.find("\nCONECT", at)) {
    if (text[at] == '\n') ++at;
    const std::string line{text.substr(at, text.find('\n', at) - at)};
    const auto serial = [&](std::size_t column) {
      return line.size() > column ? gemmi::pdb_impl::read_serial(line.substr(column, 5).append(5, ' ').c_str()) : 0;
    };
    for (std::size_t column = 11; column < 31; column += 5)
      if (const int to = serial(column); to > 0) pairs.emplace_back(serial(6), to);
  }
  return pairs;
}

}  // namespace

std::int64_t ReceptorStructure::find(const StructureResidue& residue, std::string_view name) const {
  for (std::uint32_t i = residue.first; i < residue.end; ++i)
    if (atoms[i].name == name) return i;
  return -1;
}

void ReceptorStructure::add(const DockingReceptor::Residue& id, StructureAtom atom) {
  const auto same = [&](const DockingReceptor::Residue& other) {
    return other.chain == id.chain && other.name == id.name && other.number == id.number;
  };
  if (residues.empty() || !same(residues.back().id)) {
    const auto next = static_cast<std::uint32_t>(atoms.size());
    residues.push_back({id, ResidueKind::kOther, next, next, false});
  }
  residues.back().hydrogens = residues.back().hydrogens || atom.is_hydrogen();
  atom.residue = static_cast<std::uint32_t>(residues.size() - 1);
  atoms.push_back(std::move(atom));
  residues.back().end = static_cast<std::uint32_t>(atoms.size());
}

ReceptorStructure read_structure_file(const std::filesystem::path& file, const std::string& altloc) {
  const std::string text = unpacked(file);
  const Format format = format_of(file, text);
  if (format == Format::kPdbqt) return parse_pdbqt(file.string(), text);
  ReceptorStructure structure;
  structure.file = file.string();
  const char asked = altloc.empty() ? '\0' : altloc.front();
  try {
    gemmi::Structure parsed = read_with_gemmi(structure.file, text, format);
    if (parsed.models.empty()) throw std::runtime_error("it holds no model");
    structure.models = parsed.models.size();
    parsed.merge_chain_parts();
    for (gemmi::Chain& chain : parsed.models.front().chains) {
      join_segments(chain);
      const std::string name = gemmi::trim_str(chain.name);
      for (const gemmi::Residue& residue : chain.residues)
        if (has_heavy_atom(residue) && counts_among_alternatives(chain, residue, asked))
          add_residue(structure, name, residue, asked);
    }
  } catch (const std::exception& error) {
    throw UsageError(structure.file + ": cannot be read as a structure (" + error.what() +
                     "); hint: give a PDB, mmCIF or PDBQT file");
  }
  if (format == Format::kPdb) structure.conect = conect_records(text);
  return structure;
}

}  // namespace digitalis
