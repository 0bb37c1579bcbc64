#!/bin/bash
# Puente in one command, on a bare Debian 12, as root or with sudo:
#     examples/quickstart.sh [--keep-running]
# Installs the packages it needs, builds, starts a gateway and the institutions of this folder,
# exchanges their records, verifies the evidence of each, stops. Exit 0 only when everything came out
# as it must: the refusals too. --keep-running leaves it up until Ctrl-C and prints the console's URL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
    '') keep_running=no ;;
    --keep-running) keep_running=yes ;;
    *)
        echo "usage: examples/quickstart.sh [--keep-running]" >&2
        exit 2
        ;;
esac

readonly place=build/quickstart
readonly pki=$place/pki trust=$place/trust evidence=$place/evidence
readonly puente=build/release/puente
readonly messages=examples/messages

say() { printf '\n== %s\n' "$*"; }
problem() {
    printf 'PROBLEM: %s\n' "$*" >&2
    printf 'logs: %s\n' "$place"/*.log >&2
    exit 1
}

pids=()
stop() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    pids=()
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME COMMAND...: in the background; its first "ready" line is in $ready.
start() {
    local name=$1 pid
    shift
    "$@" >"$place/$name.out" 2>"$place/$name.log" </dev/null &
    pid=$!
    pids+=("$pid")
    for _ in $(seq 300); do
        if ready=$(grep -m1 '^ready' "$place/$name.out"); then
            echo "$name: $ready"
            return
        fi
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    tail -n 5 "$place/$name.log" >&2
    problem "$name did not start"
}
address() { sed -n "s/.* $1=\([^ ]*\).*/\1/p" <<<"$ready"; } # NAME of the ready line

# as INSTITUTION CURL ARGUMENTS...: a call with that institution's TLS certificate.
as() {
    local who=$pki/institutions/$1
    shift
    curl --silent --show-error --max-time 30 --cacert "$pki/ca/root.pem" --cert "$who/tls.pem" --key "$who/tls.key" "$@"
}
field() { jose fmt -j "$1" "${@:2}" -u- 2>/dev/null || true; } # FILE -g NAME...: a string in JSON
number() { jose fmt -j "$1" -g "$2" -o- 2>/dev/null || true; }
base64url() { jose b64 enc -I -; }

# --- Build, keys, agreements ------------------------------------------------------------------------
say 'Packages and build (the first time takes some minutes)'
examples/install.sh run
examples/build.sh release -DPUENTE_TESTS=OFF -- --target puente
rm -rf "$place"
umask 077
mkdir -p "$place/agreements" "$trust" "$evidence"

say 'Development keys: one authority, one gateway, five institutions'
"$puente" key dev-pki --out "$pki" --gateway urn:puente:gateway:quickstart --origin puente.local/quickstart \
    hgz-norte cs-valle telesalud hg-sur auditoria >/dev/null
cp "$pki/ca/root.pem" "$pki/gateway/ledger.vkey" "$trust/"
echo "trust anchors, brought from outside the evidence: $trust/"

say 'Convenios: each party signs the exact bytes, with the thumbprints of its keys inside'
for draft in examples/agreements/*.json; do
    id=$(basename "$draft" .json)
    signed=$place/agreements/$id.json
    cp "$draft" "$signed"
    for name in $(sed -n 's/.*"urn:puente:institution:\([a-z-]*\)",*$/\1/p' "$draft" | sort -u); do
        thumbprint=$(openssl x509 -in "$pki/institutions/$name/signing.pem" -outform DER | openssl dgst -sha256 -binary | base64url)
        sed -i "s/\"@$name@\"/\"$thumbprint\"/" "$signed"
    done
    for name in $(sed -n 's/.*"institution": "urn:puente:institution:\([a-z-]*\)".*/\1/p' "$draft"); do
        "$puente" agreement sign "$signed" --key "$pki/institutions/$name/signing.key" \
            --cert "$pki/institutions/$name/signing.pem" >/dev/null
    done
    openssl rand 32 | base64url >"$place/agreements/$id.key" # of `sub`: both parties keep it
    echo "$id: $(sed -n 's/.*"object": "\(.*\)",/\1/p' "$draft")"
done

# --- The gateway and the receiving hospital -------------------------------------------------------
say 'Starting the second hospital (receives, countersigns) and the gateway'
sur=$pki/institutions/hg-sur
start hg-sur "$puente" receive --listen 0 --key "$sur/signing.key" --cert "$sur/signing.pem" \
    --tls-key "$sur/tls.key" --tls-cert "$sur/tls.pem" --ca "$pki/ca/root.pem" \
    --gateway-cert "$pki/gateway/signing.pem" --out "$place/hg-sur"
deliveries=$(address deliveries)
sed -e "s|https://localhost:18450|$deliveries|" -e 's/^\([a-z]*_port\) = .*/\1 = 0/' \
    examples/gateway.toml >"$place/gateway.toml"
start gateway "$puente" serve --config "$place/gateway.toml" --data "$place/data"
url=$(address exchanges | sed 's/127\.0\.0\.1/localhost/')
people=$(address people | sed 's/127\.0\.0\.1/localhost/')
mllp=$(address mllp | sed 's|^mllp://||')

# --- The exchanges ----------------------------------------------------------------------------------
labels=() ids=() expected=() whys=()
# record LABEL STATE WHY: the newest exchange is this record's.
record() {
    as auditoria "$url/exchanges?limit=1" -o "$place/newest.json" || problem 'the auditor cannot list'
    ids+=("$(jose fmt -j "$place/newest.json" -g exchanges -g 0 -g id -u-)")
    labels+=("$1") expected+=("$2") whys+=("$3")
}
# by_mllp FILE yes|no, signed INSTITUTION AGREEMENT PURPOSE FILE yes|no: yes when it must be accepted.
judge() { [ "$1" = "$2" ] || problem "$3: accepted=$1, expected $2"; }
by_mllp() {
    local accepted=yes
    "$puente" send --mllp "$mllp" "$1" >"$place/ack.txt" || accepted=no
    grep -v '^  ERR.*|W|' "$place/ack.txt" # findings that refuse nothing stay in the file
    judge "$accepted" "$2" "$1"
}
signed() {
    local who=$pki/institutions/$1 accepted=yes
    "$puente" send --url "$url" --key "$who/signing.key" --cert "$who/signing.pem" --tls-key "$who/tls.key" \
        --tls-cert "$who/tls.pem" --ca "$pki/ca/root.pem" --agreement "$place/agreements/$2.json" \
        --purpose "$3" --out "$place/receipts" "$4" || accepted=no
    judge "$accepted" "$5" "$4"
}

say 'Hospital del Norte sends HL7 v2 over MLLP: admission and laboratory (it cannot sign: nro:false)'
by_mllp "$messages/hl7v2/admission.hl7" yes
record 'admission, HL7 v2 ADT^A01' completed 'norte-sur, TREAT, LB64-V'
by_mllp "$messages/hl7v2/lab-result.hl7" yes
record 'lab result, HL7 v2 ORU^R01' completed 'norte-sur, TREAT, LB64-V'

say 'Telesalud pushes a teleconsultation as a signed FHIR Bundle'
signed telesalud telesalud-sur TREAT "$messages/fhir/teleconsultation.json" yes
record 'teleconsultation, FHIR R4' completed 'telesalud-sur, TREAT, LB64-V'

say 'The clinic sends a day of consulta externa: GIIS-B015, eight rows'
signed cs-valle valle-sur TREAT "$messages/giis/CEX-OCIMB-2610.TXT" yes
record 'consulta externa, GIIS-B015' completed 'valle-sur, TREAT, LB64-V'

say 'To be refused: an admission whose CURP contradicts the birth date'
by_mllp "$messages/hl7v2/contradiction.hl7" no
record 'admission, contradictory CURP' rejected 'PU-3002 CURP against birth date'

say 'To be refused: the teleconsultation again, for marketing (outside the convenio)'
signed telesalud telesalud-sur HMARKT "$messages/fhir/teleconsultation.json" no
record 'teleconsultation for HMARKT' rejected 'PU-4003 purpose not agreed'

# --- Delivered and read -----------------------------------------------------------------------------
say 'Hospital del Sur countersigns what it received'
results=()
for i in "${!ids[@]}"; do
    shown=$place/exchange-$i.json
    for _ in $(seq 150); do
        as auditoria "$url/exchanges/${ids[i]}" -o "$shown"
        [ "$(field "$shown" -g state)" != accepted ] || { sleep 0.2 && continue; }
        break
    done
    results+=("$(field "$shown" -g state)")
    [ "${results[i]}" = "${expected[i]}" ] || problem "${labels[i]}: ${results[i]}, expected ${expected[i]}"
    code=$(field "$shown" -g code)
    [ -z "$code" ] || [[ ${whys[i]} == "$code "* ]] || problem "${labels[i]}: $code, expected ${whys[i]}"
done
echo "completed: $(printf '%s\n' "${results[@]}" | grep -c completed), refused with a signed receipt: $(printf '%s\n' "${results[@]}" | grep -c rejected)"

day=$place/exchange-3.json
[ "$(number "$day" records)/$(number "$day" refused)" = 8/1 ] ||
    problem "consulta externa: $(number "$day" records) records, $(number "$day" refused) refused; expected 8 and 1"
cut -d. -f2 "$place/receipts/${ids[3]}.receipt.jws" | jose b64 dec -i - -O "$place/receipt-3.json"
[ "$(number "$place/receipt-3.json" generic)" = 1 ] || problem 'the generic CURP was not counted'
whys[3]+='; 8 rows: 1 refused, 1 generic CURP counted'

say 'Hospital del Sur reads the patient by CURP, saying for what and why'
curp=OOZJ740309MOCRVC03
search=(--data-urlencode "identifier=urn:oid:2.16.840.1.113883.4.629|$curp" "$url/fhir/Patient/_search")
as hg-sur -o "$place/patient.json" -w '%{http_code}' -H 'Exchange-Purpose: TREAT' \
    -H 'Exchange-Justification: Ingreso a urgencias, folio ING-2026-10447' "${search[@]}" >"$place/patient.status"
[ "$(cat "$place/patient.status")" = 200 ] && grep -q "$curp" "$place/patient.json" ||
    problem "the patient was not found: HTTP $(cat "$place/patient.status")"
echo "found: $(number "$place/patient.json" total) patient"
[ "$(as hg-sur -o /dev/null -w '%{http_code}' "${search[@]}")" = 403 ] ||
    problem 'a read without purpose and justification was answered'
echo 'the same without purpose and justification: 403, audited'

# --- The evidence -----------------------------------------------------------------------------------
say 'The auditor takes the evidence of each and verifies it offline, twice'
verified=0
for i in "${!ids[@]}"; do
    tar=$evidence/${ids[i]}.tar
    for _ in $(seq 100); do # the proof waits for the next checkpoint of the ledger
        status=$(as auditoria "$url/exchanges/${ids[i]}/evidence" -o "$tar" -w '%{http_code}')
        [ "$status" = 200 ] && "$puente" verify --trust "$trust" "$tar" >"$place/verify-$i.txt" 2>&1 && break
        sleep 0.3
    done
    [ "$status" = 200 ] || problem "${labels[i]}: no evidence, HTTP $status"
    "$puente" verify --trust "$trust" "$tar" >"$place/verify-$i.txt" 2>&1 ||
        problem "${labels[i]}: puente verify: $(grep -m1 FAIL "$place/verify-$i.txt")"
    opened=$place/opened/$i
    mkdir -p "$opened"
    tar -xf "$tar" -C "$opened"
    bash "$opened/verify.sh" "$trust" "$opened" >"$place/verify-sh-$i.txt" 2>&1 ||
        problem "${labels[i]}: verify.sh: $(grep -m1 FAIL "$place/verify-sh-$i.txt")"
    verified=$((verified + 1))
done
mkdir "$place/nobody"
"$puente" verify --trust "$place/nobody" "$evidence/${ids[0]}.tar" >/dev/null 2>&1 &&
    problem 'evidence verified without trust anchors'
echo "verified: $verified of ${#ids[@]} by puente verify and by verify.sh; without trust anchors: refused"

printf '\n%-31s %-10s %-68s %s\n' record result why evidence
for i in "${!ids[@]}"; do
    printf '%-31s %-10s %-68s %s\n' "${labels[i]}" "${results[i]}" "${whys[i]}" "$evidence/${ids[i]}.tar"
done
cat <<END

Check one yourself:   $puente verify --trust $trust $evidence/${ids[0]}.tar
Read what was sent:   $puente translate --explain $messages/hl7v2/admission.hl7
What hg-sur received: $place/hg-sur/
END

if [ "$keep_running" = yes ]; then
    cat <<END

The gateway stays up; Ctrl-C stops it.
Console:   $people/console   (client certificate: $pki/institutions/auditoria/tls.pem)
Exchanges: curl --cacert $pki/ca/root.pem --cert $pki/institutions/auditoria/tls.pem --key $pki/institutions/auditoria/tls.key $url/exchanges
END
    wait "${pids[@]}" || true
fi
