//! Benches: each compares with a baseline in the same run and prints one JSON object a line.

mod chain;
mod django;
mod fleet;
mod ground;
mod load;
mod pools;
mod provision;
mod report;
mod scoped;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Ratios in one run against a baseline.
#[derive(Parser)]
struct Flags {
    #[command(subcommand)]
    bench: Bench,
    /// One JSON object a line, and nothing else.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Bench {
    /// A bare axum handler against the same behind the full chain.
    Chain(chain::Args),
    /// Statements through the tenant handle against raw sqlx without the walls, on PostgreSQL and MariaDB.
    Scoped(scoped::Args),
    /// One migration over many tenants against a plain program with the same DDL; nothing to do against django-tenants.
    Fleet(fleet::Args),
    /// Many tenants with a database each on a small budget of connections, and one of them flooding.
    Pools(pools::Args),
    /// A new tenant against raw SQL by one connection, and against django-tenants.
    Provision(provision::Args),
    /// The server that `chain` measures; started by it.
    #[command(hide = true)]
    Serve(chain::ServeArgs),
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    let report = report::Report::new(flags.json);
    let done = match flags.bench {
        Bench::Chain(args) => chain::run(&args, &report),
        Bench::Scoped(args) => scoped::run(&args, &report),
        Bench::Fleet(args) => fleet::run(&args, &report),
        Bench::Pools(args) => pools::run(&args, &report),
        Bench::Provision(args) => provision::run(&args, &report),
        Bench::Serve(args) => chain::serve(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&*error);
            ExitCode::FAILURE
        }
    }
}
