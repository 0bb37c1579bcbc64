#!/bin/bash
# A teleconsultation to the gateway with curl; see README.md beside this file.
#     send.sh URL CERTIFICATE KEY CA MESSAGE CURP
set -euo pipefail
if [ $# -ne 6 ]; then
    echo "usage: send.sh URL CERTIFICATE KEY CA MESSAGE CURP" >&2
    exit 2
fi
url=$1 message=$5 curp=$6
ask() { curl --silent --show-error --fail-with-body --cert "$cert" --key "$key" --cacert "$ca" "$@"; }
cert=$2 key=$3 ca=$4

# 1. The consultation is a submission: its receipt comes in the header, its evidence stays.
headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
ask --dump-header "$headers" --header 'Content-Type: application/fhir+json' \
    --data-binary "@$message" "$url/fhir/\$process-message" >/dev/null
exchange=$(sed -n 's/^exchange-id: *\([0-9a-f-]*\).*/\1/Ip' "$headers")
echo "exchange $exchange"

# 2. Reading says for what and why. The CURP goes in the body, not in a URL.
ask --header 'Exchange-Purpose: TREAT' --header 'Exchange-Justification: seguimiento de teleconsulta' \
    --data-urlencode "patient.identifier=urn:oid:2.16.840.1.113883.4.629|$curp" \
    --data-urlencode 'class=VR' "$url/fhir/Encounter/_search" |
    grep -q '"class":{[^}]*"code":"VR"'
echo "encounter VR"

# 3. What this institution did with the record is in the audit.
ask --header 'Exchange-Purpose: HOPERAT' --header 'Exchange-Justification: control interno' \
    --data-urlencode "patient.identifier=urn:oid:2.16.840.1.113883.4.629|$curp" \
    "$url/fhir/AuditEvent/_search" | grep -q '"AuditEvent"'
echo "audited"
