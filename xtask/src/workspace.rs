//! What cargo says of this workspace: its root, its target folder, its packages.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::{Doing, Failure, Outcome};
use crate::run;

/// The workspace as `cargo metadata --no-deps` describes it.
#[derive(Debug)]
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// One member of the workspace.
#[derive(Debug, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Whether it goes to a registry (`publish = false` is absent).
    pub(crate) published: bool,
    /// Whether it has a library, and so may have doctests.
    pub(crate) library: bool,
    pub(crate) features: Vec<String>,
}

impl Workspace {
    pub(crate) fn load() -> Outcome<Self> {
        // Cargo says at run time where it found this crate: two clones may share one target folder and its programs.
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
        let manifest = Path::new(&here).join("../Cargo.toml");
        let text = run::capture(
            run::cargo(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"]).arg(manifest),
        )?;
        Self::parse(&serde_json::from_str(&text).doing("reading `cargo metadata`")?)
            .ok_or_else(|| Failure::new("`cargo metadata` has an unknown shape"))
    }

    fn parse(metadata: &Value) -> Option<Self> {
        let packages = metadata["packages"]
            .as_array()?
            .iter()
            .map(Package::parse)
            .collect::<Option<_>>()?;
        Some(Self {
            root: metadata["workspace_root"].as_str()?.into(),
            target: metadata["target_directory"].as_str()?.into(),
            packages,
        })
    }

    /// The packages that go to a registry.
    pub(crate) fn published(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|p| p.published)
    }

    /// The package of this name.
    ///
    /// # Errors
    /// When there is none; the names that exist are in the text.
    pub(crate) fn package(&self, name: &str) -> Outcome<&Package> {
        self.packages.iter().find(|p| p.name == name).ok_or_else(|| {
            let names: Vec<&str> = self.packages.iter().map(|p| p.name.as_str()).collect();
            Failure::new(format!("no crate `{name}` here; there are {}", names.join(", ")))
        })
    }
}

impl Package {
    fn parse(package: &Value) -> Option<Self> {
        let library = package["targets"].as_array()?.iter().any(|t| {
            t["kind"]
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|k| k == "lib" || k == "proc-macro"))
        });
        Some(Self {
            name: package["name"].as_str()?.to_owned(),
            // `publish = false` is an empty list of registries, nothing said is null.
            published: package["publish"]
                .as_array()
                .is_none_or(|registries| !registries.is_empty()),
            library,
            features: package["features"].as_object()?.keys().cloned().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_and_library_are_read_from_metadata() {
        let metadata = serde_json::json!({
            "workspace_root": "/r", "target_directory": "/t",
            "packages": [
                {"name": "a", "publish": null, "features": {"x": []}, "targets": [{"kind": ["lib"]}]},
                {"name": "b", "publish": [], "features": {}, "targets": [{"kind": ["bin"]}]},
            ],
        });
        let workspace = Workspace::parse(&metadata).unwrap();
        assert_eq!(
            workspace.published().map(|p| p.name.as_str()).collect::<Vec<_>>(),
            ["a"]
        );
        assert!(workspace.package("a").unwrap().library && !workspace.package("b").unwrap().library);
        assert!(workspace.package("c").unwrap_err().to_string().contains("a, b"));
        assert!(Workspace::parse(&serde_json::json!({})).is_none());
    }
}
