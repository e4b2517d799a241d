#!/bin/bash
# [DOCK=N] kill_test.sh PROGRAM [COUNT]: COUNT (20) times a run is killed (SIGKILL: one rank, all ranks, or all ranks and the launcher) and
# started again by the same command on another number of ranks and threads, until it is finished: the results are the bytes
# of an undisturbed run, no chunk that was finished is done again, and the run directory holds few files.
#
# Half of the moments are spread evenly over the length of an undisturbed run; the other half wait for a phase (most are too
# short to be met by chance) and then some milliseconds. After every third kill the newest journal loses its last bytes or
# gets bytes that are none of its own. SEED=N repeats a choice of moments (what the run does at that moment may differ).
. "$(dirname "$0")/common.sh"
count=${2:-20}
seed=${SEED:-$(date +%s)}
RANDOM=$((seed % 32768))
echo "seed $seed"

export HITS=1500
library "$scratch" "${COPIES:-4}"
consensus=${DOCK:+rank}
consensus=${consensus:-weighted}
campaign "$scratch" $consensus
file=$scratch/$consensus.toml
undisturbed=$scratch/undisturbed
began=$(now_ms)
screen_or_fail "the undisturbed run" 2 1 "$file" "$undisturbed"
length_ms=$(($(now_ms) - began))
echo "undisturbed: 2 ranks x 1 thread, $length_ms ms, $(tail -n +2 "$undisturbed/hits.csv" | wc -l) hits, $(tail -n +2 "$undisturbed/rejects.csv" | wc -l) rejects"

