#!/bin/bash
# stop_test.sh PROGRAM: a run that is asked to stop (SIGUSR1, SIGTERM, SIGINT) ends with exit code 75 and says so, whether it has one
# process or several and whichever rank is asked; the same command goes on, to the bytes of an undisturbed run.
. "$(dirname "$0")/common.sh"
library "$scratch" 2
campaign "$scratch" best
file=$scratch/best.toml
screen_or_fail "the undisturbed run" 2 1 "$file" "$scratch/undisturbed"

# in_the_middle DIR WHAT: of preparation; some chunks are finished, most are not.
in_the_middle() {
  local journal
  until journal=$(find "$1/store/journal" -name '*.journal' -size +100k 2>/dev/null) && [ -n "$journal" ]; do
    kill -0 $started 2>/dev/null || { cat "$1.stderr"; fail "$2: over before it was asked"; }
    sleep 0.01
  done
}
# stop SIGNAL WHOM RANKS: WHOM is all, first, last or launcher.
stop() {
  local signal=$1 whom=$2 ranks=$3 dir=$scratch/$1-$2-$3 code began asked=0 victims
  began=$(now_ms)
  start_screen "$ranks" 1 "$file" "$dir"
  in_the_middle "$dir" "$signal to $whom of $ranks"
  victims=$(ranks_in "$dir" | sort -n)
  case $whom in
    first) victims=$(head -1 <<<"$victims") ;;
    last) victims=$(tail -1 <<<"$victims") ;;
    launcher) victims=$started ;;
  esac
  asked=$(now_ms)
  kill "-$signal" $victims
  wait $started
  code=$?
  local took=$(($(now_ms) - asked))
  [ $code = 75 ] || { cat "$dir.stderr"; fail "$signal to $whom of $ranks: exit code $code instead of 75"; }
  grep -q '^stopped; run the same command again to go on$' "$dir.stderr" || { cat "$dir.stderr"; fail "$signal to $whom of $ranks: it does not say that it stopped"; }
  grep -q 'stopped on request in preparation after ' "$dir/run.log" || fail "$signal to $whom of $ranks: run.log does not say that it stopped"
  [ ! -e "$dir/hits.csv" ] || fail "$signal to $whom of $ranks: did not stop early"
  screen_or_fail "resuming after $signal to $whom of $ranks" 3 1 "$file" "$dir"
  same_results "$scratch/undisturbed" "$dir" "$signal to $whom of $ranks"
  set -- $(python3 "$(dirname "$0")/journal_frames.py" "$dir/journal")
  [ "$2" = 0 ] || fail "$signal: $2 finished chunks were done again"
  echo "$signal to $whom of $ranks ranks after $((asked - began)) ms: exit code 75 after $took ms, resumed to the same bytes"
}

for signal in USR1 TERM INT; do stop $signal all 0; done
for signal in USR1 TERM; do
  for whom in all first last; do stop $signal $whom 3; done
done
stop USR1 launcher 2

# A rank that stands still for longer than the patience is lost: the others end the run in order, and its status says so.
dir=$scratch/lost
DIGITALIS_PATIENCE_S=3 start_screen 3 1 "$file" "$dir"
in_the_middle "$dir" "a rank that stands still"
victim=$(ranks_in "$dir" | sort -n | tail -1)
kill -STOP "$victim"
wait $started
code=$?
kill -KILL "$victim" 2>/dev/null
[ $code = 75 ] || { cat "$dir.stderr"; fail "a rank that stands still: exit code $code instead of 75"; }
state=$(python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print(s["state"], s["attempts"][-1]["end"])' "$dir/status.json")
[ "$state" = "stopped lost_ranks" ] || fail "a rank that stands still leaves the state $state"
screen_or_fail "resuming after a rank was lost" 2 1 "$file" "$dir"
same_results "$scratch/undisturbed" "$dir" "a rank that stands still"
echo "a rank that stands still: exit code 75, $state, resumed to the same bytes"
