#!/bin/bash
# Every wrong request ends with exit code 2 and says what is wrong: once, whole, and without a structure in it. Nothing is computed.
#   wrong_input_test.sh DIGITALIS
# MPIEXEC (default mpirun) starts the cases that are tried on two ranks too.
set -u
digitalis=$1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
failures=0 cases=0
failed() { echo "FAILED: $*" >&2; failures=$((failures + 1)); }

# --- what the cases are made of; the SMILES are ones that no message may show -------------------------------------------
smiles='OC1CCNC(F)C1'
broken='OC1CCNC(F'
echo "$smiles good" >library.smi
echo "$broken bad" >unparsable.smi
: >empty.smi
mkdir folder.smi
ln -s nowhere.smi dangling.smi

# campaign NAME LIBRARY ACTIVES [LINES]: a campaign file
campaign() { printf '[campaign]\nname = "c"\n[library]\nfiles = ["%s"]\n[[targets]]\nname = "T"\nactives = ["%s"]\n%s\n' "$2" "$3" "${4:-}" >"$1.toml"; }
campaign good library.smi "$smiles"
campaign other library.smi "$smiles" 'weight = 2.0'
campaign missing_library missing.smi "$smiles"
campaign folder_as_library folder.smi "$smiles"
campaign dangling_library dangling.smi "$smiles"
campaign no_match 'nothing-*.smi' "$smiles"
campaign empty_library empty.smi "$smiles"
campaign unparsable_library unparsable.smi "$smiles"
campaign unknown_key library.smi "$smiles" 'wieght = 2.0'
campaign wrong_type library.smi "$smiles" 'weight = "heavy"'
campaign bad_smarts library.smi "$smiles" $'[filters]\nexclude_smarts = ["'"$broken"'"]'
campaign unparsable_actives library.smi "$broken"
campaign missing_actives library.smi missing_actives.smi
printf '[campaign]\nname = "c"\n[library]\nfiles = ["library.smi"]\n' >no_target.toml
printf '[campaign]\nname = c\n' >no_toml.toml
mkdir campaign_folder.toml full
touch full/thesis.tex file
"$digitalis" prepare library.smi -o store -q >/dev/null || failed "cannot prepare a store"
"$digitalis" screen good.toml --out run -q >/dev/null || failed "cannot screen"
for part in manifest compounds; do cp -r store damaged_$part; done
sed -i 's/"records": 1/"records": 7/' damaged_manifest/manifest.json
truncate -s -1 damaged_compounds/compounds.bin
for part in manifest compounds; do sed "s|files = .*|store = \"damaged_$part\"|" good.toml >damaged_$part.toml; done
sed 's|files = .*|store = "folder.smi"|' good.toml >not_a_store.toml

# --- how a case is judged ---------------------------------------------------------------------------------------------
# judge ARGUMENTS: what the last command left behind in $code, stdout and stderr.
judge() {
  cases=$((cases + 1))
  [ "$code" = 2 ] || { failed "$*: exit code $code instead of 2"; cat stderr >&2; }
  local said
  said=$(grep '^error: ' stderr | sed "s|$scratch/||g")
  [ "$said" = "error: $message" ] || failed "$*: said"$'\n'"  $said"$'\n'"instead of"$'\n'"  error: $message"
  grep -qF -e "$smiles" -e "$broken" stderr stdout && failed "$*: shows a structure"
  [ -e new ] && failed "$*: left a run directory behind"
  rm -rf new
}
# run COMMAND...: a request that is refused computes nothing, so one that takes a minute hangs
run() {
  timeout 60 "$@" >stdout 2>stderr
  code=$?
}
# refuses MESSAGE ARGUMENT...: alone
refuses() {
  message=$1
  shift
  run "$digitalis" "$@"
  judge "$*"
  echo "digitalis $*"; grep -h '^error: ' stderr | sed "s|$scratch/||g; s/^/    /"
}
# refuses_on_ranks: alone, then on two ranks; a launcher adds words of its own, but the program's message stands once
refuses_on_ranks() {
  refuses "$@"
  shift
  [ -n "$mpirun" ] || return
  run "$mpirun" --oversubscribe --bind-to none -n 2 "$digitalis" "$@"
  judge "on two ranks: $*"
}
if mpirun=$(command -v "${MPIEXEC:-mpirun}"); then
  run "$mpirun" --oversubscribe --bind-to none -n 2 "$digitalis" --version
  [ "$code" = 0 ] && [ "$(grep -c ^digitalis stdout)" = 1 ] || failed "--version on two ranks: exit code $code, or not said once"
