//! The picture of the crates: which of ours may use which. Any other arrow is a finding.

use crate::tidy::manifests::members;
use crate::tidy::{Finding, Repository};

/// A crate and those of ours that it may use, as ARCHITECTURE.md draws them.
const PICTURE: &[(&str, &[&str])] = &[
    (
        "mtp",
        &[
            "mtp-core",
            "mtp-gateway",
            "mtp-kms",
            "mtp-manifest",
            "mtp-market",
            "mtp-middleware",
            "mtp-ops",
            "mtp-providers",
            "mtp-standard-api",
        ],
    ),
    ("mtp-core", &[]),
    ("mtp-gateway", &["mtp-middleware", "mtp-providers"]),
    ("mtp-kms", &["mtp-core"]),
    ("mtp-manifest", &[]),
    ("mtp-market", &["mtp-core", "mtp-manifest", "mtp-middleware"]),
    ("mtp-middleware", &["mtp-core"]),
    ("mtp-ops", &["mtp-core", "mtp-manifest", "mtp-market"]),
    ("mtp-providers", &["mtp-core"]),
    ("mtp-standard-api", &["mtp-core", "mtp-manifest", "mtp-middleware"]),
    ("mtp-testkit", &[]),
    // Programs of this repository: the benches and the verbs stand on the facade, as a service does.
    ("mtp-bench", &["mtp"]),
    ("mtp-verbs", &["mtp"]),
    ("xtask", &[]),
];

/// What an example may use: services see the facade only.
const EXAMPLE: &[&str] = &["mtp"];

/// Every edge between our crates is in the picture.
pub(crate) fn edges(repository: &Repository) -> Vec<Finding> {
    let (manifests, mut findings) = members(repository);
    for manifest in &manifests {
        let allowed = if manifest.path.starts_with("examples/") {
            EXAMPLE
        } else if let Some((_, allowed)) = PICTURE.iter().find(|(name, _)| *name == manifest.name) {
            allowed
        } else {
            let what = format!(
                "`{}` is not in the picture of crates: draw it in xtask/src/tidy/edges.rs",
                manifest.name
            );
            findings.push(Finding::new(manifest.path, what));
            continue;
        };
        for dependency in manifest.dependencies() {
            let ours = dependency.name == "mtp" || dependency.name.starts_with("mtp-");
            // Where the test kit may stand is checked with the other rules for manifests.
            if ours && dependency.name != "mtp-testkit" && !allowed.contains(&dependency.name) {
                let what = format!("`{}` must not use `{}`", manifest.name, dependency.name);
                findings.push(Finding::new(manifest.path, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, name: &str, dependencies: &str) -> usize {
        let text = format!("[package]\nname = \"{name}\"\n{dependencies}");
        edges(&Repository::of(&[(path, &text)])).len()
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_found() {
        let core = "[dependencies]\nmtp-core.workspace = true\nserde.workspace = true\n";
        assert_eq!(of("crates/mtp-middleware/Cargo.toml", "mtp-middleware", core), 0);
        assert_eq!(of("crates/mtp-manifest/Cargo.toml", "mtp-manifest", core), 1);
        assert_eq!(of("examples/notes/Cargo.toml", "notes", core), 1);
        assert_eq!(of("crates/new/Cargo.toml", "new", ""), 1);
        let dev = "[dev-dependencies]\nmtp.workspace = true\nmtp-testkit = { path = \"x\" }\n";
        assert_eq!(of("crates/mtp-core/Cargo.toml", "mtp-core", dev), 1);
    }
}
