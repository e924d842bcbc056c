//! `cargo xtask servers`, and what `cargo xtask test` uses: PostgreSQL, PgBouncer and MariaDB, up and down.

mod account;
mod container;
mod folder;
mod later;
mod mariadb;
mod packages;
mod pgbouncer;
mod postgres;
mod programs;
mod supervise;

use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::failure::{Failure, Outcome};
use crate::servers::folder::Folder;
use crate::servers::supervise::Supervised;
use crate::workspace::Workspace;
use crate::{run, say, stop};

/// The PostgreSQL server, as a superuser.
pub(crate) const POSTGRES_URL: &str = "MTP_TEST_POSTGRES_URL";
/// The file into which that server logs.
pub(crate) const POSTGRES_LOG: &str = "MTP_TEST_POSTGRES_LOG";
/// A second PostgreSQL server, as a superuser.
pub(crate) const POSTGRES_SECOND_URL: &str = "MTP_TEST_POSTGRES_SECOND_URL";
/// A third PostgreSQL server, as a superuser, which does not run: a test starts it, kills it and starts it again, by
/// the two scripts that follow.
pub(crate) const POSTGRES_MORTAL_URL: &str = "MTP_TEST_POSTGRES_MORTAL_URL";
/// The script that runs that server until it ends.
pub(crate) const POSTGRES_MORTAL_START: &str = "MTP_TEST_POSTGRES_MORTAL_START";
/// The script that kills it with SIGKILL.
pub(crate) const POSTGRES_MORTAL_KILL: &str = "MTP_TEST_POSTGRES_MORTAL_KILL";
/// The MariaDB server, as its superuser, for a database that nobody else uses.
pub(crate) const MARIADB_URL: &str = "MTP_TEST_MARIADB_URL";
/// The file into which that server writes every statement it is sent.
pub(crate) const MARIADB_LOG: &str = "MTP_TEST_MARIADB_LOG";
/// PgBouncer in transaction mode, two server connections for each (database, login).
pub(crate) const PGBOUNCER_URL: &str = "MTP_TEST_PGBOUNCER_URL";
/// The same with one server connection for each (database, login).
pub(crate) const PGBOUNCER_ONE_URL: &str = "MTP_TEST_PGBOUNCER_ONE_URL";
/// PgBouncer 1.21 or later, which keeps prepared statements; set where one is found.
pub(crate) const PGBOUNCER_PREPARED_URL: &str = "MTP_TEST_PGBOUNCER_PREPARED_URL";

/// Flags of `cargo xtask servers`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A command to run with the servers' addresses in its environment; they are taken down when it ends.
    #[arg(last = true)]
    command: Vec<String>,
}

/// Everything the tests need to reach, and the processes behind it. Dropping it takes them down.
#[derive(Debug, Default)]
pub(crate) struct Servers {
    /// Names and values for the environment of the tests.
    pub(crate) env: Vec<(&'static str, String)>,
    running: Vec<Supervised>,
    folder: Option<Folder>,
}

impl Servers {
    /// Brings up what the environment does not name already.
    ///
    /// # Errors
    /// When a server cannot be found or does not start. What was started is taken down.
    pub(crate) fn up(workspace: &Workspace) -> Outcome<Self> {
        stop::listen();
        let mut servers = Self::default();
        let superuser = postgres::up(&mut servers, workspace)?;
        stop::check()?;
        pgbouncer::up(&mut servers, workspace, superuser.as_ref())?;
        stop::check()?;
        mariadb::up(&mut servers, workspace)?;
        stop::check()?;
        Ok(servers)
    }

    fn folder(&mut self, workspace: &Workspace) -> Outcome<&Folder> {
        match &mut self.folder {
            Some(folder) => Ok(folder),
            empty => Ok(empty.insert(Folder::new(workspace)?)),
        }
    }

    /// Takes over what the environment already has under this name.
    fn given(&mut self, name: &'static str) -> Option<String> {
        let value = std::env::var(name).ok().filter(|v| !v.is_empty())?;
        self.env.push((name, value.clone()));
        Some(value)
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        // The last first: poolers before the server behind them.
        while self.running.pop().is_some() {}
    }
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Outcome {
    let workspace = Workspace::load()?;
    let servers = Servers::up(&workspace)?;
    if let Some((program, rest)) = args.command.split_first() {
        let mut command = Command::new(program);
        return run::run(command.args(rest).envs(servers.env.iter().map(|(k, v)| (k, v))));
    }
    for (name, value) in &servers.env {
        say::out(&format!("export {name}='{value}'"));
    }
    say::step("servers are up; Ctrl-C takes them down");
    while !stop::asked() {
        if let Some(dead) = servers.running.iter().find(|s| !s.alive()) {
            return Err(Failure::new(format!(
                "{} ended by itself; its log: {}",
                dead.name,
                dead.log_tail()
            )));
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
