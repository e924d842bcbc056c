#!/usr/bin/env bash
# Starts quickstart, takes the transcript that it prints and runs it as a reader would paste it.
# Arguments go to quickstart (`--database-url …`); without any it uses SQLite.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

limit=60 # seconds until the transcript must be printed
folder=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT

# A port that nobody answers on.
port=
for _ in $(seq 20); do
  port=$((20000 + RANDOM % 10000))
  if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
done

cargo build --locked --quiet -p quickstart
# The program itself and not `cargo run`, so that the process ended below is the server.
program="${CARGO_TARGET_DIR:-target}/debug/quickstart"
: >"$folder/out" # so that it can be searched before the server wrote to it
"$program" --listen "127.0.0.1:$port" --data-dir "$folder/data" "$@" >"$folder/out" 2>"$folder/err" &
server=$!

fail() {
  printf 'transcript: %s\n' "$1"
  printf -- '--- quickstart said:\n'
  cat "$folder/out" "$folder/err"
  exit 1
}

for ((tenths = 0; ; tenths++)); do
  if grep -q '^# --- end ---$' "$folder/out"; then break; fi
  kill -0 "$server" 2>/dev/null || fail "quickstart ended before it printed its transcript"
  [ "$tenths" -lt $((limit * 10)) ] || fail "no transcript within $limit seconds"
  sleep 0.1
done

sed -n '/^# --- try it ---$/,/^# --- end ---$/p' "$folder/out" | sed '1d;$d' >"$folder/try-it.sh"
sed -n 1p "$folder/try-it.sh" | grep -q '^BASE=' || fail "the transcript's first line must be BASE=…"
sed -n 2p "$folder/try-it.sh" | grep -q '^MARKET_KEY=' || fail "the transcript's second line must be MARKET_KEY=…"
[ "$(wc -l <"$folder/try-it.sh")" -gt 2 ] || fail "the transcript calls nothing"

# In a shell of its own with nothing of ours in it; every line must succeed.
env -i PATH="$PATH" HOME="$folder" TMPDIR="$folder" bash -euo pipefail "$folder/try-it.sh" ||
  fail "the transcript failed with status $?"
kill -0 "$server" 2>/dev/null || fail "quickstart did not survive its transcript"
printf 'transcript: ran to its end\n'
