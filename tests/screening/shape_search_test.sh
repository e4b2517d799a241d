#!/bin/bash
# shape_search_test.sh PROGRAM: a prepared store searched by 3D shape, as a chemist and a script do it.
. "$(dirname "$0")/common.sh"
search() { "$program" search "$@" >stdout 2>stderr; }
same() { cmp -s "$1" "$2" || fail "$3"; }
refuses() {
  local message=$1
  shift
  search "$@"
  local code=$?
  [ $code = 2 ] && [ "$(cat stderr)" = "error: $message" ] || fail "exit code $code instead of: $message"
}

rdkit=${RDKIT_SHARE:-/usr/share/RDKit}
awk 'NR <= 60 { print $1, "N" $2 }' "$rdkit/Data/NCI/first_5K.smi" >library.smi
echo 'Nc1c2c(nc3ccccc13)CCCC2 tacrine' >>library.smi
"$program" prepare library.smi -o store -q >stdout 2>stderr || fail "prepare"

# --- the first search makes the conformers, the next ones use them; any number of threads
search store --shape 'Nc1c2c(nc3ccccc13)CCCC2' --conformers 2 --top 5 -t 1 || fail "a first search"
mv stdout one.csv
[ "$(sed -n 1p one.csv)" = query_id,compound_id,combo,shape,colour,conformer,smiles ] || fail "another header: $(sed -n 1p one.csv)"
sed -n 2p one.csv | grep -qE '^query,tacrine,(1\.9|2\.0)[0-9]*,.*,Nc1c2c\(nc3ccccc13\)CCCC2$' || fail "another first hit: $(sed -n 2p one.csv)"
[ "$(wc -l <one.csv)" = 6 ] || fail "not five hits"
grep -q '^store/conformers.bin: conformers of [0-9]* compounds made for this and later searches; [0-9]* compounds without any are listed in conformers.rejects.csv$' stderr || fail "does not say that conformers were made"
[ "$(stat -c %a store/conformers.bin)" = "$(stat -c %a store/compounds.bin)" ] || fail "the conformers have other permissions"
search store --shape 'Nc1c2c(nc3ccccc13)CCCC2' --top 5 -t 2 -q && same one.csv stdout "two threads find otherwise"
[ -s stderr ] && fail "-q is not quiet"
cp store/conformers.bin whole && rm store/conformers.bin
search store --shape 'Nc1c2c(nc3ccccc13)CCCC2' --conformers 2 --top 5 -t 2 -q && same store/conformers.bin whole "two threads make other conformers"
head -c 20000 whole >store/conformers.bin.partial && rm store/conformers.bin
search store --shape 'Nc1c2c(nc3ccccc13)CCCC2' --conformers 2 --top 5 -q && same store/conformers.bin whole "going on makes other conformers"
[ ! -e store/conformers.bin.partial ] || fail "a partial file was left"

# --- poses: on the query, with its scores; a pose is a query itself, and finds its compound in that place
search store --shape 'Nc1c2c(nc3ccccc13)CCCC2' --top 2 -o poses.sdf || fail "poses"
[ "$(grep -c '^\$\$\$\$' poses.sdf)" = 2 ] && [ "$(head -1 poses.sdf)" = tacrine ] || fail "other poses"
for field in query_id combo shape colour conformer; do grep -q "^>  <$field>" poses.sdf || fail "poses without $field"; done
sed '/^\$\$\$\$/q' poses.sdf >crystal.sdf
search store --shape crystal.sdf --top 1 -q && sed -n 2p stdout | grep -qE '^tacrine,tacrine,(1\.9|2\.0)' || fail "a 3D query: $(sed -n 2p stdout)"
search store --shape crystal.sdf --top 1 -q -o again.sdf
python3 - <<'PYTHON' || fail "a pose is not on its query"
def atoms(name):
    lines = open(name).read().split("$$$$")[0].splitlines()
    rows = [line.split() for line in lines[4:4 + int(lines[3][:3])]]
    return [tuple(map(float, row[:3])) for row in rows if row[3] != "H"]
def mean(points):
    return [sum(p[k] for p in points) / len(points) for k in range(3)]
a, b = mean(atoms("crystal.sdf")), mean(atoms("again.sdf"))
assert sum((x - y) ** 2 for x, y in zip(a, b)) < 0.1, (a, b)
PYTHON

# --- scores, thresholds, prefilter
search store --shape crystal.sdf --score shape --threshold 0.6 -q || fail "by shape"
python3 - <<'PYTHON' || fail "by shape: not in order"
import csv
shapes = [float(row["shape"]) for row in csv.DictReader(open("stdout"))]
assert shapes and shapes == sorted(shapes, reverse=True) and shapes[-1] >= 0.6
PYTHON
search store --shape crystal.sdf --top 100 --prefilter 0.1 -q && [ "$(wc -l <stdout)" -le 8 ] && grep -q ,tacrine, stdout || fail "prefilter"

# --- refusals
refuses "nothing says which compounds are similar enough; hint: --top 100, or --threshold 1.2" store --shape CCO
refuses "--score: 'volume' is none of combo, shape, colour" store --shape CCO --top 3 --score volume
refuses "--threshold: expected 0 to 2" store --shape CCO --threshold 3
refuses "--threshold: expected 0 to 1" store --shape CCO --threshold 1.5 --score shape
refuses "--conformers: expected 1 to 1000" store --shape CCO --top 3 --conformers 0
refuses "--prefilter: expected more than 0, to 1" store --shape CCO --top 3 --prefilter 0
refuses "--prefilter goes with --shape" store --query CCO --top 3 --prefilter 0.5
refuses "--metric goes with --query" store --shape CCO --top 3 --metric dice
refuses "missing.sdf: neither a file nor a SMILES" store --shape missing.sdf --top 3
printf X | dd of=store/conformers.bin bs=1 seek=5000 conv=notrunc status=none
search store --shape crystal.sdf --top 1 -q
[ $? = 1 ] && grep -q '^error: store/conformers.bin: block 0 is damaged or of other compounds; hint: delete the file' stderr || fail "damage is not told"

echo "$failures failures"
[ $failures -eq 0 ]
