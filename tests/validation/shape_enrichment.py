#!/usr/bin/python3
"""Enrichment by 3D shape: how early do overlays on a target's crystal ligand find its actives?

Usage: shape_enrichment.py [--targets CDK2 ...] [--decoys N] [--conformers N] [--cache build/shape-enrichment]

For each target of DEKOIS 2.0 (M. R. Bauer et al., J. Chem. Inf. Model. 53 (2013) 1447-1462, doi:10.1021/ci400115b):
actives and decoys become a store, and the crystal ligand, as it lies in the receptor, is the query of
  combo    search --shape, ranked by shape + colour
  shape    search --shape --score shape
  2D       search --query, Morgan fingerprints of the ligand's SMILES
Compounds without conformers come last. Prints AUC, enrichment in the first 1 % and BEDROC (alpha 20) by target and on
average, and what share of the best 1 % by combo score a USRCAT prefilter keeps.

The sets are in the folder that DIGITALIS_DATA names (dekois2). Needs python3-rdkit. Exit code 77 is a skip.
"""

import argparse
import csv
import gzip
import io
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ["CDK2", "ACHE", "FXA", "EGFR", "COX2", "HIV1PR", "AR", "PDE5"]
PREFILTERS = [0.1, 0.2, 0.3, 0.5]


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="shape_enrichment.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=ROOT / "build/release/digitalis", type=Path)
    parser.add_argument("--data", default=os.environ.get("DIGITALIS_DATA"))
    parser.add_argument("--cache", default=ROOT / "build/shape-enrichment", type=Path, help="kept stores")
    parser.add_argument("--targets", nargs="+", default=TARGETS)
    parser.add_argument("--decoys", type=int, help="only so many, evenly from the list")
    parser.add_argument("--conformers", type=int, default=10)
    return parser.parse_args(arguments)


