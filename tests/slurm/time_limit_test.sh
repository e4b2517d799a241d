#!/bin/bash
# time_limit_test.sh PROGRAM: a run that needs longer than its job may last stops in order before the limit and requeues itself, until it is
# finished; and one that has used its budget of core-hours stops and does not. The same of arrays.
. "$(dirname "$0")/common.sh"
library "$scratch" 2
DOCK=${DOCK:-1500} reference
cluster_up 2

# Slurm looks at its clock twice a minute, and takes no limit below one: so USR1 comes at its first look.
printf '[slurm]\nsbatch = ["--signal=B:USR1@59"]\n' >"$scratch/site.toml"
has_requeued_itself() { grep -q 'requeued: it goes on when Slurm finds' "$run"/*-*.log; }
stops_in_order() {
  until_true 180 has_requeued_itself || fail "it did not requeue itself"
  grep -q 'stopped on request' "$run/run.log" || fail "it did not stop in order"
}
DIGITALIS_SITE=$scratch/site.toml limit=1:00 submit limited --nodes 1
stops_in_order
on_head scontrol update JobId="$job" TimeLimit=30:00  # what is left need not wait for the clock
finishes "stopped for its time limit of a minute"

submit budget --nodes 2 --budget-core-h 0.001
until_true 120 has_ended || fail "a run that has used its budget does not end"
[ ! -e "$run/hits.csv" ] || fail "finished within its budget"
digitalis resume "$run" 2>&1 | grep -q 'budget' || fail "a run that has used its budget was resumed"
digitalis resume "$run" --budget-core-h 100 >"$scratch/said" || fail "resume with a higher budget"
job=$(sed -n 's/^submitted job \([0-9]*\)$/\1/p' "$scratch/said")
finishes "stopped by its budget, resumed with a higher one"

# array_finishes WHAT: all tasks of $job come to their ends, with the results that they must have.
array_finishes() {
  until_true 240 all_ended || fail "$1: $(on_head squeue --noheader --states=all --format='%i %T %r')"
  same_results "$undisturbed" "$run" "$1"
  echo "$1: the same bytes"
}
DIGITALIS_SITE=$scratch/site.toml limit=1:00 submit array-limited --array 1
stops_in_order
on_head scontrol update JobId="$job" TimeLimit=30:00
array_finishes "an array's task stopped for its time limit of a minute"

submit array-budget --array 2 --budget-core-h 0.002
until_true 120 all_ended || fail "an array that has used its budget does not end"
[ ! -e "$run/hits.csv" ] || fail "finished within its budget"
digitalis status "$run" | grep -q '^state  *budget' || fail "status: $(digitalis status "$run")"
digitalis resume "$run" --array 2 2>&1 | grep -q 'budget' || fail "an array that has used its budget was resumed"
digitalis resume "$run" --array 2 --budget-core-h 100 >"$scratch/said" || fail "resume with a higher budget"
array_finishes "an array stopped by its budget, resumed with a higher one"
