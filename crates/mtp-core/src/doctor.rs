//! The doctor: looks whether the walls stand, and says of each that does not what to run.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// Served, but better mended.
    Warning,
    /// A wall is down: nothing is served.
    Error,
}

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name for it.
    pub rule: &'static str,
    /// What was found.
    pub what: String,
    /// What to run, or to do.
    pub mend: String,
}

impl Finding {
    /// A wall that is down.
    pub fn error(rule: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            rule,
            what: what.into(),
            mend: mend.into(),
        }
    }

    /// Something that is better mended.
    pub fn warning(rule: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            rule,
            what: what.into(),
            mend: mend.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity} [{}] {}\n    do: {}", self.rule, self.what, self.mend)
    }
}
