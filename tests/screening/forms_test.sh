#!/bin/bash
# A campaign that docks forms: the best one of each compound is named and drawn wherever its pose is, and the results are the same bytes for
# any number of ranks and threads.
#   forms_test.sh DIGITALIS
# MPIEXEC (default mpirun) starts the ranks.
set -u
digitalis=$1
receptor=/usr/share/RDKit/Contrib/CalcLigRMSD/data/5dt0.pdb
[ -f "$receptor" ] || { echo "no $receptor: nothing is tried; hint: apt-get install rdkit-data"; exit 0; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0
failed() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }

printf 'CC(=O)O acid\nCC(F)Cl centre\nCCO ethanol\nc1c[nH]cn1 imidazole\n' >library.smi
campaign() {
  printf '[campaign]\nname = "c"\nseed = 7\n[library]\nfiles = ["library.smi"]\n[[targets]]\nname = "AURKA"\nreceptor = "%s"\nreference = "SKE"\n' "$receptor"
  printf '%s\n[[stages]]\nkind = "dock"\nexhaustiveness = 0.1\n' "$1"
}
campaign $'[forms]\npH = 7.4\nstereoisomers = 2' >forms.toml
campaign '' >drawn.toml

"$digitalis" check forms.toml 2>/dev/null | grep -q '^  forms    protomers at pH 7.4, up to 2 stereoisomers of each: at most 8 forms of a compound are docked, the best one counts$' || failed "check does not say which forms are docked"
"$digitalis" check drawn.toml 2>/dev/null | grep -q '^  forms    compounds are docked as drawn$' || failed "check does not say that compounds are docked as drawn"
"$digitalis" screen forms.toml --out one --threads 2 -q >/dev/null || failed "one rank: exit code $?"
"${MPIEXEC:-mpirun}" -n 2 "$digitalis" screen forms.toml --out two --threads 1 -q >/dev/null || failed "two ranks: exit code $?"
"$digitalis" screen drawn.toml --out drawn -q >/dev/null || failed "as drawn: exit code $?"
for file in hits.csv rejects.csv; do cmp one/$file two/$file || failed "$file depends on the ranks"; done
cmp <(zcat one/hits.sdf.gz) <(zcat two/hits.sdf.gz) || failed "hits.sdf.gz depends on the ranks"

grep -q 'form_AURKA' one/hits.csv || failed "hits.csv has no column form_AURKA"
grep -q 'form_AURKA' drawn/hits.csv && failed "a campaign without forms has a column form_AURKA"
form_of() { "$digitalis" explain one "$1" | grep -o "form '[^']*'"; }
[ "$(form_of acid)" = "form 'carboxylic acid 4 -1'" ] || failed "explain says of acetic acid: $(form_of acid)"
[ "$(form_of ethanol)" = "form 'as drawn'" ] || failed "explain says of ethanol: $(form_of ethanol)"
form_of centre | grep -q '^form .stereoisomer [12].$' || failed "explain says of an open centre: $(form_of centre)"
# The acid bears its charge in the record of the run, and in one that is written from results.sqlite.
"$digitalis" hits one "compound_id = 'acid'" -o acid.sdf >/dev/null || failed "hits: exit code $?"
grep -q '^M  CHG  1   4  -1' acid.sdf || failed "an exported record lacks the charge"
zcat one/hits.sdf.gz | grep -q '^M  CHG  1   4  -1' || failed "hits.sdf.gz lacks the charge"
# A compound that is docked as drawn has the pose that it has alone.
affinity() { "$digitalis" explain "$1" ethanol | grep -o -- '-[0-9.]* kcal/mol' | head -1; }
[ -n "$(affinity one)" ] && [ "$(affinity one)" = "$(affinity drawn)" ] || failed "ethanol: $(affinity one), alone $(affinity drawn)"

[ $failures = 0 ] && echo "forms: all as it should be"
exit $((failures > 0))
