#!/bin/bash
# outcomes_test.sh PROGRAM DEMO: a campaign whose targets are weighed by outcome tables, and what refuses it.
set -u
program=$1 demo=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset DIGITALIS_SITE
fail() { echo "FAILED: $1"; exit 1; }

# The demo's tables and evidence; a smaller library. The dates of its agreement must not decide what is tested here.
cp "$demo"/{outcomes.csv,outcomes.meta.json,prevalence.csv,prevalence.meta.json,disease_map.csv,evidence.tsv,open_data.json,inhibitors_ache.smi} "$scratch"
cp /usr/share/RDKit/Contrib/PBF/testData/egfr.sdf "$scratch"
head -400 /usr/share/RDKit/Data/NCI/first_5K.smi >"$scratch/library.smi"
cd "$scratch" || exit 1
day() { date -u -d "$1" +%F; }
agreement() {  # FROM TO FILE
  sed -e "s/\"valid_from\": \"[^\"]*\"/\"valid_from\": \"$(day "$1")\"/" -e "s/\"valid_to\": \"[^\"]*\"/\"valid_to\": \"$(day "$2")\"/" \
    "$demo/open_data.json" >"$3"
}
campaign() {  # AGREEMENT
  local line=
  [ -n "$1" ] && line="agreement = \"$1\""
  cat <<CAMPAIGN
[campaign]
name = "weighed"
seed = 3
[library]
files = ["library.smi", "egfr.sdf", "inhibitors_ache.smi"]
[outcomes]
tables = ["outcomes.csv", "prevalence.csv"]
disease_map = "disease_map.csv"
evidence = ["evidence.tsv"]
$line
[[targets]]
name = "EGFR"
actives = ["egfr.sdf"]
hold_back = 0.5
[[targets]]
name = "ACHE"
actives = ["inhibitors_ache.smi"]
hold_back = 0.5
[ranking]
consensus = "weighted"
CAMPAIGN
}
agreement yesterday 'next month' valid.json
agreement '3 days ago' yesterday ended.json
campaign valid.json >campaign.toml
ends_with() { local want=$1 what=$2; shift 2; "$@" >out 2>err; code=$?; [ $code -eq "$want" ] || { cat out err; fail "$what: exit code $code, not $want"; }; }
says() { grep -qF "$1" out err || { cat out err; fail "nothing says: $1"; }; }

# Allowed: weights move the ranking, the same on one rank and two, and are on record.
ends_with 0 "check" "$program" check campaign.toml
says 'EGFR: weight 0.8'
ends_with 0 "one rank" "$program" screen campaign.toml --out one -q
says 'Targets, weighed by outcome tables'
says 'if all diseases weighed the same'
ends_with 0 "two ranks" mpirun -n 2 "$program" screen campaign.toml --out two -q --threads 2
for file in hits.csv rejects.csv hits.sdf.gz; do cmp one/$file two/$file || fail "$file differs between one rank and two"; done
head -1 one/hits.csv | grep -q ',place_equal_diseases,score_low_95,score_high_95,p_among_best$' || fail "hits.csv does not say what the tables did"
python3 - <<'PYTHON' || fail "manifest.json does not say what the tables did"
import json
results = json.load(open("one/manifest.json"))["results"]
outcomes = results["outcomes"]
assert results["nhs_informed"] is True
assert abs(sum(t["mean"] for t in outcomes["targets"]) - 1) < 1e-9
assert [o["name"] for o in outcomes["others"]] == ["equal diseases", "without ons_deaths_england_2019", "without qof_prevalence_england_2019_20"]
assert 0 < outcomes["others"][0]["influence"] <= 1
for disease in outcomes["diseases"]:
    assert disease["interval_95"][0] <= disease["mean"] <= disease["interval_95"][1]
PYTHON
ends_with 0 "the log" "$program" audit verify one
says 'the weights were derived again from the run'
for event in table.accepted gate.allow weights.computed run.start run.end; do
  grep -q "\"event\":\"$event\"" one/audit.jsonl || fail "no $event on record"
done
grep -rqE '61303|115536|474161|1889140' one/audit.jsonl one/run.log one/manifest.json one/hits.csv && fail "a cell of the table is in a file of the run"
ends_with 0 "hits" "$program" hits one --top 1
grep -q '"event":"export"' one/audit.jsonl || fail "results left without a record"

