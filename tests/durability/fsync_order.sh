#!/bin/bash
# Shows by strace that the store's fdatasync comes before the 201 leaves: fsync_order.sh PUENTE
# Prints the calls that matter and exits 0 when every answer of more than 1,000 bytes on a connection
# (the receipt) has an fdatasync of the write-ahead log after the connection's handshake.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
puente=$(realpath "${1:-build/release/puente}")
command -v strace >/dev/null || { echo 'skipped: strace is not installed'; exit 0; }

place=$(mktemp -d)
trap '[ "$gateway" = 0 ] || pkill -P "$gateway" || true; wait; rm -rf "$place"' EXIT  # the gateway is strace’s child
gateway=0
"$puente" key dev-pki --out "$place/pki" emisor receptor >/dev/null
pki=$place/pki
mkdir "$place/agreements"
thumbprint() { openssl x509 -in "$pki/institutions/$1/signing.pem" -outform DER | openssl dgst -sha256 -binary | jose b64 enc -I -; }
agreement=$place/agreements/valle-sur.json
sed -e 's/cs-valle/emisor/g; s/hg-sur/receptor/g' examples/agreements/valle-sur.json >"$agreement"
sed -i -e "s/@emisor@/$(thumbprint emisor)/; s/@receptor@/$(thumbprint receptor)/" "$agreement"
for name in emisor receptor; do
    "$puente" agreement sign "$agreement" --key "$pki/institutions/$name/signing.key" --cert "$pki/institutions/$name/signing.pem" >/dev/null
done
openssl rand 32 | jose b64 enc -I - >"$place/agreements/$(sed -n 's/^ *"id": "\(.*\)",/\1/p' "$agreement" | head -1).key"
cat >"$place/gateway.toml" <<END
exchange_port = 0
people_port = 0
health_port = 0
mllp_port = 0
tls_certificate = "pki/gateway/tls.pem"
tls_key = "pki/gateway/tls.key"
client_ca = "pki/ca/root.pem"
trust_anchors = "pki/ca/root.pem"
signing_certificate = "pki/gateway/signing.pem"
signing_key = "pki/gateway/signing.key"
ledger_key = "pki/gateway/ledger.key"
agreements = "agreements"
data = "data"
[[institution]]
id = "urn:puente:institution:emisor"
roles = ["sender"]
signing_certificates = ["pki/institutions/emisor/signing.pem"]
END
strace -f -y -e trace=fdatasync,write,writev,sendto,sendmsg -o "$place/trace" \
    "$puente" serve --config "$place/gateway.toml" >"$place/out" 2>"$place/log" &
gateway=$!
for _ in $(seq 200); do grep -q '^ready' "$place/out" && break || sleep 0.1; done
url=$(sed -n 's/.*exchanges=\([^ ]*\).*/\1/p' "$place/out" | sed 's/127\.0\.0\.1/localhost/')
who=$pki/institutions/emisor
"$puente" send --url "$url" --key "$who/signing.key" --cert "$who/signing.pem" --tls-key "$who/tls.key" --tls-cert "$who/tls.pem" \
    --ca "$pki/ca/root.pem" --agreement "$agreement" --purpose TREAT --gateway urn:puente:gateway:local \
    examples/messages/giis/CEX-OCIMB-2610.TXT
awk '
    /fdatasync\(.*wal/ { synced = NR; print NR ": fdatasync of the write-ahead log"; next }
    /(write|writev|sendto|sendmsg)\([0-9]+<(TCP|socket)/ {
        match($0, /<(TCP|socket)[^>]*>+/); connection = substr($0, RSTART, RLENGTH)
        size = $NF + 0
        if (!(connection in begun)) { begun[connection] = NR; next }
        if (size > 1000) {
            answers++
            print NR ": answer of " size " bytes"
            if (synced < begun[connection]) { print "ANSWERED BEFORE fdatasync"; bad = 1 }
        }
    }
    END { exit bad || !answers }' "$place/trace"
echo 'every answer came after its fdatasync'
