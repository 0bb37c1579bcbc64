#!/bin/bash
# Starts a PostgreSQL of its own, fsync on, and runs `puente bench exchange` against it; by hand, a
# release build stands. Arguments go to the bench: tests/bench/postgres.sh --seconds 8 --json
# With `move EXCHANGES` it is store_bench that moves so many there from SQLite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

programs=$(echo /usr/lib/postgresql/*/bin | awk '{ print $NF }')
folder=$(mktemp -d /tmp/puente-postgres-XXXXXX)
as_owner=()
if [ "$(id -u)" = 0 ]; then # PostgreSQL runs as anybody but root
    chown postgres "$folder"
    as_owner=(runuser -u postgres --)
fi
stop() {
    (cd "$folder" && "${as_owner[@]}" "$programs/pg_ctl" -D data -m fast -w stop >/dev/null)
    rm -rf "$folder"
}

(
    cd "$folder"
    "${as_owner[@]}" "$programs/initdb" -D data -A trust -U puente -E UTF8 --locale=C.UTF-8 -N >/dev/null
    "${as_owner[@]}" "$programs/pg_ctl" -D data -l server.log -w \
        -o "-k $folder -c listen_addresses= -c max_connections=100" start >/dev/null
)
trap stop EXIT
if [ "${1:-}" = move ]; then
    build/release/store_bench "$(mktemp -d)" "$2" "host=$folder user=puente dbname=postgres"
    exit
fi
build/release/puente bench exchange --store "postgresql:///postgres?host=$folder&user=puente" "$@"
