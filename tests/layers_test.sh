#!/bin/bash
# The layers and the manners of the code, by what its files include and call:
#   chem <- scoring <- screening -> scheduler
# An arrow means "is used by"; nothing points back.
#   layers_test.sh [SOURCE_FOLDER]
cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}" || exit 1
failures=0
files=(--include='*.hpp' --include='*.cpp' --include='*.in')  # which files none() looks into
allowed=                                                      # a pattern of "file:line:text" that it lets pass

# none WHAT PATTERN FOLDER...: no line of the folders' C++ files may match; lines of comment do not count.
none() {
  local what=$1 pattern=$2
  shift 2
  local found
  found=$(grep -rnE "${files[@]}" "$pattern" "$@" | grep -vE "^[^:]+:[0-9]+: *//${allowed:+|$allowed}")
  [ -z "$found" ] && return
  printf 'FAILED: %s\n%s\n' "$what" "$found" >&2
  failures=$((failures + 1))
}

for folder in chem scoring scheduler screening; do
  [ -d $folder ] || { echo "FAILED: no folder $folder in $PWD" >&2; exit 1; }
done

none "chem uses a layer above it" '#include "(scoring|screening|scheduler)/' chem
none "scoring uses a layer above it" '#include "(screening|scheduler)/' scoring
none "scheduler uses another layer" '#include "(chem|scoring|screening)/' scheduler
none "a layer uses the tests" '#include "(\.\./)*tests/' chem scoring scheduler screening
none "RDKit outside chem and scoring" '#include <(RDGeneral|GraphMol|DataStructs|Geometry|RDBoost|Catalogs|SimDivPickers|ForceField|Numerics)/' scheduler screening
none "MPI outside scheduler" '#include <mpi\.h>' chem scoring screening
none "Boost.Program_options outside screening" '#include <boost/program_options' chem scoring scheduler
files=(--include='*.hpp')
none "using namespace in a header" '^ *using namespace' chem scoring scheduler screening tests

# Under MPI, one library that ends its process ends all ranks. Only MpiWorld::abort may.
files=(--include='*.hpp' --include='*.cpp' --include='*.in')
allowed='^scheduler/mpi_world\.'
none "a library ends the process" '(^|[^A-Za-z0-9_.>:])(std::|::)?(_exit|_Exit|exit|quick_exit|abort|terminate)\(' chem scoring scheduler screening

[ $failures -eq 0 ] && echo "every include points down, and no library ends the process"
exit $((failures > 0))
