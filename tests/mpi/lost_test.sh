#!/bin/bash
# A rank that falls silent (it is stopped, or dies under a launcher that keeps the others) is lost: the others finish the stage
# with its chunks, all end with exit code 75, say who was lost, and the next start gives the bytes of an undisturbed run.
. "$(dirname "$0")/common.sh"
export DIGITALIS_PATIENCE_S=3
chunks=240
"$toy_program" "$scratch/undisturbed" --chunks $chunks || fail "undisturbed"
trap 'kill -KILL $victim 2>/dev/null; rm -rf "$scratch"' EXIT
victim=

# lose SIGNAL WHICH RANKS SOURCE [OPTIONS OF mpirun]; sets dir, code.
lose() {
  local signal=$1 which=$2 ranks=$3 source=$4
  shift 4
  dir=$scratch/$signal-$which-$ranks$source
  "${MPIEXEC:-mpirun}" "$@" --oversubscribe --bind-to none -n "$ranks" "$toy_program" "$dir" --chunks $chunks --threads 2 \
    --work-us 8000 $source 2>"$scratch/stderr" &
  launcher=$!
  for attempt in $(seq 200); do [ "$(started "$dir")" -ge 12 ] && break; sleep 0.05; done
  victim=$(ranks_in "$dir" | sort -n | if [ "$which" = first ]; then head -1; else tail -1; fi)
  kill "-$signal" "$victim"
  for attempt in $(seq 600); do kill -0 $launcher 2>/dev/null || break; sleep 0.1; done
  kill -0 $launcher 2>/dev/null && fail "$signal of the $which of $ranks ranks: the others hang"
  wait $launcher
  code=$?
  kill -KILL "$victim" 2>/dev/null
}
# resume WHAT SOURCE: the next start ends with the bytes of an undisturbed run.
resume() {
  toy "$dir" 2 --chunks $chunks --threads 2 $2 || fail "$1: resuming ended with $?"
  same "$scratch/undisturbed/result" "$dir/result" "$1"
}
# frames: how many, and how many of them are of chunks done twice. On a busy machine a rank may be given up that was only slow: its
# chunks are others' then too.
frames() { python3 "$(dirname "$0")/../faults/journal_frames.py" "$dir/journal"; }

for ranks in 2 4; do
  lose STOP last $ranks ""
  [ $code = 75 ] || { cat "$scratch/stderr"; fail "a stopped rank of $ranks: exit code $code instead of 75"; }
  grep -q "^stopped: rank [1-9] of $ranks was lost (silent for 3 s)$" "$scratch/stderr" || { cat "$scratch/stderr"; fail "it is not said who was lost"; }
  set -- $(frames)
  [ $(($1 - $2)) = $chunks ] || fail "the stage has $(($1 - $2)) of $chunks chunks after a loss of one rank of $ranks"
  began=$(started "$dir")
  resume "one rank of $ranks stopped" ""
  [ "$(started "$dir")" = "$began" ] || fail "chunks were done again that the others had finished"
  echo "one of $ranks ranks stopped: the stage was finished without it, $2 chunks twice"
done

for ranks in 2 3; do
  lose STOP first $ranks ""
  [ $code = 75 ] || { cat "$scratch/stderr"; fail "rank 0 of $ranks stopped: exit code $code instead of 75"; }
  grep -q "^stopped: rank 0 of $ranks was lost (silent for 3 s)$" "$scratch/stderr" || { cat "$scratch/stderr"; fail "it is not said that rank 0 was lost"; }
  before=$(started "$dir")
  twice=$(frames) twice=${twice#* }
  resume "rank 0 of $ranks stopped" ""
  redone=$(($(started "$dir") - chunks))
  echo "rank 0 of $ranks stopped after $before chunks began: $redone redone"
  [ $redone -le $((4 + twice)) ] || fail "$redone chunks were redone; only rank 0's may be, which could not finish them, and $twice"
done

# Streamed chunks of a lost rank are gone with it: the others finish theirs, and the next start does the rest.
lose STOP last 3 --stream
[ $code = 75 ] || { cat "$scratch/stderr"; fail "streamed: exit code $code instead of 75"; }
twice=$(frames) twice=${twice#* }
resume "streamed" --stream
redone=$(($(started "$dir") - chunks))
[ $redone -le $((4 + twice)) ] || fail "streamed: $redone chunks were redone; only the lost rank's may be, and $twice"

# A launcher that keeps the others: over shared memory and over TCP. mpirun's own exit code is 0 then.
for transport in vader tcp; do
  lose KILL last 3 "" --mca orte_enable_recovery 1 --mca btl $transport,self
  grep -q '^stopped: rank [12] of 3 was lost (silent for 3 s)$' "$scratch/stderr" || { cat "$scratch/stderr"; fail "$transport: it is not said who was lost"; }
  set -- $(frames)
  [ $(($1 - $2)) = $chunks ] || fail "$transport: the stage has $(($1 - $2)) of $chunks chunks after a rank was killed"
  resume "a rank killed, $transport" ""
  rm -rf "$dir"
done

# Who comes back after it was given up is told, and leaves; what it did is what the others did.
dir=$scratch/back
"${MPIEXEC:-mpirun}" --mca orte_enable_recovery 1 --oversubscribe --bind-to none -n 3 "$toy_program" "$dir" --chunks 1200 \
  --threads 2 --work-us 15000 2>"$scratch/stderr" &
launcher=$!
for attempt in $(seq 200); do [ "$(started "$dir")" -ge 30 ] && break; sleep 0.05; done
victim=$(ranks_in "$dir" | sort -n | tail -1)
kill -STOP "$victim"
sleep 5
kill -CONT "$victim"
for attempt in $(seq 30); do kill -0 "$victim" 2>/dev/null || break; sleep 0.1; done
kill -0 "$victim" 2>/dev/null && fail "a rank that was given up went on"
wait $launcher
grep -q '^stopped: rank [12] of 3 stood still and was given up (silent for 3 s)$' "$scratch/stderr" || { cat "$scratch/stderr"; fail "the rank that came back does not say that it was given up"; }
set -- $(frames)
[ $(($1 - $2)) = 1200 ] || fail "the stage has $(($1 - $2)) of 1200 chunks after a rank was away for a while"
chunks=1200
"$toy_program" "$scratch/longer" --chunks $chunks || fail "undisturbed"
toy "$dir" 2 --chunks $chunks || fail "resuming ended with $?"
same "$scratch/longer/result" "$dir/result" "a rank that came back"
echo "a rank that came back after it was given up left; $2 chunks were done twice"
