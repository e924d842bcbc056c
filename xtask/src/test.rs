//! `cargo xtask test`: real servers up, every test run against them, servers down, one closing line.

mod counts;
mod long;

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::servers::Servers;
use crate::test::counts::Counts;
use crate::workspace::Workspace;
use crate::{run, say, tools};

/// Flags of `cargo xtask test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this crate's tests; may be repeated.
    #[arg(short, long = "package", value_name = "CRATE")]
    packages: Vec<String>,
    /// Only tests whose name contains this.
    filter: Option<String>,
    /// Long tests too (those whose name begins with `long_`).
    #[arg(long)]
    all: bool,
}

/// Runs the tests.
pub(crate) fn run(args: &Args) -> Outcome {
    let workspace = Workspace::load()?;
    for name in &args.packages {
        workspace.package(name)?;
    }
    let servers = Servers::up(&workspace)?;
    let nextest = tools::ensure("nextest")
        .inspect_err(|why| say::step(&format!("{why}; going on with `cargo test`")))
        .is_ok();
    let run = Run {
        args,
        workspace: &workspace,
        servers: &servers,
    };
    let done = run.all(nextest);
    say::step("taking the servers down");
    drop(servers);
    done
}

struct Run<'a> {
    args: &'a Args,
    workspace: &'a Workspace,
    servers: &'a Servers,
}

impl Run<'_> {
    fn all(&self, nextest: bool) -> Outcome {
        let mut counts = Counts::default();
        let long = if self.args.all { Vec::new() } else { self.long(nextest)? };
        let mut ok = if nextest {
            self.nextest(&mut counts)?
        } else {
            self.libtest(&long, &mut counts)?
        };
        if self.args.filter.is_none() {
            ok &= self.doctests(&mut counts)?;
        }
        let skipped = say::all_left_out();
        for name in &long {
            say::line(&format!("left out (long; `--all` runs it): {name}"));
        }
        for what in &skipped {
            say::line(&format!("left out: {what}"));
        }
        say::out(&format!(
            "test result: {counts}, {} left out",
            long.len() + skipped.len()
        ));
        if ok && counts.failed == 0 {
            Ok(())
        } else {
            Err(Failure::new("tests failed (see above)"))
        }
    }

    /// `cargo ARGS` over the chosen crates with all features and the servers' addresses.
    fn command(&self, args: &[&str]) -> Command {
        let packages: Vec<&str> = self.args.packages.iter().map(String::as_str).collect();
        self.command_for(args, &packages)
    }

    fn command_for(&self, args: &[&str], packages: &[&str]) -> Command {
        let mut command = run::cargo(args);
        command.current_dir(&self.workspace.root).arg("--all-features");
        if packages.is_empty() {
            command.arg("--workspace");
        }
        for name in packages {
            command.args(["-p", name]);
        }
        command.envs(self.servers.env.iter().map(|(k, v)| (k, v)));
        command
    }

    fn nextest(&self, counts: &mut Counts) -> Outcome<bool> {
        let mut command = self.command(&["nextest", "run", "--no-fail-fast"]);
        command.args(&self.args.filter);
        if !self.args.all {
            command.args(["-E", &format!("not ({})", long::NEXTEST)]);
        }
        run::watch(&mut command, |line| counts.nextest_line(line))
    }

    /// Without nextest: the long tests are left out by their full names.
    fn libtest(&self, long: &[String], counts: &mut Counts) -> Outcome<bool> {
        let mut command = self.command(&["test", "--all-targets", "--no-fail-fast"]);
        command.args(&self.args.filter).arg("--");
        for name in long {
            command.args(["--skip", name]);
        }
        run::watch(&mut command, |line| counts.libtest_line(line))
    }

    /// The names of the long tests that this run would have.
    fn long(&self, nextest: bool) -> Outcome<Vec<String>> {
        say::step("building the tests");
        if nextest {
            let mut list = self.command(&["nextest", "list", "--message-format", "json", "-E", long::NEXTEST]);
            list.args(&self.args.filter);
            return long::of_nextest(&listed(&mut list)?);
        }
        let mut list = self.command(&["test", "--all-targets"]);
        list.args(&self.args.filter).args(["--", "--list", "--format", "terse"]);
        Ok(long::of_libtest(&listed(&mut list)?))
    }

    /// The doctests of the chosen crates. Those without a library have none, and cargo refuses to look for them. Of all
    /// crates where none was chosen: with some of them named, dependencies would be built again with fewer features.
    fn doctests(&self, counts: &mut Counts) -> Outcome<bool> {
        if self.args.packages.is_empty() {
            return run::watch(&mut self.command_for(&["test", "--doc"], &[]), |line| {
                counts.libtest_line(line);
            });
        }
        let chosen = |name: &String| self.args.packages.contains(name);
        let packages = self.workspace.packages.iter().filter(|p| p.library && chosen(&p.name));
        let packages: Vec<&str> = packages.map(|p| p.name.as_str()).collect();
        if packages.is_empty() {
            return Ok(true);
        }
        run::watch(&mut self.command_for(&["test", "--doc"], &packages), |line| {
            counts.libtest_line(line);
        })
    }
}

/// The standard output of a command that builds; its progress and its errors are shown.
fn listed(command: &mut Command) -> Outcome<String> {
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .map_err(|e| Failure::new(format!("starting `{}`: {e}", run::shown(command))))?;
    let mut text = String::new();
    if let Some(mut out) = child.stdout.take() {
        std::io::Read::read_to_string(&mut out, &mut text)
            .map_err(|e| Failure::new(format!("reading the list of tests: {e}")))?;
    }
    if run::wait(&mut child)?.success() {
        Ok(text)
    } else {
        Err(Failure::new("the tests do not compile (see above)"))
    }
}
