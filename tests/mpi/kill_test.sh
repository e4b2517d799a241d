#!/bin/bash
# All ranks are killed at random moments, again and again, and once a journal loses its last bytes besides. Each time
# the next start, on another number of ranks, goes on; in the end the bytes are those of an undisturbed run, and no more
# was redone than was in flight.
. "$(dirname "$0")/common.sh"
rounds=${ROUNDS:-8}
chunks=500

"$toy_program" "$scratch/undisturbed" --chunks $chunks --stream || fail "undisturbed"
dir=$scratch/killed
threads=2
in_flight=0
for round in $(seq "$rounds"); do
  ranks=$((1 + round % 4))
  enough=$(($(started "$dir") + 5 + RANDOM % 40))
  start_toy "$dir" $ranks --chunks $chunks --stream --threads $threads --work-us 20000
  while [ "$(started "$dir")" -lt $enough ]; do
    kill -0 $launcher 2>/dev/null || fail "round $round ended before it was killed"
    sleep 0.01
  done
  kill -KILL $(ranks_in "$dir")
  wait $launcher 2>/dev/null
  in_flight=$((in_flight + ranks * (threads + 2)))  # the pipeline's tokens
  if [ "$round" = 2 ]; then
    journal=$(ls -S "$dir"/journal/*.journal | head -1)
    truncate -s -7 "$journal"
    in_flight=$((in_flight + 1))
  fi
done
toy "$dir" 3 --chunks $chunks --stream --threads $threads || fail "the last run ended with $?"
same "$scratch/undisturbed/result" "$dir/result" "killed $rounds times and resumed"
redone=$(($(started "$dir") - chunks))
echo "killed $rounds times, $redone chunks redone, at most $in_flight were in flight"
[ $redone -ge 1 ] || fail "the torn chunk was not redone"
[ $redone -le $in_flight ] || fail "$redone chunks were redone, but at most $in_flight were in flight"
