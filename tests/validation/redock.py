#!/usr/bin/python3
"""Redocking: do Digitalis and AutoDock Vina put crystal ligands back where they were, and at what cost?

Usage: redock.sh [--sets astex casf] [--presets fast balanced] [--limit N] [--seeds N] [--cache build/redock] ...

For each complex: the crystal ligand gets a new conformer (ETKDG), the receptor is prepared, both become PDBQT files. The
box is the crystal ligand's extent and 5 Å on each side. Then, each on one core:
  vina   AutoDock Vina on the PDBQT files, seed 1; its poses are scored anew, because 1.2.3 prints wrong energies
  same   Digitalis on the very same PDBQT files
  own    Digitalis from the molecule and structure files, with conformers of rings of its own
RMSDs are those of Digitalis, over heavy atoms and symmetry, for all alike. Vina's runs take minutes each: they are kept in
the cache folder under a digest of their files and options, and taken from there again.

Prints the figures and writes them by complex to CACHE/redock.csv. The complexes are in the folder that DIGITALIS_DATA names
(astex-diverse, casf2016); without it, the one of Debian's rdkit-data is docked. Needs python3-rdkit and, unless --no-vina,
vina. Exit code 77 is a skip.
"""

import argparse
import csv
import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from rdkit import RDLogger

import check_poses
import docking_runs as runs
import docking_statistics as statistics

ROOT = Path(__file__).resolve().parents[2]


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="redock.sh", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/digitalis", type=Path)
    parser.add_argument("--data", default=os.environ.get("DIGITALIS_DATA"))
    parser.add_argument("--cache", default=ROOT / "build/redock", type=Path, help="kept files (build/redock)")
    parser.add_argument("--temporary", action="store_true", help="keep nothing")
    parser.add_argument("--sets", nargs="+", choices=["astex", "casf", "aurora"],
                        help="astex and casf are in DIGITALIS_DATA; aurora is one complex of Debian's rdkit-data")
    parser.add_argument("--presets", nargs="+", default=["fast", "balanced"])
    parser.add_argument("--inputs", nargs="+", default=["same", "own"], choices=["same", "own"])
    parser.add_argument("--limit", type=int, help="only the first N complexes; few torsions come first")
    parser.add_argument("--spread", type=int, metavar="N", help="N complexes spread over 0 to 15 torsions instead")
    parser.add_argument("--only", nargs="+", default=[], help="complexes by name: astex-1hnn")
    parser.add_argument("--seeds", type=int, default=1, help="runs of Digitalis per complex, averaged (1)")
    parser.add_argument("--ring-conformers", type=int, help="at most so many, for 'own'")
    parser.add_argument("--vina-exhaustiveness", type=int, default=8)
    parser.add_argument("--no-vina", action="store_true", help="Digitalis alone")
    parser.add_argument("--cached-vina", action="store_true", help="only complexes that the cache has Vina's poses of")
    parser.add_argument("--fresh", action="store_true", help="run Vina anew: paired times")
    parser.add_argument("--vina-only", action="store_true", help="fill the cache with Vina's runs, nothing else")
    parser.add_argument("--no-checks", action="store_true", help="leave PoseBusters' checks of the poses out")
    options = parser.parse_args(arguments)
    if not options.sets:
        options.sets = ["astex", "casf"] if options.data else ["aurora"]
    if options.sets != ["aurora"] and not Path(options.data or "").is_dir():
        skip("DIGITALIS_DATA is not set" if not options.data else f"{options.data} is no folder")
    if not options.program.exists():
        sys.exit(f"error: {options.program}: no such file; hint: cmake --build --preset release, or --program FILE")
    return options


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def chosen(options):
    complexes = runs.find_complexes(options.data, options.cache, options.sets)
    if options.only:
        complexes = [one for one in complexes if one.name in options.only]
    if options.cached_vina:
        have = {file.name.rsplit("-", 1)[0] for file in (options.cache / "vina").glob("*.json")}
        complexes = [one for one in complexes if one.name in have]
    if options.spread:
        complexes = spread(complexes, options.spread)
    return complexes[:options.limit] if options.limit else complexes


def spread(complexes, count):
    """As even over 0 to 15 torsions as the sets allow: round after round one complex of each number."""
    waiting = {}
    for one in complexes:
        if one.torsions <= 15:
            waiting.setdefault(one.torsions, []).append(one)
    picked = []
    while len(picked) < count and any(waiting.values()):
        picked += [waiting[torsions].pop(0) for torsions in sorted(waiting) if waiting[torsions]]
    return sorted(picked[:count], key=lambda one: one.torsions)


class Results:
    """Dockings by complex, and the table."""

    def __init__(self):
        self.vina, self.own, self.failures, self.rows = {}, {}, [], []
        self.checks = {}

    def add(self, complex_, program, preset, seed, docking):
        best = docking.poses[0]
        self.rows.append([complex_.name, program, preset, seed, docking.torsions, complex_.molecule.GetNumHeavyAtoms(),
                          len(docking.poses), "%.3f" % best.rmsd_A, "%.3f" % min(pose.rmsd_A for pose in docking.poses[:9]),
                          "%.4f" % docking.best_total_kcal_mol(), "%.4f" % best.affinity_kcal_mol, "%.3f" % docking.cpu_s,
                          "" if docking.ligand_cpu_s is None else "%.4f" % docking.ligand_cpu_s,
                          "" if docking.conformer_s is None else "%.3f" % docking.conformer_s])

    def best_total_kcal_mol(self, inputs, name):
        """Of Vina and of all presets and seeds from these inputs."""
        runs_of = [one for (which, _), dockings in self.own.items() if which == inputs for one in dockings.get(name, [])]
        return min(one.best_total_kcal_mol() for one in [self.vina[name], *runs_of])

    def write(self, file):
        with open(file, "w", newline="") as out:
            table = csv.writer(out)
            table.writerow(["complex", "program", "preset", "seed", "torsions", "heavy_atoms", "poses", "top_rmsd_A",
                            "best_of_9_rmsd_A", "best_total_kcal_mol", "top_affinity_kcal_mol", "cpu_s", "ligand_cpu_s",
                            "conformer_s"])
            table.writerows(self.rows)


