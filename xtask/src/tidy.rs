//! `cargo xtask tidy`: what neither compiler nor clippy checks. Each check is a function from texts to findings.

mod documents;
mod edges;
mod manifests;
mod sources;
mod trees;

use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::failure::{Doing, Failure, Outcome};
use crate::workspace::Workspace;
use crate::{run, say};

/// Source files longer than this are named: a prompt to look, not a limit.
const LONG_FILE_LINES: usize = 400;

/// One thing that is wrong, where, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) place: String,
    pub(crate) what: String,
}

impl Finding {
    pub(crate) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// A file of the repository, by its path from the root.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All text files that are in git or could be added to it.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) files: Vec<File>,
    /// Paths of everything, binary files too, for links.
    pub(crate) paths: Vec<String>,
}

impl Repository {
    fn load(workspace: &Workspace) -> Outcome<Self> {
        let root = &workspace.root;
        let list = run::capture(
            // The owner of a fresh clone in CI may be another account than ours.
            Command::new("git")
                .args([
                    "-c",
                    "safe.directory=*",
                    "ls-files",
                    "-z",
                    "--cached",
                    "--others",
                    "--exclude-standard",
                ])
                .current_dir(root),
        )?;
        let mut repository = Self::default();
        for path in list.split('\0').filter(|p| !p.is_empty()) {
            let full: PathBuf = root.join(path);
            // Deleted but not yet committed, or a link to a folder.
            if !full.is_file() {
                continue;
            }
            repository.paths.push(path.to_owned());
            let bytes = fs::read(&full).doing(format!("reading {path}"))?;
            if let Ok(text) = String::from_utf8(bytes) {
                repository.files.push(File {
                    path: path.to_owned(),
                    text,
                });
            }
        }
        Ok(repository)
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<File> = files
            .iter()
            .map(|&(path, text)| File {
                path: path.to_owned(),
                text: text.to_owned(),
            })
            .collect();
        Self {
            paths: files.iter().map(|f| f.path.clone()).collect(),
            files,
        }
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).map(|f| f.text.as_str())
    }

    /// The files whose path ends so.
    pub(crate) fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |f| f.path.ends_with(end))
    }
}

/// Runs all checks.
pub(crate) fn run() -> Outcome {
    let workspace = Workspace::load()?;
    let repository = Repository::load(&workspace)?;
    let checks: [fn(&Repository) -> Vec<Finding>; 11] = [
        sources::first_lines,
        sources::module_style,
        sources::trailing_whitespace,
        sources::machine_paths,
        sources::foreign_registries,
        manifests::package_fields,
        manifests::dependencies,
        edges::edges,
        documents::dependencies,
        documents::links,
        documents::limits,
    ];
    let mut findings: Vec<Finding> = checks.iter().flat_map(|check| check(&repository)).collect();
    findings.extend(trees::bans(&workspace)?);
    findings.sort();
    for (path, lines) in long_files(&repository) {
        say::line(&format!(
            "notice: {path} has {lines} lines; is it still about one subject?"
        ));
    }
    for finding in &findings {
        say::line(&format!("tidy: {finding}"));
    }
    if findings.is_empty() {
        say::out(&format!("tidy: {} files are in order", repository.files.len()));
        Ok(())
    } else {
        Err(Failure::new(format!(
            "tidy found {} things to mend (see above)",
            findings.len()
        )))
    }
}

fn long_files(repository: &Repository) -> Vec<(&str, usize)> {
    let sources = repository
        .ending(".rs")
        .map(|f| (f.path.as_str(), f.text.lines().count()));
    sources.filter(|(_, lines)| *lines > LONG_FILE_LINES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_named() {
        let long = "x\n".repeat(LONG_FILE_LINES + 1);
        let repository = Repository::of(&[("a.rs", &long), ("b.rs", "x\n"), ("c.md", &long)]);
        assert_eq!(long_files(&repository), [("a.rs", LONG_FILE_LINES + 1)]);
    }

    #[test]
    fn this_repository_is_read() {
        let repository = Repository::load(&Workspace::load().unwrap()).unwrap();
        assert!(repository.text("Cargo.toml").is_some_and(|t| t.contains("[workspace]")));
    }
}
