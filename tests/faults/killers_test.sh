#!/bin/bash
# killers_test.sh PROGRAM PROGRAM_WITH_KILLERS: a library with molecules that crash, abort, hang and eat memory, in preparation,
# in a shape stage and in docking, screened on 1 and on 2 ranks, and with --shared, by a program that is started again while its exit code is not 0: it completes,
# exactly those are rejected, each with its reason, and all else is what the program makes of the library without them.
. "$(dirname "$0")/common.sh"
deadly=$2
ulimit -c 0

# Compounds for preparation, overlays and docking; the killers stand among them, several in each chunk of 256.
killers=(prepare-hang dock-hang dock-crash dock-abort prepare-crash-1 prepare-crash-2 prepare-abort dock-eat-1 prepare-eat dock-eat-2 shape-hang shape-crash)
structures=('CC(C)Oc1ccc(Cl)cc1F' 'CC(C)Oc1ccc(F)cc1Cl' 'CCCOc1ccc(Cl)cc1F' 'CCCOc1ccc(F)cc1Cl' 'CC(C)Oc1cc(F)cc(Cl)c1'
  'CCCOc1cc(F)cc(Cl)c1' 'CC(C)Oc1cccc(F)c1Cl' 'CCCOc1cccc(F)c1Cl' 'CC(C)Oc1cccc(Cl)c1F' 'CCCOc1cccc(Cl)c1F' 'CC(C)Oc1cc(Cl)ccc1F' 'CCCOc1cc(Cl)ccc1F')
for which in with without; do
  awk -v which=$which -v names="${killers[*]}" -v smiles="${structures[*]}" '
    BEGIN { count = split(names, name, " "); split(smiles, structure, " ") }
    { print $1, "NCI" NR }
    NR % 57 == 0 && ++k <= count {
      removed = which == "without" && name[k] ~ /^prepare/
      print (removed ? "removed" : structure[k]), name[k]
    }' <(head -n 700 "$rdkit/Data/NCI/first_5K.smi") >"$scratch/$which.smi"
  cat >"$scratch/$which.toml" <<TOML
[campaign]
name = "killers"
seed = 5
[library]
files = ["$which.smi"]
[filters]
mw = [180, 190]
[[targets]]
name = "AURKA"
receptor = "$rdkit/Contrib/CalcLigRMSD/data/5dt0.pdb"
reference = "SKE"
[[stages]]
kind = "filter"
[[stages]]
kind = "shape"
conformers = 2
[[stages]]
kind = "dock"
exhaustiveness = 0.3
[output]
hits = 1000
[limits]
seconds_per_compound = 6
memory_GiB_per_rank = 1
TOML
done
screen_or_fail "the run without killers" 2 1 "$scratch/without.toml" "$scratch/without"

# rejected TABLE: what the killers in it were rejected for.
rejected() { grep -E ',(prepare|shape|dock)-[a-z]+(-[0-9])?,' "$1" | cut -d, -f3-6 | sort; }
cat >"$scratch/expected" <<'CSV'
dock-abort,dock,crashed,crashed: aborted
dock-crash,dock,crashed,crashed: segmentation fault
dock-eat-1,dock,out_of_memory,out_of_memory: needs more than the 1.00 GiB of a rank
dock-eat-2,dock,out_of_memory,out_of_memory: needs more than the 1.00 GiB of a rank
dock-hang,dock,out_of_time,out_of_time: more than 6 s
prepare-abort,prepare,crashed,aborted
prepare-crash-1,prepare,crashed,segmentation fault
prepare-crash-2,prepare,crashed,segmentation fault
prepare-eat,prepare,out_of_memory,needs more than the 1.00 GiB of a rank
prepare-hang,prepare,out_of_time,more than 6 s
shape-crash,shape,crashed,crashed: segmentation fault
shape-hang,shape,out_of_time,out_of_time: more than 6 s
CSV
others() { grep -vE ',(prepare|shape|dock)-[a-z]+(-[0-9])?,' "$1"; }

program=$deadly
for setting in 0x1 2x1 shared; do
  dir=$scratch/with-$setting
  how=${setting/shared/0x1} options=()
  [ $setting != shared ] || options=(--shared)
  codes=()
  until screen ${how%x*} ${how#*x} "$scratch/with.toml" "$dir" "${options[@]}"; do
    codes+=($?)
    [ ${#codes[@]} -le ${#killers[@]} ] || { cat "$dir.stderr"; fail "$setting: ${#codes[@]} starts, and not at the end: ${codes[*]}"; }
    # A process that ends itself says so: the run is stopped, not in work.
    if [ "$setting ${codes[-1]}" = "0x1 75" ]; then
      state=$(python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print(s["state"], s["attempts"][-1]["end"])' "$dir/status.json")
      [ "$state" = "stopped limits" ] || fail "$setting: exit code 75 leaves the state $state"
    fi
    grep -h '^error: rank' "$dir.stderr" | sed "s|$scratch/||g"
  done
  [ ${#codes[@]} -gt 0 ] || fail "$setting: no killer ended the program"
  rejected "$dir/rejects.csv" >"$scratch/found"
  diff "$scratch/expected" "$scratch/found" >&2 || fail "$setting: not the killers, or not for their reasons"
  cmp -s "$scratch/without/store/compounds.bin" "$dir/store/compounds.bin" || fail "$setting: store/compounds.bin is not that without killers"
  for table in rejects.csv store/rejects.csv; do
    cmp -s <(others "$scratch/without/$table" | sed 's/without\.smi/with.smi/g') <(others "$dir/$table") || fail "$setting: other rejects in $table than without killers"
  done
  cmp -s <(others "$scratch/without/hits.csv" | cut -d, -f2- | sed 's/without\.smi/with.smi/g') <(cut -d, -f2- "$dir/hits.csv") || fail "$setting: other hits than without killers"
  echo "$setting (ranks x threads): finished at start $((${#codes[@]} + 1)) after exit codes ${codes[*]}; $(wc -l <"$scratch/found") killers rejected, all else as without them"
done
same_results "$scratch/with-0x1" "$scratch/with-2x1" "killers on 2 ranks instead of 1"
same_results "$scratch/with-0x1" "$scratch/with-shared" "killers in processes that share the run"