def dock_one(options, complex_, version, results):
    receptor, ligand = runs.prepare(options.program, complex_)
    if version:
        poses, cpu_s = runs.run_vina(complex_, receptor, ligand, options.cache, options.vina_exhaustiveness, version,
                                     options.fresh)
        if options.vina_only:
            print(f"{complex_.name}: {complex_.torsions} torsions, Vina {cpu_s:.1f} s", flush=True)
            return
        vina = runs.score_vina_poses(options.program, complex_, receptor, poses, cpu_s)
        results.add(complex_, "vina", f"exhaustiveness {options.vina_exhaustiveness}", 1, vina)
        results.vina[complex_.name] = vina
    out = options.cache / "poses"
    out.mkdir(exist_ok=True)
    for inputs in options.inputs:
        files = (receptor, ligand) if inputs == "same" else (complex_.receptor, complex_.crystal)
        for preset in options.presets:
            dockings = []
            for seed in range(1, options.seeds + 1):
                file = out / f"{complex_.name}-{inputs}-{preset}-{seed}.sdf"
                docking = runs.run_digitalis(options.program, complex_, *files, preset, seed, file,
                                             options.ring_conformers if inputs == "own" else None)
                results.add(complex_, inputs, preset, seed, docking)
                dockings.append(docking)
            results.own.setdefault((inputs, preset), {})[complex_.name] = dockings
            if inputs == "own" and not options.no_checks:
                results.checks.setdefault(preset, []).extend(check(complex_, dockings[0]))
            print(line_of(complex_, inputs, preset, dockings, results.vina.get(complex_.name)), flush=True)


def check(complex_, docking):
    receptor = check_poses.Receptor(complex_.receptor)
    reference = check_poses.read_molecules(complex_.crystal)[0]
    check_poses.sanitises(reference)
    return [check_poses.check_pose(pose, receptor, reference) for pose in check_poses.read_molecules(docking.poses_file)]


def line_of(complex_, inputs, preset, dockings, vina):
    first = dockings[0]
    text = (f"{complex_.name:12} {inputs:5} {preset:9} {first.torsions:3} torsions  {first.best_total_kcal_mol():8.3f} kcal/mol  "
            f"{first.poses[0].rmsd_A:6.2f} {min(pose.rmsd_A for pose in first.poses[:9]):6.2f} A  {first.cpu_s:6.2f} s, "
            f"ligand {first.ligand_cpu_s:6.3f} s")
    if vina:
        text += (f"   Vina {vina.best_total_kcal_mol():8.3f}  {vina.poses[0].rmsd_A:6.2f} "
                 f"{min(pose.rmsd_A for pose in vina.poses[:9]):6.2f} A {vina.cpu_s:6.1f} s: {vina.cpu_s / first.cpu_s:5.0f} x, "
                 f"ligand {vina.cpu_s / first.ligand_cpu_s:6.0f} x")
    return text


def summarise(options, results):
    for (inputs, preset), dockings in results.own.items():
        names = [name for name in dockings if not results.vina or name in results.vina]
        if not names:
            continue
        print(f"\n== {preset}, {'the same PDBQT files as Vina' if inputs == 'same' else 'own preparation'}: "
              f"{len(names)} complexes, {options.seeds} seed{'s' if options.seeds > 1 else ''}")
        own = [dockings[name] for name in names]
        if results.vina:
            print("\n".join(statistics.compare(own, [results.vina[name] for name in names],
                                               [results.best_total_kcal_mol(inputs, name) for name in names])))
        else:
            for label, among in (("top-1 within 2 A", 1), ("best of 9 within 2 A", 9)):
                rates = [sum(one.success(2.0, among) for one in seeds) / len(seeds) for seeds in own]
                print("%-22s %s" % (label, statistics.percent(rates)))
        if inputs == "own" and results.checks.get(preset):
            print("checks of the poses (seed 1):")
            check_poses.print_summary(results.checks[preset])
    print("\nQuickVina 2 beside it: published as up to 20.49 times as fast as Vina 1.1.2; 1.4-2.9 times as Vina 1.2.3 when "
          "measured on one core with eight complexes")
    for failure in results.failures:
        print("not docked: " + failure)


def main(arguments):
    RDLogger.DisableLog("rdApp.*")
    options = options_of(arguments)
    if not options.temporary:
        options.cache.mkdir(parents=True, exist_ok=True)
        return redock(options)
    with tempfile.TemporaryDirectory() as folder:
        options.cache = Path(folder)
        return redock(options)


def redock(options):
    version = None if options.no_vina else runs.vina_version()
    if version is None and not options.no_vina:
        print("no vina on PATH: Digitalis alone; hint: apt-get install autodock-vina", file=sys.stderr)
    complexes = chosen(options)
    if not complexes:
        skip("no complexes of " + ", ".join(options.sets))
    results = Results()
    for complex_ in complexes:
        try:
            dock_one(options, complex_, version, results)
        except (runs.Failed, OSError) as error:
            results.failures.append(f"{complex_.name}: {error}")
            print(results.failures[-1], file=sys.stderr, flush=True)
    results.write(options.cache / "redock.csv")
    if not options.vina_only:
        summarise(options, results)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
