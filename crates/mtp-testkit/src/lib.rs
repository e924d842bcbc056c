//! Real servers for mtp's own tests: databases, logins and files that each test has to itself.
//!
//! `cargo xtask test` starts PostgreSQL, PgBouncer and MariaDB and names them in the environment; `cargo xtask servers`
//! keeps them up for quick runs by hand. A test that needs a server which is not there **fails**, and says so.
//!
//! Used under `[dev-dependencies]` and from `tests/it` only: in a unit test of a crate that crate would be
//! compiled twice, and its types would differ. Every function panics instead of returning an error, since its
//! only callers are tests. Nothing in a public signature belongs to a database library.
#![expect(clippy::panic, reason = "only tests call this crate, and a test fails by panicking")]

mod fresh;
mod local;
mod mariadb;
mod mariadb_fresh;
mod mortal;
mod pooler;
mod postgres;

pub use fresh::{FreshDatabase, FreshLogin};
pub use local::{SqliteDir, free_port, unique};
pub use mariadb::{MariaDbServer, mariadb};
pub use mariadb_fresh::FreshMariaDb;
pub use mortal::MortalPostgres;
pub use pooler::{Pooler, pgbouncer, pgbouncer_one, pgbouncer_prepared, pgbouncer_url};
pub use postgres::{PostgresServer, postgres, postgres_second};
