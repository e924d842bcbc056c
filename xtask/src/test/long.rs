//! Long tests: those whose own name begins with `long_`. A run without `--all` leaves them out and names them.

use serde_json::Value;

use crate::failure::{Doing, Outcome};

/// The long tests in nextest's filter language.
pub(crate) const NEXTEST: &str = "test(/(^|::)long_/)";

/// The names that match in the answer of `cargo nextest list --message-format json`.
pub(crate) fn of_nextest(json: &str) -> Outcome<Vec<String>> {
    let list: Value = serde_json::from_str(json).doing("reading `cargo nextest list`")?;
    let mut names = Vec::new();
    for (suite, content) in list["rust-suites"].as_object().into_iter().flatten() {
        for (test, case) in content["testcases"].as_object().into_iter().flatten() {
            if case["filter-match"]["status"] == "matches" {
                names.push(format!("{suite} {test}"));
            }
        }
    }
    names.sort();
    Ok(names)
}

/// The long ones of libtest's terse list (`path::name: test`).
pub(crate) fn of_libtest(list: &str) -> Vec<String> {
    let tests = list.lines().filter_map(|line| line.strip_suffix(": test"));
    tests
        .filter(|name| name.rsplit("::").next().is_some_and(|n| n.starts_with("long_")))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_that_match_are_named() {
        let json = r#"{"rust-suites": {"core::it": {"testcases": {
            "kill::long_every_step": {"filter-match": {"status": "matches"}},
            "kill::one_step": {"filter-match": {"status": "mismatch", "reason": "expression"}}}}}}"#;
        assert_eq!(of_nextest(json).unwrap(), ["core::it kill::long_every_step"]);
        assert!(of_nextest("not json").is_err());
    }

    #[test]
    fn a_name_that_only_contains_the_word_is_not_long() {
        assert_eq!(
            of_libtest("a::long_x: test\na::prolong_y: test\nlong_z: test\nb: bench\n"),
            ["a::long_x", "long_z"]
        );
    }
}
