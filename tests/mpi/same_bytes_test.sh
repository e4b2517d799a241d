#!/bin/bash
# A run gives the same bytes on any number of ranks and threads, with a streaming source and with numbered chunks.
. "$(dirname "$0")/common.sh"

for source in "" --stream; do
  "$toy_program" "$scratch/alone$source" --chunks 120 --stages 2 $source || fail "alone $source"
  for ranks in 1 2 4; do
    for threads in 1 2; do
      dir=$scratch/$ranks-$threads$source
      toy "$dir" $ranks --chunks 120 --stages 2 --threads $threads --work-us 300 $source || fail "$dir ended with $?"
      same "$scratch/alone$source/result" "$dir/result" "$ranks ranks x $threads threads $source"
      [ "$(started "$dir")" = 240 ] || fail "$(started "$dir") chunks were worked on, not 240"
    done
  done
done
# Resuming a complete run on another number of ranks works on nothing and changes nothing.
cp "$scratch/4-2/result" "$scratch/before"
toy "$scratch/4-2" 2 --chunks 120 --stages 2 || fail "resuming a complete run ended with $?"
same "$scratch/before" "$scratch/4-2/result" "resumed when complete"
[ "$(started "$scratch/4-2")" = 240 ] || fail "resuming a complete run worked on chunks again"
