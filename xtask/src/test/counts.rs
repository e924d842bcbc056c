//! How many tests passed and failed, read from the runners' own closing lines.

use std::fmt;

/// A sum over all runs of one task.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Counts {
    /// Adds a line of `cargo nextest run` if it is its summary:
    /// `Summary [   0.5s] 5 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 2 skipped`.
    pub(crate) fn nextest_line(&mut self, line: &str) {
        if let Some((_, rest)) = line
            .trim_start()
            .strip_prefix("Summary [")
            .and_then(|l| l.split_once("run: "))
        {
            self.passed += before(rest, "passed");
            for word in ["failed", "timed out", "exec failed", "leaky-failed"] {
                self.failed += before(rest, word);
            }
        }
    }

    /// Adds a line of `cargo test` if it is a closing one: `test result: ok. 3 passed; 0 failed; …`.
    pub(crate) fn libtest_line(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("test result: ") {
            self.passed += before(rest, "passed");
            self.failed += before(rest, "failed");
        }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The number before `word` in a list such as `3 passed (1 slow), 1 failed` or `ok. 3 passed; 0 failed`.
fn before(list: &str, word: &str) -> u64 {
    list.split([',', ';', '.'])
        .filter_map(|part| part.trim().split_once(' '))
        .filter(|(_, what)| *what == word || what.strip_prefix(word).is_some_and(|more| more.starts_with(" (")))
        .filter_map(|(number, _)| number.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_closing_lines_are_added_up() {
        let mut counts = Counts::default();
        counts
            .nextest_line("     Summary [   0.513s] 6 tests run: 3 passed (1 slow), 2 failed, 1 timed out, 9 skipped");
        assert_eq!(counts, Counts { passed: 3, failed: 3 });
        counts.libtest_line("test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out");
        counts.libtest_line("test something ... ok");
        counts.nextest_line("        PASS [   0.004s] xtask tests::x");
        assert_eq!(counts.to_string(), "7 passed, 4 failed");
    }
}
