#!/bin/bash
# All ranks are killed at random moments, again and again; the run that is started after it on another number of ranks
# goes on, gives the bytes of an undisturbed run, and redoes no more than what was in flight.
. "$(dirname "$0")/common.sh"
rounds=${ROUNDS:-8}
chunks=400

"$toy_program" "$scratch/undisturbed" --chunks $chunks --stream || fail "undisturbed"
dir=$scratch/killed
threads=2
in_flight=0
kills=0
for round in $(seq "$rounds"); do
  ranks=$((1 + round % 4))
  start_toy "$dir" $ranks --chunks $chunks --stream --threads $threads --work-us 2000
  sleep "$(printf '0.%02d' $((30 + RANDOM % 40)))"
  victims=$(ranks_in "$dir")
  if [ -n "$victims" ]; then
    kill -KILL $victims 2>/dev/null
    kills=$((kills + 1))
    in_flight=$((in_flight + ranks * (threads + 2)))  # the pipeline's tokens
  fi
  wait $launcher
done
[ $kills -gt 0 ] || fail "no run was there to be killed"
toy "$dir" 3 --chunks $chunks --stream --threads $threads || fail "the last run ended with $?"
same "$scratch/undisturbed/result" "$dir/result" "killed $kills times and resumed"
redone=$(($(started "$dir") - chunks))
echo "killed $kills times, $redone chunks redone, at most $in_flight were in flight"
[ $redone -le $in_flight ] || fail "$redone chunks were redone, but at most $in_flight were in flight"
