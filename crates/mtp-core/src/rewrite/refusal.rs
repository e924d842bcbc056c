//! Why a statement was refused, and what to write instead.

use std::fmt;

/// Longest name that a refusal repeats, in characters; the rest is cut.
const SHOWN_NAME_CHARS: usize = 64;

/// A name taken from the caller's statement, made safe to show: cut to 64 characters, control characters
/// replaced. Never a literal and never a bound value.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ShownName(String);

impl ShownName {
    pub(super) fn new(name: &str) -> Self {
        let mut shown: String = name
            .chars()
            .take(SHOWN_NAME_CHARS)
            .map(|c| if c.is_control() { '?' } else { c })
            .collect();
        if name.chars().nth(SHOWN_NAME_CHARS).is_some() {
            shown.push('…');
        }
        Self(shown)
    }

    /// Bytes that this name holds on to.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for ShownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ShownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// A statement that the first wall does not let through. The text says why and what to write instead; it may hold
/// names from the statement, never a literal and never a bound value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer than [`MAX_STATEMENT_BYTES`](crate::limits::MAX_STATEMENT_BYTES).
    #[error("the statement has {bytes} bytes, the limit is {limit}: bind values instead of writing them, or split it")]
    TooLong {
        /// Length of the statement in bytes.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// Nested or chained too deeply.
    #[error("the statement is nested or chained too deeply: use IN (…) or = ANY(…) for long OR chains, or split it")]
    TooDeep,
    /// The parser cannot read it.
    #[error(
        "the statement cannot be read{}: only what the parser understands is sent; write it in plain SQL of this database",
        At(*.at)
    )]
    Unreadable {
        /// Line and column, counted from 1, where known.
        at: Option<(u64, u64)>,
    },
    /// Nothing, or more than one statement.
    #[error("{count} statements in one text: send exactly one, several belong in a transaction")]
    NotOne {
        /// How many were found.
        count: usize,
    },
    /// A statement that is not SELECT, VALUES, INSERT, UPDATE or DELETE.
    #[error(
        "{what} is not for tenants: only SELECT, VALUES, INSERT, UPDATE and DELETE; schema changes belong in a migration"
    )]
    Statement {
        /// Its first word.
        what: ShownName,
    },
    /// A relation that no migration of the service makes.
    #[error(
        "unknown table {name}: only tables and views that the service's migrations make (and CTEs defined before their use) can be named"
    )]
    UnknownRelation {
        /// The name as it was read.
        name: ShownName,
    },
    /// A table or view without the tenant's column.
    #[error("{name} has no column tenant_id: add it in a migration, first in the primary and unique keys")]
    Unwalled {
        /// The relation's name.
        name: ShownName,
    },
    /// A name with a schema or database before it.
    #[error("qualified name {name}: write the table alone, its schema is put before it here")]
    Qualified {
        /// The name as it was read.
        name: ShownName,
    },
    /// A CTE that hides a table, or looks like a catalogue.
    #[error("CTE {name} has the name of a table or of the catalogue: give it another name")]
    CteName {
        /// The CTE's name.
        name: ShownName,
    },
    /// A name that cannot be used safely.
    #[error("the name {name} cannot be used: {why}")]
    Name {
        /// The name as it was read.
        name: ShownName,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A system column.
    #[error("{name} is a system column, which can tell of other tenants: use a column of the table")]
    SystemColumn {
        /// The column's name.
        name: ShownName,
    },
    /// A function that is not on the allow-list.
    #[error(
        "function {name} is not on the allow-list: use another, or name a function of the service's own migrations in `extra_functions`"
    )]
    Function {
        /// The function's name.
        name: ShownName,
    },
    /// A type that is not on the allow-list.
    #[error(
        "type {name} is not on the allow-list: use a plain type, or name a type of the service's own migrations in `extra_types`"
    )]
    Type {
        /// The type's name.
        name: ShownName,
    },
    /// A clause that is not let through.
    #[error("{what} is not supported here: {instead}")]
    Clause {
        /// The clause or kind of expression.
        what: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// `tenant_id` written by the caller.
    #[error("tenant_id must not be {how}: it is put in from the handle, leave it out")]
    TenantColumn {
        /// What the caller tried, in words.
        how: &'static str,
    },
    /// Placeholders that cannot be counted.
    #[error("placeholders: {why}")]
    Placeholder {
        /// What is wrong, and what to write.
        why: &'static str,
    },
    /// The printed statement is not the one that was checked.
    #[error("the statement does not survive being written anew ({step}): write this part more plainly")]
    SecondNet {
        /// Which comparison failed.
        step: &'static str,
    },
}

impl Refusal {
    /// Bytes of heap this refusal holds on to, for the cache's weight.
    pub(super) fn heap_bytes(&self) -> usize {
        match self {
            Self::Statement { what: name }
            | Self::UnknownRelation { name }
            | Self::Qualified { name }
            | Self::Unwalled { name }
            | Self::CteName { name }
            | Self::Name { name, .. }
            | Self::SystemColumn { name }
            | Self::Function { name }
            | Self::Type { name } => name.len(),
            _ => 0,
        }
    }

    pub(super) fn clause(what: &'static str, instead: &'static str) -> Self {
        Self::Clause { what, instead }
    }
}

/// ` at line 3, column 7`, or nothing.
struct At(Option<(u64, u64)>);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((line, column)) => write!(f, " at line {line}, column {column}"),
            None => Ok(()),
        }
    }
}
