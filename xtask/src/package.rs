//! `cargo xtask package`: the package of every published crate, built as the registry would build it.

use crate::failure::Outcome;
use crate::workspace::Workspace;
use crate::{run, say};

/// Packages and verifies all published crates in one go, so that they may depend on each other unpublished.
pub(crate) fn run() -> Outcome {
    let workspace = Workspace::load()?;
    // What is being checked is the content, and it is checked before it is committed, too.
    let mut command = run::cargo(["package", "--locked", "--allow-dirty"]);
    // Without it each verification would build all dependencies again in a folder of its own.
    command
        .env("CARGO_TARGET_DIR", &workspace.target)
        .current_dir(&workspace.root);
    let mut names = Vec::new();
    for package in workspace.published() {
        command.args(["-p", &package.name]);
        names.push(package.name.as_str());
    }
    say::step(&format!("published crates: {}", names.join(", ")));
    run::run(&mut command)
}
