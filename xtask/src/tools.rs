//! Cargo subcommands that the tasks need: found, else installed.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::{run, say};

/// Whether `cargo NAME` is there.
pub(crate) fn has(name: &str) -> bool {
    run::quietly(run::cargo([name, "--version"]).stdin(std::process::Stdio::null()))
}

/// Makes sure that `cargo NAME` is there: found, else built from the crate `cargo-NAME`.
///
/// # Errors
/// When it is missing and cannot be installed.
pub(crate) fn ensure(name: &str) -> Outcome {
    if has(name) {
        return Ok(());
    }
    let package = format!("cargo-{name}");
    say::step(&format!("{package} is missing: installing it (minutes, once)"));
    // A target folder in the environment would share a lock and a cache with this build: leave it out.
    let mut install: Command = run::cargo(["install", &package, "--locked"]);
    install.env_remove("CARGO_TARGET_DIR");
    if run::succeeds(&mut install)? && has(name) {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{package} could not be installed: run `cargo install {package} --locked` by hand"
        )))
    }
}
