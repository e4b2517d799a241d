#!/bin/bash
# array_test.sh PROGRAM: a campaign as an array of four tasks of one node each, that share its run directory and no MPI: undisturbed; with a
# task cancelled and one requeued; with a node powered off; cancelled and resumed with fewer tasks. Each gives the bytes of one process.
. "$(dirname "$0")/common.sh"
NCI_LINES=3000 library "$scratch" 2
DOCK=160 reference
cluster_up 4
# A task a node, as where nodes are given out whole.
printf '[slurm]\nsbatch = ["--exclusive"]\n' >"$scratch/site.toml"
export DIGITALIS_SITE=$scratch/site.toml

digitalis submit "$scratch/rank.toml" --out "$scratch/dry" --array 3 --dry-run >"$scratch/script" 2>/dev/null
grep -q '^#SBATCH --array=1-3$' "$scratch/script" || fail "the script of a dry run is not for an array"
grep -q '@[A-Z_]*@' "$scratch/script" && fail "the script holds words that were not filled in"
if command -v shellcheck >/dev/null; then shellcheck "$scratch/script" || fail "shellcheck finds fault with the script"; fi

slurm_jobs() { python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["slurm_jobs"]))' "$run/status.json"; }
processes() { grep -c 'process [0-9]* of those that share this run' "$run/run.log"; }
# of_array WHAT: the array comes to its end with the results it must have, and leaves few files; tasks may have been cancelled.
of_array() {
  local frames files
  until_true 300 all_ended || fail "$1: $(on_head squeue --noheader --states=all --format='%i %T %r')"
  grep -q '"results"' "$run/manifest.json" || fail "$1: the run is not finished"
  same_results "$undisturbed" "$run" "$1"
  [ ! -e "$run/claims" ] || fail "$1: claims are left: $(find "$run/claims")"
  files=$(find "$run" -type f ! -name '*.log' | wc -l)
  [ "$files" -le $(($(processes) + 20)) ] || fail "$1: $files files after $(processes) processes"
  frames=$(python3 "$here/../faults/journal_frames.py" "$run/journal")
  echo "$1: the same bytes; $(processes) processes, ${frames% *} chunks in the journal, ${frames#* } of them done twice; $files files"
}
tasks_running() { [ "$(on_head squeue --noheader --array --states=R --jobs="$job" --format=%i | wc -l)" -ge "$1" ]; }
# The node of a task, and the task of a node.
node_of() { on_head squeue --noheader --jobs="$1" --format=%N; }

submit array --array 4
[ "$(on_head squeue --noheader --array --jobs="$job" --format=%i | wc -l)" = 4 ] || fail "not four tasks"
digitalis resume "$run" 2>&1 | grep -q 'of this run is ' || fail "a second job was given the same run"
until_true 120 tasks_running 4 || fail "the tasks do not run together"
says_running() { digitalis status "$run" | grep -q '^state  *running'; }
until_true 60 says_running || fail "status: $(digitalis status "$run")"
of_array "array of 4"
[ "$(slurm_jobs)" = 2 ] || fail "the status notes $(slurm_jobs) jobs instead of the array and the one that prepared for it"
digitalis submit "$scratch/rank.toml" --out "$run" --array 4 2>/dev/null | grep -q 'already finished; nothing was submitted$' || fail "a finished run was submitted again"

submit disturbed --array 4
until_true 120 tasks_running 4 || fail "the tasks do not run together"
in_the_middle dock
on_head scancel "${job}_2"
on_head scontrol requeue "${job}_3"
of_array "one task cancelled, one requeued"

submit lost-node --array 4
until_true 120 tasks_running 4 || fail "the tasks do not run together"
in_the_middle dock
power_off n3
of_array "n3 powered off"
start_node n3
until_true 60 all_idle || cluster_fails "n3 does not come back"

submit cancelled --array 4
until_true 120 tasks_running 4 || fail "the tasks do not run together"
in_the_middle dock
digitalis cancel "$run" >/dev/null || fail "cancel"
until_true 120 all_ended || fail "a cancelled array does not end"
[ ! -e "$run/hits.csv" ] || fail "cancelled too late to show anything"
digitalis resume "$run" --array 2 >"$scratch/said" || fail "resume"
job=$(sed -n 's/^submitted job \([0-9]*\)$/\1/p' "$scratch/said")
of_array "cancelled, resumed as two tasks"
