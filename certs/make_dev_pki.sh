#!/usr/bin/env bash
# Makes a throw-away PKI for development: certs/make_dev_pki.sh DIR INSTITUTION...
# Needs a built release binary (cmake --workflow --preset release).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
puente="$here/../build/release/puente"

if [ $# -lt 2 ]; then
    echo "usage: $0 DIR INSTITUTION..." >&2
    exit 2
fi
if [ ! -x "$puente" ]; then
    echo "build/release/puente is not there: build the release preset first" >&2
    exit 1
fi
out=$1
shift
exec "$puente" key dev-pki --out "$out" "$@"
