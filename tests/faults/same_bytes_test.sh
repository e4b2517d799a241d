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
  done
  echo "$consensus: alone and $settings (ranks x threads) give the same bytes"
done

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
