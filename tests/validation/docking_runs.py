"""Runs AutoDock Vina and Digitalis on the same complexes and reads what they found. Shared by redock.py's two users,
tests/validation/redock.sh and tests/bench/docking_vs_vina.sh.

Everything lies in a cache folder: the prepared files of each complex, and Vina's poses, which are dear, under a digest of
the files and options that they came from. CPU seconds are user seconds of the process, as the kernel counts them.
"""

import csv
import hashlib
import io
import json
import re
import resource
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from rdkit import Chem
from rdkit.Chem import AllChem

MARGIN_A = 5.0
# Aurora A with JNJ-7706621, in Debian's rdkit-data: a complex that every machine has.
AURORA = Path("/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb")
AURORA_LIGAND, AURORA_SMILES = "SKE", "NS(=O)(=O)c1ccc(Nc2nc(N)n(n2)C(=O)c2c(F)cccc2F)cc1"
BOX_OPTIONS = ["center_x", "center_y", "center_z", "size_x", "size_y", "size_z"]


@dataclass
class Pose:
    inter_kcal_mol: float
    intra_kcal_mol: float
    affinity_kcal_mol: float
    rmsd_A: float

    @property
    def total_kcal_mol(self):
        return self.inter_kcal_mol + self.intra_kcal_mol


@dataclass
class Docking:
    """What a program found for a complex, best first, and what it took."""
    poses: list
    cpu_s: float
    torsions: int = 0
    ligand_cpu_s: float = None  # of one ligand more in the same process: without start, receptor and maps
    conformer_s: float = None  # of that the preparation, wall time
    poses_file: Path = None

    def success(self, within_A=2.0, among=1):
        return float(any(pose.rmsd_A <= within_A for pose in self.poses[:among]))

    def best_total_kcal_mol(self):
        return min(pose.total_kcal_mol for pose in self.poses)


class Failed(Exception):
    """A complex that a program cannot do; says why."""


@dataclass
class Complex:
    name: str  # "astex-1g9v"
    receptor: Path
    ligand: Path  # as it came
    molecule: object = field(repr=False)  # RDKit's, with hydrogens and crystal coordinates
    folder: Path = None
    torsions: int = 0  # estimated, to put easy ones first

    @property
    def crystal(self):
        return self.folder / "crystal.sdf"

    def box(self):
        """The extent of the crystal ligand's heavy atoms and 5 Å on each side."""
        positions = [self.molecule.GetConformer().GetAtomPosition(atom.GetIdx())
                     for atom in self.molecule.GetAtoms() if atom.GetAtomicNum() > 1]
        low = [min(position[k] for position in positions) for k in range(3)]
        high = [max(position[k] for position in positions) for k in range(3)]
        centre = [round((a + b) / 2, 3) for a, b in zip(low, high)]
        size = [round(b - a + 2 * MARGIN_A, 3) for a, b in zip(low, high)]
        return dict(zip(BOX_OPTIONS, centre + size))

    def box_arguments(self):
        return [word for key, value in self.box().items() for word in ("--" + key, str(value))]


def rotatable_bonds(molecule):
    """Near enough to Vina's torsions, those of hydroxyl and amino groups included."""
    pattern = Chem.MolFromSmarts("[!$([D1]);!$(*#*);!#1]-;!@[!$([D1&!O&!N]);!$(*#*);!#1]")
    return len(Chem.RemoveHs(molecule).GetSubstructMatches(pattern))


def readable(paths):
    """The first of the files that RDKit reads and sanitises."""
    for path in paths:
        if not path.exists():
            continue
        molecule = (Chem.MolFromMol2File(str(path), removeHs=False) if path.suffix == ".mol2"
                    else next(iter(Chem.SDMolSupplier(str(path), removeHs=False)), None))
        if molecule is not None and molecule.GetNumConformers() > 0 and makes_sense(molecule):
            return path, molecule
    return None, None


def makes_sense(molecule):
    """Some files mark lactams aromatic, bond by bond; RDKit accepts them and then loses the hydrogens of their nitrogens."""
    return Chem.MolFromSmiles(Chem.MolToSmiles(Chem.RemoveAllHs(molecule))) is not None


