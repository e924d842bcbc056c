#!/usr/bin/env bash
# The printed transcript on PostgreSQL, in all three isolations, and `--once`. Run it as
# `cargo xtask servers -- .ci/transcript-postgres.sh`, which brings the server up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${MTP_TEST_POSTGRES_URL:?run this by: cargo xtask servers -- .ci/transcript-postgres.sh}"

# A master key of this run's own: the three runs share one central database.
export MTP_MASTER_KEY
MTP_MASTER_KEY=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
for isolation in database schema shared; do
  printf -- '--- PostgreSQL, isolation %s\n' "$isolation"
  .ci/transcript.sh --database-url "$MTP_TEST_POSTGRES_URL" --isolation "$isolation"
done
