#!/bin/bash
# disk_full_test.sh PROGRAM: a run that cannot write ends with exit code 1 and a message that names the file, whatever it was writing;
# with room made, the same command goes on to the bytes of an undisturbed run. Exit code 77: it may not mount a file system of
# its own (that takes root), so only the limit on file sizes was tried.
. "$(dirname "$0")/common.sh"
library "$scratch" 2
campaign "$scratch" best
file=$scratch/best.toml
screen_or_fail "the undisturbed run" 1 2 "$file" "$scratch/undisturbed"

# refused DIR CODE WHAT PATTERN: exit code 1, one error on standard error, which names a file of the run and says why.
refused() {
  local dir=$1 code=$2 what=$3 why=$4 errors
  errors=$(grep '^error: ' "$dir.stderr")
  [ "$code" = 1 ] || { cat "$dir.stderr"; fail "$what: exit code $code instead of 1"; }
  grep -q "^error: .*$dir/.*$why" <<<"$errors" || { cat "$dir.stderr"; fail "$what: the message does not name the file and the reason"; }
  echo "$what: $(sed "s|$scratch/||g; q" <<<"$errors")"
}

# A limit on file sizes, set when the journal has grown a little; MPI's own files are larger than the limit.
for ranks in 0 2; do
  dir=$scratch/limit-$ranks
  start_screen $ranks 1 "$file" "$dir"
  until victim=$(ranks_in "$dir" | sort -n | tail -1) && journal=$(find "$dir/store/journal" -name '*.journal' -size +50k 2>/dev/null) && [ -n "$journal" ]; do
    kill -0 $started 2>/dev/null || { cat "$dir.stderr"; fail "over before the limit was set"; }
    sleep 0.01
  done
  prlimit --pid "$victim" --fsize=200000:
  wait $started
  refused "$dir" $? "file size limit, $ranks ranks" "File too large"
  screen_or_fail "without the limit" $ranks 2 "$file" "$dir"
  same_results "$scratch/undisturbed" "$dir" "after a limit on file sizes"
done

disk=$scratch/disk
mkdir "$disk"
mount -t tmpfs -o size=1g tmpfs "$disk" 2>/dev/null || { echo "no file system of its own: skipped"; exit 77; }
cleanups=("umount -l $disk" "${cleanups[@]}")
used_kb() { echo $(($(df --output=used -k "$disk" | tail -1))); }
fresh_disk() {
  umount -l "$disk"
  mount -t tmpfs -o size=1g tmpfs "$disk" || fail "cannot mount"
}
dir=$disk/run
stderr=$scratch/full.stderr

# attempt RANKS: a run on the disk as large as it now is; $code is its exit code.
attempt() {
  local launcher=()
  [ "$1" -gt 0 ] && launcher=("${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$1")
  "${launcher[@]}" "$program" screen "$file" --out "$dir" --threads 2 -q >/dev/null 2>"$stderr"
  code=$?
}
# runs_full KB RANKS WHAT: with KB in all the disk is too small, says so, and with room made the run goes on; or KB are enough.
refusals=0
runs_full() {
  local size=$1 ranks=$2 what=$3 errors
  mount -o remount,size="${size}k" "$disk" || fail "$what: cannot make the disk small"
  attempt "$ranks"
  [ $code = 0 ] && { echo "$what: enough"; return; }
  refusals=$((refusals + 1))
  errors=$(grep '^error: ' "$stderr")
  [ $code = 1 ] || { cat "$stderr"; fail "$what: exit code $code instead of 1"; }
  grep -q "^error: .*$dir.*No space left on device" <<<"$errors" || { cat "$stderr"; fail "$what: the message does not name the file and the reason"; }
  echo "$what, $ranks ranks: $(sed "s|$scratch/||g; q" <<<"$errors")"
  mount -o remount,size=1g "$disk"
  attempt 0
  [ $code = 0 ] || { cat "$stderr"; fail "$what, with room made: exit code $code"; }
  same_results "$scratch/undisturbed" "$dir" "$what"
}

# How much room a run takes at its fullest: when the store stands beside the journal it is made from.
start_screen 0 2 "$file" "$dir"
most=0
while kill -0 $started 2>/dev/null; do
  now=$(used_kb)
  [ "$now" -gt $most ] && most=$now
  sleep 0.02
done
wait $started || fail "the run on the new disk ended with $?"
echo "a run takes $most kB at its fullest, $(used_kb) kB at its end"
for size in 4 8 $((most / 8)) $((most / 2)) $((most * 8 / 10)) $((most * 95 / 100)); do
  fresh_disk
  runs_full "$size" $((refusals % 2 * 2)) "$size kB"
done

# A run that has all but its results: they fill a disk that has only so much room left.
for room in 4 40 100 200 400 600 800; do
  fresh_disk
  cp -r "$scratch/undisturbed" "$dir"
  rm -f "$dir"/{hits.csv,hits.sdf.gz,rejects.csv,results.sqlite,report.html}
  python3 -c 'import json, sys; run = json.load(open(sys.argv[1])); del run["results"]; json.dump(run, open(sys.argv[1], "w"))' "$dir/manifest.json"
  runs_full $(($(used_kb) + room)) $((refusals % 2 * 2)) "$room kB left for the results"
done
[ $refusals -ge 8 ] || fail "only $refusals of the disks were too small"
echo "$refusals full disks: each was named, each run went on to the same bytes"
