#!/usr/bin/env bash
# Installs, builds and tests everything on a bare Debian 12.
#   bash tests/run.sh            all of it
#   bash tests/run.sh quick      the release build's tests only, without sanitizers
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. screening/setup.sh
what=${1:-all}

# Larger real data sets, where they lie beside the project; tests that need them say so and are skipped elsewhere.
if [ -z "${DIGITALIS_DATA:-}" ] && [ -d ../shared/data ]; then DIGITALIS_DATA=$(cd ../shared/data && pwd); fi
[ -n "${DIGITALIS_DATA:-}" ] && export DIGITALIS_DATA

install_packages "${build_packages[@]}" "${test_packages[@]}"
build release
say "tests"
ctest --preset release -j "$(nproc)" -LE 'external|slow'
ctest --preset release -L 'external|slow'

if [ "$what" = all ]; then
  for preset in asan tsan; do
    build "$preset" unit_tests
    say "unit tests under $preset"
    ctest --preset "$preset" -j "$(nproc)"
  done
fi
say "all tests passed"