phases=(prepare duplicates store funnel output start)
# Whether the run in DIR has come to PHASE; no process is started to find out, because a phase may last milliseconds.
reached() {
  local dir=$1 lines journals
  case $2 in
    start) return 0 ;;
    prepare) journals=("$dir"/store/journal/*.journal); [ -s "${journals[0]}" ] || [ -e "$dir/store/compounds.bin" ] ;;
    duplicates) mapfile -t lines 2>/dev/null <"$dir.stderr"; [[ "${lines[*]:-}" == *"prepare: "*" in "[0-9]*", "* ]] || [ -e "$dir/store/compounds.bin" ] ;;
    store) [ -e "$dir/store/compounds.bin.partial" ] || [ -e "$dir/store/compounds.bin" ] ;;
    funnel) [ -e "$dir/store/manifest.json" ] ;;
    output) [ -e "$dir/rejects.csv.partial" ] || [ -e "$dir/rejects.csv" ] ;;
  esac
}
# Waits until the run in DIR has come to PHASE (or is over).
exec {never}<> <(:)
wait_for_phase() {
  while ! reached "$1" "$2" && kill -0 $started 2>/dev/null; do read -rt 0.002 -u $never; done
}
random_up_to() { echo $(((RANDOM * 32768 + RANDOM) % ($1 + 1))); }
sleep_ms() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }
# Open MPI 4.1's mpirun can lock itself up in its own clean-up (pmix_rte_finalize) when its ranks are killed while they start.
end_mpirun_without_ranks() {
  local dir=$1 last_seen=$SECONDS
  while kill -0 $started 2>/dev/null; do
    sleep 0.1
    if [ -n "$(ranks_in "$dir")" ]; then last_seen=$SECONDS; continue; fi
    [ $((SECONDS - last_seen)) -gt 30 ] || continue
    echo "note: mpirun hangs 30 s after its ranks were killed; killed too"
    kill -KILL $started
  done
}
end_of() { end_mpirun_without_ranks "$1"; wait $started 2>/dev/null; code=$?; while [ -n "$(ranks_in "$1")" ]; do kill -KILL $(ranks_in "$1") 2>/dev/null; sleep 0.02; done; }

damage() {
  local journal bytes
  journal=$(ls -t "$1"/store/journal/*.journal "$1"/journal/*.journal 2>/dev/null | head -1)
  [ -n "$journal" ] || return
  bytes=$((1 + RANDOM % 300))
  if [ $((RANDOM % 2)) = 0 ]; then
    [ "$bytes" -lt "$(stat -c %s "$journal")" ] || return
    truncate -s -$bytes "$journal"
    damaged="; its newest journal lost $bytes bytes"
  else
    head -c $bytes /dev/urandom >>"$journal"
    damaged="; its newest journal got $bytes bytes of noise"
  fi
}

# No chunk may be finished twice: what one attempt had finished, the next must not do again.
check_journals() {
  local found
  found=$(python3 "$(dirname "$0")/journal_frames.py" "$1/store/journal" "$1/journal")
  [ "${found#* }" = 0 ] || fail "$2: ${found#* } chunks that were finished were done again"
}

check_finished() {
  local dir=$1 files
  same_results "$undisturbed" "$dir" "killed $kills_here times and resumed"
  check_journals "$dir" "at the end"
  files=$(find "$dir" -type f | wc -l)
  [ "$files" -le $((ranks_here + 20)) ] || fail "$files files in the run directory after attempts with $ranks_here ranks in all"
  [ -z "$(find "$dir" -name '*.part*')" ] || fail "left behind: $(find "$dir" -name '*.part*')"
  echo "  finished after $kills_here kills: same bytes; $files files (allowed: $((ranks_here + 20)))"
}

settings=(2x1 4x1 1x2 3x1 0x2 2x2 1x1 4x2)
attempt=0 kills=0 runs=0
while [ $kills -lt "$count" ]; do
  runs=$((runs + 1))
  dir=$scratch/run-$runs
  # What a kill in a run's first milliseconds leaves, which no moment chosen here would meet.
  [ $((runs % 2)) = 0 ] && mkdir -p "$dir/journal" && : >"$dir/campaign.toml.partial" && cp "$file" "$dir/campaign.toml" && : >"$dir/manifest.json.partial"
  kills_here=0 ranks_here=0
  kills_wanted=$((1 + RANDOM % 4))
  while true; do
    setting=${settings[$((attempt % ${#settings[@]}))]}
    attempt=$((attempt + 1))
    ranks=${setting%x*}
    ranks_here=$((ranks_here + (ranks == 0 ? 1 : ranks)))
    if [ $kills_here -ge $kills_wanted ] || [ $kills -ge "$count" ]; then
      screen_or_fail "resuming on $setting" "$ranks" ${setting#*x} "$file" "$dir"
      check_finished "$dir"
      rm -rf "$dir"
      break
    fi
    began=$(now_ms)
    start_screen "$ranks" ${setting#*x} "$file" "$dir"
    if [ $((kills % 2)) = 0 ]; then
      moment="at random"
      sleep_ms "$(random_up_to $length_ms)"
    else
      phase=${phases[$((kills / 2 % ${#phases[@]}))]}
      moment="in '$phase'"
      wait_for_phase "$dir" "$phase"
      case $phase in prepare) window=$((length_ms / 2)) ;; start) window=400 ;; funnel | output) window=150 ;; store) window=15 ;; duplicates) window=0 ;; esac
      sleep_ms "$(random_up_to $window)"
    fi
    at_ms=$(($(now_ms) - began))
    victims=$(ranks_in "$dir")
    case $((kills % 3)) in
      0) whom="one rank"; victims=$(shuf -n 1 -e $victims) ;;
      1) whom="all ranks" ;;
      2) whom="all ranks and the launcher"; victims="$started $victims" ;;
    esac
    kill -KILL $victims 2>/dev/null
    end_of "$dir"
    stage=$(stage_of "$dir")
    if [ "$stage" = finished ] || [ $code = 0 ]; then
      [ "$stage" = finished ] || fail "exit code 0, but the run is in '$stage'"
      check_finished "$dir"
      rm -rf "$dir"
      break
    fi
    damaged=""
    check_journals "$dir" "after a kill in '$stage'"
    kills=$((kills + 1))
    kills_here=$((kills_here + 1))
    [ $((kills % 3)) = 0 ] && damage "$dir"
    if [ -e "$dir/manifest.json" ] && [ ! -e "$dir/store" ]; then mkdir "$dir/store" && : >"$dir/store/library.digest.partial"; fi
    echo "kill $kills: $whom of $setting (ranks x threads), moment chosen $moment, after $at_ms ms, hit '$stage', exit code $code$damaged"
  done
done
echo "$kills kills in $runs runs: every run finished with the bytes of the undisturbed one, and no finished chunk was done again"
