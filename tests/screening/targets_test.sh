#!/bin/bash
# digitalis targets as a user meets it: the demo's tables give weights, a refused table ends with 3 and shows nothing of itself.
#   targets_test.sh DIGITALIS DEMO_FOLDER
set -u
digitalis=$1 demo=$2
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0
failed() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }
# expect CODE ARGUMENTS...: runs the verb, keeps what it said in out and err.
expect() {
  local wanted=$1 code; shift
  "$digitalis" targets "$@" >out 2>err; code=$?
  [ $code = "$wanted" ] || { failed "targets $*: exit code $code instead of $wanted"; cat err >&2; }
}
weights=("$demo/outcomes.csv" --map "$demo/disease_map.csv" --evidence "$demo/evidence.tsv" --seed 7)

expect 0 "$demo/outcomes.csv"
grep -q ': pass, table_id ons_deaths_england_2019, sha256 ' out || failed "the demo's table does not pass"

expect 0 "${weights[@]}"
grep -q '^What each table contributes' out || failed "no word of what the table contributes"
expect 0 "${weights[@]}" --csv
grep -q '^kind,id,weight,weight_low95,weight_high95,p_top,leading_disease,leading_share,weight_neutral$' out || failed "another head of the CSV"
grep -q '^target,ACHE,.*,dementia,1.000,' out || failed "dementia does not lead for acetylcholinesterase"
cp out first
expect 0 "${weights[@]}" --csv
cmp -s first out || failed "the same request gave other bytes"
${MPIEXEC:-mpirun} -n 2 "$digitalis" targets "${weights[@]}" --csv >out 2>err || failed "two ranks: $(cat err)"
cmp -s first out || failed "two ranks gave other bytes"
expect 0 "${weights[@]}" --json
python3 -c 'import json, sys; d = json.load(open("out")); assert d["verdict"] == "pass" and abs(sum(x["weight"] for x in d["diseases"]) - 1) < 1e-9' ||
  failed "the JSON is not what it should be"

# A number of a person, planted in a note, and a small count.
cp "$demo/outcomes.meta.json" planted.meta.json
sed 's/630,persons,.*/6,persons,seen 943 476 5919/' "$demo/outcomes.csv" >planted.csv
expect 3 planted.csv
for code in E-ROWLEVEL E-DIGEST E-SMALL; do grep -q "^error: $code planted.csv" err || failed "no $code"; done
grep -q '943' out err && failed "a planted number is shown"
expect 3 planted.csv --json
grep -q '"verdict": "fail"' out || failed "the JSON does not say fail"
grep -q '943' out err && failed "a planted number is shown in the JSON"

expect 2 "$demo/outcomes.csv" --map "$demo/disease_map.csv"
grep -q '^error: weights of targets need both --map and --evidence' err || failed "says: $(cat err)"
expect 2 "${weights[@]}" --lambda 2
grep -q '^error: weights: lambda is a share, from 0 to 1$' err || failed "says: $(cat err)"
expect 2 missing.csv
expect 2
sed '/^epilepsy/d' "$demo/disease_map.csv" >map.csv
expect 3 "$demo/outcomes.csv" --map map.csv --evidence "$demo/evidence.tsv"
grep -q '^error: E-MAP ' err || failed "a disease is lost silently"

# Under an agreement the gate answers, and the site's log has it.
export DIGITALIS_SITE=$PWD/site.toml
printf '[governance]\naudit_log = "audit.jsonl"\n' >site.toml
agreement() { sed -e "s/\"valid_to\": \"[^\"]*\"/\"valid_to\": \"$(date -u -d "$1" +%F)\"/" \
  -e "s/\"valid_from\": \"[^\"]*\"/\"valid_from\": \"$(date -u -d "$1 - 7 days" +%F)\"/" "$demo/open_data.json"; }
agreement tomorrow >valid.json
agreement yesterday >ended.json
expect 0 "${weights[@]}" --agreement valid.json --csv
cmp -s first out || failed "an agreement changed the weights"
grep -q "^allowed at check under agreement 'open-data-demo'; audit log head 2 " err || failed "says: $(cat err)"
expect 3 "${weights[@]}" --agreement ended.json
grep -q '^error: G-TIME: ' err || failed "an agreement that has ended: $(cat err)"
[ -s out ] && failed "weights in spite of a refusal"
expect 3 "${weights[@]}" --agreement ended.json --json
python3 -c 'import json; d = json.load(open("out")); assert d["verdict"] == "fail" and d["gate"]["findings"][0]["code"] == "G-TIME" and "targets" not in d' ||
  failed "the JSON does not have the gate's answer"
expect 3 "${weights[@]}" --agreement missing.json
grep -q '^error: G-NONE: ' err || failed "an agreement that is not there: $(cat err)"
expect 3 planted.csv --agreement valid.json
[ "$(grep -o '"event":"[a-z.]*"' audit.jsonl | uniq | cut -d '"' -f 4 | tr '\n' ' ')" = \
  'table.accepted gate.allow table.accepted agreement.change gate.deny table.accepted agreement.change gate.deny table.accepted gate.deny table.refused ' ] ||
  failed "on record: $(grep -o '"event":"[a-z.]*"' audit.jsonl)"

[ $failures = 0 ] && echo "the demo's tables give weights, and what is refused shows nothing of itself"
exit $((failures > 0))
