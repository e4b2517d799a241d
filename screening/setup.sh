# Sourced by screening/demo.sh and tests/run.sh: installs what a bare Debian 12 lacks, and builds.
# Nothing is fetched from anywhere but Debian's packages and the npm registry (the report page's scripts).

# What the program is built from; README.md says what each is for.
build_packages=(
  g++ cmake ninja-build ccache git ca-certificates pkg-config
  librdkit-dev rdkit-data libopenmpi-dev openmpi-bin libtbb-dev libboost-program-options-dev libboost-iostreams-dev libboost-serialization-dev
  libtomlplusplus-dev nlohmann-json3-dev libhwy-dev librandom123-dev libxxhash-dev libssl-dev libsqlite3-dev libspdlog-dev
  libzstd-dev zlib1g-dev libbz2-dev libjemalloc-dev gemmi-dev tao-pegtl-dev
  libgtest-dev libgmock-dev libbenchmark-dev
)
# What only the tests need.
test_packages=(chromium openssh-client python3-rdkit sqlite3 xz-utils zstd bzip2 procps)

say() { printf '\n== %s\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "error: installing packages needs root; hint: run as root, or install sudo, or install by hand: $*" >&2; exit 1
  fi
}

# install_packages NAME...: only what is missing.
install_packages() {
  if ! grep -qs '^ID=debian' /etc/os-release || ! grep -qs '^VERSION_ID="1[2-9]"' /etc/os-release; then
    echo "error: this script sets up Debian 12 or later; hint: elsewhere, install the packages named in screening/setup.sh and build with cmake --preset release" >&2
    exit 1
  fi
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  # The report page is bundled with node; any node from 18 on will do, also one that did not come from Debian.
  command -v node >/dev/null && command -v npm >/dev/null || missing+=(nodejs npm)
  [ ${#missing[@]} -eq 0 ] && return
  say "installing ${#missing[@]} packages"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# build PRESET [TARGET...]
build() {
  local preset=$1; shift
  say "building ($preset)"
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset" ${1:+--target "$@"} -j "$(nproc)"
}

# Open MPI refuses root, and more ranks than cores, unless told; ranks that wait must not hold a core.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
