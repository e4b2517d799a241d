#!/bin/bash
# search_ranks_test.sh PROGRAM: a search under mpirun writes what a search alone writes, byte for byte.
. "$(dirname "$0")/common.sh"
on_ranks() { local ranks=$1; shift; "${MPIEXEC:-mpirun}" --oversubscribe -n "$ranks" "$program" search "$@" -q -t 1 >stdout 2>stderr; }

rdkit=${RDKIT_SHARE:-/usr/share/RDKit}
# More compounds than a tile of the index holds: the rest of the ranks have nothing to do.
python3 - "$rdkit/Data/NCI/first_5K.smi" <<'PYTHON'
import sys
smiles = [line.split()[0] for line in open(sys.argv[1])][:4000]
open("library.smi", "w").write("".join(f"{s} N{i}\n" for i, s in enumerate(smiles)))
parts = [s for s in smiles if "." not in s and s.count("1") == 2 and not set("29%") & set(s) and s[0] in "CNO"][:260]
open("pairs.smi", "w").write("".join(f"{a}{b.replace('1', '2')} P{i}_{j}\n" for i, a in enumerate(parts) for j, b in enumerate(parts)))
PYTHON
"$program" prepare library.smi pairs.smi --no-standardise -o store -q >stdout 2>stderr || fail "prepare"
compounds=$(grep -oE ': [0-9]+ compounds' stdout | tr -dc 0-9)
[ "${compounds:-0}" -gt 32768 ] || fail "only ${compounds:-no} compounds"
awk 'NR % 400 == 7' library.smi >queries.smi

ask=('--query queries.smi --threshold 0.4' '--query queries.smi --top 25' '--query queries.smi --top 40 --threshold 0.5 --metric dice'
  "--query c1ccccc1CCN --threshold 0" "--substructure c1ccccc1C(=O)[OX2H1]")
for question in "${ask[@]}"; do
  "$program" search store $question -q -t 1 >alone.csv 2>stderr || fail "$question, alone"
  [ "$(wc -l <alone.csv)" -gt 5 ] || fail "$question finds nothing"
  for ranks in 1 2 4; do
    on_ranks $ranks store $question && cmp -s alone.csv stdout || fail "$question: $ranks ranks find otherwise"
  done
done
on_ranks 4 store --query queries.smi --top 3 -o four.csv && "$program" search store --query queries.smi --top 3 -q >alone.csv && cmp -s alone.csv four.csv || fail "a file of four ranks"

# --- the index is made once for all, also where it is damaged; where it cannot be kept the first rank searches alone
"$program" search store --query queries.smi --threshold 0.4 -q >alone.csv
cp store/search.index whole
rm store/search.index
on_ranks 3 store --query queries.smi --threshold 0.4 && cmp -s alone.csv stdout && cmp -s whole store/search.index || fail "an index made by ranks"
cp whole damaged && printf X | dd of=damaged bs=1 seek=$(($(stat -c %s whole) - 100)) conv=notrunc status=none && mv damaged store/search.index
on_ranks 2 store --query queries.smi --threshold 0.4 && cmp -s alone.csv stdout && cmp -s whole store/search.index || fail "a damaged index"
rm store/search.index && mkdir store/search.index
on_ranks 2 store --query queries.smi --threshold 0.4 && cmp -s alone.csv stdout || fail "an index that cannot be kept"
rmdir store/search.index

"$program" search store --substructure 'C1CCCCC1' -q >alone.csv
cp store/substructure.index features
for ranks in 2 4; do
  rm store/substructure.index
  on_ranks $ranks store --substructure 'C1CCCCC1' && cmp -s alone.csv stdout && cmp -s features store/substructure.index || fail "features made by $ranks ranks"
  on_ranks $ranks store --substructure 'C1CCCCC1' && cmp -s alone.csv stdout || fail "features read by $ranks ranks"
done

# --- what is wrong is said once
on_ranks 2 store --query 'C1CC(' --top 3
[ $? = 2 ] && [ "$(grep -c '^error: ' stderr)" = 1 ] || fail "a query that is no molecule"
on_ranks 2 store --substructure 'C1CC('
[ $? = 2 ] && [ "$(grep -c '^error: ' stderr)" = 1 ] || fail "a SMARTS that is none"

echo "$failures failures"
[ $failures -eq 0 ]
