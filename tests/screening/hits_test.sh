#!/bin/bash
# hits_test.sh PROGRAM: a finished run asked as a chemist and a script ask it: expressions, exports, groups, and the stories of compounds.
. "$(dirname "$0")/common.sh"
hits() { "$program" hits run "$@" >stdout 2>stderr; }
# says MESSAGE ARGUMENT...: refused with these lines, exit code 2
says() {
  local message=$1
  shift
  hits "$@"
  [ $? = 2 ] && [ "$(sed 's/^error: //' stderr)" = "$message" ] || fail "hits $*: said otherwise"
}
sql() { python3 -c 'import sqlite3, sys
for row in sqlite3.connect("file:run/results.sqlite?mode=ro", uri=True).execute(sys.argv[1]): print(*["" if x is None else x for x in row], sep="|")' "$1"; }

rdkit=${RDKIT_SHARE:-/usr/share/RDKit}
awk 'NR <= 400 { print $1, "N" $2 }' "$rdkit/Data/NCI/first_5K.smi" >library.smi
{ echo 'OC1CCNC( broken'; echo 'Nc1c2CCCCc2nc2ccccc12 tacrine'; } >>library.smi
sed "s/ N/ same-/" library.smi | head -3 >>library.smi
cat >c.toml <<TOML
[campaign]
name = "c"
[library]
files = ["library.smi"]
[filters]
mw = [100, 400]
[[targets]]
name = "T"
actives = ["Nc1c2CCCCc2nc2ccccc12", "CC(=O)Oc1ccccc1C(=O)O"]
[[targets]]
name = "U"
weight = 0.5
actives = ["CCCCCC(=O)O"]
[[stages]]
kind = "filter"
[[stages]]
kind = "similarity"
keep = 50
[ranking]
consensus = "zscore"
TOML
"$program" screen c.toml --out run -q -t 2 >stdout 2>stderr || { fail "screen"; exit 1; }

# --- the store says what the tables say
python3 - <<'PYTHON' || fail "results.sqlite differs from the tables"
import csv, sqlite3
db = sqlite3.connect("file:run/results.sqlite?mode=ro", uri=True)
columns = list(db.execute("SELECT name, type, decimals FROM hit_columns ORDER BY number"))
def cell(value, column):
    return "" if value is None else f"{value:.{column[2]}f}" if column[1] == "REAL" else str(value)
hits = [[cell(v, c) for v, c in zip(row, columns)] for row in db.execute("SELECT * FROM hits ORDER BY place")]
assert list(csv.reader(open("run/hits.csv"))) == [[c[0] for c in columns]] + hits
rejects = [["" if v is None else str(v) for v in row] for row in db.execute("SELECT * FROM rejects")]
assert list(csv.reader(open("run/rejects.csv")))[1:] == rejects and rejects
assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
PYTHON
[ "$(sql "SELECT stage, passed FROM funnel WHERE reason LIKE 'below%'")" = "similarity|50" ] || fail "funnel says otherwise"

# --- expressions
hits 'mw < 200 and not alerts' -o a.csv || fail "an expression"
expected=$(python3 -c 'import csv
print(*[r["compound_id"] for r in csv.DictReader(open("run/hits.csv")) if float(r["mw_g_mol"]) < 200 and not (r["pains"] or r["brenk"] or r["nih"])])')
[ -n "$expected" ] && [ "$(tail -n +2 a.csv | cut -d, -f2 | paste -sd' ')" = "$expected" ] || fail "mw < 200 and not alerts"
hits --max mw=200 --no-alerts --sort place:asc -o b.csv && cmp a.csv b.csv || fail "options ask otherwise than the expression"
hits "smarts('c1ccccc1') and similar('CC(=O)Oc1ccccc1C(=O)O') > 0.2 and best_target = 'T'" --top 3 || fail "structures"
[ "$(wc -l <stdout)" -ge 2 ] || fail "no hit is like aspirin"
hits "mw > 1000" && [ "$(cat stderr)" = "no hit is like this" ] || fail "an answer without hits"
says "no column named 'moll_weight'
  qed > 0.5 and moll_weight < 300
                ^~~~~~~~~~~
hint: columns are $(head -1 run/hits.csv | sed 's/,/, /g')" 'qed > 0.5 and moll_weight < 300'
says "this is not a SMARTS
  smarts('.......')
         ^~~~~~~~~
hint: try it in a structure editor first" "smarts('OC1CCNC')"
says "cannot go on here
  mw < 300 < 4
           ^
hint: expected 'and', 'or' or the end" 'mw < 300 < 4'
says "contact() cannot have 0 arguments
  contact()
  ^~~~~~~~~
hint: contact('A:LEU:83'), contact('A:LEU:83', 'hbond') or contact('A:LEU:83', 'any', 'EGFR')" 'contact()'
says "no column named 'scoer'; hint: did you mean 'score'?" --sort scoer
says "--diverse: expected 1 or more" --diverse 0
says "--cluster-similarity: expected above 0, up to 1" --cluster-similarity 0
says "a.xyz: unknown kind of file; hint: end its name in .csv, .tsv, .smi, .sdf (each also .gz), .pml or .mol2" -o a.xyz
says "none of these hits was docked: there is no pose to show; hint: -o hits.sdf has their structures" -o a.pml

# --- exports
hits -o all.csv && cmp all.csv run/hits.csv || fail "all hits as CSV are not hits.csv"
hits -o all.csv.gz && gunzip -c all.csv.gz | cmp - run/hits.csv || fail "nor packed"
hits --top 5 -o five.tsv && [ "$(awk -F'\t' '{ print NF }' five.tsv | sort -u)" = "$(head -1 run/hits.csv | tr ',' '\n' | wc -l)" ] || fail "TSV"
hits --top 5 -o five.smi && [ "$(wc -l <five.smi)" = 5 ] || fail "SMILES"
hits --top 5 --cluster -o five.sdf && [ "$(grep -c '^\$\$\$\$' five.sdf)" = 5 ] && [ "$(grep -c '^> *<cluster>' five.sdf)" = 5 ] || fail "SD file"
rm run/hits.sdf.gz
hits --top 5 -o again.sdf && [ "$(grep -c '^\$\$\$\$' again.sdf)" = 5 ] || fail "SD file without hits.sdf.gz"

# --- groups
hits --diverse 7 -o picks.csv && [ "$(tail -n +2 picks.csv | wc -l)" = 7 ] && [ "$(sed -n 2p picks.csv)" = "$(sed -n 2p run/hits.csv)" ] || fail "--diverse"
hits --per-scaffold 1 -o scaffolds.csv && [ "$(tail -n +2 scaffolds.csv | wc -l)" -lt 45 ] || fail "--per-scaffold"
hits --cluster --cluster-similarity 0.4 -o clusters.csv || fail "--cluster"
python3 - <<'PYTHON' || fail "clusters are none"
import collections, csv
rows = list(csv.DictReader(open("clusters.csv")))
sizes = collections.Counter(r["cluster"] for r in rows)
assert all(sizes[r["cluster"]] == int(r["cluster_size"]) for r in rows) and max(sizes.values()) > 1
assert sum(int(r["cluster_centre"]) for r in rows) == len(sizes)
PYTHON

# --- stories
explain() { "$program" explain run "$@" >stdout 2>stderr; }
explain "$(sed -n 2p run/hits.csv | cut -d, -f2)" && grep -q ': hit 1 of ' stdout && grep -q 'similarity: passed; place ' stdout || fail "the story of the best hit"
explain broken && grep -q '^broken: not a candidate: its record was rejected$' stdout && grep -q 'library.smi:401: bad_smiles (prepare)' stdout || fail "the story of a broken record"
explain same-1 && grep -q 'duplicate (prepare): same compound as N1' stdout || fail "the story of a duplicate"
explain tacrine && grep -q '^tacrine: passed every stage, but is not listed: ' stdout || fail "the story of a query"
dropped=$(python3 -c 'import csv; print(next(r["compound_id"] for r in csv.DictReader(open("run/rejects.csv")) if r["stage"] == "filter"))')
explain "$dropped" && grep -qE "^$dropped: dropped by filter: mw_g_mol .* (below 100|above 400)\$" stdout || fail "the story of a dropped compound"
# Every compound stands where the run put it: the places of a stage are 1 to n, and the cut falls where the funnel says.
for i in $(seq 1 12 400); do "$program" explain run N$i --json 2>/dev/null; echo ,; done | python3 -c '
import json, sqlite3, sys
standings = {row[0]: row[1:] for row in sqlite3.connect("file:run/results.sqlite?mode=ro", uri=True).execute(
    "SELECT compound_id, stage_score, stage_place, scored, kept, cut_score FROM standings_of_hits")}
stories = json.loads("[" + sys.stdin.read().replace("\n,\n,", "\n,").strip().strip(",") + "]")
seen, outcomes = set(), set()
for story in stories:
    outcomes.add(story["outcome"])
    for stage in story.get("stages", []):
        if "place" not in stage: continue
        if story["outcome"] == "hit": assert standings.pop(story["id"]) == tuple(stage[k] for k in ("score", "place", "of", "kept", "cut")), stage
        assert stage["kept"] == 50 and 1 <= stage["place"] <= stage["of"] and stage["place"] not in seen, stage
        seen.add(stage["place"])
        assert (stage["outcome"] == "passed") == (stage["place"] <= 50) == (story["outcome"] in ("hit", "query_or_beyond")), story
        assert (stage["score"] >= stage["cut"]) == (stage["place"] <= 50), stage
assert {"hit", "below_cut", "dropped"} <= outcomes, outcomes' || fail "stories differ from the run"
explain N40x; [ $? = 2 ] && grep -q "^error: no compound or record of this run has the ID 'N40x'; hint: did you mean 'N40" stderr || fail "an unknown ID"
rm -r run/journal
explain N1 >stdout && grep -q "the run's journal is gone" stdout || fail "a story without the journal"

[ $failures = 0 ] && echo "hits and explain: as they should be"
exit $failures
