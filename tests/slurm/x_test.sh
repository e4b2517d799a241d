#!/bin/bash
# time_limit_test.sh PROGRAM: a run that needs longer than its job may last stops in order before the limit and requeues itself, until it is
# finished; and one that has used its budget of core-hours stops and does not. The same of arrays.
. "$(dirname "$0")/common.sh"
library "$scratch" 2
DOCK=${DOCK:-1500} reference
cluster_up 2

# array_finishes WHAT: all tasks of $job come to their ends, with the results that they must have.
array_finishes() {
  until_true 240 all_ended || fail "$1: $(on_head squeue --noheader --states=all --format='%i %T %r')"
  same_results "$undisturbed" "$run" "$1"
  echo "$1: the same bytes"
}
submit array-budget --array 2 --budget-core-h 0.002
until_true 120 all_ended || fail "an array that has used its budget does not end"
[ ! -e "$run/hits.csv" ] || fail "finished within its budget"
digitalis status "$run" | grep -q '^state  *budget' || fail "status: $(digitalis status "$run")"
digitalis resume "$run" --array 2 2>&1 | grep -q 'budget' || fail "an array that has used its budget was resumed"
digitalis resume "$run" --array 2 --budget-core-h 100 >"$scratch/said" || fail "resume with a higher budget"
array_finishes "an array stopped by its budget, resumed with a higher one"
