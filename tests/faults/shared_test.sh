#!/bin/bash
# shared_test.sh PROGRAM: processes that share a run through its folder (screen --shared), without a launcher: two and four of them, that
# begin at different moments, are killed, stopped and asked to end, give the bytes of one that is alone; and who may not join is told.
. "$(dirname "$0")/common.sh"
export DIGITALIS_PATIENCE_S=3
NCI_LINES=2500 library "$scratch" 2
DOCK=80 campaign "$scratch" rank
file=$scratch/rank.toml
alone=$scratch/alone
began=$(now_ms)
screen_or_fail "alone" 0 1 "$file" "$alone" -q
length_ms=$(($(now_ms) - began))

declare -A log
# join RUN: starts one more process; $joined
joins=0
join() {
  joins=$((joins + 1))
  "$program" screen "$file" --out "$1" --threads 1 --shared -q >"$1.stdout-$joins" 2>"$1.stderr-$joins" &
  joined=$!
  log[$joined]=$1.stderr-$joins
}
# ends CODE PID WHAT
ends() {
  local code
  wait "$2"
  code=$?
  [ $code = "$1" ] || { cat "${log[$2]}" >&2; fail "$3: exit code $code"; }
}
# finished RUN WHAT PROCESSES
finished() {
  local files done
  same_results "$alone" "$1" "$2"
  [ ! -e "$1/claims" ] || fail "$2: claims are left: $(find "$1/claims")"
  files=$(find "$1" -type f | wc -l)
  [ "$files" -le $(($3 + 20)) ] || fail "$2: $files files after $3 processes"
  done=$(python3 "$(dirname "$0")/journal_frames.py" "$1/store/journal" "$1/journal")
  echo "$2: the same bytes; ${done% *} chunks in the journal, ${done#* } of them done twice; $files files"
}
sleep_ms() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
docks() { [ -n "$(find "$1/journal" -name '*.journal' -size +8k 2>/dev/null)" ]; }
# until_joined RUN COUNT
until_joined() { for _ in $(seq 1200); do [ "$(find "$1/claims" -name 'process-*' 2>/dev/null | wc -l)" -ge "$2" ] && return; sleep 0.05; done; fail "not $2 processes in $1"; }
until_docks() { for _ in $(seq 1200); do docks "$1" && return; sleep 0.05; done; fail "no docking in $1"; }

run=$scratch/two
join "$run"; first=$joined
join "$run"; second=$joined
ends 0 $first "the first of two"
ends 0 $second "the second of two"
[ "$(find "$run/journal" -name '*.journal' | wc -l)" = 2 ] || fail "the second of two had nothing to do"
finished "$run" "two" 2

run=$scratch/four
join "$run"; first=$joined
screen 0 1 "$file" "$run" -q && fail "a process that does not share joined those that do"
grep -q 'another process works in this run directory\|processes that share this run work in it' "$run.stderr" || fail "it is not told why: $(cat "$run.stderr")"
join "$run"; second=$joined
join "$run"; third=$joined
until_joined "$run" 3
until_docks "$run"
join "$run"; fourth=$joined
kill -KILL $first
wait $first 2>/dev/null
kill -USR1 $second
ends 75 $second "asked to end"
ends 0 $third "the third of four"
ends 0 $fourth "the fourth of four"
finished "$run" "four, one killed, one asked to end" 4
python3 - "$run/status.json" <<'PYTHON' || fail "the status does not tell what came of four processes: $(cat "$run/status.json")"
import json, sys
status = json.load(open(sys.argv[1]))
ends = sorted(attempt["end"] for attempt in status["attempts"])
sys.exit(status["state"] != "finished" or ends != ["", "finished", "finished", "stopped"] and ends != ["finished", "finished", "killed", "stopped"])
PYTHON

run=$scratch/stopped  # one stands still for longer than the others wait
join "$run"; first=$joined
until_docks "$run"
kill -STOP $first
join "$run"; second=$joined
ends 0 $second "the one that went on"
kill -CONT $first
wait $first
code=$?
[ $code = 0 ] || [ $code = 75 ] || { cat "${log[$first]}" >&2; fail "the one that stood still: exit code $code"; }
finished "$run" "one stood still" 2

run=$scratch/all-killed  # all at once, in preparation and in docking, and then without --shared
join "$run"; first=$joined
join "$run"; second=$joined
sleep_ms $((length_ms / 5))
kill -KILL $first $second
wait $first $second 2>/dev/null
join "$run"; first=$joined
join "$run"; second=$joined
until_docks "$run"
kill -KILL $first $second
wait $first $second 2>/dev/null
screen_or_fail "without --shared after all that shared were killed" 0 1 "$file" "$run" -q
finished "$run" "all killed twice, and finished by one alone" 5

run=$scratch/alone-first
start_screen 0 1 "$file" "$run"
for _ in $(seq 200); do [ -e "$run/manifest.json" ] && break; sleep 0.05; done
join "$run"
ends 2 $joined "joining one that does not share"
grep -q 'a process that does not share it works in this run directory' "${log[$joined]}" || fail "it is not told why: $(cat "${log[$joined]}")"
kill -TERM $started
wait $started
join "$run"
ends 0 $joined "joining after it was stopped"
finished "$run" "begun alone, finished as one that shares" 2

run=$scratch/prepared
"$program" screen "$file" --out "$run" --shared --only-prepare -q --threads 2 || fail "--only-prepare: exit code $?"
[ -e "$run/store/manifest.json" ] && [ ! -e "$run/hits.csv" ] || fail "--only-prepare did not prepare, or more than that"
join "$run"
ends 0 $joined "going on after preparation"
finished "$run" "prepared before" 2
