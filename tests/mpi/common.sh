# Sourced by the tests of this folder: toy DIR RANKS OPTIONS... runs mpi_toy, the rest says what went wrong.
set -u
toy_program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

toy() {
  local dir=$1 ranks=$2
  shift 2
  "${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$ranks" "$toy_program" "$dir" "$@"
}
# The same in the background, with $launcher as mpirun's own process, so that it can be signalled.
start_toy() {
  local dir=$1 ranks=$2
  shift 2
  "${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$ranks" "$toy_program" "$dir" "$@" 2>"$scratch/stderr" &
  launcher=$!
}
fail() { echo "FAILED: $*" >&2; exit 1; }
same() { cmp -s "$1" "$2" || fail "$3: $1 and $2 differ"; }
# How often a process began to work on a chunk, over all attempts in DIR.
started() { cat "$1"/started-* 2>/dev/null | wc -c; }
# The ranks that work in DIR.
ranks_in() { pgrep -f "^$toy_program $1 "; }
