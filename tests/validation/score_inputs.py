#!/usr/bin/python3
"""Scores of crystal ligands from SD files, prepared by Digitalis, beside those of AutoDock Vina on PDBQT files by others.

Usage: score_inputs.py [--program build/release/digitalis] [--limit N] [--pH 7.4]

The complexes are those of pdbbind2013-core-pdbqt in the folder that DIGITALIS_DATA names: a receptor and a ligand as PDBQT,
Vina's score of the two, and the same ligand as an SD file with bond orders. The receptor is the same file in both; so what
differs is our preparation of the ligand against AutoDockTools'. For each complex whose scores differ by more than 0.05
kcal/mol, says why: protons that one has and the other has not (what donates and accepts), bonds that turn in one only.
Those PDBQT files keep all hydrogens and turn methyl groups, each half a torsion to Vina; AutoDockTools by default, Meeko
and we merge them. The second figure counts torsions without them. Needs python3-rdkit. Exit code 77 is a skip.
"""

import argparse
import csv
import io
import math
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

from rdkit import Chem, RDLogger

ROOT = Path(__file__).resolve().parents[2]
SET = "pdbbind2013-core-pdbqt"
PER_TORSION = 0.05846  # of Vina
CLOSE_KCAL_MOL = 0.05


class Pdbqt:
    """Atoms, types and turning bonds of a ligand, its heavy atoms by number in the molecule of the SD file."""

    def __init__(self, text, positions):
        serials, hydrogens = {}, []
        self.polarity = {}  # atom -> (donates, accepts)
        branches = []
        for line in text.splitlines():
            if line.startswith(("ATOM", "HETATM")):
                at = tuple(float(line[i:i + 8]) for i in (30, 38, 46))
                kind = line[77:].strip()
                if kind == "HD":
                    hydrogens.append(at)
                elif kind != "H":
                    nearest = min(range(len(positions)), key=lambda i: math.dist(positions[i], at))
                    serials[int(line[6:11])] = nearest
                    self.polarity[nearest] = (False, kind in ("NA", "OA", "SA"))
            elif line.startswith("BRANCH"):
                branches.append(tuple(int(serial) for serial in line.split()[1:3]))
        for at in hydrogens:
            bearer = min(self.polarity, key=lambda i: math.dist(positions[i], at))
            self.polarity[bearer] = (True, self.polarity[bearer][1])
        self.turning = {tuple(sorted((serials[a], serials[b]))) for a, b in branches if a in serials and b in serials}


def score(program, receptor, ligand, prepared, options):
    run = subprocess.run([program, "dock", "--receptor", receptor, "--ligand", ligand, "--score_only", "--csv", "-q", "--cpu", "1",
                          "--write_ligand", prepared, *options], capture_output=True, text=True, check=True)
    row = next(csv.DictReader(io.StringIO(run.stdout)))
    return float(row["affinity_kcal_mol"]), float(row["inter_kcal_mol"])


def torsions(affinity, inter):
    return 0.0 if inter == 0 else (inter / affinity - 1.0) / PER_TORSION


def name(molecule, i):
    atom = molecule.GetAtomWithIdx(i)
    return f"{'aromatic ' if atom.GetIsAromatic() else ''}{atom.GetSymbol()}{i + 1}"


def is_methyl(molecule, bond):
    return any(molecule.GetAtomWithIdx(i).GetSymbol() == "C" and molecule.GetAtomWithIdx(i).GetDegree() == 1 for i in bond)


def why(molecule, ours, theirs):
    """Reasons, and of how many methyl groups that turn there."""
    reasons = []
    for i in sorted(set(ours.polarity) & set(theirs.polarity)):
        if ours.polarity[i] != theirs.polarity[i]:
            says = lambda polarity: " and ".join(w for w, is_so in zip(("donates", "accepts"), polarity) if is_so) or "neither"
            reasons.append(f"{name(molecule, i)} {says(ours.polarity[i])} (there: {says(theirs.polarity[i])})")
    methyls = 0
    for only, where in ((ours.turning - theirs.turning, "here"), (theirs.turning - ours.turning, "there")):
        for bond in sorted(only):
            if where == "there" and is_methyl(molecule, bond):
                methyls += 1
            else:
                reasons.append(f"{name(molecule, bond[0])}-{name(molecule, bond[1])} turns {where} only")
    return reasons, methyls


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/digitalis")
    parser.add_argument("--limit", type=int, help="only the first N complexes")
    parser.add_argument("--pH", default="7.4", dest="ph")
    options = parser.parse_args()
    data = os.environ.get("DIGITALIS_DATA")
    folder = Path(data or "") / SET
    if not data or not folder.is_dir():
        print(f"skipped: no {SET} in the folder that DIGITALIS_DATA names")
        return 77
    RDLogger.DisableLog("rdApp.*")
    with open(folder / "vina123_score_only.csv", encoding="utf-8") as file:
        vina = {row["pdb"]: (float(row["score_only_total"]), float(row["final_intermolecular"])) for row in csv.DictReader(file)}
    close = Counter()
    explained = []
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(folder / "complexes.tar.xz") as archive:
            archive.extractall(scratch)
        ligands = sorted(Path(scratch).glob("*/ligand_crystal.sdf"))[:options.limit]
        for ligand in ligands:
            complex_ = ligand.parent
            prepared = complex_ / "prepared.pdbqt"
            there, inter_there = vina[complex_.name]
            drawn, _ = score(options.program, complex_ / "receptor.pdbqt", ligand, prepared, [])
            here, inter = score(options.program, complex_ / "receptor.pdbqt", ligand, prepared, ["--pH", options.ph])
            molecule = Chem.MolFromMolFile(str(ligand), sanitize=False)
            molecule = Chem.RemoveHs(molecule, sanitize=False)
            Chem.SanitizeMol(molecule, catchErrors=True)
            positions = [tuple(at) for at in molecule.GetConformer().GetPositions()]
            reasons, methyls = why(molecule, Pdbqt(prepared.read_text(), positions),
                                   Pdbqt((complex_ / "ligand.pdbqt").read_text(), positions))
            merged = inter_there / (1.0 + PER_TORSION * (torsions(there, inter_there) - 0.5 * methyls))
            close["drawn"] += abs(drawn - there) <= CLOSE_KCAL_MOL
            close["pH"] += abs(here - there) <= CLOSE_KCAL_MOL
            close["merged"] += abs(here - merged) <= CLOSE_KCAL_MOL
            close["inter"] += abs(inter - inter_there) <= CLOSE_KCAL_MOL
            if abs(here - merged) > CLOSE_KCAL_MOL:
                explained.append(f"  {complex_.name} {here - merged:+.3f}: {'; '.join(reasons) or 'NOT EXPLAINED'}")
    share = lambda key: f"{close[key]} of {len(ligands)}"
    print(f"scores from SD files within {CLOSE_KCAL_MOL} kcal/mol of Vina's on PDBQT by AutoDockTools:")
    print(f"  as drawn {share('drawn')}; protonated at pH {options.ph} {share('pH')}, its intermolecular energy {share('inter')}")
    print(f"  the same with methyl groups merged in both: {share('merged')}; the others, kcal/mol, and why:")
    print("\n".join(explained))
    unexplained = sum("NOT EXPLAINED" in line for line in explained)
    print(f"not explained: {unexplained}")
    return 0 if unexplained == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
