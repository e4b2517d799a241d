#!/usr/bin/python3
"""Are docked poses possible? The checks of PoseBusters, with its limits:
M. Buttenschoen, G. M. Morris, C. M. Deane, Chem. Sci. 15 (2024) 3130, doi:10.1039/D3SC04185A.

Usage: check_poses.py POSES.sdf [RECEPTOR.pdb] [--reference LIGAND.sdf] [--csv TABLE.csv] [--conformers 50]

Prints how many poses pass each check, and writes a row per pose on request. Without a receptor, or without a reference,
the checks that need one are left out. Files may be gzipped. Needs Debian's python3-rdkit.

What each check asks of a pose (hydrogens are looked at for the energy and around double bonds only):
  reads             RDKit can sanitise it
  connected         it is one piece
  same_molecule     its atoms and bonds are the reference's
  stereo_kept       its stereo centres and double bonds, told from its coordinates, are the reference's
  bond_lengths      all between 0.75 and 1.25 times the bounds of distance geometry
  bond_angles       the same for atoms two bonds apart
  internal_clash    no other two atoms closer than 0.7 times their lower bound
  flat_rings        atoms of aromatic rings of five or six within 0.25 Å of a plane
  flat_double_bonds atoms of a C=C and its four neighbours within 0.25 Å of a plane
  internal_energy   UFF energy at most 100 times the mean of 50 minimised ETKDG conformers
  protein_distance  no receptor atom closer than 0.75 times the sum of van der Waals radii (ions: of covalent radii)
  protein_overlap   at most 7.5 % of its volume inside the receptor's, both with radii scaled by 0.8 (ions: 0.5)
  protein_contact   some receptor atom within 5 Å
Waters of the receptor are left out; organic cofactors count as protein.
"""

import argparse
import csv
import gzip
import sys

import numpy
from rdkit import Chem, ForceField, RDLogger  # noqa: F401: ForceField registers the class that UFF returns
from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
from rdkit.Chem.MolStandardize import rdMolStandardize

CHECKS = ["reads", "connected", "same_molecule", "stereo_kept", "bond_lengths", "bond_angles", "internal_clash", "flat_rings",
          "flat_double_bonds", "internal_energy", "protein_distance", "protein_overlap", "protein_contact"]
IONS = {"Li", "Be", "Na", "Mg", "Cl", "K", "Ca", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Br", "Rb", "Cd", "I", "Hg"}
WATERS = {"HOH", "WAT", "DOD", "H2O", "TIP", "TIP3"}
AROMATIC_RINGS = [Chem.MolFromSmarts("[ar%d^2]1%s1" % (size, "[ar%d^2]" % size * (size - 1))) for size in (5, 6)]
DOUBLE_BOND = Chem.MolFromSmarts("[C;X3;^2](*)(*)=[C;X3;^2](*)(*)")
TABLE = Chem.GetPeriodicTable()


def text_of(path):
    opened = gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)
    with opened:
        return opened.read()


def read_molecules(path):
    """Molecules of an SD, MOL or MOL2 file with all hydrogens, not sanitised; None where RDKit reads nothing."""
    if ".mol2" in str(path):
        return [Chem.MolFromMol2Block(text_of(path), sanitize=False, removeHs=False)]
    supplier = Chem.SDMolSupplier()
    supplier.SetData(text_of(path), sanitize=False, removeHs=False)
    return list(supplier)


class Receptor:
    """Atoms other than hydrogen of a PDB or PDBQT file, without waters."""

    def __init__(self, path):
        positions, vdw, covalent, ion = [], [], [], []
        for line in text_of(path).splitlines():
            if not line.startswith(("ATOM", "HETATM")) or line[17:20].strip() in WATERS or line[17:21].strip() in WATERS:
                continue
            element = self.element(line, str(path).removesuffix(".gz").endswith("pdbqt"))
            if element in ("H", "D"):
                continue
            number = TABLE.GetAtomicNumber(element)
            positions.append([float(line[k:k + 8]) for k in (30, 38, 46)])
            vdw.append(TABLE.GetRvdw(number))
            covalent.append(TABLE.GetRcovalent(number))
            ion.append(element in IONS)
        if not positions:
            raise ValueError("%s: no atoms; hint: give the receptor as PDB or PDBQT" % path)
        self.positions, self.vdw = numpy.array(positions), numpy.array(vdw)
        self.covalent, self.ion = numpy.array(covalent), numpy.array(ion)

    @staticmethod
    def element(line, pdbqt):
        """From the element columns; where those are empty or of PDBQT, from the type or the atom's name."""
        if pdbqt:
            kind = line[77:79].strip()
            return {"A": "C", "NA": "N", "OA": "O", "SA": "S", "HD": "H", "NS": "N", "OS": "O"}.get(kind, kind.capitalize())
        element = line[76:78].strip().capitalize()
        if element:
            return element
        name = line[12:16]
        if line.startswith("HETATM") and name[:2].strip().capitalize() in IONS and name[:1] != " ":
            return name[:2].strip().capitalize()
        return next((letter for letter in name if letter.isalpha()), "C")

    def near(self, points, reach_A):
        low, high = points.min(axis=0) - reach_A, points.max(axis=0) + reach_A
        return numpy.flatnonzero(((self.positions >= low) & (self.positions <= high)).all(axis=1))


