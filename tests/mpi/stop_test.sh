#!/bin/bash
# A stop request ends the run with exit code 75 and everything finished on disk, whichever rank it reaches.
. "$(dirname "$0")/common.sh"
chunks=300
"$toy_program" "$scratch/undisturbed" --chunks $chunks || fail "undisturbed"

# SIGUSR1 through the launcher to all ranks, to rank 0 alone, to the last rank alone; the same for SIGTERM to the ranks.
for signal in USR1 TERM; do
  for target in all first last; do
    dir=$scratch/$signal-$target
    start_toy "$dir" 3 --chunks $chunks --threads 2 --work-us 30000
    for attempt in $(seq 100); do [ "$(started "$dir")" -ge 12 ] && break; sleep 0.05; done
    ranks=$(ranks_in "$dir" | sort -n)
    case $target in
      all) if [ $signal = USR1 ]; then kill -USR1 $launcher; else kill -TERM $ranks; fi ;;
      first) kill -$signal $(echo "$ranks" | head -1) ;;
      last) kill -$signal $(echo "$ranks" | tail -1) ;;
    esac
    wait $launcher
    code=$?
    [ $code = 75 ] || { cat "$scratch/stderr"; fail "$signal to $target: exit code $code instead of 75"; }
    [ -e "$dir/result" ] && fail "$signal to $target: a result before the end"
    before=$(started "$dir")
    [ "$before" -lt $chunks ] || fail "$signal to $target: did not stop early"
    toy "$dir" 2 --chunks $chunks --threads 1 || fail "$signal to $target: resuming ended with $?"
    same "$scratch/undisturbed/result" "$dir/result" "$signal to $target"
    redone=$(($(started "$dir") - chunks))
    allowed=0
    [ $signal = TERM ] && allowed=6  # threads of three ranks
    echo "$signal to $target: stopped after $before chunks began, $redone redone"
    [ $redone -le $allowed ] || fail "$signal to $target: $redone chunks were redone instead of at most $allowed"
  done
done
