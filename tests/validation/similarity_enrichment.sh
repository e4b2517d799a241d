#!/bin/sh
# Enrichment of 2D similarity on the sets of S. Riniker, G. Landrum, J. Cheminf. 5 (2013) 26, doi:10.1186/1758-2946-5-26,
# against reference figures made with RDKit. Fails when a figure differs in its printed digits.
#
# Usage: DIGITALIS_DATA=<folder with rl-benchmark> similarity_enrichment.sh <digitalis_similarity_enrichment> [collection ...]
# Prints a table: one row per target and a mean per collection, ours and the reference.
set -eu
program=$1
shift
if [ -z "${DIGITALIS_DATA:-}" ]; then
  echo "skipped: DIGITALIS_DATA is not set"
  exit 77
fi
data=$DIGITALIS_DATA/rl-benchmark
if [ ! -d "$data" ]; then
  echo "skipped: DIGITALIS_DATA has no folder rl-benchmark"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ $# -gt 0 ] || set -- DUD MUV ChEMBL
status=77
for collection; do
  queries=$data/query_lists/${collection}_5query.tsv.xz
  if [ ! -d "$data/compounds/$collection" ] || [ ! -e "$queries" ]; then
    echo "skipped: rl-benchmark has no collection $collection" >&2
    continue
  fi
  [ $status -ne 77 ] || status=0
  mkdir "$work/$collection"
  for packed in "$data/compounds/$collection"/*.dat.gz; do
    gzip -dc "$packed" > "$work/$collection/$(basename "$packed" .gz)"
  done
  xz -dc "$queries" > "$work/queries.tsv"
  "$program" "$collection" "$work/$collection" "$work/queries.tsv" "$data/reference/rl_reference_$collection.csv" || status=1
done
exit $status
