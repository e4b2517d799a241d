#!/bin/bash
# search_test.sh PROGRAM: a prepared store searched as a chemist and a script search it, against comparing with every compound.
. "$(dirname "$0")/common.sh"
search() { "$program" search "$@" >stdout 2>stderr; }
same() { cmp -s "$1" "$2" || fail "$3"; }

rdkit=${RDKIT_SHARE:-/usr/share/RDKit}
awk 'NR <= 1500 { print $1, "N" $2 }' "$rdkit/Data/NCI/first_5K.smi" >library.smi
printf 'CC(=O)Oc1ccccc1C(=O)O\tAcetylsalicylsäure, β-"Form"\nCCO\t乙醇\n' >names.smi
"$program" prepare library.smi names.smi -o store -q >stdout 2>stderr || fail "prepare"
awk 'NR % 150 == 0' library.smi >queries.smi

# --- similarity: a molecule of the store finds itself; ties in the store's order; any number of threads, with and without the index file
search store --query 'OC(=O)c1ccccc1OC(C)=O' --top 1 || fail "a molecule of the store"
[ "$(sed -n 1p stdout)" = query_id,compound_id,similarity,smiles ] || fail "another header: $(sed -n 1p stdout)"
[ "$(sed -n 2p stdout)" = 'query,"Acetylsalicylsäure, β-""Form""",1.000000,CC(=O)Oc1ccccc1C(=O)O' ] || fail "another first hit: $(sed -n 2p stdout)"
[ -s store/search.index ] && grep -q '^store/search.index: made for this and later searches$' stderr || fail "no index was written"
[ "$(stat -c %a store/search.index)" = "$(stat -c %a store/compounds.bin)" ] || fail "the index has other permissions"
search store --query CCO --top 1 -q && [ "$(sed -n 2p stdout)" = query,乙醇,1.000000,CCO ] || fail "a name in another script"
search store --query queries.smi --threshold 0.3 -t 1 -q || fail "one thread"
mv stdout one.csv
[ "$(cut -d, -f1 one.csv | sort -u | wc -l)" = 11 ] || fail "not every query found itself"
search store --query queries.smi --threshold 0.3 -t 2 -o two.csv || fail "two threads"
same one.csv two.csv "two threads find otherwise"
grep -qE '^[0-9,]+ hits written to two.csv$' stderr || fail "does not say how many"
rm store/search.index
search store --query queries.smi --threshold 0.3 -q && same one.csv stdout "a new index finds otherwise"
python3 - <<'PYTHON' || fail "hits are not in order"
import csv
rows = list(csv.DictReader(open("one.csv", encoding="utf-8")))
ids = [line.split()[1] for line in open("queries.smi")]
assert list(dict.fromkeys(r["query_id"] for r in rows)) == ids
for q in ids:
    s = [float(r["similarity"]) for r in rows if r["query_id"] == q]
    assert s == sorted(s, reverse=True) and s[0] == 1 and s[-1] >= 0.3, q
PYTHON
search store --query queries.smi --top 7 -q -t 2 || fail "top"
python3 - <<'PYTHON' || fail "the top 7 are not the first 7 of all"
import csv
first, count = [], {}
for row in csv.reader(open("one.csv", encoding="utf-8")):
    count[row[0]] = count.get(row[0], 0) + 1
    if count[row[0]] <= 7: first.append(row)
top = [row for row in csv.reader(open("stdout", encoding="utf-8")) if row[2] == "similarity" or float(row[2]) >= 0.3]
assert [r for r in top if r[2] == "similarity" or r in first] == top and len(top) == len(first)
PYTHON
for metric in 'dice' 'tversky --alpha 0.9 --beta 0.1'; do
  search store --query queries.smi --metric $metric --threshold 0.6 -q -t 1 && mv stdout one_$$.csv && search store --query queries.smi --metric $metric --threshold 0.6 -q -t 2
  same one_$$.csv stdout "$metric: two threads find otherwise"
  [ "$(grep -c ,1.000000, stdout)" -ge 10 ] || fail "$metric: queries do not find themselves"
done
search store --query CCO --query queries.smi --query CCN --top 1 -q
[ "$(cut -d, -f1 stdout | sed -n '2p;$p' | tr '\n' ' ')" = 'query_1 query_2 ' ] || fail "queries of the command line are called otherwise"

