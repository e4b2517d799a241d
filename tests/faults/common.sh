# Sourced by the tests of this folder: a library, a campaign, ways to start `digitalis screen`, and what must be the same bytes.
set -u
program=$1
# As ctest sets them; so that the scripts run by hand too, in a container and on fewer cores than ranks.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
scratch=$(mktemp -d)
cleanups=("rm -rf $scratch")
trap 'for cleanup in "${cleanups[@]}"; do eval "$cleanup"; done' EXIT

rdkit=${RDKIT_SHARE:-/usr/share/RDKit}
results=(hits.csv rejects.csv hits.sdf.gz store/compounds.bin store/rejects.csv)

fail() { echo "FAILED: $*" >&2; exit 1; }

# library DIR COPIES: NCI compounds under COPIES prefixes (so that most are different compounds), ligand sets, a gzipped file,
# and everything a library can have against us: bad and blank lines, repeated IDs, duplicates, records without an ID.
library() {
  local dir=$1 copies=$2 nci=$rdkit/Data/NCI/first_5K.smi
  mkdir -p "$dir"
  awk -v copies="$copies" '
    BEGIN { split("|C|CC|CCC|OC|CCCC|OCC|CCCCC", prefix, "|") }
    { smiles[NR] = $1; id[NR] = $2 }
    END {
      for (copy = 1; copy <= copies; ++copy)
        for (i = 1; i <= NR; ++i) {
          name = (i % 50 == 0) ? "twice" : id[i] "_" copy     # one ID for many compounds
          if (i % 70 == 0) name = ""                          # an ID must be made
          print prefix[copy] smiles[i], name
          if (i % 90 == 0) print ""
          if (i % 110 == 0) print "this is no molecule", i
          if (i % 130 == 0) print "C1CC(C bad_ring_" i
          if (i % 150 == 0) print smiles[i], "again_" i       # a duplicate of the first copy
        }
    }' <(head -n "${NCI_LINES:-4999}" "$nci") >"$dir/nci.smi"
  sed -n '1001,1500p' "$nci" | gzip -n >"$dir/nci_again.smi.gz"
  cp "$rdkit/Contrib/Fastcluster/cdk2.smi" "$rdkit/Projects/DbCLI/testData/bzr.sdf" "$dir"
}

# campaign DIR CONSENSUS: two scoring stages with cuts, three targets that hold some of their actives back. DOCK=N: the best N are
# docked into a receptor that stands for one of the targets. SHAPE=N: the best N are overlaid on a query and on the reference of that receptor.
campaign() {
  local receptor= query= shape= dock=
  if [ -n "${DOCK:-}" ]; then
    receptor="receptor = \"$rdkit/Contrib/CalcLigRMSD/data/5dt0.pdb\"
reference = \"SKE\""
    dock='[[stages]]
kind = "dock"
exhaustiveness = 0.3'
  fi
  if [ -n "${SHAPE:-}" ]; then
    receptor="receptor = \"$rdkit/Contrib/CalcLigRMSD/data/5dt0.pdb\"
reference = \"SKE\""
    query='shape_query = "CC(=O)Oc1ccccc1C(=O)O"'
    shape='[[stages]]
kind = "shape"
conformers = 2
keep = 30'
  fi
  cat >"$1/$2.toml" <<TOML
[campaign]
name = "faults"
seed = 11
[library]
files = ["nci.smi", "nci_again.smi.gz", "cdk2.smi", "bzr.sdf"]
[filters]
mw = [100, 600]
alerts = ["PAINS"]
[[targets]]
name = "CDK2"
actives = ["cdk2.smi"]
hold_back = 0.5
weight = 0.8
$receptor
[[targets]]
name = "GABAA"
actives = ["bzr.sdf"]
hold_back = 0.4
[[targets]]
name = "ASPIRIN"
actives = ["CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1O"]
hold_back = 0.5
weight = 0.3
$query
[[stages]]
kind = "filter"
[[stages]]
kind = "similarity"
keep = 0.6
[[stages]]
kind = "similarity"
nearest = 3
keep = ${DOCK:-${SHAPE:-${HITS:-400}}}
$shape
$dock
[ranking]
consensus = "$2"
stages = "all"
[output]
hits = ${HITS:-400}
TOML
}

# screen RANKS THREADS CAMPAIGN DIR [OPTIONS...]: to its end; 0 ranks: without a launcher.
screen() {
  local ranks=$1 threads=$2 file=$3 dir=$4
  shift 4
  local launcher=()
  [ "$ranks" -gt 0 ] && launcher=("${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$ranks")
  "${launcher[@]}" "$program" screen "$file" --out "$dir" --threads "$threads" "$@" >"$dir.stdout" 2>"$dir.stderr"
}
# screen_or_fail WHAT RANKS ...
screen_or_fail() {
  local what=$1 code
  shift
  screen "$@"
  code=$?
  [ $code = 0 ] || { cat "$4.stderr" >&2; fail "$what: exit code $code"; }
}
# The same in the background; $started is the launcher (or, with 0 ranks, the program itself).
start_screen() {
  local ranks=$1 threads=$2 file=$3 dir=$4
  local launcher=()
  [ "$ranks" -gt 0 ] && launcher=("${MPIEXEC:-mpirun}" --oversubscribe --bind-to none -n "$ranks")
  "${launcher[@]}" "$program" screen "$file" --out "$dir" --threads "$threads" >"$dir.stdout" 2>"$dir.stderr" &
  started=$!
}
# The ranks that work in DIR.
ranks_in() { pgrep -f "^$program screen [^ ]* --out $1 "; }

# same_results EXPECTED FOUND WHAT
same_results() {
  local file
  for file in "${results[@]}"; do
    cmp -s "$1/$file" "$2/$file" && continue
    [ -n "${FAULTS_KEEP:-}" ] && cp -r "$1" "$2" "$FAULTS_KEEP"  # to look at what differs
    fail "$3: $file differs from the undisturbed run's"
  done
}

# same_standings EXPECTED FOUND WHAT: where the hits stood after every stage. The rest of results.sqlite has the time in it.
same_standings() {
  python3 - "$1" "$2" <<'PYTHON' || fail "$3: hits stand elsewhere"
import sqlite3, sys
standings = [sqlite3.connect(f"file:{run}/results.sqlite?mode=ro", uri=True).execute("SELECT * FROM standings_of_hits").fetchall() for run in sys.argv[1:]]
assert standings[0] and standings[0] == standings[1]
PYTHON
}

# What a run in DIR was doing when it ended, from what it left behind. Finer within preparation: its last words.
stage_of() {
  local dir=$1
  if grep -q '"results"' "$dir/manifest.json" 2>/dev/null; then echo finished
  elif [ -e "$dir/rejects.csv" ] || [ -e "$dir/rejects.csv.partial" ]; then echo output
  elif [ -e "$dir/store/manifest.json" ]; then echo funnel
  elif [ -e "$dir/store/compounds.bin.partial" ] || [ -e "$dir/store/compounds.bin" ]; then echo store
  elif grep -q '^prepare: .* in [0-9]' "$dir.stderr" 2>/dev/null; then echo duplicates
  elif [ -n "$(find "$dir/store/journal" -name '*.journal' -size +0 2>/dev/null)" ]; then echo prepare
  else echo start
  fi
}

now_ms() { echo $(($(date +%s%N) / 1000000)); }
