//! Benches: each compares with a baseline in the same run and prints one JSON object a line.

mod chain;
mod load;
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
    /// Statements through the tenant handle against raw sqlx without row-level security, on PostgreSQL.
    Scoped(scoped::Args),
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
