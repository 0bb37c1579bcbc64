#!/bin/bash
# Checks the evidence of one exchange with nothing but bash, openssl, jose, coreutils, sed, awk
# and xxd:
#     ./verify.sh ANCHORS_FOLDER [EVIDENCE_FOLDER]
# ANCHORS_FOLDER, got by another way than the evidence, holds certificates of authorities (*.pem)
# and the verifier keys of ledgers (*.vkey). EVIDENCE_FOLDER is where the tar was extracted, the
# present folder when left out. Nothing else may stand in it.
# Exit 0 when every check is ok, 1 at the first that is not, 2 for wrong usage.
set -u
export LC_ALL=C
shopt -s nullglob globstar dotglob

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: ./verify.sh ANCHORS_FOLDER [EVIDENCE_FOLDER]" >&2
    exit 2
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# check NAME FILE COMMAND...: one line of the report; the first failure ends it.
check() {
    local name=$1 file=$2
    shift 2
    if "$@" >/dev/null 2>&1; then
        printf 'ok    %-44s %s\n' "$name" "$file"
    else
        printf 'FAIL  %-44s %s\n' "$name" "$file"
        exit 1
    fi
}
is() { [ "$1" = "$2" ]; }

# text FILE NAME...: the string at that place of a JSON file; nothing when it is no string.
# value FILE NAME...: the same for numbers and booleans.
text() { at "$1" -u- "${@:2}"; }
value() { at "$1" -o- "${@:2}"; }
at() {
    local file=$1 how=$2 path=() name
    shift 2
    for name in "$@"; do path+=(-g "$name"); done
    jose fmt -j "$file" "${path[@]}" "$how" 2>/dev/null
}
lists() { # FILE NAME ITEM: the array NAME holds the plain string ITEM
    local item
    while read -r item; do
        [ "$item" != "\"$3\"" ] || return 0
    done < <(jose fmt -j "$1" -g "$2" -A -f- 2>/dev/null)
    return 1
}
digest_of() { printf 'sha-256:%s' "$(openssl dgst -sha256 -binary "$1" | jose b64 enc -I -)"; }
digest_is() { [ -f "$1" ] && [ "$(digest_of "$1")" = "$2" ]; }
to_number() { [[ $1 =~ ^(0|[1-9][0-9]{0,17})$ ]]; }

# --- What is trusted: brought from outside ---------------------------------------------------
anchors=$work/anchors.pem
: >"$anchors"
cat "$1"/*.pem </dev/null 2>/dev/null |
    awk -v out="$work/anchor" '/-----BEGIN CERTIFICATE-----/ {n++; on = 1}
                               on {print > (out "." n)} /-----END CERTIFICATE-----/ {on = 0}'
for one in "$work"/anchor.*; do
    if [[ $(openssl x509 -in "$one" -noout -ext basicConstraints 2>/dev/null) == *CA:TRUE* ]]; then
        cat "$one" >>"$anchors"
    fi
done
cat "$1"/*.vkey </dev/null >"$work/vkeys" 2>/dev/null
check "trust anchors" "*.pem" test -s "$anchors"
check "ledger keys" "*.vkey" test -s "$work/vkeys"

cd "${2:-.}" || exit 2
declare -A cert_of # by thumbprint: the file whose first certificate has it
for one in **/*.pem; do
    if openssl x509 -in "$one" -outform DER -out "$work/der" 2>/dev/null; then
        cert_of[$(openssl dgst -sha256 -binary "$work/der" | jose b64 enc -I -)]=$one
    fi
done

