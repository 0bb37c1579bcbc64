#!/bin/bash
# Our validator beside the HL7 validator (HAPI, warm JVM), same files, same run, one thread each:
#     tests/bench/peers/validate.sh [FILE...]      default: eight Synthea bundles of ../shared
# By hand; a dated result goes into tests/results. The validator comes from Maven Central by the
# ordinary client; when it cannot be had, one line says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

readonly work=build/conformance puente=build/release/puente seconds=20
mkdir -p "$work/lib" "$work/classes"
examples/install.sh conformance
[ -x "$puente" ] || examples/build.sh release -DPUENTE_TESTS=OFF -- --target puente
if ! timeout 600 mvn -q -B -f tests/conformance/pom.xml dependency:copy-dependencies \
    -DoutputDirectory="$PWD/$work/lib" >"$work/maven.log" 2>&1; then
    echo "skipped: the HL7 validator cannot be had from Maven now ($work/maven.log)"
    exit 0
fi
javac -cp "$work/lib/*" -d "$work/classes" tests/conformance/Compare.java tests/bench/peers/Validate.java

files=("$@")
if [ ${#files[@]} -eq 0 ]; then
    mapfile -t files < <(find ../shared/fhir-r4/synthea -name '*.json' -size -3000k 2>/dev/null | sort | head -8)
fi
if [ ${#files[@]} -eq 0 ]; then
    echo "skipped: no files given and no ../shared"
    exit 0
fi
theirs=$(java -Xmx3g -cp "$work/classes:$work/lib/*" Validate "$seconds" fhir_models/national/profiles "${files[@]}")
ours=$("$puente" bench validate --json --seconds 6 "${files[@]}" | grep -o '"mib_per_s":[0-9.]*' | head -1 | cut -d: -f2)
echo "HL7 validator (HAPI, warm): $theirs MiB/s; puente: $ours MiB/s; ratio $(awk "BEGIN { printf \"%.0f\", $ours / $theirs }")"
