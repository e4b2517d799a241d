#!/bin/bash
# submit_test.sh PROGRAM: a campaign that is submitted to a cluster of four nodes gives, on one, two and four of them, the bytes that one
# process alone gives; what submit writes, says and refuses.
. "$(dirname "$0")/common.sh"
NCI_LINES=1500 library "$scratch" 2
DOCK=60 reference
cluster_up 4

digitalis submit "$scratch/rank.toml" --out "$scratch/dry" --nodes 3 --time 2-00:00:00 --partition low --dry-run >"$scratch/script" 2>/dev/null
grep -q '^#SBATCH --nodes=3$' "$scratch/script" && grep -q '^#SBATCH --partition=low$' "$scratch/script" &&
  grep -q '^#SBATCH --time=2-00:00:00$' "$scratch/script" || fail "the script of a dry run is not what was asked for"
grep -q '@[A-Z_]*@' "$scratch/script" && fail "the script holds words that were not filled in"
[ ! -e "$scratch/dry" ] || fail "a dry run made a run directory"
bash -n "$scratch/script" || fail "the script is not one"
if command -v shellcheck >/dev/null; then shellcheck "$scratch/script" || fail "shellcheck finds fault with the script"; fi

# refuses MESSAGE ARGUMENT...: exit code 2, nothing is submitted
refuses() {
  local message=$1 code
  shift
  digitalis "$@" >"$scratch/said" 2>"$scratch/complaints"
  code=$?
  [ $code = 2 ] && grep -qF -- "$message" "$scratch/complaints" || { cat "$scratch/complaints" >&2; fail "$*: exit code $code, or another message"; }
  [ -z "$(on_head squeue --noheader)" ] || fail "$*: something was submitted"
}
run=$scratch/refused
refuses '--array: each task has one node; hint: --array N without --nodes, or --nodes N for one job over MPI' submit "$scratch/rank.toml" --out "$run" --array 8 --nodes 2
refuses '--array: each task is one process; hint: more tasks with fewer --cpus-per-task instead of --ranks-per-node' submit "$scratch/rank.toml" --out "$run" --array 8 --ranks-per-node 2
sed 's/consensus = .*/consensus = "best"/' "$scratch/rank.toml" >"$scratch/wrong.toml"
refuses 'wrong.toml:' submit "$scratch/wrong.toml" --out "$run"
[ ! -e "$run" ] || fail "a campaign that is refused left a run directory"
refuses 'sbatch refused the job: sbatch: error: invalid partition specified: nowhere' submit "$scratch/rank.toml" --out "$run" --partition nowhere
[ "$(stat -c %a "$run")" = 700 ] && [ "$(stat -c %a "$run/job.sbatch")" = 600 ] || fail "others may look into the run directory"
refuses 'no job of this run waits or runs' cancel "$run"

for nodes in 1 2 4; do
  submit "on-$nodes" --nodes $nodes
  [ "$(on_head squeue --noheader --jobs="$job" --format=%j)" = faults ] || fail "squeue shows another name than the campaign's"
  digitalis resume "$run" 2>&1 | grep -q "job $job of this run is " || fail "a second job was given the same run"
  finishes "on $nodes nodes"
  grep -q "$nodes ranks x 1 threads" "$run/run.log" || fail "not one rank a node: $(grep start: "$run/run.log")"
  digitalis submit "$scratch/rank.toml" --out "$run" 2>/dev/null | grep -q 'already finished; nothing was submitted$' || fail "a finished run was submitted again"
done

fail_next_step
submit not-begun --nodes 2
finishes "with a first step that could not be launched"
grep -q ' start 2 on ' "$run"/*.log || fail "the first step was launched after all"

# mpirun instead of srun, for sites without PMIx; two ranks a node.
printf '[slurm]\nlauncher = "mpirun"\nranks_per_node = 2\n' >"$scratch/site.toml"
DIGITALIS_SITE=$scratch/site.toml submit mpirun --nodes 2
finishes "with mpirun on 2 nodes, 2 ranks each"
grep -q "4 ranks x 1 threads" "$run/run.log" || fail "not two ranks a node: $(grep start: "$run/run.log")"
