#!/bin/bash
# memory.sh PROGRAM [KIND] [SMALL] [LARGE]: does the memory of `screen` grow with the library? Screens a library of SMALL
# (100,000) and one of LARGE (1,000,000) records and prints the peak of each phase, the whole peak, and the ratio of the two peaks.
#
# KIND different: real compounds, from $DIGITALIS_DATA/compound-libraries/mixed_unique.smi.gz; needs DIGITALIS_DATA.
# KIND repeated:  the 4,999 compounds of rdkit-data's NCI/first_5K.smi again and again under new IDs: nearly all are duplicates.
# Without KIND: different when DIGITALIS_DATA is set, else repeated. KEEP=FOLDER keeps the libraries and runs there.
#
# The peak of a phase is the kernel's own (VmHWM, set back between phases through /proc/PID/clear_refs); where a phase ends
# is known to about 0.1 s, so a phase may be charged with the first moments of the next.
set -u
program=$1
kind=${2:-$([ -n "${DIGITALIS_DATA:-}" ] && echo different || echo repeated)}
small=${3:-100000}
large=${4:-1000000}
threads=${THREADS:-2}
nci=/usr/share/RDKit/Data/NCI/first_5K.smi
scratch=${KEEP:-$(mktemp -d)}
mkdir -p "$scratch"
[ -n "${KEEP:-}" ] || trap 'rm -rf "$scratch"' EXIT

library() {
  if [ "$kind" = different ]; then
    zcat "${DIGITALIS_DATA:?is not set: the real compounds are there}/compound-libraries/mixed_unique.smi.gz" 2>/dev/null | head -n "$1"
  else
    awk -v wanted="$1" '{ smiles[NR] = $1 } END { for (i = 0; i < wanted; ++i) print smiles[i % NR + 1], "C" i + 1 }' $nci
  fi
}

campaign() {
  cat <<TOML
[campaign]
name = "memory"
[library]
files = ["library.smi"]
[filters]
mw = [100, 700]
alerts = ["PAINS"]
[[targets]]
name = "CDK2"
actives = ["/usr/share/RDKit/Contrib/Fastcluster/cdk2.smi"]
hold_back = 0.5
[[targets]]
name = "GABAA"
actives = ["/usr/share/RDKit/Projects/DbCLI/testData/bzr.sdf"]
hold_back = 0.5
[[stages]]
kind = "filter"
[[stages]]
kind = "similarity"
keep = 0.1
[ranking]
consensus = "zscore"
[output]
hits = 1000
TOML
}

peak_kb() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status" 2>/dev/null; }

# The phase the run is in, from the stages it has reported as finished.
phase() {
  case $(grep -c ' in [0-9:]*, ' "$1/stderr" 2>/dev/null) in
    0) echo "prepare" ;;
    1) echo "find duplicates" ;;
    2) [ -e "$1/run/store/manifest.json" ] && echo "filter" || echo "write store" ;;
    3) echo "similarity" ;;
    *) echo "hits and report" ;;
  esac
}

# screen_records N: one run; leaves its peak in $peak.
screen_records() {
  local dir=$scratch/$kind-$1 now last="" high previous=0 start stop
  rm -rf "$dir"
  mkdir "$dir"
  library "$1" >"$dir/library.smi"
  campaign >"$dir/campaign.toml"
  echo "== $(wc -l <"$dir/library.smi") records, $kind, 1 rank x $threads threads"
  start=$(date +%s%N)
  "$program" screen "$dir/campaign.toml" --out "$dir/run" --threads "$threads" >"$dir/stdout" 2>"$dir/stderr" &
  local pid=$!
  peak=0
  while high=$(peak_kb $pid); [ -n "$high" ]; do
    now=$(phase "$dir")
    if [ "$now" != "$last" ]; then
      [ -n "$last" ] && printf '%-18s %7d kB, ended after %s s\n' "$last" $previous $((($(date +%s%N) - start) / 1000000000))
      echo 5 >/proc/$pid/clear_refs 2>/dev/null
      last=$now
    fi
    previous=$high
    [ "$high" -gt $peak ] && peak=$high
    sleep 0.1
  done
  wait $pid || { echo "screen ended with $?" >&2; cat "$dir/stderr" >&2; exit 1; }
  stop=$(date +%s%N)
  printf '%-18s %7d kB\n' "$last" $previous
  awk -v n="$1" -v ns=$((stop - start)) -v peak=$peak \
    'BEGIN { printf "peak %d kB (%.0f MiB), wall %.1f s, %.0f records/s\n", peak, peak / 1024, ns / 1e9, n / (ns / 1e9) }'
  [ -n "${KEEP:-}" ] || rm -rf "$dir"
}

screen_records "$small"
small_peak=$peak
screen_records "$large"
awk -v a=$small_peak -v b=$peak 'BEGIN { printf "ratio of the peaks %.2f\n", b / a }'
