//! From the command line to the exit status.

use std::{ffi::OsString, process::ExitCode};

use clap::Parser;
use mtp_core::TenantManager;

use crate::{
    cli::{Cli, Command, Verb},
    doctor,
    failure::{Failure, Result},
    market_key, migrate,
    output::Output,
    pools, server,
    setup::Setup,
    tenant,
};

/// How a verb ended that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// All is as it should be.
    Well,
    /// It ran, and what it found or did is not as it should be.
    WithFaults,
}

/// Reads a command line, its first argument the program's name, and does what it says.
///
/// The exit status is 0 where it was done, 1 where it could not be done or a fault was found, 2 where the command line
/// is wrong.
pub async fn run<I>(args: I, setup: Setup) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    match Cli::try_parse_from(args) {
        Ok(cli) => cli.command.run(setup).await,
        Err(e) => {
            let text = e.render();
            let text = if setup.watched {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            let (mut output, _) = Output::new(setup, false);
            let printed = output.raw(&text, !e.use_stderr());
            ExitCode::from(u8::from(e.use_stderr() || printed.is_err()) * 2)
        }
    }
}

impl Command {
    /// Does what the verb says.
    pub async fn run(self, setup: Setup) -> ExitCode {
        let (mut output, make) = Output::new(setup, self.json);
        let builder = make().map(|builder| builder.background(false));
        let done = match self.verb {
            // The doctor looks also where the service cannot be set up.
            Verb::Doctor => doctor::run(builder, &mut output).await,
            verb => with_manager(verb, builder, &mut output).await,
        };
        match done {
            Ok(Ended::Well) => ExitCode::SUCCESS,
            Ok(Ended::WithFaults) => ExitCode::FAILURE,
            Err(failure) => {
                // Where even this cannot be printed, the status alone tells.
                let _ = output.failure(&failure);
                ExitCode::from(failure.status())
            }
        }
    }
}

async fn with_manager(
    verb: Verb,
    builder: Result<mtp_core::TenantManagerBuilder>,
    output: &mut Output,
) -> Result<Ended> {
    let manager: TenantManager = builder?.start().await.map_err(Failure::Core)?;
    match verb {
        Verb::Tenant(verb) => tenant::run(&manager, verb, output).await,
        Verb::Migrate(verb) => migrate::run(&manager, verb, output).await,
        Verb::Server(verb) => server::run(&manager, verb, output).await,
        Verb::Pools => pools::run(&manager, output).await,
        Verb::MarketKey(verb) => market_key::run(&manager, verb, output).await,
        Verb::Doctor => Ok(Ended::Well),
    }
}
