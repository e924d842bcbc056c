//! Every fixture gives exactly what stands beside it: JSON for a valid one, findings with places for an invalid one.

use std::{env, fmt::Write as _, fs, path::Path};

use mtp_manifest::{Format, MAX_FINDINGS, MAX_MANIFEST_BYTES, Manifest};

/// Compares with the file beside the fixture; `UPDATE_GOLDEN=1` writes it instead, for a human to review.
fn check_folder(folder: &str, ending: &str, render: impl Fn(Result<Manifest, mtp_manifest::Error>) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(folder);
    let mut seen = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(format) = path.extension().and_then(|ext| Format::of_extension(ext.to_str()?)) else {
            continue;
        };
        let text = render(Manifest::read(&fs::read_to_string(&path).unwrap(), format));
        let mut beside = path.clone().into_os_string();
        beside.push(ending);
        if env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&beside, &text).unwrap();
        }
        let expected = fs::read_to_string(&beside).unwrap_or_default();
        assert_eq!(
            text,
            expected,
            "{} against {}",
            path.display(),
            Path::new(&beside).display()
        );
        seen += 1;
    }
    assert!(seen >= 4, "only {seen} fixtures in {}", folder.display());
}

#[test]
fn valid_manifests_become_their_json() {
    check_folder("valid", ".json", |read| read.unwrap().to_json().unwrap() + "\n");
}

#[test]
fn invalid_manifests_tell_every_mistake_and_its_place() {
    check_folder("invalid", ".txt", |read| read.unwrap_err().to_string() + "\n");
}

#[test]
fn yaml_and_toml_say_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/valid");
    let yaml = Manifest::from_yaml(&fs::read_to_string(folder.join("full.yaml")).unwrap()).unwrap();
    let toml = Manifest::from_toml(&fs::read_to_string(folder.join("full.toml")).unwrap()).unwrap();
    assert_eq!(yaml, toml);
}

#[test]
fn sizes_are_bounded() {
    let long = format!("description: {}", "x".repeat(MAX_MANIFEST_BYTES));
    assert!(
        Manifest::from_yaml(&long).unwrap_err().findings()[0]
            .message()
            .contains("larger than")
    );
    let mut mistakes = String::new();
    for n in 0..2 * MAX_FINDINGS {
        writeln!(mistakes, "wrong_{n}: 1").unwrap();
    }
    assert_eq!(
        Manifest::from_yaml(&mistakes).unwrap_err().findings().len(),
        MAX_FINDINGS
    );
    assert_eq!(
        Manifest::from_toml(&mistakes.replace(':', " ="))
            .unwrap_err()
            .findings()
            .len(),
        MAX_FINDINGS
    );
    let mut bomb = "b0: &b0 [x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..7 {
        let before = vec![format!("*b{}", n - 1); 8].join(", ");
        writeln!(bomb, "b{n}: &b{n} [{before}]").unwrap();
    }
    assert!(
        Manifest::from_yaml(&bomb)
            .unwrap_err()
            .to_string()
            .contains("not readable YAML")
    );
    for deep in ["[".repeat(5_000), format!("plans: {}", "{a: ".repeat(5_000))] {
        assert!(Manifest::from_yaml(&deep).is_err());
        assert!(Manifest::from_toml(&format!("a = {deep}")).is_err());
    }
}

#[test]
fn an_error_does_not_repeat_a_secret() {
    for secret in ["postgres://owner:hunter2@db/x", "mtp_mk_hunter2", "sk-ant-hunter2"] {
        let text = format!(
            "manifest_version: 1\nname: a\nversion: 1.0.0\nisolation: {{offered: [shared], default: shared}}\ndescription: use {secret}\n"
        );
        let error = Manifest::from_yaml(&text).unwrap_err();
        assert_eq!(
            (error.findings()[0].path(), error.findings()[0].line()),
            ("description", 5)
        );
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
