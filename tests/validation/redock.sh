#!/bin/bash
# Redocking of crystal ligands, Digitalis beside AutoDock Vina: success, scores, time, plausibility of the poses.
#   bash tests/validation/redock.sh                          all complexes; the first run of Vina takes hours on one core
#   bash tests/validation/redock.sh --limit 20 --presets balanced
#   bash tests/validation/redock.sh --help                   what is measured, how, and all options
# Data sets: the folder that DIGITALIS_DATA names; without it one complex, which Debian's rdkit-data has.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ -z "${DIGITALIS_DATA:-}" ] && [ -d ../shared/data ]; then
  DIGITALIS_DATA=$(cd ../shared/data && pwd)
  export DIGITALIS_DATA
fi
exec /usr/bin/python3 tests/validation/redock.py "$@"