# --- Signatures ------------------------------------------------------------------------------
decode() { # TEXT FILE: base64url, only in the one way to write it
    printf %s "$1" | jose b64 dec -i - -O "$2" && [ "$(jose b64 enc -I "$2")" = "$1" ]
}
ecdsa_der() { # r||s of 64 bytes as the DER that openssl reads
    local hex r s
    hex=$(xxd -p -c 64 "$1")
    [ ${#hex} -eq 128 ] || return 1
    r=$(der_integer "${hex:0:64}")
    s=$(der_integer "${hex:64}")
    printf '30%02x%s%s' $(((${#r} + ${#s}) / 2)) "$r" "$s" | xxd -r -p
}
der_integer() {
    local hex=$1
    while [[ $hex == 00* && ${#hex} -gt 2 ]]; do hex=${hex:2}; done
    [[ $hex == [89a-f]* ]] && hex=00$hex
    printf '02%02x%s' $((${#hex} / 2)) "$hex"
}
# split FILE TYP: reads a JWS into $work/FILE.{header,claims,signature,signed}.
split() {
    local token base=$work/$1
    token=$(tr -d '\0' <"$1")
    [ ${#token} -eq "$(stat -c %s "$1")" ] || return 1
    [[ $token =~ ^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$ ]] || return 1
    printf %s "${token%.*}" >"$base.signed"
    decode "${BASH_REMATCH[1]}" "$base.header" && decode "${BASH_REMATCH[2]}" "$base.claims" &&
        decode "${BASH_REMATCH[3]}" "$base.signature" || return 1
    jose fmt -j "$base.claims" -O || return 1
    [ "$(text "$base.header" typ)" = "$2" ] && [ -n "$(text "$base.header" kid)" ] &&
        [ "$(jose fmt -j "$base.header" -O -l -o-)" = 4 ] # alg, typ, kid, x5t#S256: no other
}
is_signed() { # FILE CERTIFICATE
    local base=$work/$1 key
    openssl x509 -in "$2" -noout -pubkey >"$base.key" || return 1
    key=$(openssl pkey -pubin -in "$base.key" -noout -text_pub)
    case $(text "$base.header" alg) in
    RS256) [[ $key == *Modulus:* ]] &&
        openssl dgst -sha256 -verify "$base.key" -signature "$base.signature" "$base.signed" ;;
    PS256) [[ $key == *Modulus:* ]] &&
        openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
            -sigopt rsa_mgf1_md:sha256 \
            -verify "$base.key" -signature "$base.signature" "$base.signed" ;;
    ES256) [[ $key == *prime256v1* ]] && ecdsa_der "$base.signature" >"$base.der" &&
        openssl dgst -sha256 -verify "$base.key" -signature "$base.der" "$base.signed" ;;
    EdDSA) [[ $key == *ED25519* ]] &&
        openssl pkeyutl -verify -pubin -inkey "$base.key" -rawin -in "$base.signed" \
            -sigfile "$base.signature" ;;
    *) return 1 ;;
    esac
}
is_chained() { # CERTIFICATE SECONDS: a signer's certificate, trusted at that time
    local extensions
    extensions=$(openssl x509 -in "$1" -noout -ext basicConstraints,keyUsage 2>/dev/null)
    [[ $extensions != *CA:TRUE* ]] || return 1
    [[ $extensions == *"Digital Signature"* || $extensions == *"Non Repudiation"* ]] || return 1
    [ "$(openssl x509 -in "$1" -noout -subject_hash)" != \
        "$(openssl x509 -in "$1" -noout -issuer_hash)" ] || return 1
    openssl verify -attime "$2" -auth_level 2 -purpose any -no-CApath -no-CAstore \
        -CAfile "$anchors" -untrusted "$1" "$1"
}
# open FILE TYP: the checks every JWS passes. Leaves its claims in $work/FILE.claims and its
# certificate in signer[FILE].
declare -A signer
open() {
    local file=$1 base=$work/$1 cert
    check "JWS of type $2" "$file" split "$file" "$2"
    cert=${cert_of[$(text "$base.header" 'x5t#S256')]:-}
    if [ -z "$cert" ]; then
        # An altered certificate is the likelier culprit: the manifest names it, true or not.
        if [ "$file" = manifest.jws ] && ! digests >"$work/digests"; then
            sed -n '/^FAIL/p' "$work/digests"
            exit 1
        fi
        check "signer's certificate is there" "$file" false
    fi
    check "signature" "$file" is_signed "$file" "$cert"
    check "certificate at the time of signing" "$file" is_chained "$cert" "$(value "$base.claims" iat)"
    signer[$file]=$cert
}
# not_revoked FILE SECONDS JWS...: the signers of those JWSs that were opened, by the revocation
# lists that FILE names. A list counts for 7 days beyond its nextUpdate at the most.
not_revoked() {
    local file=$1 when=$2 digests one
    shift 2
    mapfile -t digests < <(jose fmt -j "$work/$file.claims" -g crl -A -f- 2>/dev/null | tr -d '"')
    [ ${#digests[@]} -gt 0 ] || return 0
    : >"$work/lists"
    for one in "${digests[@]}"; do
        check "its revocation lists are there" "$file" find_list "$one"
    done
    for one in "$@"; do
        [ -z "${signer[$one]:-}" ] ||
            check "not revoked, by the lists of the time" "$one" is_good "${signer[$one]}" "$when"
    done
}
find_list() { # DIGEST: leaves its file's name in $work/lists
    local list
    for list in **/*.crl; do
        [ "$(digest_of "$list")" != "$1" ] || { printf '%s\n' "$list" >>"$work/lists" && return 0; }
    done
    return 1
}
is_good() { # CERTIFICATE SECONDS: a list of its issuer counts then, and none revokes it
    local issuer serial list due good=1
    issuer=$(openssl x509 -in "$1" -noout -issuer_hash) || return 1
    serial=$(openssl x509 -in "$1" -noout -serial) || return 1
    while read -r list; do
        [ "$(openssl crl -in "$list" -noout -hash)" = "$issuer" ] || continue
        openssl crl -in "$list" -noout -CAfile "$anchors" 2>&1 | grep -q '^verify OK$' || return 1
        ! revokes "$list" "${serial#*=}" "$2" || return 1
        due=$(openssl crl -in "$list" -noout -nextupdate) || return 1
        [ "$2" -gt $(($(date -d "${due#*=}" +%s) + 604800)) ] || good=0
    done <"$work/lists"
    return $good
}
revokes() { # LIST SERIAL SECONDS: by that moment
    local day
    day=$(openssl crl -in "$1" -noout -text | awk -v serial="$2" '
        /^ +Serial Number: / {found = $3 == serial}
        /^ +Revocation Date: / && found {sub(/^ +Revocation Date: /, ""); print; exit}')
    [ -n "$day" ] && [ "$(date -d "$day" +%s)" -le "$3" ]
}
uri_of() {
    openssl x509 -in "$1" -noout -ext subjectAltName 2>/dev/null |
        sed -n 's/^ *//; /URI:/ {s/URI:/\n/; s/^[^\n]*\n//; s/,.*//; p; q}'
}
speaks_for() { # FILE ISS
    [ -n "$2" ] && [ "$(uri_of "${signer[$1]}")" = "$2" ]
}
named_in_agreement() {
    [[ $(tr -d '\0' <agreement.json) == *"\"$(text "$work/$1.header" 'x5t#S256')\""* ]]
}

# --- The manifest: every file, every bit -----------------------------------------------------
listed() { # "SHA-256 in hex, name" of every file the manifest lists
    jose fmt -j "$work/manifest.jws.claims" -g files -A -f- 2>/dev/null | awk '
        function hex(text, i, bits, n, d, out) {
            for (i = 1; i <= length(text); i++) {
                bits = bits * 64 + index(letters, substr(text, i, 1)) - 1
                for (n += 6; n >= 4; bits -= d * 2 ^ n) {
                    n -= 4
                    d = int(bits / 2 ^ n)
                    out = out sprintf("%x", d)
                }
            }
            return out
        }
        function member(name) {
            return match($0, "\"" name "\":\"[^\"]*\"") ? \
                substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5) : ""
        }
        BEGIN {
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        }
        {print hex(substr(member("dig"), length("sha-256:") + 1)) "  " member("name")}'
}
digests() ( # a shell of its own: its first failure ends it alone
    trap - EXIT
    declare -A told found
    names=()
    while read -r hex name; do told[$name]=$hex; done < <(listed)
    for name in **/*; do
        [ -d "$name" ] || [ "$name" = manifest.jws ] || names+=("$name")
    done
    while read -r hex name; do found[$name]=$hex; done < <(sha256sum -- "${names[@]}")
    while read -r name; do
        check "digest in the manifest" "$name" is "${found[$name]:-none}" "${told[$name]:-not listed}"
    done < <(printf '%s\n' "${!told[@]}" "${names[@]}" | sort -u)
)
check "is there" manifest.jws test -f manifest.jws
open manifest.jws exchange-evidence+jws
gateway=$(text "$work/manifest.jws.claims" iss)
check "certificate of its issuer" manifest.jws speaks_for manifest.jws "$gateway"
digests || exit 1

# --- The receipt and what it answers ---------------------------------------------------------
check "is there" receipt.jws test -f receipt.jws
open receipt.jws exchange-receipt+jws
receipt=$work/receipt.jws.claims
sender=$(text "$receipt" aud)
receiver=$(text "$receipt" receiver)
event=$(text "$receipt" evt)
is_accepted() { [ "$event" != rejected ]; }
knows_event() {
    case $event in
    accepted | filtered) [ -z "$(text "$receipt" code)" ] ;;
    rejected) [ -n "$(text "$receipt" code)" ] ;;
    *) false ;;
    esac
}
check "claims: $event $(text "$receipt" code)" receipt.jws knows_event
check "certificate of its issuer" receipt.jws speaks_for receipt.jws "$(text "$receipt" iss)"
check "same gateway as the manifest" receipt.jws is "$(text "$receipt" iss)" "$gateway"
not_revoked receipt.jws "$(value "$receipt" iat)" receipt.jws

request_matches() {
    local request=$work/request.jws.claims name
    [ "$(text "$request" iss)" = "$sender" ] &&
        [ "$(text "$request" jti)" = "$(text "$receipt" jti)" ] || return 1
    is_accepted || return 0
    lists "$request" aud "$gateway" && lists "$request" aud "$receiver" &&
        [ "$(text "$request" dig)" = "$(text "$receipt" in)" ] || return 1
    for name in pou env "agr id" "agr ver" "agr dig"; do # in words: agr id is a path
        # shellcheck disable=SC2086
        [ "$(text "$request" $name)" = "$(text "$receipt" $name)" ] || return 1
    done
}
if [ "$(value "$receipt" nro)" = true ]; then
    check "digest" request.jws digest_is request.jws "$(text "$receipt" req)"
    open request.jws exchange-request+jws
    check "certificate of its issuer" request.jws speaks_for request.jws \
        "$(text "$work/request.jws.claims" iss)"
    not_revoked receipt.jws "$(value "$receipt" iat)" request.jws
    check "matches the receipt" request.jws request_matches
    if is_accepted; then
        check "key named in the agreement" request.jws named_in_agreement request.jws
    fi
else
    check "unsigned request (nro:false)" request.jws test ! -e request.jws
fi
digest=$(text "$receipt" issues)
[ -z "$digest" ] || check "digest" outcome.json digest_is outcome.json "$digest"
digest=$(text "$receipt" manifest)
[ -z "$digest" ] || check "digest" records.ndjson digest_is records.ndjson "$digest"

# --- The agreement and the decision under it -------------------------------------------------
declare -A party
all_sign() {
    [ ${#party[@]} -ge 2 ] &&
        { ! is_accepted || { [ -n "${party[$sender]:-}" ] && [ -n "${party[$receiver]:-}" ]; }; }
}
if [ -n "$(text "$receipt" agr id)" ]; then
    digest=$(text "$receipt" agr dig)
    check "digest" agreement.json digest_is agreement.json "$digest"
    for file in agreement.*.jws; do
        open "$file" agreement-signature+jws
        iss=$(text "$work/$file.claims" iss)
        check "certificate of its issuer" "$file" speaks_for "$file" "$iss"
        check "signs this agreement" "$file" is "$(text "$work/$file.claims" dig)" "$digest"
        party[$iss]=$file
    done
    check "signed by its parties" agreement.json all_sign
else
    check "no agreement was found" receipt.jws is "$event" rejected
fi
permits() {
    local count i
    count=$(jose fmt -j "$receipt" -g decision -A -l -o- 2>/dev/null) || return 1
    [ "$count" -ge 1 ] || return 1
    for ((i = 0; i < count; i++)); do
        [ "$(value "$receipt" decision $i permits)" = true ] || return 1
    done
}
if is_accepted; then
    check "every clause permits" receipt.jws permits
else
    check "refused, and says why" receipt.jws test -n "$(text "$receipt" code)"
fi

# --- The ledger ------------------------------------------------------------------------------
read_vkey() { # VKEY TYPE: leaves its name, id and key (hex) there and the key in $work/note.key
    local rest=${1#*+}
    name=${1%%+*} id=${rest%%+*}
    key=$(printf %s "${rest#*+}" | base64 -d 2>/dev/null | xxd -p -c 64)
    [[ $key == "$2"* && ${#key} -eq 66 ]] || return 1
    [ "$id" = "$({ printf '%s\n' "$name" && printf %s "$key" | xxd -r -p; } |
        sha256sum | cut -c 1-8)" ] || return 1
    printf '302a300506032b6570032100%s' "${key:2}" | xxd -r -p >"$work/note.der"
    openssl pkey -pubin -inform DER -in "$work/note.der" -out "$work/note.key"
}
signatures_by() { # NAME ID NOTE: the hex of each signature of that key, without its id
    local last line blob
    last=$(awk '$0 == "" {n = NR} END {print n + 0}' "$3")
    while read -r line; do
        [[ $line == $'\xe2\x80\x94'" $1 "* ]] || continue
        blob=$(printf %s "${line##* }" | base64 -d 2>/dev/null | xxd -p -c 256)
        [[ $blob != "$2"* ]] || printf '%s\n' "${blob:8}"
    done < <(sed "1,${last}d" "$3")
}
verifies_note() { # SIGNATURE TEXT: by $work/note.key
    printf %s "$1" | xxd -r -p >"$work/note.signature"
    openssl pkeyutl -verify -pubin -inkey "$work/note.key" -rawin -in "$2" \
        -sigfile "$work/note.signature"
}
# open_note FILE ORIGIN: a C2SP signed note by a ledger that is trusted. Leaves its text in
# $work/note.text.
open_note() {
    local last vkey name id key signature good=1
    last=$(awk '$0 == "" {n = NR} END {print n + 0}' "$1")
    [ "$last" -gt 1 ] || return 1
    sed -n "1,$((last - 1))p" "$1" >"$work/note.text"
    [ "$(sed -n 1p "$work/note.text")" = "$2" ] || return 1
    while read -r vkey; do
        read_vkey "$vkey" 01 && [ "$name" = "$2" ] || continue
        while read -r signature; do
            verifies_note "$signature" "$work/note.text" || return 1
            good=0
        done < <(signatures_by "$name" "$id" "$1")
    done <"$work/vkeys"
    return $good
}
is_leaf_of() { # LEAF JWS
    [ "$(value "$1" seq)" = "$(value "$work/$2.claims" log index)" ] &&
        [ "$(text "$1" exch)" = "$(text "$receipt" exch)" ] &&
        [ "$(text "$1" jws)" = "$(digest_of "$2")" ]
}
hex_of() { printf %s "$1" | base64 -d | xxd -p -c 64; }
node() { printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum | cut -c 1-64; }
is_included() { # LEAF PROOF INDEX: RFC 9162 section 2.1.3.2
    local first index size last hash sibling
    [ "$(sed -n 1p "$2")" = c2sp.org/tlog-proof@v1 ] && [ "$(sed -n 2p "$2")" = "index $3" ] ||
        return 1
    index=$3 size=$(sed -n 2p "$work/note.text")
    to_number "$index" && to_number "$size" && [ "$index" -lt "$size" ] || return 1
    last=$((size - 1))
    hash=$({ printf '\0' && cat "$1"; } | sha256sum | cut -c 1-64)
    first=$(awk '$0 == "" {print NR; exit}' "$2")
    while read -r sibling; do
        sibling=$(hex_of "$sibling")
        [ ${#sibling} -eq 64 ] && [ $last -ne 0 ] || return 1
        if [ $((index % 2)) -eq 1 ] || [ "$index" -eq $last ]; then
            hash=$(node "$sibling" "$hash")
            while [ $((index % 2)) -eq 0 ] && [ "$index" -ne 0 ]; do
                index=$((index / 2)) last=$((last / 2))
            done
        else
            hash=$(node "$hash" "$sibling")
        fi
        index=$((index / 2)) last=$((last / 2))
    done < <(sed -n "3,$((first - 1))p" "$2")
    [ $last -eq 0 ] && [ "$hash" = "$(hex_of "$(sed -n 3p "$work/note.text")")" ]
}
in_ledger() { # LEAF PROOF JWS
    local origin first
    check "stands for $3" "$1" is_leaf_of "$1" "$3"
    origin=$(text "$work/$3.claims" log origin)
    check "is there" "$2" test -f "$2"
    first=$(awk '$0 == "" {print NR; exit}' "$2")
    sed "1,${first:-1}d" "$2" >"$work/note"
    check "checkpoint signed by a ledger that is trusted" "$2" open_note "$work/note" "$origin"
    check "inclusion in the ledger" "$2" is_included "$1" "$2" "$(value "$work/$3.claims" log index)"
}
text "$receipt" checkpoint | head -c -1 >"$work/seen"
if [ -s "$work/seen" ]; then
    check "checkpoint in it" receipt.jws open_note "$work/seen" "$(sed -n 1p "$work/seen")"
fi
in_ledger leaf.json leaf.tlog-proof receipt.jws

# stamped LEAF STEM JWS: the ledger's head above the leaf at a moment an outside authority tells.
is_stamped() { # TOKEN NOTE: by RFC 3161, over SHA-256, certificates judged at its own moment
    local told when
    openssl ts -reply -in "$1" -token_in -text >"$work/tst" 2>/dev/null || return 1
    told=$(sed -n 's/^Hash Algorithm: //p' "$work/tst")
    when=$(date -d "$(sed -n 's/^Time stamp: //p' "$work/tst")" +%s) || return 1
    [ "$told" = sha256 ] && openssl ts -verify -data "$2" -in "$1" -token_in -CAfile "$anchors" \
        -attime "$when" -auth_level 2
}
stamped() {
    [ -e "$2.tst" ] || [ -e "$2.tlog-proof" ] || return 0
    check "is there" "$2.tst" test -f "$2.tst"
    in_ledger "$1" "$2.tlog-proof" "$3"
    check "time-stamp of the checkpoint" "$2.tst" is_stamped "$2.tst" "$work/note"
}
stamped leaf.json timestamp receipt.jws

# witnessed LEAF PROOF JWS: which of the witnesses that are trusted (keys of type 4, C2SP
# tlog-cosignature) saw the ledger's head above the leaf. Their number is told; none is no failure.
is_cosigned() { # SIGNATURE: a time of eight bytes before it
    local seconds
    [ ${#1} -eq 144 ] || return 1
    seconds=$((16#${1:0:16}))
    [ "$seconds" -ge 0 ] && [ "$seconds" -le 253402300799 ] || return 1
    { printf 'cosignature/v1\ntime %d\n' "$seconds" && cat "$work/note.text"; } >"$work/cosigned"
    verifies_note "${1:16}" "$work/cosigned"
}
witnessed() {
    local vkey name id key signature trusted=0 saw=0 seen
    [ ! -e "$2" ] || in_ledger "$1" "$2" "$3"
    while read -r vkey; do
        read_vkey "$vkey" 04 >/dev/null 2>&1 || continue
        trusted=$((trusted + 1)) seen=0
        [ -e "$2" ] || continue
        while read -r signature; do
            check "cosignature of a witness, $name" "$2" is_cosigned "$signature"
            seen=1
        done < <(signatures_by "$name" "$id" "$work/note")
        saw=$((saw + seen))
    done <"$work/vkeys"
    check "$saw of the $trusted witnesses that are trusted saw this ledger" "$2" true
}
witnessed leaf.json witnessed.tlog-proof receipt.jws

# --- The delivery and the completion ---------------------------------------------------------
delivery=$work/delivery.jws.claims
is_delivery() {
    is_accepted && [ "$(text "$delivery" iss)" = "$receiver" ] &&
        [ "$(text "$delivery" aud)" = "$gateway" ]
}
got_it() {
    case $(text "$delivery" evt) in
    received) [ "$(text "$delivery" got)" = "$(text "$receipt" out)" ] ;;
    refused) true ;;
    *) false ;;
    esac
}
if [ -e delivery.jws ]; then
    open delivery.jws exchange-delivery+jws
    check "certificate of its issuer" delivery.jws speaks_for delivery.jws "$(text "$delivery" iss)"
    check "by the receiver, to this gateway" delivery.jws is_delivery
    check "key named in the agreement" delivery.jws named_in_agreement delivery.jws
    check "digest" receipt.jws digest_is receipt.jws "$(text "$delivery" rcpt)"
    check "received what was sent" delivery.jws got_it
fi
completion=$work/completion.jws.claims
completes() {
    is_accepted && [ "$(text "$completion" iss)" = "$gateway" ] &&
        [ "$(text "$completion" exch)" = "$(text "$receipt" exch)" ] &&
        [ "$(text "$completion" req)" = "$(text "$receipt" req)" ]
}
if [ -e completion.jws ]; then
    open completion.jws exchange-completion+jws
    check "certificate of its issuer" completion.jws speaks_for completion.jws \
        "$(text "$completion" iss)"
    check "completes this exchange" completion.jws completes
    check "digest" receipt.jws digest_is receipt.jws "$(text "$completion" rcpt)"
    not_revoked completion.jws "$(value "$completion" iat)" delivery.jws completion.jws
    if [ "$(value "$completion" nrr)" = true ]; then
        check "digest" delivery.jws digest_is delivery.jws "$(text "$completion" dlv)"
    else
        check "no countersignature (nrr:false)" completion.jws test ! -e delivery.jws
    fi
    in_ledger leaf-completion.json leaf-completion.tlog-proof completion.jws
    stamped leaf-completion.json timestamp-completion completion.jws
    witnessed leaf-completion.json witnessed-completion.tlog-proof completion.jws
fi
echo "ok    everything"