def compounds_of(data, target, decoys_wanted):
    """SMILES by ID; actives are called active_1, active_2 ..."""
    actives = [line.split()[0] for line in (data / f"actives/{target}.smi").read_text().splitlines() if line.split()]
    with gzip.open(data / f"decoys/{target}.smi.gz", "rt") as file:
        decoys = [line.split()[0] for line in file if line.split()]
    if decoys_wanted and decoys_wanted < len(decoys):
        decoys = [decoys[i * len(decoys) // decoys_wanted] for i in range(decoys_wanted)]
    named = {f"active_{i + 1}": smiles for i, smiles in enumerate(actives)}
    named.update({f"decoy_{i + 1}": smiles for i, smiles in enumerate(decoys)})
    return named


def crystal_ligand(data, target, folder):
    """An SD file of it, and its SMILES; None when RDKit cannot read it."""
    from rdkit import Chem
    files = sorted((data / "xtal_ligands").glob(f"{target}_*.mol2"))
    mol = Chem.MolFromMol2File(str(files[0])) if files else None
    if mol is None:
        return None
    mol.SetProp("_Name", target)
    sdf = folder / "query.sdf"
    sdf.write_text(Chem.MolToMolBlock(mol) + "$$$$\n")
    return sdf, Chem.MolToSmiles(mol)


def table_of(options, *arguments):
    run = subprocess.run([options.program, "search", *map(str, arguments), "--quiet"], check=True, capture_output=True,
                         text=True)
    return list(csv.DictReader(io.StringIO(run.stdout)))


def places_of(ranked, named):
    """Places of actives, from 1, and how many compounds there are. What was not ranked comes last, actives at the very end.

    Actives that standardisation found to be the same as another compound are gone from both."""
    is_active = [name.startswith("active") for name in ranked]
    rest = [name for name in named if name not in set(ranked)]
    is_active += sorted(name.startswith("active") for name in rest)
    return [i + 1 for i, active in enumerate(is_active) if active], len(is_active)


def measures(places, total):
    n = len(places)
    decoys = total - n
    auc = 1 - sum(place - i - 1 for i, place in enumerate(places)) / (n * decoys)
    first = math.ceil(0.01 * total)
    enrichment = sum(place <= first for place in places) / first / (n / total)
    alpha, share = 20.0, n / total
    mean = sum(math.exp(-alpha * place / total) for place in places) / n
    at_random = (1 - math.exp(-alpha)) / (total * (math.exp(alpha / total) - 1))
    rie = mean / at_random
    lowest = (1 - math.exp(alpha * share)) / (share * (1 - math.exp(alpha)))
    highest = (1 - math.exp(-alpha * share)) / (share * (1 - math.exp(-alpha)))
    return auc, enrichment, (rie - lowest) / (highest - lowest)


def run_target(options, data, target):
    folder = options.cache / f"{target}-{options.decoys or 'all'}"
    folder.mkdir(parents=True, exist_ok=True)
    query = crystal_ligand(data, target, folder)
    if query is None:
        print(f"{target}: RDKit cannot read its crystal ligand", file=sys.stderr)
        return None
    sdf, smiles = query
    named = compounds_of(data, target, options.decoys)
    store = folder / "library.store"
    # A kept store may be of another version of the program.
    if subprocess.run([options.program, "prepare", "--verify", store], capture_output=True).returncode != 0:
        shutil.rmtree(store, ignore_errors=True)
        library = folder / "library.smi"
        library.write_text("".join(f"{text} {name}\n" for name, text in named.items()))
        subprocess.run([options.program, "prepare", library, "-o", store, "--quiet"], check=True, capture_output=True)
    everything = ["--top", len(named)]
    tables = {
        "combo": table_of(options, store, "--shape", sdf, "--conformers", options.conformers, *everything),
        "shape": table_of(options, store, "--shape", sdf, "--score", "shape", *everything),
        "2D": table_of(options, store, "--query", smiles, *everything),
    }
    kept = {name: text for name, text in named.items() if name in {row["compound_id"] for row in tables["2D"]}}
    rows = {method: measures(*places_of([row["compound_id"] for row in table], kept))
            for method, table in tables.items()}
    best = [row["compound_id"] for row in tables["combo"]][:math.ceil(0.01 * len(kept))]
    recalls = []
    for share in PREFILTERS:
        found = table_of(options, store, "--shape", sdf, "--prefilter", share, *everything)
        recalls.append(len(set(best) & {row["compound_id"] for row in found}) / len(best))
    return rows, recalls


def print_row(name, rows):
    cells = [f"{value:7.3f}" if i != 1 else f"{value:7.1f}" for row in rows.values() for i, value in enumerate(row)]
    print(f"{name:10}" + " |".join(" ".join(cells[k:k + 3]) for k in range(0, len(cells), 3)), flush=True)


def mean_of(rows):
    return tuple(sum(column) / len(rows) for column in zip(*rows))


def main(arguments):
    options = options_of(arguments)
    if not options.data or not (Path(options.data) / "dekois2").is_dir():
        print("skipped: DIGITALIS_DATA is not set, or has no folder dekois2")
        return 77
    try:
        import rdkit  # noqa: F401
    except ImportError:
        print("skipped: needs python3-rdkit")
        return 77
    data = Path(options.data) / "dekois2"
    print(f"{'':10}" + " |".join(f"{name + ': AUC  EF1% BEDROC20':>23}" for name in ("combo", "shape", "2D")))
    results = {}
    for target in options.targets:
        result = run_target(options, data, target)
        if result:
            results[target] = result
            print_row(target, result[0])
    if not results:
        return 77
    print_row("mean", {method: mean_of([rows[method] for rows, _ in results.values()]) for method in ("combo", "shape", "2D")})
    recalls = mean_of([recall for _, recall in results.values()])
    print("USRCAT prefilter keeps, of the best 1 % by combo score: " +
          ", ".join(f"{recall:.0%} at {share:.0%}" for share, recall in zip(PREFILTERS, recalls)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
