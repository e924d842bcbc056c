//! The repository's own tasks: `cargo xtask test | servers | tidy | features | package`.

mod bench;
mod failure;
mod features;
mod package;
mod run;
mod say;
mod servers;
mod stop;
mod test;
mod tidy;
mod tools;
mod verbs;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Outcome;

/// Tasks of the mtp repository.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Bring up real servers, run all tests against them, take them down.
    Test(test::Args),
    /// Bring up the test servers and keep them until Ctrl-C, or while a command runs.
    Servers(servers::Args),
    /// The operator's verbs, for the service that the environment describes: `tenant`, `migrate`, `server`, …
    #[command(external_subcommand)]
    Verb(Vec<String>),
    /// Measure ratios against baselines in one run: `chain`, `scoped`, `fleet`, `provision`, `pools`.
    Bench(bench::Args),
    /// Check what neither compiler nor clippy checks: edges, documents, limits, names.
    Tidy,
    /// Compile the published crates with each feature alone and with all of them.
    Features,
    /// Build the package of every published crate as the registry would see it.
    Package,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Test(args) => test::run(&args),
        Task::Servers(args) => servers::run(&args),
        Task::Verb(args) => verbs::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Tidy => tidy::run(),
        Task::Features => features::run(),
        Task::Package => package::run(),
    };
    report(done)
}

fn report(done: Outcome) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::line(&format!("xtask: {failure}"));
            failure.exit_code()
        }
    }
}
