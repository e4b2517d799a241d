#!/usr/bin/env bash
# From a bare Debian 12 to ranked, drawn, docked hits: installs, builds, screens about 6,700 real compounds against five targets.
#   bash screening/demo.sh [RUN]     (default: build/demo-run)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. screening/setup.sh

install_packages "${build_packages[@]}"
build release digitalis

run=${1:-build/demo-run}
rm -rf "$run"
say "screening (screening/demo/campaign.toml, $(nproc) threads)"
start=$(date +%s)
build/release/digitalis screen screening/demo/campaign.toml --out "$run"
echo "Screened in $(($(date +%s) - start)) s"

say "the same library, its targets weighed by outcome tables (screening/demo/patients.toml)"
rm -rf "$run-patients"
build/release/digitalis screen screening/demo/patients.toml --out "$run-patients" --quiet
