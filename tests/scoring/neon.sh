#!/bin/bash
# The SIMD kernels on Arm: their unit tests, cross-compiled and run under emulation (qemu) on an x86 machine, with NEON.
#   bash tests/scoring/neon.sh [--gtest_filter=...]
# By hand: it takes some minutes, and installs a cross compiler and an emulator. Only what needs no RDKit is compiled.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=screening/setup.sh
. screening/setup.sh
install_packages g++-aarch64-linux-gnu qemu-user libhwy-dev libgtest-dev librandom123-dev libxxhash-dev
build=$PWD/build/neon
mkdir -p "$build"/{include,objects,apt/lists/partial,cache/archives/partial}

# Highway's and xxHash's libraries for Arm, without telling this machine's package manager of another architecture.
arm_apt=(apt-get -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State="$build/apt" -o Dir::Cache="$build/cache"
  -o Dir::State::status=/dev/null -qq)
if [ ! -d "$build/root" ]; then
  say "libraries for Arm"
  "${arm_apt[@]}" update
  (cd "$build" && "${arm_apt[@]}" download libhwy1 libxxhash0)
  for package in "$build"/*_arm64.deb; do dpkg-deb -x "$package" "$build/root"; done
fi
libraries=$build/root/usr/lib/aarch64-linux-gnu
# Headers of these alone: /usr/include also has this machine's own.
for header in hwy Random123 xxhash.h gtest; do ln -sfn "/usr/include/$header" "$build/include/$header"; done

say "building for Arm"
sources=(scoring/docking/*.cpp scoring/shape/{overlay,overlay_kernel,shape}.cpp scoring/similarity/*.cpp
  chem/{digest,docking_ligand,file_io,mapped_file}.cpp
  tests/scoring/{docking_affinity_grid,docking_half,docking_lanes,docking_pose_score,docking_search}_test.cpp
  tests/scoring/{shape_overlay,similarity,similarity_index_file,similarity_search}_test.cpp
  /usr/src/googletest/googletest/src/gtest-all.cc /usr/src/googletest/googletest/src/gtest_main.cc)
compile() {
  local object=$1/objects/${2//\//_}.o contract=fast
  case $2 in *measure.cpp | tests/*/similarity*) contract=off ;; esac  # as CMake has it
  aarch64-linux-gnu-g++ -std=c++20 -O2 -ffp-contract=$contract -I. -I"$1/include" -I/usr/src/googletest/googletest -c "$2" -o "$object"
}
export -f compile
# shellcheck disable=SC2016  # bash -c is to expand it
printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I{} bash -c 'compile "$0" {}' "$build"
aarch64-linux-gnu-g++ -o "$build/tests" "$build"/objects/*.o -L"$libraries" -l:libhwy.so.1 -l:libxxhash.so.0 -lpthread

say "running on an emulated Arm"
exec qemu-aarch64 -L /usr/aarch64-linux-gnu -E LD_LIBRARY_PATH="$libraries" "$build/tests" --gtest_brief=1 "$@"