else
  echo "no mpirun: nothing is tried on two ranks"
fi

# --- the campaign file --------------------------------------------------------------------------------------------------
screen() { local message=$1 file=$2; shift 2; refuses_on_ranks "$message" screen "$file" --out new "$@"; }
screen 'missing.toml: no such campaign file' missing.toml
screen "campaign_folder.toml: not a file; hint: name the campaign's TOML file" campaign_folder.toml
screen 'no_toml.toml:2:8: Error while parsing value: could not determine value type; hint: campaign files are written in TOML (toml.io)' no_toml.toml
screen "unknown_key.toml:8:1: unknown key 'wieght' in [[targets]]; hint: did you mean 'weight'?" unknown_key.toml
screen "wrong_type.toml:8:10: 'weight' is a string, expected a number; hint: write it without quotes" wrong_type.toml
screen 'no_target.toml: no target; hint: add [[targets]] with name = "EGFR" and actives = ["known.smi"]' no_target.toml
screen 'exclude_smarts 1 is not a SMARTS; hint: try it on one molecule in RDKit or a structure editor first' bad_smarts.toml

# --- the files it names -------------------------------------------------------------------------------------------------
screen 'missing.smi: no such file; hint: check the path' missing_library.toml
screen 'folder.smi: is a folder; hint: name its files, for example folder.smi/*.smi.gz' folder_as_library.toml
screen 'dangling.smi: no such file; hint: check the path' dangling_library.toml
screen 'nothing-*.smi: no file matches; hint: look at the folder and the ending' no_match.toml
screen 'empty.smi: the library is empty; hint: name files that hold SMILES, CSV or SDF records' empty_library.toml
screen "unparsable_actives.toml:5:1: none of the known actives of 'T' could be read; hint: 'actives' takes SMILES, or files of molecules" unparsable_actives.toml
screen 'missing_actives.toml:7:12: missing_actives.smi: no such file; hint: check the path' missing_actives.toml
screen "folder.smi: not a finished compound store; hint: make it with 'digitalis prepare LIBRARY -o folder.smi'" not_a_store.toml
screen "damaged_manifest: damaged compound store: manifest.json does not match its checksum; hint: make it with 'digitalis prepare LIBRARY -o damaged_manifest'" damaged_manifest.toml
screen "damaged_compounds: damaged compound store: compounds.bin is cut short or not ours; hint: make it with 'digitalis prepare LIBRARY -o damaged_compounds'" damaged_compounds.toml
if [ "$(id -u)" = 0 ]; then
  echo "skipped: files without permission to read, because root may read everything"
else
  cp library.smi secret.smi && chmod 000 secret.smi
  campaign unreadable_library secret.smi "$smiles"
  screen 'secret.smi: cannot be read; hint: check its permissions' unreadable_library.toml
fi
# Whether a record can be read is known only when it was: the rejects that say why are the one thing that is left.
message='no record of the library could be read as a compound; hint: see new/store/rejects.csv'
run "$digitalis" screen unparsable_library.toml --out new -q
[ -s new/store/rejects.csv ] && [ ! -e new/hits.csv ] || failed "unparsable_library.toml: no rejects, or hits"
rm -rf new
judge screen unparsable_library.toml

# --- where results go ---------------------------------------------------------------------------------------------------
refuses_on_ranks 'run: holds the run of another campaign ([targets] differ); hint: choose another --out, or delete this one' screen other.toml --out run
refuses_on_ranks 'full: is not empty and holds no run; hint: choose another --out' screen good.toml --out full
refuses_on_ranks 'file: is a file; hint: --out names a directory' screen good.toml --out file
refuses_on_ranks 'file/run: cannot be made: Not a directory; hint: choose another --out' screen good.toml --out file/run
refuses_on_ranks 'full: is not empty and holds no store; hint: name another folder, or delete this one' prepare library.smi -o full
refuses_on_ranks 'file: is a file; hint: name another folder, or delete this one' prepare library.smi -o file
refuses_on_ranks 'store: holds the store of another library or of other options; hint: name another folder, or delete this one' prepare library.smi -o store --no-standardise
[ "$(ls full)" = thesis.tex ] || failed "something was written into a folder that is not ours"

