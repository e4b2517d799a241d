#!/bin/bash
# same_bytes_test.sh PROGRAM: a campaign's results are the same bytes for any number of ranks and threads, with each consensus.
. "$(dirname "$0")/common.sh"
NCI_LINES=1600 library "$scratch" 1

for consensus in best weighted zscore rank; do
  campaign "$scratch" $consensus
  file=$scratch/$consensus.toml
  screen_or_fail "$consensus, alone" 0 1 "$file" "$scratch/$consensus-alone" -q
  settings="4x2"
  [ $consensus = best ] && settings="1x1 1x2 2x1 2x2 4x1 4x2"
  for setting in $settings; do
    dir=$scratch/$consensus-$setting
    screen_or_fail "$consensus, $setting" ${setting%x*} ${setting#*x} "$file" "$dir" -q
    same_results "$scratch/$consensus-alone" "$dir" "$consensus, $setting ranks x threads"
    same_standings "$scratch/$consensus-alone" "$dir" "$consensus, $setting ranks x threads"
  done
  echo "$consensus: alone and $settings (ranks x threads) give the same bytes"
done

# Reading the store from a copy on the node, which is gone afterwards.
mkdir "$scratch/local"
screen_or_fail "from a copy of the store" 2 1 "$scratch/best.toml" "$scratch/best-copied" -q --scratch "$scratch/local"
same_results "$scratch/best-alone" "$scratch/best-copied" "from a copy of the store"
[ -z "$(ls "$scratch/local")" ] || fail "the copy of the store is still there"

# With docking: another stage, maps that ranks share, poses in the journal, reference ligands that ranks share out.
DOCK=60 campaign "$scratch" best_rank
screen_or_fail "docking, alone" 0 1 "$scratch/best_rank.toml" "$scratch/docking-alone" -q
for setting in 1x2 2x1 4x2; do
  dir=$scratch/docking-$setting
  screen_or_fail "docking, $setting" ${setting%x*} ${setting#*x} "$scratch/best_rank.toml" "$dir" -q
  same_results "$scratch/docking-alone" "$dir" "docking, $setting ranks x threads"
  cmp "$scratch/docking-alone/pockets.json" "$dir/pockets.json" || fail "docking, $setting: pockets.json differs"
  python3 - "$scratch/docking-alone" "$dir" <<'PYTHON' || fail "docking, $setting: the redocked reference differs"
import json, sys
found = [json.load(open(f"{run}/manifest.json"))["results"]["docking"] for run in sys.argv[1:]]
sys.exit(found[0] != found[1] or not found[0][0]["redocking"][0]["rmsd_A"] >= 0)
PYTHON
done
hits=$scratch/docking-alone/hits.csv
grep -q '^place,.*,affinity_kcal_mol_CDK2,ligand_efficiency_kcal_mol_CDK2,strongest_residues_kcal_mol_CDK2,interactions_CDK2,pose_flags_CDK2,' "$hits" || fail "no affinities in hits.csv"
[ "$(zcat "$scratch/docking-alone/hits.sdf.gz" | grep -c '<pose_target>')" = "$(tail -n +2 "$hits" | wc -l)" ] || fail "docked hits without poses"
echo "docking: alone and 1x2 2x1 4x2 (ranks x threads) give the same bytes"

# With shape: conformers made on all ranks, or taken from where a search left them; killed and resumed on others.
SHAPE=60 campaign "$scratch" zscore
screen_or_fail "shape, alone" 0 1 "$scratch/zscore.toml" "$scratch/shape-alone" -q
for setting in 1x2 4x1; do
  dir=$scratch/shape-$setting
  screen_or_fail "shape, $setting" ${setting%x*} ${setting#*x} "$scratch/zscore.toml" "$dir" -q
  same_results "$scratch/shape-alone" "$dir" "shape, $setting ranks x threads"
  same_standings "$scratch/shape-alone" "$dir" "shape, $setting ranks x threads"
done
killed=$scratch/shape-killed
start_screen 2 1 "$scratch/zscore.toml" "$killed"
for _ in $(seq 1200); do
  grep -q '^similarity_2: .* in [0-9]' "$killed.stderr" 2>/dev/null && break  # shape comes next
  sleep 0.05
done
sleep 0.3
kill -9 $(ranks_in "$killed") $started 2>/dev/null
wait $started 2>/dev/null
[ "$(stage_of "$killed")" = funnel ] || fail "shape: killed in $(stage_of "$killed"), not in the stage"
"$program" search "$killed/store" --shape CCO --conformers 2 --top 1 -q >/dev/null || fail "shape: no search in the store of a killed run"
screen_or_fail "shape, killed and resumed" 1 2 "$scratch/zscore.toml" "$killed" -q
same_results "$scratch/shape-alone" "$killed" "shape, killed and resumed with conformers in the store"
grep -q '^place,.*,shape_CDK2,shape_ASPIRIN,' "$scratch/shape-alone/hits.csv" || fail "no shapes in hits.csv"
echo "shape: alone, 1x2 4x1 (ranks x threads), and killed and resumed give the same bytes"

# So that equal files are not equal because they are empty: the library has at least one of everything.
alone=$scratch/best-alone
[ "$(wc -l <"$alone/hits.csv")" -gt 200 ] || fail "only $(wc -l <"$alone/hits.csv") lines in hits.csv"
for reason in duplicate bad_smiles; do
  grep -q ",$reason," "$alone/rejects.csv" || { cut -d, -f4,5 "$alone/rejects.csv" | sort | uniq -c; fail "no reject of kind $reason"; }
done
cmp -s "$alone/hits.csv" "$scratch/rank-alone/hits.csv" && fail "best and rank give the same hits: the consensus has no effect"

# A finished run is not computed again and not touched.
before=$(stat -c '%n %Y %s' "$alone"/*)
screen_or_fail "screening a finished run" 2 1 "$scratch/best.toml" "$alone" -q
[ "$before" = "$(stat -c '%n %Y %s' "$alone"/*)" ] || fail "screening a finished run changed its files"