def find_complexes(data, cache, sets):
    """Complexes of the named sets with a receptor and a ligand that RDKit reads; few torsions first, sets in turn."""
    layouts = {"astex": ("astex-diverse", "*/ligand.sdf", ["ligand.sdf"], "receptor.pdb.gz"),
               "casf": ("casf2016/complexes", "*/ligand.sdf", ["ligand.sdf", "ligand.mol2"], "protein.pdb.gz")}
    by_set = []
    for name in sets:
        if name == "aurora":
            by_set.append(aurora(cache))
            continue
        folder, pattern, ligands, receptor = layouts[name]
        found = []
        for file in sorted((Path(data) / folder).glob(pattern)):
            path, molecule = readable([file.parent / ligand for ligand in ligands])
            if molecule is None or not (file.parent / receptor).exists():
                continue
            one = Complex(f"{name}-{file.parent.name}", file.parent / receptor, path, molecule,
                          Path(cache) / "complexes" / f"{name}-{file.parent.name}", rotatable_bonds(molecule))
            found.append(one)
        by_set.append(sorted(found, key=lambda c: (c.torsions, c.molecule.GetNumHeavyAtoms(), c.name)))
    longest = max((len(found) for found in by_set), default=0)
    # In proportion, so that a limit takes from every set.
    order = sorted((k / len(found), which, k) for which, found in enumerate(by_set) for k in range(len(found)))
    return [by_set[which][k] for _, which, k in order] if longest else []


def aurora(cache):
    """The complex of rdkit-data: its ligand with bond orders, its receptor without the ligand."""
    if not AURORA.exists():
        return []
    lines = AURORA.read_text().splitlines(keepends=True)
    is_ligand = [line.startswith("HETATM") and line[17:20] == AURORA_LIGAND for line in lines]
    ligand = Chem.MolFromPDBBlock("".join(line for line, its in zip(lines, is_ligand) if its))
    molecule = AllChem.AssignBondOrdersFromTemplate(Chem.MolFromSmiles(AURORA_SMILES), ligand)
    molecule = Chem.AddHs(molecule, addCoords=True)
    folder = Path(cache) / "complexes" / "aurora-5dt0"
    folder.mkdir(parents=True, exist_ok=True)
    receptor = folder / "receptor.pdb"
    receptor.write_text("".join(line for line, its in zip(lines, is_ligand) if not its))
    return [Complex("aurora-5dt0", receptor, AURORA, molecule, folder, rotatable_bonds(molecule))]


