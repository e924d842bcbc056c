//! Checks on single files: first lines, module style, white space, paths of machines, registries.

use crate::tidy::{File, Finding, Repository};

/// Whether this is a file of tests only, which need not say its subject.
fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs") || path.contains("/benches/")
}

/// Each source file says its one subject in its first line.
pub(crate) fn first_lines(repository: &Repository) -> Vec<Finding> {
    let sources = repository.ending(".rs").filter(|f| !is_test(&f.path));
    sources
        .filter(|f| {
            !f.text
                .lines()
                .next()
                .is_some_and(|l| l.starts_with("//! ") || l.starts_with("#![doc"))
        })
        .map(|f| Finding::new(&*f.path, "the first line must be `//! ` and the file's one subject"))
        .collect()
}

/// `foo.rs` with `foo/bar.rs`, never `foo/mod.rs`.
pub(crate) fn module_style(repository: &Repository) -> Vec<Finding> {
    let modules = repository.ending("/mod.rs").filter(|f| f.path.contains("/src/"));
    modules
        .map(|f| Finding::new(&*f.path, "name it after its folder (`foo.rs` beside `foo/`)"))
        .collect()
}

/// No white space at the end of a line.
pub(crate) fn trailing_whitespace(repository: &Repository) -> Vec<Finding> {
    each_line(repository, |_, line| {
        line.ends_with([' ', '\t', '\r'])
            .then(|| "white space at the end of the line".to_owned())
    })
}

/// No path that exists on one machine only.
pub(crate) fn machine_paths(repository: &Repository) -> Vec<Finding> {
    // Put together, or this file would find itself.
    let roots = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/Us", "ers/"),
    ];
    each_line(repository, |_, line| {
        let root = roots.iter().find(|root| {
            line.match_indices(*root).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || "._-/}~*".contains(c))
            })
        })?;
        Some(format!("a path of one machine ({root}…)"))
    })
}

/// Nothing that names a registry other than the public ones: it would bind the repository to one network.
pub(crate) fn foreign_registries(repository: &Repository) -> Vec<Finding> {
    let public = [
        "registry+https://github.com/rust-lang/crates.io-index",
        "sparse+https://index.crates.io/",
        "https://registry.npmjs.org/",
    ];
    each_line(repository, |file, line| {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let line = line.trim();
        let foreign = match name {
            "Cargo.lock" => line.starts_with("source = ") && !public.iter().any(|p| line.contains(p)),
            "package-lock.json" => line.starts_with("\"resolved\": \"http") && !public.iter().any(|p| line.contains(p)),
            "config.toml" => ["[source", "[registries", "replace-with"]
                .iter()
                .any(|start| line.starts_with(start)),
            ".npmrc" => line.contains("registry="),
            "pip.conf" => line.contains("index-url"),
            _ => {
                // Put together, or this file would find itself.
                let flags = [
                    concat!("--index", "-url"),
                    concat!("--extra-index", "-url"),
                    concat!("GOPRO", "XY="),
                ];
                flags.iter().any(|flag| line.contains(flag))
            }
        };
        foreign.then(|| "names a registry of its own".to_owned())
    })
}

/// Findings of a check that looks at one line at a time.
fn each_line(repository: &Repository, check: impl Fn(&File, &str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &repository.files {
        for (number, line) in file.text.split('\n').enumerate() {
            findings.extend(check(file, line).map(|what| Finding::new(format!("{}:{}", file.path, number + 1), what)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(findings: &[Finding]) -> Vec<&str> {
        findings.iter().map(|f| f.place.as_str()).collect()
    }

    #[test]
    fn a_source_without_a_subject_is_found() {
        let files = [
            ("c/src/a.rs", "use x;\n"),
            ("c/src/b.rs", "//! B.\n"),
            ("c/tests/it/d.rs", ""),
            ("e.md", ""),
        ];
        assert_eq!(places(&first_lines(&Repository::of(&files))), ["c/src/a.rs"]);
    }

    #[test]
    fn a_mod_rs_under_src_is_found() {
        let files = [
            ("c/src/x/mod.rs", ""),
            ("c/tests/it/mod.rs", ""),
            ("c/src/model.rs", ""),
        ];
        assert_eq!(places(&module_style(&Repository::of(&files))), ["c/src/x/mod.rs"]);
    }

    #[test]
    fn white_space_at_an_end_is_found_with_its_line() {
        assert_eq!(
            places(&trailing_whitespace(&Repository::of(&[("a", "ok\nbad \nbad\r\n")]))),
            ["a:2", "a:3"]
        );
    }

    #[test]
    fn a_machine_path_is_found_and_a_route_is_not() {
        let bad = concat!("cd /wo", "rk/main\n`/ro", "ot/x`\n");
        let good = concat!("target/wo", "rk/x\nhttps://a.b/ho", "me/\n$HOME/wo", "rk/\n");
        assert_eq!(
            places(&machine_paths(&Repository::of(&[("a", bad), ("b", good)]))),
            ["a:1", "a:2"]
        );
    }

    #[test]
    fn a_foreign_registry_is_found() {
        let good = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        let files = [
            ("Cargo.lock", good),
            ("x/Cargo.lock", "source = \"sparse+https://mirror.example/\"\n"),
            (".cargo/config.toml", "[alias]\n[source.crates-io]\n"),
            ("run", concat!("pip install --index", "-url https://m.example x\n")),
        ];
        assert_eq!(
            places(&foreign_registries(&Repository::of(&files))),
            ["x/Cargo.lock:1", ".cargo/config.toml:2", "run:1"]
        );
    }
}