def distances(a, b):
    return numpy.linalg.norm(a[:, None, :] - b[None, :, :], axis=-1)


def heavy_only(molecule):
    """Without hydrogens, stereo told anew from the coordinates."""
    bare = Chem.Mol(molecule)
    Chem.RemoveStereochemistry(bare)
    bare = Chem.RemoveHs(bare)
    Chem.AssignStereochemistryFrom3D(bare)
    return bare


def check_geometry(heavy):
    """bond_lengths, bond_angles, internal_clash"""
    if heavy.GetNumAtoms() < 2:
        return {"bond_lengths": True, "bond_angles": True, "internal_clash": True}
    bounds = rdDistGeom.GetMoleculeBoundsMatrix(heavy)
    positions = heavy.GetConformer().GetPositions()
    upper = numpy.triu_indices(len(positions), 1)
    found = distances(positions, positions)[upper]
    highest, lowest = bounds[upper], bounds.T[upper]
    apart = Chem.GetDistanceMatrix(heavy)[upper]
    fits = (found >= 0.75 * lowest) & (found <= 1.25 * highest)
    return {"bond_lengths": bool(fits[apart == 1].all()), "bond_angles": bool(fits[apart == 2].all()),
            "internal_clash": bool((found >= 0.7 * lowest)[apart > 2].all())}


def off_plane_A(points):
    """The largest distance of a point from their best plane."""
    centred = points - points.mean(axis=0)
    normal = numpy.linalg.svd(centred)[2][2]
    return float(numpy.abs(centred @ normal).max())


def are_flat(heavy, patterns):
    positions = heavy.GetConformer().GetPositions()
    return all(off_plane_A(positions[list(match)]) <= 0.25
               for pattern in patterns for match in heavy.GetSubstructMatches(pattern, maxMatches=10000))


_ensembles = {}


def mean_energy(molecule, conformers):
    """Mean UFF energy, kcal/mol, of minimised ETKDG conformers; of each molecule once. None when there are none."""
    key = Chem.MolToSmiles(heavy_only(molecule))
    if key not in _ensembles:
        made = Chem.AddHs(Chem.MolFromSmiles(key))
        settings = rdDistGeom.ETKDGv3()
        settings.randomSeed = 42
        settings.useRandomCoords = True
        settings.maxIterations = 20
        rdDistGeom.EmbedMultipleConfs(made, conformers, settings)
        energies = [energy for _, energy in rdForceFieldHelpers.UFFOptimizeMoleculeConfs(made, maxIters=200)]
        _ensembles[key] = sum(energies) / len(energies) if energies else None
    return _ensembles[key]


def check_energy(molecule, conformers):
    """None where UFF lacks an atom or no conformer could be made."""
    whole = Chem.AddHs(molecule, addCoords=True)
    if not rdForceFieldHelpers.UFFHasAllMoleculeParams(whole):
        return None
    mean = mean_energy(molecule, conformers)
    if mean is None or mean <= 0:
        return None
    return rdForceFieldHelpers.UFFGetMoleculeForceField(whole).CalcEnergy() <= 100.0 * mean


def overlap(own, own_radii, other, other_radii, spacing_A=0.25):
    """Share of the volume of the first spheres that lies within the second ones."""
    low, high = (own - own_radii[:, None]).min(axis=0), (own + own_radii[:, None]).max(axis=0)
    lattice = numpy.stack(numpy.meshgrid(*[numpy.arange(a, b + spacing_A, spacing_A) for a, b in zip(low, high)],
                                         indexing="ij"), axis=-1).reshape(-1, 3)
    inside = numpy.zeros(len(lattice), bool)
    for centre, radius in zip(own, own_radii):
        inside |= ((lattice - centre) ** 2).sum(axis=1) <= radius * radius
    lattice = lattice[inside]
    taken = numpy.zeros(len(lattice), bool)
    for centre, radius in zip(other, other_radii):
        taken |= ((lattice - centre) ** 2).sum(axis=1) <= radius * radius
    return float(taken.mean())


