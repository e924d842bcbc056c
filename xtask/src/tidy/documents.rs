//! Checks on documents: reasons for dependencies, links, the table of limits.

use toml::{Table, Value};

use crate::tidy::{File, Finding, Repository};

const DEPENDENCIES: &str = "docs/dependencies.md";
const LIMITS: &str = "docs/limits.md";

/// Each dependency from outside has a line of why, and each such line a dependency.
pub(crate) fn dependencies(repository: &Repository) -> Vec<Finding> {
    let Some(root) = repository.text("Cargo.toml").and_then(|t| t.parse::<Table>().ok()) else {
        return vec![Finding::new("Cargo.toml", "cannot be read")];
    };
    let table = root
        .get("workspace")
        .and_then(|w| w.get("dependencies"))
        .and_then(Value::as_table);
    let outside: Vec<&String> = table
        .into_iter()
        .flatten()
        .filter(|(_, value)| value.get("path").is_none())
        .map(|(name, _)| name)
        .collect();
    let text = repository.text(DEPENDENCIES).unwrap_or_default();
    let described: Vec<&str> = text
        .lines()
        .filter_map(|l| l.strip_prefix("| `"))
        .filter_map(|l| Some(l.split_once('`')?.0))
        .collect();
    let missing = outside.iter().filter(|name| !described.contains(&name.as_str()));
    let mut findings: Vec<Finding> = missing
        .map(|name| Finding::new(DEPENDENCIES, format!("add a line that says why `{name}`")))
        .collect();
    for name in described.iter().filter(|name| !outside.iter().any(|o| o == *name)) {
        findings.push(Finding::new(
            DEPENDENCIES,
            format!("`{name}` is no longer in the root Cargo.toml"),
        ));
    }
    findings
}

/// Each link from a document to a file leads to one.
pub(crate) fn links(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.ending(".md") {
        for (number, target) in targets(file) {
            let target = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || target.contains("::");
            if target.is_empty() || elsewhere {
                continue;
            }
            let path = joined(&file.path, target);
            let folder = format!("{path}/");
            if !repository.paths.iter().any(|p| *p == path || p.starts_with(&folder)) {
                findings.push(Finding::new(
                    format!("{}:{number}", file.path),
                    format!("no such file: {target}"),
                ));
            }
        }
    }
    findings
}

/// The targets of a document's inline links outside fenced code, with their lines.
fn targets(file: &File) -> Vec<(usize, &str)> {
    let mut fenced = false;
    let mut found = Vec::new();
    for (number, line) in file.text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if !fenced {
            let ends = line.match_indices("](").map(|(at, _)| &line[at + 2..]);
            found.extend(ends.filter_map(|rest| Some((number + 1, rest.split_once(')')?.0.trim()))));
        }
    }
    found
}

/// A link's target as a path from the root.
fn joined(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        from.split('/').collect()
    };
    // The document itself; its links start in its folder.
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Each public limit is in the table of limits, once there is one.
pub(crate) fn limits(repository: &Repository) -> Vec<Finding> {
    let Some(table) = repository.text(LIMITS) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for file in repository
        .ending(".rs")
        .filter(|f| f.path.starts_with("crates/") && f.path.contains("/src/"))
    {
        for (number, line) in file.text.lines().enumerate() {
            let name = line
                .trim()
                .strip_prefix("pub const ")
                .and_then(|rest| Some(rest.split_once(':')?.0));
            let Some(name) = name.filter(|n| n.starts_with("DEFAULT_") || n.starts_with("MAX_")) else {
                continue;
            };
            if !table.contains(&format!("`{name}`")) {
                findings.push(Finding::new(
                    format!("{}:{}", file.path, number + 1),
                    format!("add `{name}` to {LIMITS}"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_and_a_reason_without_one_are_found() {
        let root = "[workspace.dependencies]\nmtp = { path = \"x\" }\nserde = \"1\"\nuuid = { version = \"1\" }\n";
        let reasons = "| `serde` | to read |\n| `gone` | was used |\n";
        let findings = dependencies(&Repository::of(&[("Cargo.toml", root), (DEPENDENCIES, reasons)]));
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].what.contains("uuid") && findings[1].what.contains("gone"));
    }

    #[test]
    fn a_link_to_nowhere_is_found() {
        let text = "[a](../README.md#x) [b](https://a.b/c) [c](#d) [e](gone.md)\n```\n[f](no.md)\n```\n[g](../docs)\n";
        let findings = links(&Repository::of(&[
            ("docs/x.md", text),
            ("README.md", "[h](/docs/x.md)"),
        ]));
        assert_eq!(findings, [Finding::new("docs/x.md:1", "no such file: gone.md")]);
    }

    #[test]
    fn a_limit_outside_the_table_is_found() {
        let source = (
            "crates/a/src/l.rs",
            "pub const MAX_A: u8 = 1;\npub const DEFAULT_B: u8 = 1;\nconst MAX_C: u8 = 1;",
        );
        assert_eq!(limits(&Repository::of(&[source])), []);
        let findings = limits(&Repository::of(&[source, (LIMITS, "| `MAX_A` | 1 |")]));
        assert_eq!(
            findings,
            [Finding::new("crates/a/src/l.rs:2", "add `DEFAULT_B` to docs/limits.md")]
        );
    }
}
