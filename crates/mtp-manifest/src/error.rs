//! What is wrong with a manifest, and where.

use std::fmt;

/// One mistake in a manifest: which member, where in the text, and what to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    path: String,
    line: u32,
    column: u32,
    message: String,
}

impl Finding {
    pub(crate) fn new(path: impl Into<String>, at: crate::node::Position, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: at.line,
            column: at.column,
            message: message.into(),
        }
    }

    /// The member, such as `plans[1].limits.rate`; empty for the file as a whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The line of the offending value, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column of the offending value in characters, from 1.
    pub fn column(&self) -> u32 {
        self.column
    }

    /// What is wrong and what to write instead. It does not repeat the value where that may be long or a secret.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}

/// Why a manifest was refused: every finding, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the manifest has {}{}", count(findings), list(findings))]
pub struct Error {
    findings: Vec<Finding>,
}

impl Error {
    pub(crate) fn new(mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| (finding.line, finding.column));
        Self { findings }
    }

    /// What is wrong, in the order of the text; never empty, at most [`crate::MAX_FINDINGS`].
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

fn count(findings: &[Finding]) -> String {
    match findings.len() {
        1 => "a mistake".to_owned(),
        n => format!("{n} mistakes"),
    }
}

fn list(findings: &[Finding]) -> String {
    findings
        .iter()
        .fold(String::new(), |text, finding| text + "\n  " + &finding.to_string())
}
