#!/bin/bash
# Holds our verdict on R4 resources against the HL7 validator's (terminology off), case by case:
#     tests/conformance/run.sh [--sample]
# Resources: what `puente translate` makes of every message here (and in ../shared), the official
# examples, the validator cases, mutations of the examples, and the examples of the national
# profiles, whole and broken. Each disagreement is in
# disagreements.tsv with its reason, or this fails. The validator comes from Maven Central by the
# ordinary client; when it cannot be had, one line says so and nothing is compared.
# --sample: some of each, at most 5 minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

most=100000
case ${1:-} in
    '') ;;
    --sample) most=60 ;;
    *)
        echo "usage: tests/conformance/run.sh [--sample]" >&2
        exit 2
        ;;
esac

readonly here=tests/conformance work=build/conformance puente=build/release/puente shared=../shared
readonly r4=$shared/fhir-r4
examples/install.sh conformance
[ -x "$puente" ] || examples/build.sh release -DPUENTE_TESTS=OFF -- --target puente
mkdir -p "$work/lib"
if ! timeout 600 mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies \
    -DoutputDirectory="$PWD/$work/lib" >"$work/maven.log" 2>&1; then
    echo "skipped: the HL7 validator cannot be had from Maven now ($work/maven.log)"
    exit 0
fi
javac -cp "$work/lib/*" -d "$work/classes" "$here"/*.java

# emit NAME FILE: what the translator makes of a file, one resource a line.
rm -rf "$work/emitted" "$work/mutated" "$work/profiles"
mkdir -p "$work/emitted" "$work/mutated" "$work/profiles"
cases=$work/cases.tsv
: >"$cases"
emit() {
    local out=$work/emitted/${1//\//_}.ndjson
    "$puente" translate --zone=-06:00 "$2" >"$out" 2>/dev/null || true
    [ ! -s "$out" ] || printf 'emitted\t%s\t%s\n' "$1" "$out" >>"$cases"
}
for file in examples/messages/*/* tests/golden/hl7v2/*.hl7 tests/golden/giis/*.TXT; do
    case $file in *.md) ;; *) emit "$file" "$file" ;; esac
done
for file in fhir_models/national/profiles/*.json; do
    printf 'profiles\t%s\t%s\tpass\n' "definition of $(basename "$file" .json)" "$file"
done >>"$cases"
java -cp "$work/classes:$work/lib/*" Break examples/profiles "$here/broken.tsv" "$work/profiles" >>"$cases"
if [ -d "$shared" ]; then
    while read -r file; do
        emit "${file#"$shared"/}" "$file"
    done < <(find "$shared/corpora" -name '*.hl7' | sort | sed -n "1,${most}p")
    for file in "$shared"/mexico/samples/*; do emit "${file#"$shared"/}" "$file"; done
    find "$r4/examples" -name '*.json' | sort | sed -n "1,${most}p" |
        while read -r file; do printf 'examples\t%s\t%s\n' "$(basename "$file" .json)" "$file"; done >>"$cases"
    java -cp "$work/classes:$work/lib/*" Index "$r4/test-cases" >>"$cases"
    find "$r4/examples" -name '*.json' -size -8k | sort | sed -n "1,$((most / 4 + 1))p" |
        java -cp "$work/classes:$work/lib/*" Mutate "$work/mutated" >>"$cases"
else
    echo "skipped: no $shared, so no official examples, validator cases and corpora"
fi
exec java -Xmx2g -cp "$work/classes:$work/lib/*" Compare "$puente" "$here/disagreements.tsv" "$cases" \
    fhir_models/national/profiles
