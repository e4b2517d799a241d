#!/bin/bash
# shape_stage_test.sh PROGRAM: a campaign with a shape stage, from its check to the questions about its results.
. "$(dirname "$0")/common.sh"
run() { "$program" "$@" >stdout 2>stderr; }

rdkit=${RDKIT_SHARE:-/usr/share/RDKit}
awk 'NR <= 60 { print $1, "N" $2 }' "$rdkit/Data/NCI/first_5K.smi" >library.smi
printf 'Nc1c2c(nc3ccccc13)CCCC2 tacrine\nCC.CO pair\n' >>library.smi
# campaign QUERY LIBRARY [LINES OF THE STAGE]
campaign() {
  printf '[campaign]\nname = "c"\nseed = 7\n[library]\n%s\n[[targets]]\nname = "ACHE"\n%s\n[[stages]]\nkind = "shape"\nconformers = 2\n%s\n' "$2" "$1" "${3:-}"
}
files='files = ["library.smi"]
standardise = false'
campaign 'shape_query = ["CCO", "Nc1c2c(nc3ccccc13)CCCC2"]' "$files" 'keep = 20' >campaign.toml

run check campaign.toml && grep -q '^           overlays on: ACHE_query_2$' stdout || fail "check does not say what compounds are overlaid on"
run screen campaign.toml --out run -q || fail "screen"
[ "$(sed -n 1p run/hits.csv | cut -d, -f1-5)" = place,compound_id,smiles,score,shape_ACHE ] || fail "another header: $(sed -n 1p run/hits.csv)"
sed -n 2p run/hits.csv | grep -qE '^1,tacrine,.*,(1\.9|2\.0)[0-9]*,(1\.9|2\.0)[0-9]*,' || fail "another first hit: $(sed -n 2p run/hits.csv)"
[ "$(wc -l <run/hits.csv)" = 21 ] || fail "not the best twenty"
grep -q '^library.smi,62,pair,shape,no_conformer,"\?no_conformer: no 3D coordinates found, or several parts' run/rejects.csv || fail "no reject: $(tail -1 run/rejects.csv)"
run explain run tacrine && grep -qE '^ +ACHE: shape (1\.9|2\.0)[0-9]*, overlaid on ACHE_query_2$' stdout || fail "explain: $(grep ACHE stdout)"
run explain run pair && grep -q 'dropped by shape: no_conformer: ' stdout || fail "explain of what has no conformers"
run hits run 'shape > 1.8 and shape_ACHE > 1.8' && grep -q tacrine stdout || fail "hits"
run estimate campaign.toml --dock 10 -t 1 && grep -q '^shape ' stdout || fail "estimate"

# Conformers that a search left in a store are taken, and change nothing.
run prepare library.smi -o store -q --no-standardise || fail "prepare"
campaign 'shape_query = ["CCO", "Nc1c2c(nc3ccccc13)CCCC2"]' 'store = "store"' 'keep = 20' >stored.toml
run screen stored.toml --out made -q || fail "screen of a store"
run search store --shape CCO --conformers 2 --top 1 -q || fail "search"
run screen stored.toml --out taken -q || fail "screen of a store with conformers"
run screen stored.toml --out copied -q --scratch "$scratch" || fail "screen of a copy of a store with conformers"
for other in taken copied; do cmp made/hits.csv $other/hits.csv && cmp made/rejects.csv $other/rejects.csv || fail "$other: other results"; done
run estimate stored.toml --dock 10 -t 1 && grep -q '^shape ' stdout || fail "estimate with conformers"
printf X | dd of=store/conformers.bin bs=1 seek=5000 conv=notrunc status=none
run screen stored.toml --out damaged -q
[ $? = 1 ] && grep -q 'store/conformers.bin: block 0 is damaged or of other compounds; hint: delete the file' stderr || fail "damage is not told"

# The crystal ligand of a receptor, without docking.
receptor=$rdkit/Contrib/CalcLigRMSD/data/5dt0.pdb
campaign "receptor = \"$receptor\"
reference = \"SKE\"" "$files" 'score = "shape"' >crystal.toml
run check crystal.toml && grep -q '^           overlays on: SKE$' stdout || fail "check of a crystal ligand"
[ ! -s stderr ] || fail "check of a crystal ligand warns: $(cat stderr)"
run screen crystal.toml --out crystal -q || fail "a crystal ligand"
python3 - <<'PYTHON' || fail "volumes alone are not scores from 0 to 1 in order"
import csv
shapes = [float(row["shape_ACHE"]) for row in csv.DictReader(open("crystal/hits.csv"))]
assert shapes == sorted(shapes, reverse=True) and 0.2 < shapes[0] <= 1 and len(shapes) > 50, shapes
PYTHON

# Refusals.
campaign 'shape_query = "missing.sdf"' "$files" >missing.toml
run screen missing.toml --out missing
[ $? = 2 ] && [ "$(grep -c '^error: missing.toml:9:15: .*missing.sdf: no such file; hint: check the path$' stderr)" = 1 ] || fail "a missing query: $(cat stderr)"
campaign 'actives = "CCO"' "$files" >none.toml
run check none.toml
[ $? = 2 ] && grep -q "^error: none.toml: no target has what stage 'shape' needs; hint: shape_query = \"ligand.sdf\" in \[\[targets\]\], or a receptor with its 'reference'$" stderr || fail "no query: $(cat stderr)"

echo "$failures failures"
[ $failures -eq 0 ]
