# Sourced by the tests of this folder: a campaign, what must come out of it, and runs of it as jobs of a throw-away cluster.
#   SLURM_KEEP=FOLDER keeps the run directory and the cluster's logs of a test that fails.
# shellcheck shell=bash disable=SC2154
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/faults/common.sh
. "$here/../faults/common.sh"  # program, scratch, library, campaign, screen_or_fail, same_results, now_ms
# shellcheck source=tests/slurm/cluster.sh
. "$here/cluster.sh"
cleanups=(cluster_down "${cleanups[@]}")
export SLURM_PMIX_FENCE=ring DIGITALIS_PATIENCE_S=${DIGITALIS_PATIENCE_S:-12}

fail() {
  echo "FAILED: $*" >&2
  tail -n 40 "$run"/*.log >&2
  [ -n "$cluster" ] && on_head squeue -o '%i %T %r %N' >&2
  [ -n "${SLURM_KEEP:-}" ] && mkdir -p "$SLURM_KEEP" && cp -r "$run" "$cluster/log" "$SLURM_KEEP"
  exit 1
}

# What every run here must end in: of one process, without Slurm.
reference() {
  campaign "$scratch" rank
  undisturbed=$scratch/undisturbed run=$undisturbed
  screen_or_fail "the undisturbed run" 0 2 "$scratch/rank.toml" "$undisturbed" -q
}

# digitalis VERB...: on the head node, as a user would
digitalis() { on_head "$program" "$@"; }
# submit NAME OPTION...: $run and $job
submit() {
  run=$scratch/$1
  shift
  digitalis submit "$scratch/rank.toml" --out "$run" --no-estimate --cpus-per-task 1 --time "${limit:-30:00}" "$@" >"$scratch/said" 2>"$scratch/complaints" ||
    { cat "$scratch/complaints" >&2; fail "submit $*"; }
  job=$(sed -n 's/^submitted job \([0-9]*\)$/\1/p' "$scratch/said")
  [ -n "$job" ] || fail "submit says no job id: $(cat "$scratch/said")"
}
job_state() { on_head squeue --noheader --states=all --jobs="$job" --format=%T; }
# job_is STATE...
job_is() {
  local state
  state=$(job_state)
  [[ " $* " == *" $state "* ]]
}
has_ended() { job_is COMPLETED FAILED CANCELLED TIMEOUT NODE_FAIL PREEMPTED DEADLINE OUT_OF_MEMORY BOOT_FAIL; }
# No job is left that waits or runs.
all_ended() { [ -z "$(on_head squeue --noheader --format=%i)" ]; }
# comes_to SECONDS STATE...
comes_to() {
  local seconds=$1
  shift
  until_true "$seconds" job_is "$@" || fail "job $job is $(job_state) after $seconds s, not $*"
}
# The run has finished some chunks, and has more to do: of preparation, or (dock) of docking.
has_begun() { find "$run/${2:+store/}journal" -name '*.journal' -size +"${1}k" 2>/dev/null | grep -q .; }
in_the_middle() { # prepare | dock
  local kilobytes=40 store=store
  [ "$1" = dock ] && kilobytes=8 store=
  until_true 120 has_begun $kilobytes $store || fail "no $1 in $run after 120 s"
  [ ! -e "$run/hits.csv" ] || fail "finished before it was disturbed"
}
# finishes WHAT: the job comes to its end, with the results it must have; says what was lost.
finishes() {
  local frames starts
  until_true "${2:-240}" has_ended || fail "$1: job $job is still $(job_state)"
  job_is COMPLETED || fail "$1: job $job is $(job_state)"
  same_results "$undisturbed" "$run" "$1"
  digitalis status "$run" --resumable && fail "$1: a finished run says that it should be started again"
  frames=$(python3 "$here/../faults/journal_frames.py" "$run/store/journal" "$run/journal")
  starts=$(cat "$run"/*-*.log | grep -c ' start [0-9]* on ')
  echo "$1: the same bytes; $starts start(s), ${frames% *} chunks in the journals, ${frames#* } of them done twice; at most $((4 * starts)) more were in work when it was disturbed"
}
