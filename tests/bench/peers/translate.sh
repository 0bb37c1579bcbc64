#!/bin/bash
# Our translation of HL7 v2 beside LinuxForHealth's converter (warm JVM) and Medplum's parser (which
# maps nothing), same messages, same run, one thread each:
#     tests/bench/peers/translate.sh [FILE...]     default: the v2 messages of ../shared/corpora
# Of the files, those LinuxForHealth's converter can convert. By hand; a dated result goes into
# tests/results. Peers come from Maven Central and npm by their ordinary clients; when they cannot be
# had, one line says so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

readonly here=$PWD/tests/bench/peers work=$PWD/build/peers puente=build/release/puente seconds=20
mkdir -p "$work/lib" "$work/classes"
examples/install.sh conformance
[ -x "$puente" ] || examples/build.sh release -DPUENTE_TESTS=OFF -- --target puente
cp "$here/parse.mjs" "$work/"
if ! timeout 600 mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$work/lib" >"$work/peers.log" 2>&1 ||
    ! (cd "$work" && npm install --no-audit --no-fund @medplum/core@4 >>"$work/peers.log" 2>&1); then
    echo "skipped: the peers cannot be had from Maven and npm now ($work/peers.log)"
    exit 0
fi
javac -cp "$work/lib/*" -d "$work/classes" "$here/Translate.java"

mapfile -t files < <([ $# -eq 0 ] || realpath "$@")
if [ ${#files[@]} -eq 0 ]; then
    mapfile -t files < <(find "$PWD/../shared/corpora" -name '*.hl7' 2>/dev/null | sort)
fi
if [ ${#files[@]} -eq 0 ]; then
    echo "skipped: no files given and no ../shared"
    exit 0
fi
taken=$work/taken.txt
linuxforhealth=$(java -cp "$work/classes:$work/lib/*" Translate "$seconds" "$taken" "${files[@]}" 2>/dev/null)
medplum=$(cd "$work" && node parse.mjs "$seconds" "$taken")
mapfile -t files <"$taken"
ours=$("$puente" bench translate --json --seconds 10 "${files[@]}" | grep -o '"messages_per_s":[0-9.]*' | head -1 | cut -d: -f2)
echo "messages: ${#files[@]}; LinuxForHealth (warm): $linuxforhealth/s; Medplum (parse only): $medplum/s;" \
    "puente: $ours/s; ratio to LinuxForHealth $(awk "BEGIN { printf \"%.0f\", $ours / $linuxforhealth }")"
