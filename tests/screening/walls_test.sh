#!/bin/bash
# walls_test.sh PROGRAM: a run is its user's alone, or its project's; a partner names files below the site's roots only; no structure
# is in any log or message.
set -u
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
umask 0022
unset DIGITALIS_SITE
fail() { echo "FAILED: $*" >&2; cat stderr >&2; exit 1; }
screen() { "$program" screen "$@" -t 1 >stdout 2>stderr; code=$?; }

planted='OC1CCNC(F)C1' broken='OC1CCNC(F' active='FC1CNCCC1Cl'
mkdir allowed outside
printf '%s\n' "$planted planted" "$broken broken" "CC$planted other" >allowed/library.smi
cp allowed/library.smi outside
campaign() { printf '[campaign]\nname = "c"\nproject = "aurora"\n%s\n[library]\nfiles = ["%s"]\n[filters]\nexclude_smarts = ["%s"]\n[[targets]]\nname = "T"\nactives = ["%s"]\n' "$2" "$3" 'CCO' "$active" >"$1.toml"; }
campaign plain '' allowed/library.smi
campaign partner 'partner = "acme"' allowed/library.smi
campaign escapes 'partner = "acme"' outside/library.smi
ln -s ../outside/library.smi allowed/link.smi
campaign link 'partner = "acme"' allowed/link.smi

screen plain.toml --out run
[ $code = 0 ] || fail "a plain run ends with $code"
open=$(find run -perm /077)
[ -z "$open" ] || fail "others may read or write $open"
mpirun --oversubscribe -n 2 "$program" screen plain.toml --out run2 -t 1 >>stdout 2>>stderr || fail "two ranks"
open=$(find run2 -perm /077)
[ -z "$open" ] || fail "with two ranks others may read or write $open"

"$program" prepare allowed/library.smi -o store -q >>stdout 2>>stderr || fail "prepare"
open=$(find store -perm /077)
[ -z "$open" ] || fail "others may read or write $open"
ln -s store linked-store
"$program" prepare allowed/library.smi -o linked-store -q >stdout 2>stderr
[ $? = 2 ] && grep -q 'is a symlink' stderr || fail "a store that is a symlink is written through"
"$program" prepare allowed/library.smi -o other-store --seconds-per-compound -1 >stdout 2>stderr
[ $? = 2 ] && grep -q '^error: --seconds-per-compound: expected 0 or more$' stderr || fail "a negative time limit is taken"

# Logs leave the building; hits.csv and rejects.csv are results.
for text in "$planted" "$broken" "$active"; do
  grep -rlF -- "$text" stdout stderr run/run.log run/status.json run/manifest.json run2/run.log | grep -v manifest.json && fail "shows a structure"
done

ln -s run linked
screen plain.toml --out linked
[ $code = 2 ] || fail "a run directory that is a symlink ends with $code"
grep -q '^error: linked: is a symlink; hint: name the folder it leads to$' stderr || fail "the symlink is refused otherwise"
mkdir elsewhere && mkdir run3 && ln -s ../elsewhere run3/journal
screen plain.toml --out run3
[ $code = 2 ] || fail "a journal that is a symlink ends with $code"
[ -z "$(ls elsewhere)" ] || fail "wrote through a symlink"

printf '[walls]\nallowed_roots = ["%s/allowed"]\n' "$scratch" >site.toml
export DIGITALIS_SITE=$scratch/site.toml
screen partner.toml --out run4
[ $code = 0 ] || fail "a partner's run below the roots ends with $code"
for name in escapes link; do
  screen $name.toml --out new
  [ $code = 2 ] || fail "$name: a partner's file elsewhere ends with $code"
  grep -q "may not name it; hint: put it where this site keeps partners' files, or ask the administrator$" stderr || fail "$name is refused otherwise"
  [ ! -e new ] || fail "$name left a run directory"
done

if [ "$(id -u)" = 0 ] && getent group games >/dev/null; then
  printf '[walls.project_groups]\naurora = "games"\n' >site.toml
  screen plain.toml --out run5
  [ $code = 0 ] || fail "a project's run ends with $code"
  wrong=$(find run5 ! -group games; find run5 -perm /027; find run5 ! -perm -040; find run5 -type d ! -perm -2050)
  [ -z "$wrong" ] || fail "the project's group cannot read, or others can: $wrong"
  printf '[walls.project_groups]\naurora = "no-such-group"\n' >site.toml
  screen plain.toml --out run6
  [ $code = 2 ] || fail "a group that is not there ends with $code"
fi
echo "walls: as they should be"
