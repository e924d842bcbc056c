//! The operator's verbs, for a service to embed: `tenant`, `migrate`, `server`, `market-key`, `doctor`.
//!
//! ```no_run
//! #[tokio::main]
//! async fn main() -> std::process::ExitCode {
//!     mtp::ops::run(std::env::args_os()).await
//! }
//! ```

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

pub use mtp_ops::{Command, Setup, Verb};

use crate::{Platform, PlatformBuilder};

/// The folder of a service's migrations for its tenants.
const MIGRATIONS: &str = "migrations";

/// Runs a verb of the command line `args` (the program's name first) for the service that the environment describes
/// (`MTP_SERVICE`, `MTP_CENTRAL_DB_URL`, …), with the migrations of the folder `migrations`, if there is one.
pub async fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    run_with(args, |builder| {
        let folder = PathBuf::from(MIGRATIONS);
        if folder.is_dir() {
            builder.migrations_from(folder)
        } else {
            builder
        }
    })
    .await
}

/// As [`run`], with what the service's own code says beside the environment: migrations that are compiled in, functions
/// that statements may name.
pub async fn run_with(
    args: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    change: impl FnOnce(PlatformBuilder) -> PlatformBuilder + Send + 'static,
) -> ExitCode {
    let setup = Setup::new(move || Ok(change(Platform::from_env()?).into_manager()?));
    mtp_ops::run(args, setup).await
}