# --- the command line ---------------------------------------------------------------------------------------------------
refuses_on_ranks "unknown verb 'scren'; hint: did you mean 'screen'?" scren
refuses "unknown verb 'xyzzyx'; hint: verbs are check, estimate, prepare, screen, status, submit, cancel, resume, dock, search, hits, explain, report, validate, targets, audit, doctor" xyzzyx
refuses "--array: each task has one node; hint: --array N without --nodes, or --nodes N for one job over MPI" submit good.toml --out new --array 4 --nodes 2
refuses "--time: expected a time limit such as 24:00:00 or 2-12:00:00" submit good.toml --out new --time soon
refuses 'missing.smi: no such file; hint: check the path' submit missing_library.toml --out new
refuses 'run: no job of this run waits or runs; hint: squeue --me lists your jobs' cancel run
refuses_on_ranks "digitalis screen: unrecognised option '--fast'; hint: digitalis screen --help" screen good.toml --out new --fast
refuses_on_ranks "digitalis screen: the option '--out' is required but missing; hint: digitalis screen --help" screen good.toml
refuses "digitalis screen: the option '--campaign' is required but missing; hint: digitalis screen --help" screen --out new
refuses "digitalis screen: the argument ('many') for option '--threads' is invalid; hint: digitalis screen --help" screen good.toml --out new --threads many
refuses 'expected -o STORE, or --append STORE for a store that there is' prepare library.smi
refuses 'no library; hint: digitalis prepare LIBRARY... -o STORE' prepare -o new
refuses '--append, --verify and --rescue do not go together' prepare --verify store --rescue store
refuses '--verify and --rescue read a store, and no library' prepare library.smi --verify store
refuses '-o goes with --rescue, and not with --verify; hint: prepare --rescue STORE -o NEW' prepare --rescue store
refuses_on_ranks 'what is appended is prepared as the store was; hint: leave --no-standardise out' prepare library.smi --append store --no-standardise
refuses_on_ranks "full: not a finished compound store; hint: make it with 'digitalis prepare LIBRARY -o full'" prepare library.smi --append full
refuses_on_ranks 'missing.smi: no such file; hint: check the path' prepare missing.smi -o new
refuses_on_ranks 'empty.smi: the library is empty; hint: name files that hold SMILES, CSV or SDF records' prepare empty.smi -o new
refuses_on_ranks '--fingerprint-bits: expected 64 to 65536' prepare library.smi -o new --fingerprint-bits 3
refuses "--max-heavy-atoms: expected 1 to 1000" prepare library.smi -o new --max-heavy-atoms 0
refuses "full: not a run directory of this program (full/manifest.json: cannot be opened: No such file or directory); hint: give the --out of 'digitalis screen'" hits full
refuses "no column named 'scor'; hint: did you mean 'score'?" hits run --sort scor
refuses "full: not a run directory of this program (full/manifest.json: cannot be opened: No such file or directory); hint: give the --out of 'digitalis screen'" explain full good
refuses "no compound or record of this run has the ID 'goood'; hint: did you mean 'good'?" explain run goood
refuses "digitalis explain: the option '--id' is required but missing; hint: digitalis explain --help" explain run
refuses '--min mw: expected COLUMN=NUMBER; hint: --min mw=450' hits run --min mw
refuses 'new.xlsx: unknown kind of file; hint: end its name in .csv, .tsv, .smi, .sdf (each also .gz), .pml or .mol2' hits run -o new.xlsx
refuses "full: not a run directory of this program (full/manifest.json: cannot be opened: No such file or directory); hint: give the --out of 'digitalis screen'" report full
refuses "full: not a run directory of this program (full/manifest.json: cannot be opened: No such file or directory); hint: give the --out of 'digitalis screen'" validate full

