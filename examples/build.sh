#!/bin/bash
# Configures and builds a preset, with ccache when it is there:
#     examples/build.sh PRESET [CMAKE -D OPTIONS...] [-- BUILD ARGUMENTS...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

preset=$1
shift
options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    options+=("$1")
    shift
done
[ $# -eq 0 ] || shift
command -v ccache >/dev/null || options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=)

cmake --preset "$preset" "${options[@]}" >/dev/null
cmake --build --preset "$preset" "$@"