# --- an index that is damaged, or of other compounds, is made again; a store that cannot be written into is searched all the same
cp store/search.index whole
for damage in 'truncate -s -70' 'truncate -s 0' 'printf X | dd of=FILE bs=1 seek=5000 conv=notrunc status=none; true'; do
  cp whole damaged && eval "${damage//FILE/damaged} damaged" && mv damaged store/search.index
  search store --query queries.smi --threshold 0.3 -q && same one.csv stdout "damaged by $damage: finds otherwise"
  same store/search.index whole "damaged by $damage: not made again"
done
rm store/search.index && mkdir store/search.index
search store --query queries.smi --threshold 0.3 && same one.csv stdout "without an index file: finds otherwise"
grep -q 'the index is used and not kept$' stderr || fail "without an index file: not said"
rmdir store/search.index
[ "$(ls store)" = "$(printf '%s\n' compounds.bin keys.bin manifest.json rejects.csv)" ] || fail "something was left in the store: $(ls store)"

# --- substructure: the first search that reads most compounds keeps their features, later ones read few; what is found is the same
search store --substructure '[Pu]' && [ ! -e store/substructure.index ] || fail "a search that reads next to nothing made an index"
smarts=('c1ccccc1' 'c1ccccc1C(=O)[OX2H1]' 'C(=O)N' '[#7]1~[#6]~[#6]~[#7]~[#6]~[#6]1' '[$(NC=O)]' '[N+](=O)[O-]' 'C1CC1' '*~*~*')
for i in "${!smarts[@]}"; do search store --substructure "${smarts[i]}" -q -t 2 && mv stdout first_$i.csv; [ -e store/substructure.index ] && mv store/substructure.index features; done
cp features store/substructure.index
for i in "${!smarts[@]}"; do search store --substructure "${smarts[i]}" -q && same first_$i.csv stdout "${smarts[i]}: found otherwise with an index"; done
[ "$(stat -c %a store/substructure.index)" = "$(stat -c %a store/compounds.bin)" ] || fail "the index of substructures has other permissions"
printf X | dd of=store/substructure.index bs=1 seek=5000 conv=notrunc status=none
search store --substructure "${smarts[0]}" -q && same first_0.csv stdout "a damaged row: finds otherwise"
for damage in 'truncate -s -70' 'truncate -s 0' 'printf X | dd of=FILE bs=1 seek=$(($(stat -c %s FILE) - 90)) conv=notrunc status=none; true'; do
  cp features damaged && eval "${damage//FILE/damaged} damaged" && mv damaged store/substructure.index
  search store --substructure "${smarts[0]}" && same first_0.csv stdout "damaged by $damage: finds otherwise"
  same store/substructure.index features "damaged by $damage: not made again"
done
grep -q '^store/substructure.index: made for later searches$' stderr || fail "does not say that it made an index"
rm store/substructure.index && mkdir store/substructure.index
search store --substructure "${smarts[0]}" && same first_0.csv stdout "without an index of substructures: finds otherwise"
grep -q 'later searches will read as many compounds$' stderr || fail "an index that cannot be kept: not said"
rmdir store/substructure.index
[ "$(ls store)" = "$(printf '%s\n' compounds.bin keys.bin manifest.json rejects.csv)" ] || fail "something was left in the store: $(ls store)"
search store --substructure 'c1ccccc1C(=O)[OX2H1]' -t 1 -q || fail "substructure"
mv stdout one.csv
[ "$(sed -n 1p one.csv)" = compound_id,smiles ] && grep -q '^"Acetylsalicylsäure, β-""Form""",' one.csv || fail "substructure: without aspirin"
search store --substructure 'c1ccccc1C(=O)[OX2H1]' -t 2 -o two.csv && same one.csv two.csv "substructure: two threads find otherwise"
search store --substructure '[Pu]' -q && [ "$(wc -l <stdout)" = 1 ] || fail "what no compound contains"

# --- a store without compounds
echo 'C1CC( broken' >none.smi
"$program" prepare none.smi -o empty -q >stdout 2>stderr
search empty --query CCO --top 3 -q && [ "$(wc -l <stdout)" = 1 ] || fail "an empty store"
search empty --substructure C -q && [ "$(wc -l <stdout)" = 1 ] || fail "an empty store, substructure"

echo "$failures failures"
[ $failures -eq 0 ]