def run(command, timeout_s=7200):
    """(stdout, stderr, user CPU seconds). Raises Failed when the command does not end well."""
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        try:
            out, err = process.communicate(timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Failed(f"{command[0]} took more than {timeout_s} s") from None
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before  # one process at a time: the difference is this one's
    out, err = out.decode(errors="replace"), err.decode(errors="replace")
    if process.returncode != 0:
        raise Failed(f"{Path(str(command[0])).name} ended with {process.returncode}: {(err or out).strip()[-300:]}")
    return out, err, used


def prepare(program, complex_, scratch_effort="fast"):
    """Crystal ligand -> new conformer -> PDBQT, receptor -> PDBQT; kept for good, for Vina's sake."""
    folder = complex_.folder
    receptor, ligand = folder / "receptor.pdbqt", folder / "ligand.pdbqt"
    if receptor.exists() and ligand.exists():
        return receptor, ligand
    folder.mkdir(parents=True, exist_ok=True)
    write_crystal(complex_)
    run([program, "dock", "--receptor", complex_.receptor, "--ligand", complex_.crystal, *complex_.box_arguments(),
         "--effort", scratch_effort, "--cpu", 1, "--ring_conformers", 1, "--num_modes", 1, "--seed", 1, "--csv",
         "--write_receptor", folder / "new-receptor.pdbqt", "--write_ligand", folder / "new-ligand.pdbqt"])
    (folder / "new-receptor.pdbqt").rename(receptor)
    (folder / "new-ligand.pdbqt").rename(ligand)
    return receptor, ligand


def write_crystal(complex_):
    complex_.folder.mkdir(parents=True, exist_ok=True)
    complex_.molecule.SetProp("_Name", complex_.name)
    with Chem.SDWriter(str(complex_.crystal)) as writer:
        writer.write(complex_.molecule)


def digest_of(files, options):
    digest = hashlib.sha256()
    for file in files:
        digest.update(Path(file).read_bytes())
    digest.update(json.dumps(options, sort_keys=True).encode())
    return digest.hexdigest()[:20]


def vina_version():
    try:
        return run(["vina", "--version"])[0].strip()
    except (OSError, Failed):
        return None


def run_vina(complex_, receptor, ligand, cache, exhaustiveness, version, fresh=False):
    """Vina's poses (file) and user CPU seconds; from the cache when they are there, unless `fresh`."""
    options = {"box": complex_.box(), "exhaustiveness": exhaustiveness, "seed": 1, "num_modes": 9, "version": version}
    folder = Path(cache) / "vina"
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / f"{complex_.name}-{digest_of([receptor, ligand], options)}"
    poses, record = stem.with_suffix(".pdbqt"), stem.with_suffix(".json")
    if fresh or not record.exists():
        partial = stem.with_suffix(".partial.pdbqt")
        _, _, cpu_s = run(["vina", "--receptor", receptor, "--ligand", ligand, *complex_.box_arguments(), "--exhaustiveness",
                           exhaustiveness, "--cpu", 1, "--seed", 1, "--num_modes", 9, "--verbosity", 0, "--out", partial])
        partial.rename(poses)
        record.write_text(json.dumps({"cpu_s": cpu_s, "complex": complex_.name, **options}))
    return poses, json.loads(record.read_text())["cpu_s"]


def read_poses(table):
    """Rows of `digitalis dock --csv` as (poses, torsions)."""
    poses, torsions = [], 0
    for row in csv.DictReader(io.StringIO(table)):
        if not row["rmsd_to_reference_A"]:
            raise Failed("no RMSD: the poses are not the reference's molecule")
        poses.append(Pose(float(row["inter_kcal_mol"]), float(row["intra_kcal_mol"]), float(row["affinity_kcal_mol"]),
                          float(row["rmsd_to_reference_A"])))
        torsions = int(row["torsions"])
    if not poses:
        raise Failed("no poses")
    return poses, torsions


def score_vina_poses(program, complex_, receptor, poses, cpu_s):
    """Vina 1.2.3 prints wrong energies of docked poses (the unbound state's is that of a wrong pose): score them anew."""
    table, _, _ = run([program, "dock", "--score_only", "--receptor", receptor, "--ligand", poses, "--reference",
                       complex_.crystal, "--csv", "--quiet"])
    found, torsions = read_poses(table)
    return Docking(found, cpu_s, torsions)


FURTHER_LIGANDS = 4


def run_digitalis(program, complex_, receptor, ligand, effort, seed, out=None, ring_conformers=None):
    """Docks once; then as often again in one process, which tells what a ligand costs when the receptor is there."""
    def command(times):
        return ([program, "dock", "--receptor", receptor, "--ligand", *[ligand] * times, "--reference", complex_.crystal,
                 *complex_.box_arguments(), "--effort", effort, "--seed", seed, "--num_modes", 9, "--cpu", 1, "--csv"] +
                (["--ring_conformers", ring_conformers] if ring_conformers else []))

    table, _, cpu_s = run(command(1) + (["--out", out] if out else []))
    found, torsions = read_poses(table)
    docking = Docking(found, cpu_s, torsions, poses_file=out)
    _, messages, all_cpu_s = run(command(1 + FURTHER_LIGANDS))
    docking.ligand_cpu_s = max(all_cpu_s - cpu_s, 1e-4) / FURTHER_LIGANDS
    conformers = re.findall(r": conformer ([0-9.]+) s", messages)
    docking.conformer_s = sum(map(float, conformers[1:])) / max(1, len(conformers) - 1)
    return docking

