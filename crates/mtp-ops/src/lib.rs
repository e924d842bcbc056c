//! The operator's verbs of the `mtp` multi-tenant platform, for a service to embed. (Exempt from semver: the verbs are
//! kept stable, the functions behind them follow `mtp-core`.)
//!
//! A service that serves by itself gives its operators these verbs in three lines:
//!
//! ```no_run
//! use mtp_core::{Dsn, MasterKey, TenantManager};
//! # #[tokio::main]
//! # async fn main() -> std::process::ExitCode {
//! let setup = mtp_ops::Setup::new(|| {
//!     let url = Dsn::parse(std::env::var("MTP_CENTRAL_DB_URL")?)?;
//!     let key = MasterKey::parse(std::env::var("MTP_MASTER_KEY")?.as_str())?;
//!     Ok(TenantManager::builder("notes", url).master_key(key).migrations_from("migrations"))
//! });
//! mtp_ops::run(std::env::args_os(), setup).await
//! # }
//! ```
//!
//! Exit status: 0 done; 1 it could not be done, or the doctor or a migration found a fault; 2 the call itself is wrong.
//! Results go to standard output, as a table or with `--json` as one JSON document; everything else to standard error.
//! Secrets are shown only by the verbs that make them.

mod cli;
mod doctor;
mod failure;
mod market_key;
mod migrate;
mod output;
mod pools;
mod progress;
mod run;
mod server;
mod setup;
mod tenant;

pub use self::{
    cli::{Command, Verb},
    run::run,
    setup::Setup,
};
