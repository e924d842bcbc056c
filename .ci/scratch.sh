#!/usr/bin/env bash
# A project outside the workspace: depends on mtp by path, embeds mtp::ops, migrates its own folder.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/src" "$folder/migrations"
cat >"$folder/Cargo.toml" <<TOML
[package]
name = "scratch"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
mtp = { path = "$root/crates/mtp", features = ["ops"] }
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
TOML
cat >"$folder/src/main.rs" <<'RUST'
#[tokio::main]
async fn main() -> std::process::ExitCode {
    mtp::ops::run(std::env::args_os()).await
}
RUST
cp "$root/Cargo.lock" "$folder/Cargo.lock"
printf 'CREATE TABLE things (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));\n' \
  >"$folder/migrations/0001_things.sql"
cd "$folder"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$root/target}" MTP_SERVICE=scratch MTP_DATA_DIR="$folder/data"
cargo build --quiet
scratch="$CARGO_TARGET_DIR/debug/scratch"
"$scratch" tenant create "Acme" >/dev/null
printf 'ALTER TABLE things ADD COLUMN note TEXT;\n' >"$folder/migrations/0002_note.sql"
"$scratch" migrate up
"$scratch" migrate status --json | grep -q '"schema_version": *2\|"version": *2\|"newest": *2' || {
  "$scratch" migrate status --json
  exit 1
}
"$scratch" doctor
echo "scratch: a project outside the workspace migrated its own folder"