# --- search -------------------------------------------------------------------------------------------------------------
printf '%s good\n%s bad\n' "$smiles" "$broken" >some_bad.smi
refuses "expected one of --query, --substructure and --shape; hint: --query SMILES or a file of molecules --top 10, or --substructure SMARTS, or --shape LIGAND.sdf --top 10" search store --top 3
refuses "expected one of --query, --substructure and --shape; hint: --query SMILES or a file of molecules --top 10, or --substructure SMARTS, or --shape LIGAND.sdf --top 10" search store --query "$smiles" --substructure C --top 3
refuses "nothing says which compounds are similar enough; hint: --threshold 0.7, or --top 10" search store --query "$smiles"
refuses "some_bad.smi:2: column 1 is not a SMILES: a branch is not closed" search store --query some_bad.smi --top 3 -o new
refuses "--query: neither a file nor a SMILES" search store --query "$broken" --top 3
refuses "missing.smi: no such file; hint: check the path" search store --query missing.smi --top 3
refuses "empty.smi: holds no molecule; hint: name a file of SMILES, CSV or SDF records" search store --query empty.smi --top 3
refuses "--threshold: expected 0 to 1" search store --query "$smiles" --threshold 70
refuses "--top: expected 1 or more" search store --query "$smiles" --top 0
refuses "--metric: 'cosine' is none of tanimoto, dice, tversky" search store --query "$smiles" --top 3 --metric cosine
refuses "--alpha weighs Tversky's measure; hint: --metric tversky" search store --query "$smiles" --top 3 --alpha 0.5
refuses "--beta: expected 0 to 1" search store --query "$smiles" --top 3 --metric tversky --beta 2
refuses "--top goes with --query and --shape" search store --substructure C --top 3
refuses "--substructure: not a SMARTS; hint: try it on one molecule in RDKit or a structure editor first" search store --substructure "$broken"
refuses "full: not a finished compound store; hint: make it with 'digitalis prepare LIBRARY -o full'" search full --query "$smiles" --top 3
refuses "damaged_manifest: damaged compound store: manifest.json does not match its checksum; hint: make it with 'digitalis prepare LIBRARY -o damaged_manifest'" search damaged_manifest --query "$smiles" --top 3
[ -e store/search.index ] && failed "a search that was refused left an index"

