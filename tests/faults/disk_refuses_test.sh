#!/bin/bash
# disk_refuses_test.sh PROGRAM REFUSING_DISK: a quota that is reached, a file system that became read-only, a stale NFS handle, a
# disk that fails: whatever file of the run is being written or synced, the run ends with exit code 1 and a message that names
# the file and says what to do; once the disk takes writes again, the same command goes on to the bytes of an undisturbed run.
# The refusals come from a library between the program and the C library, and from a tmpfs mounted read-only (as root).
. "$(dirname "$0")/common.sh"
refusing_disk=$2
export NCI_LINES=1500
library "$scratch" 1
campaign "$scratch" best
file=$scratch/best.toml
screen_or_fail "the undisturbed run" 1 2 "$file" "$scratch/undisturbed"

quota="122 Disk quota exceeded; hint: make room in your quota on this disk, then run the same command again"
read_only="30 Read-only file system; hint: this file system is read-only: choose another folder, or have it made writable again and run the same command again"
stale="116 Stale file handle; hint: the file server no longer knows this file: see that the folder is mounted and there, then run the same command again"
failing="5 Input/output error; hint: this disk fails: have it looked at, then run the same command again"

refused=0
# refuses ERROR RANKS CALLS AFTER FILE: such a run ends as it should and goes on.
refuses() {
  local error=$1 ranks=$2 calls=$3 after=$4 path=$5 code errors dir
  refused=$((refused + 1))
  dir=$scratch/run-$refused
  local launcher=()
  [ "$ranks" -gt 0 ] && launcher=("${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$ranks")
  "${launcher[@]}" env LD_PRELOAD="$refusing_disk" DISK_REFUSES="$dir/$path" DISK_ERROR="${error%% *}" DISK_CALLS="$calls" DISK_AFTER="$after" \
    "$program" screen "$file" --out "$dir" --threads 2 >"$dir.stdout" 2>"$dir.stderr"
  code=$?
  errors=$(grep '^error: ' "$dir.stderr")
  [ $code = 1 ] || { cat "$dir.stderr"; fail "$path ($calls, ${error%%;*}): exit code $code instead of 1"; }
  grep -q "^error: $dir/${path%%\**}.*: ${error#* }$" <<<"$errors" || { cat "$dir.stderr"; fail "$path ($calls, ${error%%;*}): the message does not name the file, the reason and the remedy"; }
  echo "$ranks ranks: $(sed "s|$scratch/||g; q" <<<"$errors")"
  screen_or_fail "with a disk again after $path ($calls)" "$ranks" 2 "$file" "$dir"
  same_results "$scratch/undisturbed" "$dir" "$path ($calls, ${error%%;*})"
  rm -rf "$dir"
}

refuses "$stale" 2 write 9 "store/journal/*"
refuses "$stale" 0 sync 0 "store/journal/*"
refuses "$quota" 0 write 0 "store/journal/*"
refuses "$quota" 2 write 2 "journal/*"
refuses "$read_only" 0 write 12 "journal/*"
refuses "$failing" 0 sync 0 "journal/*"
refuses "$quota" 0 write 0 "store/compounds.bin*"
refuses "$stale" 0 sync 0 "store/compounds.bin*"
refuses "$read_only" 2 write 0 "hits.csv*"
refuses "$quota" 0 write 0 "rejects.csv*"
refuses "$stale" 0 sync 0 "hits.sdf.gz*"
refuses "$failing" 0 write 0 "results.sqlite*"
[ -e "$scratch/undisturbed/report.html" ] && refuses "$quota" 2 write 0 "report.html*" # a build without report makes none
refuses "$read_only" 0 write 2 "manifest.json*"

# A run that was stopped halfway finds its file system read-only.
disk=$scratch/disk
mkdir "$disk"
mount -t tmpfs -o size=1g tmpfs "$disk" 2>/dev/null || { echo "no file system of its own: the rest is skipped"; exit 77; }
cleanups=("umount -l $disk" "${cleanups[@]}")
dir=$disk/run
"$program" screen "$file" --out "$dir" --threads 1 -q >/dev/null 2>&1 &
started=$!
until [ -n "$(find "$dir/store/journal" -name '*.journal' -size +50k 2>/dev/null)" ] || ! kill -0 $started 2>/dev/null; do sleep 0.01; done
kill -KILL $started
wait $started 2>/dev/null
for _ in {1..100}; do mount -o remount,ro "$disk" 2>/dev/null && break; sleep 0.1; done # until the kernel has closed its files
grep -q " $disk tmpfs ro" /proc/mounts || fail "cannot make the file system read-only"
"$program" screen "$file" --out "$dir" --threads 2 >"$scratch/ro.stdout" 2>"$scratch/ro.stderr"
code=$?
[ $code = 1 ] || { cat "$scratch/ro.stderr"; fail "read-only file system: exit code $code instead of 1"; }
grep -q "^error: $dir.*: ${read_only#* }$" "$scratch/ro.stderr" || { cat "$scratch/ro.stderr"; fail "read-only file system: the message does not name it, the reason and the remedy"; }
echo "read-only: $(sed "s|$scratch/||g; q" "$scratch/ro.stderr")"
mount -o remount,rw "$disk"
screen_or_fail "writable again" 0 2 "$file" "$dir"
same_results "$scratch/undisturbed" "$dir" "a read-only file system"
echo "$refused refusals and a read-only file system: each named with its remedy, each run went on to the same bytes"
