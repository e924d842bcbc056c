//! `cargo xtask features`: each feature of each published crate alone, none, and all together, without a warning.

use std::process::Command;

use crate::failure::{Failure, Outcome};
use crate::run;
use crate::tools;
use crate::workspace::{Package, Workspace};

/// Checks the feature matrix.
///
/// `cargo check` of one package at a time: with resolver 3 neither dev-dependencies nor the rest of the
/// workspace lend their features, so nothing compiles only by luck and no manifest needs rewriting meanwhile.
pub(crate) fn run() -> Outcome {
    let workspace = Workspace::load()?;
    tools::ensure("hack")?;
    let (with, without): (Vec<&Package>, Vec<&Package>) = workspace
        .published()
        .partition(|p| p.features.iter().any(|f| f != "default"));
    let mut failed = Vec::new();
    for package in with {
        let hack = run::cargo(["hack", "check", "--each-feature", "-p", &package.name]);
        if !clean(hack, &workspace)? {
            failed.push(package.name.as_str());
        }
    }
    for package in without {
        if !clean(run::cargo(["check", "-p", &package.name]), &workspace)? {
            failed.push(package.name.as_str());
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "a feature of {} does not compile without a warning",
            failed.join(", ")
        )))
    }
}

/// Whether the command succeeds without a warning. Read from its output (cargo repeats what it has cached):
/// `-D warnings` in RUSTFLAGS would rebuild every dependency, and cargo's own setting is not stable yet.
fn clean(mut command: Command, workspace: &Workspace) -> Outcome<bool> {
    let mut warned = false;
    let ok = run::watch(command.current_dir(&workspace.root), |line| {
        warned |= is_warning(line);
    })?;
    Ok(ok && !warned)
}

fn is_warning(line: &str) -> bool {
    line.starts_with("warning:") || line.starts_with("warning[")
}

#[cfg(test)]
mod tests {
    use super::is_warning;

    #[test]
    fn a_warning_is_told_from_a_progress_line() {
        assert!(is_warning("warning: unused import: `x`"));
        assert!(!is_warning("    Checking warning v0.1.0"));
    }
}
