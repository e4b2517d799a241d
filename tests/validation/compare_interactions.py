#!/usr/bin/python3
"""Interactions of crystal ligands, Digitalis beside PLIP 2.2 (Debian: plip): M. F. Adasme et al., Nucleic Acids Res. 49
(2021) W530, doi:10.1093/nar/gkab294.

Usage: compare_interactions.py [--limit N] [--list] [--digitalis PROGRAM] [--json FILE]

Complexes: those of astex-diverse and casf2016 below the folder that DIGITALIS_DATA names, and the first ligand of each
series of fep-affinity/waterset, whose structures keep their waters; 5dt0 of Debian's rdkit-data. Both programs get the same
receptor without hydrogens. Digitalis reads the ligand's SD file, PLIP its heavy atoms as HETATM records, as in a PDB entry.

Prints for each kind how many (residue, kind) both tell, and shares: precision, of those that Digitalis tells those that PLIP
tells too; recall, the reverse. --list prints what one of them tells alone. What is counted otherwise than PLIP tells it:
halogen bonds of fluorine are left out (Digitalis has none); insertion codes are dropped (PLIP has none); a metal counts when
it is PLIP's partner of a ligand atom.

Exit code 77, without anything done, when plip or the data are not there; 1 when hydrogen bonds and salt bridges
together or hydrophobic contacts fall below a precision or recall of 0.7, or stacking below 0.7 in recall.
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AURORA = Path("/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb")
AURORA_SMILES = "NS(=O)(=O)c1ccc(Nc2nc(N)n(n2)C(=O)c2c(F)cccc2F)cc1"
KINDS = ["hbond", "salt_bridge", "hydrophobic", "pi_stacking_parallel", "pi_stacking_t", "cation_pi", "halogen_bond", "metal",
         "water_bridge"]
LEAST = {"hbond or salt_bridge": (0.7, 0.7), "hydrophobic": (0.7, 0.7), "pi_stacking_parallel": (0.0, 0.7), "pi_stacking_t": (0.0, 0.7)}
EITHER = "hbond or salt_bridge"
METAL_A = 3.0


def skip(reason):
    print("skipped: " + reason)
    sys.exit(77)


try:
    from rdkit import Chem, RDLogger
    RDLogger.DisableLog("rdApp.*")
except ImportError:
    skip("no rdkit; hint: apt-get install python3-rdkit")
try:
    import logging
    from plip.basic import config
    from plip.structure.preparation import PDBComplex
    config.VERBOSE, config.QUIET, config.SILENT = False, True, True
    logging.disable(logging.CRITICAL)
except ImportError:
    skip("no plip; hint: apt-get install plip")


def text_of(path):
    with (gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)) as file:
        return file.read()


def first_molecule(path):
    """The first record of an SD file, as it stands and without hydrogens; None when RDKit cannot read it."""
    record = text_of(path).split("$$$$")[0]
    molecule = Chem.MolFromMolBlock(record)
    return None if molecule is None else (record + "$$$$\n", Chem.RemoveAllHs(molecule))


def complexes(data):
    """(name, receptor lines, (SD record of the ligand, its molecule without hydrogens))"""
    from rdkit.Chem import AllChem
    if AURORA.exists():
        lines = AURORA.read_text().splitlines()
        found = Chem.MolFromPDBBlock("\n".join(line for line in lines if line[:6] == "HETATM" and line[17:20] == "SKE"))
        ligand = AllChem.AssignBondOrdersFromTemplate(Chem.MolFromSmiles(AURORA_SMILES), found)
        yield "5dt0", [line for line in lines if line[17:20] != "SKE"], (Chem.MolToMolBlock(ligand) + "$$$$\n", ligand)
    places = [(row.parent.name, row.parent / "receptor.pdb.gz", row) for row in data.glob("astex-diverse/*/ligand.sdf")]
    places += [(row.parent.name, row.parent / "protein.pdb.gz", row) for row in data.glob("casf2016/complexes/*/ligand.sdf")]
    places += [(row.name.replace("_ligands.sdf.gz", ""), Path(str(row).replace("_ligands.sdf", "_protein.pdb")), row)
               for row in data.glob("fep-affinity/waterset/*_ligands.sdf.gz")]
    for name, receptor, ligand in sorted(places):
        if not receptor.exists():
            continue
        found = first_molecule(ligand)
        if found is not None:
            yield name, text_of(receptor).splitlines(), found


def element_of(line):
    element = line[76:78].strip().capitalize()
    return element or line[12:14].strip().lstrip("0123456789").capitalize()


def heavy_atoms(lines):
    """ATOM and HETATM records of the first model, first alternate location, without hydrogens, renumbered."""
    kept = []
    for line in lines:
        if line.startswith("ENDMDL"):
            break
        if line[:6] in ("ATOM  ", "HETATM") and line[16] in " A1" and element_of(line) not in ("H", "D"):
            kept.append("%s%5d%s %s" % (line[:6], len(kept) % 99999 + 1, line[11:16], line[17:]))
    return kept


def ligand_records(molecule, first):
    conformer, counts, records, conect = molecule.GetConformer(), Counter(), [], []
    for atom in molecule.GetAtoms():
        symbol = atom.GetSymbol()
        counts[symbol] += 1
        at = conformer.GetAtomPosition(atom.GetIdx())
        name = "%2s%-2d" % (symbol.upper(), counts[symbol])
        records.append("HETATM%5d %-4s LIG Z 999    %8.3f%8.3f%8.3f  1.00  0.00          %2s"
                       % (first + atom.GetIdx(), name[:4], at.x, at.y, at.z, symbol.upper()))
        conect.append("CONECT%5d" % (first + atom.GetIdx())
                      + "".join("%5d" % (first + other.GetIdx()) for other in atom.GetNeighbors()))
    return records, conect


def link_records(receptor, ligand):
    """PLIP looks at a metal only where a LINK record makes it part of the ligand."""
    links = []
    for metal in receptor:
        if metal[:6] != "HETATM" or element_of(metal) not in ("Zn", "Mg", "Ca", "Mn", "Fe", "Co", "Ni", "Cu", "Na", "K"):
            continue
        for atom in ligand:
            apart = sum((float(metal[k:k + 8]) - float(atom[k:k + 8])) ** 2 for k in (30, 38, 46)) ** 0.5
            if apart < METAL_A and element_of(atom) in ("N", "O", "S"):
                links.append("LINK        %s               %s     1555   1555 %5.2f" % (atom[12:27], metal[12:27], apart))
    return links


def of_plip(receptor, molecule, folder):
    records, conect = ligand_records(molecule, len(receptor) + 2)  # TER has a number too
    file = folder / "complex.pdb"
    file.write_text("\n".join(link_records(receptor, records) + receptor + ["TER   %5d" % (len(receptor) + 1)] + records + conect + ["END"]) + "\n")
    entry = PDBComplex()
    entry.output_path = str(folder)
    entry.load_pdb(str(file))
    told, fluorine = set(), 0
    for ligand in entry.ligands:
        if not any(member[0] == "LIG" for member in ligand.members):
            continue
        entry.characterize_complex(ligand)
        found = entry.interaction_sets[ligand.mol.title]
        bonds = found.ligand.molecule.OBMol
        heavy = sum(bonds.GetBond(k).GetBeginAtom().GetAtomicNum() > 1 and bonds.GetBond(k).GetEndAtom().GetAtomicNum() > 1
                    for k in range(bonds.NumBonds()))
        if len(ligand.members) == 1 and heavy != molecule.GetNumBonds():
            raise RuntimeError("PLIP sees %d bonds of %d" % (heavy, molecule.GetNumBonds()))

        def add(kind, contacts):
            told.update((kind, "%s:%s:%d" % (c.reschain.strip(), c.restype, c.resnr)) for c in contacts)
        add("hbond", found.hbonds_ldon + found.hbonds_pdon)
        add("salt_bridge", found.saltbridge_lneg + found.saltbridge_pneg)
        add("hydrophobic", found.hydrophobic_contacts)
        add("pi_stacking_parallel", [c for c in found.pistacking if c.type == "P"])
        add("pi_stacking_t", [c for c in found.pistacking if c.type == "T"])
        add("cation_pi", found.pication_laro + found.pication_paro)
        halogens = [c for c in found.halogen_bonds if c.don.x.atomicnum != 9]
        fluorine += len(found.halogen_bonds) - len(halogens)
        add("halogen_bond", halogens)
        add("water_bridge", found.water_bridges)
        for c in found.metal_complexes:
            if c.location == "ligand":
                told.add(("metal", "%s:%s:%d" % (c.reschain_l.strip(), c.restype_l, c.resnr_l)))
    return told, fluorine


def of_digitalis(program, receptor, record, folder):
    (folder / "receptor.pdb").write_text("\n".join(receptor + ["END"]) + "\n")
    (folder / "ligand.sdf").write_text(record)
    done = subprocess.run([program, "dock", "--receptor", folder / "receptor.pdb", "--ligand", folder / "ligand.sdf", "--score_only",
                           "--csv", "--quiet", "--keep_waters", "keep"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "digitalis failed")
    row = next(csv.DictReader(done.stdout.splitlines()))
    told = set()
    for contact in filter(None, row["interactions"].split("; ")):
        kind, residue, _ = contact.split(" ")
        chain, name, number = residue.split(":")
        told.add((kind, "%s:%s:%d" % (chain, name, int(number.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")))))
    return told, row["pose_flags"]


def share(part, whole):
    return part / whole if whole else float("nan")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--digitalis", default=str(ROOT / "build/release/digitalis"))
    parser.add_argument("--json")
    options = parser.parse_args()
    if "DIGITALIS_DATA" not in os.environ:
        skip("DIGITALIS_DATA is not set; hint: the folder with astex-diverse, casf2016 and fep-affinity")

    both, ours, theirs = Counter(), Counter(), Counter()
    examined, fluorines, flagged, alone = [], 0, {}, defaultdict(list)
    for name, lines, (record, molecule) in complexes(Path(os.environ["DIGITALIS_DATA"])):
        if len(examined) == options.limit:
            break
        with tempfile.TemporaryDirectory() as scratch:
            try:
                receptor = heavy_atoms(lines)
                told, flags = of_digitalis(options.digitalis, receptor, record, Path(scratch))
                known, fluorine = of_plip(receptor, molecule, Path(scratch))
            except Exception as error:  # a complex that one of them cannot read is no comparison
                print("%s: left out: %s" % (name, error), file=sys.stderr)
                continue
        examined.append(name)
        fluorines += fluorine
        if flags:
            flagged[name] = flags
        for contacts in (told, known):  # what one takes for charged, the other may take for a mere donor
            contacts.update((EITHER, residue) for kind, residue in list(contacts) if kind in ("hbond", "salt_bridge"))
        both.update(kind for kind, _ in told & known)
        ours.update(kind for kind, _ in told)
        theirs.update(kind for kind, _ in known)
        for who, contacts in (("Digitalis", told - known), ("PLIP", known - told)):
            alone[name] += ["%s %s: %s alone" % (kind, residue, who) for kind, residue in sorted(contacts)]
        if options.list:
            print("\n".join([name] + ["  " + text for text in alone[name]]), flush=True)

    print("%d complexes; %d halogen bonds of fluorine left out" % (len(examined), fluorines))
    print("| kind | Digitalis | PLIP | both | precision | recall |\n|---|---|---|---|---|---|")
    low = []
    for kind in KINDS + [EITHER]:
        precision, recall = share(both[kind], ours[kind]), share(both[kind], theirs[kind])
        print("| %s | %d | %d | %d | %.2f | %.2f |" % (kind, ours[kind], theirs[kind], both[kind], precision, recall))
        if kind in LEAST and (precision < LEAST[kind][0] or recall < LEAST[kind][1]):
            low.append(kind)
    for name, flags in flagged.items():
        print("pose flags of a crystal pose: %s: %s" % (name, flags))
    if options.json:
        Path(options.json).write_text(json.dumps({"complexes": examined, "alone": alone, "flags": flagged}, indent=1) + "\n")
    if low:
        sys.exit("error: too little agreement: " + ", ".join(low))


if __name__ == "__main__":
    main()
