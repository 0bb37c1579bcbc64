#!/bin/bash
# What takes longer than .ci/run may: by hand, before a release. Its dated result is committed.
#     tests/full.sh [MINUTES OF FUZZING PER TARGET, 10 when left out]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
minutes=${1:-10}

examples/install.sh ci
examples/build.sh release
ctest --preset release
git ls-files 'fhir_models/*.cpp' 'mapping/*.cpp' 'gateway/*.cpp' |
    xargs -n 4 -P "$(nproc)" clang-tidy-16 -p build/release --quiet
for program in build/release/*_test; do # figures are hidden tests: "[figure]"
    if "$program" --list-tests '[figure]' 2>/dev/null | grep -q '^  '; then
        "$program" '[figure]'
    fi
done

examples/build.sh asan
ctest --preset asan
examples/build.sh tsan
ctest --preset tsan

examples/build.sh fuzz
for target in build/fuzz/fuzz_*; do
    corpus=build/corpus/$(basename "$target")
    mkdir -p "$corpus"
    "$target" -max_total_time=$((minutes * 60)) -timeout=10 "$corpus"
done

tests/conformance/run.sh
build/release/end_to_end_test "[kill]"
tests/durability/fsync_order.sh build/release/puente
examples/quickstart.sh