def check_protein(heavy, receptor):
    """protein_distance, protein_overlap, protein_contact"""
    positions = heavy.GetConformer().GetPositions()
    near = receptor.near(positions, 6.0)
    if len(near) == 0:
        return {"protein_distance": True, "protein_overlap": True, "protein_contact": False}
    numbers = [atom.GetAtomicNum() for atom in heavy.GetAtoms()]
    vdw = numpy.array([TABLE.GetRvdw(number) for number in numbers])
    covalent = numpy.array([TABLE.GetRcovalent(number) for number in numbers])
    found = distances(positions, receptor.positions[near])
    ion = receptor.ion[near]
    contact = numpy.where(ion[None, :], covalent[:, None] + receptor.covalent[near][None, :],
                          vdw[:, None] + receptor.vdw[near][None, :])
    shares = [overlap(positions, scale * vdw, receptor.positions[near][which], scale * receptor.vdw[near][which])
              for scale, which in ((0.8, ~ion), (0.5, ion)) if which.any()]
    return {"protein_distance": bool((found >= 0.75 * contact).all()), "protein_overlap": max(shares) <= 0.075,
            "protein_contact": bool(found.min() <= 5.0)}


def skeleton(heavy):
    """Atoms and bonds without orders, charges and hydrogens: files disagree about protonation and mesomers."""
    bare = Chem.RWMol()
    for atom in heavy.GetAtoms():
        copy = Chem.Atom(atom.GetAtomicNum())
        copy.SetNoImplicit(True)
        bare.AddAtom(copy)
    for bond in heavy.GetBonds():
        bare.AddBond(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), Chem.BondType.SINGLE)
    return Chem.MolToSmiles(bare)


def has_stereo_of(heavy, known):
    """None where bond orders differ: nothing that could be compared."""
    neutral = [rdMolStandardize.Uncharger().uncharge(molecule) for molecule in (heavy, known)]
    if Chem.MolToSmiles(neutral[0], False) != Chem.MolToSmiles(neutral[1], False):
        return None
    return Chem.MolToSmiles(neutral[0]) == Chem.MolToSmiles(neutral[1])


def check_pose(molecule, receptor=None, reference=None, conformers=50):
    """{check: True, False, or None where it does not apply}. `reference`: as read_molecules() gives it."""
    result = dict.fromkeys(CHECKS)
    result["reads"] = molecule is not None and molecule.GetNumConformers() > 0 and sanitises(molecule)
    if not result["reads"]:
        return result
    heavy = heavy_only(molecule)
    result["connected"] = len(Chem.GetMolFrags(heavy)) == 1
    if reference is not None:
        known = heavy_only(reference)
        result["same_molecule"] = skeleton(heavy) == skeleton(known)
        result["stereo_kept"] = has_stereo_of(heavy, known)
    result.update(check_geometry(heavy))
    result["flat_rings"] = are_flat(heavy, AROMATIC_RINGS)
    result["flat_double_bonds"] = are_flat(Chem.AddHs(molecule, addCoords=True), [DOUBLE_BOND])
    result["internal_energy"] = check_energy(molecule, conformers)
    if receptor is not None:
        result.update(check_protein(heavy, receptor))
    return result


def sanitises(molecule):
    return Chem.SanitizeMol(molecule, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE


def passes(result):
    return not any(value is False for value in result.values())


def main():
    RDLogger.DisableLog("rdApp.*")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("poses")
    parser.add_argument("receptor", nargs="?")
    parser.add_argument("--reference")
    parser.add_argument("--csv")
    parser.add_argument("--conformers", type=int, default=50)
    options = parser.parse_args()

    receptor = Receptor(options.receptor) if options.receptor else None
    reference = None
    if options.reference:
        reference = read_molecules(options.reference)[0]
        if reference is None or not sanitises(reference):
            sys.exit("error: %s: RDKit cannot read this molecule" % options.reference)
    results = [check_pose(pose, receptor, reference, options.conformers) for pose in read_molecules(options.poses)]

    if options.csv:
        with open(options.csv, "w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["pose"] + CHECKS)
            for number, result in enumerate(results, 1):
                table.writerow([number] + [{True: 1, False: 0, None: ""}[result[check]] for check in CHECKS])
    print_summary(results)


def print_summary(results):
    for check in CHECKS:
        asked = [result[check] for result in results if result[check] is not None]
        if asked:
            print("%-18s %5d of %5d  %6.2f %%" % (check, sum(asked), len(asked), 100.0 * sum(asked) / len(asked)))
    good = sum(passes(result) for result in results)
    print("%-18s %5d of %5d  %6.2f %%" % ("all", good, len(results), 100.0 * good / max(1, len(results))))


if __name__ == "__main__":
    main()
