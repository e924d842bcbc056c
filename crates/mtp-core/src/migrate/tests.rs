//! The promises of this module, table by table.

mod files;
mod ledger;
mod rules;
mod shape;
mod split;

use super::{Dialect, Finding, LintOptions, LintReport, MigrationSet};

/// Both databases, for what holds on each.
const BOTH: [Dialect; 2] = [Dialect::Postgres, Dialect::Sqlite];

/// A set of files numbered from 1.
fn set(files: &[&str]) -> MigrationSet {
    let list: Vec<_> = files
        .iter()
        .zip(1..)
        .map(|(sql, version)| (version, "t", *sql))
        .collect();
    MigrationSet::from_static(&list).unwrap()
}

fn lint(dialect: Dialect, files: &[&str]) -> LintReport {
    set(files).lint(&LintOptions::new(dialect)).unwrap()
}

/// The ids of the rules that found something, in order, those set aside left out.
fn ids(report: &LintReport) -> Vec<&'static str> {
    let mut ids: Vec<_> = report
        .findings
        .iter()
        .filter(|found| found.allowed.is_none())
        .map(id)
        .collect();
    ids.dedup();
    ids
}

fn id(found: &Finding) -> &'static str {
    found.rule.id()
}
