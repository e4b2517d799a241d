#!/bin/bash
# How many times as fast as AutoDock Vina: both in one run, one after the other on one core, same PDBQT files and boxes, on
# complexes spread over 0 to 15 torsions. Prints the factor of each complex, and for each preset the geometric mean, of CPU
# seconds of the whole process and of one ligand more in the same process; and what the speed was bought with (success, scores).
#   bash tests/bench/docking_vs_vina.sh [COMPLEXES] [options of tests/validation/redock.sh]     COMPLEXES: 24
# Quotes QuickVina 2's factors beside it (A. Alhossary et al., Bioinformatics 31 (2015) 2214,
# doi:10.1093/bioinformatics/btv082). Takes about an hour of Vina; --cached-vina takes
# its times from an earlier run of redock.sh on this machine instead.
complexes=24
case ${1:-} in
  [0-9]*) complexes=$1; shift ;;
esac
pairing=--fresh
for option in "$@"; do
  [ "$option" = --cached-vina ] && pairing=
done
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
exec taskset -c 0 bash tests/validation/redock.sh --spread "$complexes" --inputs same --presets fast balanced thorough \
  --no-checks $pairing "$@"
