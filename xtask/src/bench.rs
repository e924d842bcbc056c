//! `cargo xtask bench`: builds the benches optimised and runs one, with the servers that it needs.

use crate::failure::Outcome;
use crate::run;
use crate::servers::Servers;
use crate::workspace::Workspace;

/// Benches that need a database server.
const ON_SERVERS: [&str; 4] = ["scoped", "fleet", "provision", "pools"];

/// Flags of `cargo xtask bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `chain`, `scoped`, `fleet`, `provision` or `pools`.
    name: String,
    /// Flags of the bench itself (`--json`, `--rounds 3`, …).
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> Outcome {
    run::run(&mut run::cargo([
        "build",
        "--quiet",
        "--release",
        "--package",
        "mtp-bench",
    ]))?;
    let mut command = run::cargo([
        "run",
        "--quiet",
        "--release",
        "--package",
        "mtp-bench",
        "--",
        &args.name,
    ]);
    command.args(&args.rest);
    if !ON_SERVERS.contains(&args.name.as_str()) {
        return run::run(&mut command);
    }
    let servers = Servers::up(&Workspace::load()?)?;
    run::run(command.envs(servers.env.iter().map(|(k, v)| (k, v))))
}
