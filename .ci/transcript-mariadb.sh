#!/usr/bin/env bash
# The printed transcript on MariaDB, in both its isolations. Run it as
# `cargo xtask servers -- .ci/transcript-mariadb.sh`, which brings the server up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${MTP_TEST_MARIADB_URL:?run this by: cargo xtask servers -- .ci/transcript-mariadb.sh}"

# A master key of this run's own: the runs share one central database.
export MTP_MASTER_KEY
MTP_MASTER_KEY=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
for isolation in database shared; do
  printf -- '--- MariaDB, isolation %s\n' "$isolation"
  .ci/transcript.sh --database-url "$MTP_TEST_MARIADB_URL" --isolation "$isolation"
done
