# Sourced by tests of this folder that run `digitalis` in a scratch folder and count what is wrong.
# shellcheck shell=bash
set -u
program=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0
fail() { echo "FAILED: $*" >&2; tail -n 5 stderr >&2; failures=$((failures + 1)); }
