#!/bin/bash
# An exception in one chunk ends all ranks at once, says so once, and the next run resumes.
. "$(dirname "$0")/common.sh"
chunks=100
"$toy_program" "$scratch/undisturbed" --chunks $chunks || fail "undisturbed"
for ranks in 1 3; do
  dir=$scratch/$ranks
  timeout 60 "${MPIEXEC:-mpirun}" --oversubscribe -n $ranks "$toy_program" "$dir" --chunks $chunks --threads 2 \
    --work-us 1000 --throw-at 50 2>"$scratch/stderr"
  code=$?
  [ $code = 1 ] || fail "exit code $code instead of 1"
  [ "$(grep -c '^rank [0-9]*: chunk is bewitched$' "$scratch/stderr")" = 1 ] || { cat "$scratch/stderr"; fail "the reason is not said once"; }
  toy "$dir" $ranks --chunks $chunks --threads 2 || fail "resuming ended with $?"
  same "$scratch/undisturbed/result" "$dir/result" "resumed after an exception on $ranks ranks"
done