# Weights that the tables do not give; tables that are not where they were.
cp -r one forged
python3 - <<'PYTHON'
import json
manifest = json.load(open("forged/manifest.json"))
manifest["results"]["outcomes"]["targets"][0]["mean"] += 0.001
json.dump(manifest, open("forged/manifest.json", "w"))
PYTHON
ends_with 1 "forged weights" "$program" audit verify forged
says "CHANGED: manifest.json: targets, ACHE: not what the run's tables, evidence and settings give"
mv evidence.tsv elsewhere.tsv
ends_with 0 "no evidence any more" "$program" audit verify one
says "the weights were not derived again: $PWD/evidence.tsv cannot be read"
mv elsewhere.tsv evidence.tsv

# The agreement ends while the job waits, or before its results leave.
cp valid.json agreement.json
campaign agreement.json >campaign.toml
ends_with 0 "check before the end" "$program" check campaign.toml
cp ended.json agreement.json
ends_with 3 "start after the end" "$program" screen campaign.toml --out late -q
says 'G-TIME'
ls late | grep -qvE '^(audit\.jsonl.*|campaign\.toml|manifest\.json|journal|status\.json|run\.log)$' && fail "something was computed in spite of the refusal: $(ls late)"
grep -q '"event":"gate.deny"' late/audit.jsonl || fail "the refusal is not on record"
cp valid.json agreement.json
ends_with 0 "start after renewal" "$program" screen campaign.toml --out late -q
cp ended.json agreement.json
ends_with 3 "export after the end" "$program" hits late
says 'G-TIME'
ends_with 3 "a compound's story after the end" "$program" explain late any
ends_with 3 "report after the end" "$program" report late

# No agreement; a table that is not what was agreed on; a weight given twice.
campaign "" >none.toml
ends_with 3 "no agreement" "$program" check none.toml
says 'G-NONE'
cp valid.json agreement.json
sed -i 's/^cancer,\(.*\),115536,/cancer,\1,5,/' outcomes.csv
ends_with 3 "a changed table" mpirun -n 2 "$program" screen campaign.toml --out changed -q
says 'E-DIGEST'
[ "$(grep -c E-SMALL err)" -eq 1 ] || { cat err; fail "every rank says the same"; }
grep -q '"event":"table.refused"' changed/audit.jsonl || fail "the refused table is not on record"
cp "$demo/outcomes.csv" .
sed 's/^name = "EGFR"/name = "EGFR"\nweight = 2.0/' campaign.toml >twice.toml
ends_with 2 "a weight beside [outcomes]" "$program" check twice.toml
says 'weights of targets come from [outcomes] here'
# Two tables, each in order for itself, that differ by four people: the site remembers the first.
table() {  # COUNT ID
  sed "s/^cancer,\(.*\),115536,/cancer,\1,$1,/" "$demo/outcomes.csv" >"$2.csv"
  python3 - "$demo/outcomes.meta.json" "$2" <<'PYTHON'
import hashlib, json, sys
meta = json.load(open(sys.argv[1]))
meta["table_id"] = sys.argv[2]
meta["sha256"] = hashlib.sha256(open(sys.argv[2] + ".csv", "rb").read()).hexdigest()
meta["sdc"].update(profile="custom", round_base=1, national_exempt=False)
meta["sdc"].pop("midpoint6", None)
json.dump(meta, open(sys.argv[2] + ".meta.json", "w"))
agreement = json.load(open("valid.json"))
agreement["datasets"] = [{"table_id": sys.argv[2], "sha256": meta["sha256"], "licence": "OGL-UK-3.0"}]
json.dump(agreement, open(sys.argv[2] + ".json", "w"))
PYTHON
  campaign "$2.json" | sed "s/\"outcomes.csv\", \"prevalence.csv\"/\"$2.csv\"/" >"$2.toml"
}
table 115536 first
table 115540 second
mkdir -m 2770 accepted
printf '[governance]\naccepted_tables = "accepted"\n' >site.toml
export DIGITALIS_SITE=$PWD/site.toml
ends_with 0 "the second table, checked alone" "$program" check second.toml
ends_with 0 "the first table" "$program" screen first.toml --out first -q
ends_with 0 "the first table again" "$program" check first.toml
ends_with 3 "the second table after it" "$program" screen second.toml --out second -q
says "E-DIFF "
says "second.csv:2: a count that differs from a count of table 'first' by a group under 8"
ends_with 3 "the second table, checked" "$program" check second.toml
kept=$(ls accepted)
[ "$kept" = "$(printf '%s.json\nlock' "$(sha256sum first.csv | cut -d ' ' -f 1)" | sort)" ] || fail "kept: $kept"
[ -z "$(find accepted -perm /007)" ] || fail "others may read what is kept"
chmod o+rx accepted
ends_with 2 "a folder for everybody" "$program" check first.toml
says 'everybody may look into it'

echo "a campaign weighed by outcome tables is the same on one rank and two, on record, and refused without an agreement in force"
