#!/bin/bash
# Installs what is missing (Debian 12, as root or with sudo), builds release and runs every test.
# Arguments go to ctest: tests/run.sh -R crypto. The last lines are ctest's own summary.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

examples/install.sh test
examples/build.sh release -DPUENTE_TESTS=ON
exec ctest --preset release "$@"
