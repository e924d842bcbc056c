//! Checks on `cargo tree`: crates that must stay small do not pull in what they must not know.

use crate::failure::Outcome;
use crate::run;
use crate::tidy::Finding;
use crate::workspace::Workspace;

/// A crate, how it is built, and what must not be below it.
struct Ban {
    krate: &'static str,
    flags: &'static [&'static str],
    banned: &'static [&'static str],
}

/// ARCHITECTURE.md gives the reason of each.
const BANS: [Ban; 5] = [
    Ban {
        krate: "mtp-manifest",
        flags: &[],
        banned: &["sqlx", "sqlx-core", "tokio", "axum"],
    },
    Ban {
        krate: "mtp-core",
        flags: &["--no-default-features"],
        banned: &["sqlx", "sqlx-core", "sea-query", "sqlparser"],
    },
    Ban {
        krate: "mtp-core",
        flags: &["--all-features"],
        banned: &["axum", "tower-http", "reqwest"],
    },
    Ban {
        krate: "mtp-middleware",
        flags: &["--no-default-features"],
        banned: &["sqlx", "sqlx-core", "sea-query", "sqlparser"],
    },
    Ban {
        krate: "mtp-providers",
        flags: &["--no-default-features"],
        banned: &["sqlx", "sqlx-core", "sea-query", "sqlparser"],
    },
];

/// Looks at the trees of those crates that exist.
pub(crate) fn bans(workspace: &Workspace) -> Outcome<Vec<Finding>> {
    let mut findings = Vec::new();
    for ban in BANS.iter().filter(|ban| workspace.package(ban.krate).is_ok()) {
        let mut command = run::cargo([
            "tree", "-p", ban.krate, "-e", "normal", "--prefix", "none", "--format", "{p}",
        ]);
        let tree = run::capture(command.args(ban.flags).current_dir(&workspace.root))?;
        findings.extend(found(&tree, ban.banned).into_iter().map(|name| {
            Finding::new(
                format!("{} {}", ban.krate, ban.flags.join(" ")),
                format!("must not bring in `{name}`"),
            )
        }));
    }
    Ok(findings)
}

/// Which of the banned names are in a tree printed without prefix (`name vX.Y.Z …`).
fn found<'a>(tree: &str, banned: &[&'a str]) -> Vec<&'a str> {
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    banned.iter().filter(|name| names.contains(name)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_crate_is_found_by_its_whole_name() {
        let tree = "mtp-core v0.1.0 (path)\nsqlx-core v0.9.0\ntokio v1.0.0 (*)\n";
        assert_eq!(found(tree, &["sqlx", "sqlx-core"]), ["sqlx-core"]);
        assert!(found(tree, &["sqlx"]).is_empty());
    }

    #[test]
    fn the_ban_looks_at_real_trees() {
        let workspace = Workspace::load().unwrap();
        let mut tree = run::cargo([
            "tree", "-p", "xtask", "-e", "normal", "--prefix", "none", "--format", "{p}",
        ]);
        let tree = run::capture(tree.current_dir(&workspace.root)).unwrap();
        assert_eq!(found(&tree, &["clap", "axum-nothing"]), ["clap"]);
    }
}
