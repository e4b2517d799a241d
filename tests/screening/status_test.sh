#!/bin/bash
# status_test.sh PROGRAM: estimate, status and budget as a user and a job script meet them: before a run, after one that its budget
# stopped, after a kill, after the end.
set -u
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
unset SLURM_JOB_ID
fail() { echo "FAILED: $*" >&2; cat stderr >&2; exit 1; }
# said KEY: a field of `status --json`, as python writes it
said() { "$program" status run --json | python3 -c "import json, sys; s = json.load(sys.stdin); print($1)"; }
resumable() { "$program" status run --resumable >stdout 2>stderr; local code=$?; [ -s stdout ] && fail "--resumable prints"; return $code; }
screen() { "$program" screen c.toml --out run -q -t 1 "$@" >stdout 2>stderr; code=$?; }

awk '{ print $1, "N" $2 }' "${RDKIT_SHARE:-/usr/share/RDKit}/Data/NCI/first_5K.smi" | head -1000 >base.smi
cp base.smi library.smi
for i in 2 3 4 5; do sed "s/ N/ M$i/" base.smi | awk -v n=$i '{ for (k = 1; k < n; ++k) $1 = "C" $1; print }'; done >>library.smi
cat >c.toml <<TOML
[campaign]
name = "c"
[library]
files = ["library.smi"]
[[targets]]
name = "T"
actives = ["OC1CCNC(F)C1"]
[[stages]]
kind = "similarity"
keep = 0.5
TOML

"$program" status run >stdout 2>stderr && fail "status of no run"
grep -q '^error: run: not a run directory' stderr || fail "status of no run says something else"
resumable && fail "no run is resumable"

"$program" estimate c.toml --sample 500 --out run -t 1 --cores-per-node 1 >stdout 2>stderr || fail "estimate"
grep -q '^prepare  *5,000  *500 ' stdout || { cat stdout; fail "estimate shows no preparation of 5,000"; }
"$program" estimate c.toml --sample 500 --seed 2 -t 1 --json | python3 -c 'import json, sys
e = json.load(sys.stdin)
assert e["records"] == 5000 and e["stages"][1]["name"] == "similarity", e
assert 0 < e["core_h"]["low"] < e["core_h"]["mid"] < e["core_h"]["high"], e' || fail "estimate --json"
[ "$(said "s['estimate']['records']")" = 5000 ] || fail "the estimate is not in the run"
resumable && fail "a run that never began is resumable"

screen --budget-core-h 0.0000001
[ $code = 75 ] || fail "a spent budget ends with $code"
grep -q 'run: stopped, its budget of .* core-hours is reached (.* used in 1 start); left: .*; hint: the same command with a higher --budget-core-h goes on' stderr ||
  fail "a spent budget says something else"
[ "$(said "s['state'], s['attempts'][0]['end']")" = "budget budget" ] || fail "the state is not budget"
resumable && fail "a run whose budget is spent is resumable"
for again in "" "--budget-core-h 0.0000002"; do
  screen $again
  [ $code = 2 ] || fail "a second start with the budget spent ends with $code"
  grep -q '^error: run: its budget of .* core-hours is spent' stderr || fail "the refusal says something else"
done

"$program" screen c.toml --out run -q -t 1 --budget-core-h 100 >stdout 2>stderr &
started=$!
until [ "$(said "s['state']" 2>/dev/null)" = running ]; do kill -0 $started || fail "over before it was seen running"; sleep 0.05; done
resumable && fail "a run in work is resumable"
kill -9 $started; wait $started 2>/dev/null
[ "$(said "s['state']")" = killed ] || fail "the state of a killed run is $(said "s['state']")"
resumable || fail "a killed run is not resumable"

screen --budget-core-h 100
[ $code = 0 ] || fail "the resumed run ends with $code"
[ "$(said "s['state'], [a['end'] for a in s['attempts']], s['stages'][0]['items']")" = "finished ['budget', 'killed', 'finished'] 5000" ] ||
  fail "the finished run's attempts are $(said "s['state'], [a['end'] for a in s['attempts']], s['stages'][0]['items']")"
[ "$(said "s['estimate_against_used']['core_h']['used'] > 0")" = True ] || fail "no comparison with the estimate"
resumable && fail "a finished run is resumable"
"$program" status run | grep -q '^core-hours .* used of a budget of 100, .* left; estimated ' || fail "status in words"
# submit measures a small sample first, once for a run, and compares the budget with it. Slurm's part is played by scripts.
mkdir slurm
printf '#!/bin/sh\necho 4711\n' >slurm/sbatch
printf '#!/bin/sh\n' >slurm/squeue
chmod +x slurm/*
submit() { PATH=$scratch/slurm:$PATH "$program" submit c.toml --cpus-per-task 1 "$@" >stdout 2>stderr; code=$?; }
submit --out queued --budget-core-h 0.00000001
[ $code = 0 ] || fail "submit ends with $code"
grep -q '^  estimated: [0-9.]* ([0-9.]* to [0-9.]*) core-hours$' stdout || { cat stdout; fail "submit does not estimate"; }
grep -q "^warning: the run may need up to [0-9.]* core-hours, its budget is " stderr || fail "no warning of a budget that will not do"
cp queued/status.json before.json
submit --out queued --budget-core-h 100
[ $code = 0 ] && [ ! -s stderr ] || fail "a budget that will do is warned of"
python3 -c 'import json
assert json.load(open("before.json"))["estimate"] == json.load(open("queued/status.json"))["estimate"]' || fail "measured again"
submit --out unmeasured --no-estimate
[ $code = 0 ] && grep -q '^  not estimated; ' stdout || fail "--no-estimate measures"
if [ "$(id -u)" = 0 ] && getent group games >/dev/null; then
  printf '[walls.project_groups]\naurora = "games"\n' >site.toml
  sed 's/^name = "c"/name = "c"\nproject = "aurora"/' c.toml >c2.toml && mv c2.toml c.toml
  DIGITALIS_SITE=$PWD/site.toml submit --out shared
  [ $code = 0 ] || fail "submit for a project ends with $code"
  wrong=$(find shared ! -group games; find shared -perm /027; find shared ! -perm -040; find shared -type d ! -perm -2050)
  [ -z "$wrong" ] || fail "the project's group cannot read what submit wrote, or others can: $wrong"
fi

echo "estimate, status and budget: as they should be"
