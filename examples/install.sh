#!/bin/bash
# Installs the Debian packages of packages.txt that are missing:
#     examples/install.sh run|test|ci|conformance
# run, test and ci: each includes those before it. As root, or with sudo. Asks apt for nothing when all are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

case ${1:-} in
    run) wanted='run' ;;
    test) wanted='run|test' ;;
    ci) wanted='run|test|ci' ;;
    conformance) wanted='conformance' ;;
    *)
        echo "usage: examples/install.sh run|test|ci|conformance" >&2
        exit 2
        ;;
esac

missing=()
while read -r use package; do
    [[ $use =~ ^($wanted)$ ]] || continue
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done <packages.txt
[ ${#missing[@]} -gt 0 ] || exit 0

root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
        echo "run this as root, or install sudo: ${#missing[@]} Debian packages are missing" >&2
        exit 1
    }
    root=(sudo)
fi
echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update </dev/null
"${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "${missing[@]}" </dev/null >/dev/null