# --- docking ------------------------------------------------------------------------------------------------------------
receptor=${RDKIT_SHARE:-/usr/share/RDKit}/Contrib/CalcLigRMSD/data/5dt0.pdb
if [ -e "$receptor" ]; then
  cp "$receptor" protein.pdb
  grep -E '^(ATOM .* CA |END)' protein.pdb >alpha.pdb
  docking_campaign() { printf '[campaign]\nname = "c"\n[library]\nfiles = ["library.smi"]\n[[targets]]\nname = "T"\n%s\n' "$2" >"$1.toml"; }
  docking_campaign no_receptor $'receptor = "missing.pdb"\nreference = "SKE"'
  docking_campaign no_reference $'receptor = "protein.pdb"\nreference = "ske.sdf"'
  docking_campaign no_place 'receptor = "protein.pdb"'
  docking_campaign box_outside $'receptor = "protein.pdb"\nbox = {center_A = [500, 0, 0], size_A = [20, 20, 20]}'
  docking_campaign wrong_forms $'receptor = "protein.pdb"\nreference = "SKE"\n[forms]\npH = 15'
  docking_campaign unknown_scoring $'receptor = "protein.pdb"\nreference = "SKE"\n[[stages]]\nkind = "dock"\nscoring = "vinnardo"'
  screen 'no_receptor.toml:5:1: missing.pdb: no such receptor file' no_receptor.toml
  screen 'no_reference.toml:5:1: ske.sdf: no such file; hint: check the path' no_reference.toml
  screen "wrong_forms.toml:10:6: 'pH' is 15, expected 0 to 14" wrong_forms.toml
  screen 'no_place.toml:7:12: nothing says where to dock; hint: reference = "SKE" (a ligand of the receptor, or a file), or box = {center_A = [..], size_A = [..]}' no_place.toml
  screen "unknown_scoring.toml:11:11: unknown scoring function 'vinnardo'; hint: \"vina\" or \"vinardo\"" unknown_scoring.toml
  run "$digitalis" screen box_outside.toml --out new
  message=$(grep '^error: ' stderr | sed "s|$scratch/||g; s/^error: //")
  [[ "$message" == 'box_outside.toml:5:1: protein.pdb: the box around 500.0, 0.0, 0.0 is not at this receptor, '* ]] || failed "box outside: said '$message'"
  judge screen box_outside.toml
  dock() { local message=$1; shift; refuses "$message" dock -q --receptor protein.pdb --ligand CCO "$@"; }
  refuses 'no receptor; hint: --receptor protein.pdb' dock --ligand CCO
  refuses 'no ligand; hint: --ligand ligands.sdf, or a SMILES' dock --receptor protein.pdb
  dock 'no box to dock into; hint: --center_x ... --size_z, or --autobox_ligand with a file or a residue of the receptor'
  dock 'the box lacks --center_z, --size_x, --size_y, --size_z; hint: give all six, or --autobox_ligand' --center_x 1 --center_y 2
  dock "two residues, 'SKE' and 'HIS', cannot both be taken out of the receptor; hint: give one as a file" --reference SKE --autobox_ligand HIS
  dock 'ske.sdf: no such file; hint: check the path' --reference ske.sdf
  dock '--score_only and --local_only exclude each other; hint: give one of them' --score_only --local_only
  dock '--effort and --exhaustiveness say the same thing; hint: give one of them' --effort fast --exhaustiveness 3
  dock '--pH: expected 0 to 14, or none' --autobox_ligand SKE --pH 15
  dock '--pH: expected 0 to 14, or none' --autobox_ligand SKE --pH 7.4x
  dock '--stereoisomers: expected 1 to 64' --autobox_ligand SKE --stereoisomers 0
  dock '--tautomers: expected 0 to 16' --autobox_ligand SKE --tautomers 17
  dock '--stereoisomers and --tautomers need new conformers, --score_only keeps those of the input; hint: leave one of them out' --autobox_ligand SKE --stereoisomers 4 --score_only
  dock '--num_modes: expected 1 to 10000' --autobox_ligand SKE --num_modes 0
  dock "--keep_waters: 'some' is none of drop, keep, near" --autobox_ligand SKE --keep_waters some
  dock 'poses.xyz: unknown kind of file; hint: end its name in .sdf, .sdf.gz or .pdbqt' --autobox_ligand SKE --out poses.xyz
  dock '--core needs a reference whose place it keeps; hint: --reference FILE or residue' --autobox_ligand SKE --core c1ccccc1
  dock '--out_flex has nothing to write; hint: name side chains with --flex' --autobox_ligand SKE --out_flex s.pdb
  dock 'core: not a SMARTS' --reference SKE --core 'c1cc('
  dock 'missing.txt: no such file; hint: check the path' --config missing.txt
  printf 'autobox_ligand = SKE\n# a comment\nexhaustivenes = 3\n' >slip.txt
  printf 'num_modes = many\n' >type.txt
  dock "slip.txt:3: unknown option 'exhaustivenes'; hint: did you mean 'exhaustiveness'?" --config slip.txt
  dock "type.txt:1: the argument ('many') for option 'num_modes' is invalid" --config type.txt
  refuses 'unreadable.pdb: no such receptor file' dock --receptor unreadable.pdb --ligand CCO --autobox_ligand SKE
  run "$digitalis" dock -q --receptor alpha.pdb --ligand CCO --center_x 0 --center_y 0 --center_z 0 --size_x 20 --size_y 20 --size_z 20
  grep -q '^error: alpha.pdb: .*; hint: ' stderr && [ "$code" = 2 ] || failed "alpha carbons only: exit code $code, $(cat stderr)"
  refuses 'missing.sdf: neither a file nor a SMILES' dock -q --receptor protein.pdb --autobox_ligand SKE --ligand missing.sdf
  # A ligand that cannot be docked is not the end; when none can, the request was wrong.
  printf '%s good\n%s bad\n' "$smiles" "$broken" >two.smi
  run "$digitalis" dock --receptor protein.pdb --autobox_ligand SKE --ligand two.smi --exhaustiveness 0.1 --csv -q
  [ "$code" = 0 ] && grep -q '^good,1,-' stdout && grep -q '^warning: two.smi:2: ' stderr || failed "one bad ligand: exit code $code, $(cat stderr)"
  grep -qF "$broken" stderr && failed "one bad ligand: shows a structure"
  message='no ligand could be docked; hint: see above'
  run "$digitalis" dock --receptor protein.pdb --autobox_ligand SKE --ligand unparsable.smi --csv -q
  judge dock unparsable.smi
else
  echo "no $receptor: nothing is tried with docking"
fi

# --- help ---------------------------------------------------------------------------------------------------------------
for verb in check prepare screen dock search hits explain report validate audit doctor; do
  run "$digitalis" $verb --help
  [ "$code" = 0 ] && [ ! -s stderr ] || failed "$verb --help: exit code $code, $(cat stderr)"
  for part in "usage: digitalis $verb " 'options:' '--help' 'examples:' "digitalis $verb"; do
    grep -qF -e "$part" stdout || failed "$verb --help: without '$part'"
  done
done
run "$digitalis" --help
[ "$code" = 0 ] && [ "$(grep -cE '^  (check|prepare|screen|dock|search|hits|explain|report|validate|audit|doctor) ' stdout)" = 11 ] || failed "--help does not list every verb"
run "$digitalis"
[ "$code" = 2 ] || failed "no verb: exit code $code instead of 2"

echo "$cases cases, $failures failures"
[ $failures -eq 0 ]
