//! Checks on Cargo manifests: versions, package fields and lints stand once, at the root.

use toml::{Table, Value};

use crate::tidy::{Finding, Repository};

/// Package fields that every crate takes from the workspace.
const SHARED: [&str; 7] = [
    "version",
    "edition",
    "rust-version",
    "license",
    "authors",
    "keywords",
    "categories",
];

/// One crate's manifest, read.
#[derive(Debug)]
pub(crate) struct Manifest<'a> {
    pub(crate) path: &'a str,
    pub(crate) name: String,
    pub(crate) table: Table,
}

/// One dependency of a manifest.
#[derive(Debug)]
pub(crate) struct Dependency<'a> {
    pub(crate) name: &'a str,
    pub(crate) dev: bool,
    pub(crate) value: &'a Value,
}

/// The manifests of all members, and findings for those that cannot be read.
pub(crate) fn members(repository: &Repository) -> (Vec<Manifest<'_>>, Vec<Finding>) {
    let (mut manifests, mut findings) = (Vec::new(), Vec::new());
    for file in repository.ending("/Cargo.toml").filter(|f| !f.path.contains("/tests/")) {
        match file.text.parse::<Table>() {
            Ok(table) => {
                let name = table.get("package").and_then(|p| p.get("name")).and_then(Value::as_str);
                manifests.push(Manifest {
                    path: &file.path,
                    name: name.unwrap_or_default().to_owned(),
                    table,
                });
            }
            Err(e) => findings.push(Finding::new(&*file.path, format!("cannot be read: {}", e.message()))),
        }
    }
    (manifests, findings)
}

impl Manifest<'_> {
    /// Dependencies of every kind and of every target.
    pub(crate) fn dependencies(&self) -> Vec<Dependency<'_>> {
        let targets = self.table.get("target").and_then(Value::as_table).into_iter().flatten();
        let tables = std::iter::once(&self.table).chain(targets.filter_map(|(_, t)| t.as_table()));
        let mut all = Vec::new();
        for table in tables {
            for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
                let found = table.get(kind).and_then(Value::as_table).into_iter().flatten();
                let dev = kind == "dev-dependencies";
                all.extend(found.map(|(name, value)| Dependency { name, dev, value }));
            }
        }
        all
    }
}

/// Each crate takes its shared fields and its lints from the workspace, has a description and its folder's name.
pub(crate) fn package_fields(repository: &Repository) -> Vec<Finding> {
    let (manifests, mut findings) = members(repository);
    for manifest in manifests {
        let package = manifest.table.get("package");
        for field in SHARED {
            let shared = package
                .and_then(|p| p.get(field))
                .and_then(|v| v.get("workspace"))
                .and_then(Value::as_bool);
            if shared != Some(true) {
                findings.push(Finding::new(manifest.path, format!("say `{field}.workspace = true`")));
            }
        }
        if package.and_then(|p| p.get("description")).is_none() {
            findings.push(Finding::new(
                manifest.path,
                "say in `description` what the crate is for",
            ));
        }
        let lints = manifest
            .table
            .get("lints")
            .and_then(|l| l.get("workspace"))
            .and_then(Value::as_bool);
        if lints != Some(true) {
            findings.push(Finding::new(manifest.path, "add `[lints]` with `workspace = true`"));
        }
        if manifest.path.rsplit('/').nth(1) != Some(manifest.name.as_str()) {
            findings.push(Finding::new(
                manifest.path,
                format!("the crate `{}` must be named as its folder", manifest.name),
            ));
        }
    }
    findings
}

/// Versions stand in the root manifest only; the test kit is a path without a version, so that packages publish.
pub(crate) fn dependencies(repository: &Repository) -> Vec<Finding> {
    let (manifests, mut findings) = members(repository);
    for manifest in &manifests {
        for dependency in manifest.dependencies() {
            let Dependency { name, dev, value } = dependency;
            if name == "mtp-testkit" {
                if !dev || value.get("path").is_none() || value.get("version").is_some() {
                    let what = "mtp-testkit belongs under [dev-dependencies], by path and without a version";
                    findings.push(Finding::new(manifest.path, what));
                }
            } else if value.get("workspace").and_then(Value::as_bool) != Some(true) {
                let what = format!("`{name}`: put its version into the root Cargo.toml and say `workspace = true`");
                findings.push(Finding::new(manifest.path, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\ndescription = \"d\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\nauthors.workspace = true\nkeywords.workspace = true\n\
        categories.workspace = true\n[lints]\nworkspace = true\n";

    #[test]
    fn a_crate_that_goes_its_own_way_is_found() {
        assert_eq!(package_fields(&Repository::of(&[("crates/a/Cargo.toml", GOOD)])), []);
        let bad = GOOD
            .replace("license.workspace = true", "license = \"MIT\"")
            .replace("[lints]", "[lint]");
        let findings = package_fields(&Repository::of(&[("crates/b/Cargo.toml", &bad), ("c/Cargo.toml", "]")]));
        let text: String = findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 4, "{text}");
        assert!(text.contains("license") && text.contains("lints") && text.contains("folder") && text.contains("read"));
    }

    #[test]
    fn a_version_outside_the_root_and_a_misplaced_testkit_are_found() {
        let bad = "[dependencies]\nserde = \"1\"\nmtp-testkit = { path = \"x\" }\n\
            [target.'cfg(unix)'.dependencies]\nlibc = { version = \"1\" }\n[dev-dependencies]\ntokio.workspace = true\n";
        let findings = dependencies(&Repository::of(&[("crates/b/Cargo.toml", bad)]));
        assert_eq!(findings.len(), 3, "{findings:?}");
        let good = "[dev-dependencies]\nmtp-testkit = { path = \"../mtp-testkit\" }\n";
        assert_eq!(dependencies(&Repository::of(&[("crates/b/Cargo.toml", good)])), []);
    }
}
