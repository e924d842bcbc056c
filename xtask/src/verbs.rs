//! `cargo xtask migrate …` and the other verbs: handed on to a program of their own, so that the tasks of this
//! repository are built without a database driver.

use crate::failure::Outcome;
use crate::run;

/// Runs the verb.
pub(crate) fn run(args: &[String]) -> Outcome {
    run::run(run::cargo(["run", "--quiet", "--package", "mtp-verbs", "--"]).args(args))
}
