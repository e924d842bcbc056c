//! `SqlIdent`: the only way a name gets into a statement that we write.

use std::fmt;

use crate::error::{Error, Result};

/// The longest name that PostgreSQL keeps whole, in bytes (`NAMEDATALEN` − 1).
const MAX_LEN: usize = 63;

/// A name of a table, schema, database or login, of `a-z0-9_`, starting with a letter or `_`. Written
/// with quotes it means the same on every database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SqlIdent(String);

impl SqlIdent {
    pub(crate) fn new(name: impl Into<String>) -> Result<Self> {
        let name = name.into();
        let chars = name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if name.is_empty() || name.len() > MAX_LEN || !chars || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(Error::Internal("a physical name holds what it must not"));
        }
        Ok(Self(name))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Quoted as the MySQL wire quotes names.
    #[cfg(feature = "mysql")]
    pub(crate) fn ticked(&self) -> String {
        format!("`{}`", self.0)
    }
}

/// Quoted, ready to stand in a statement.
impl fmt::Display for SqlIdent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_never_reach_a_statement() {
        for bad in [
            "",
            "a\"b",
            "a b",
            "A",
            "a;b",
            "a'b",
            "a\0",
            "ä",
            "1a",
            "a-b",
            "a.b",
            &"a".repeat(64),
        ] {
            assert!(SqlIdent::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(SqlIdent::new("t_acme_7").unwrap().to_string(), "\"t_acme_7\"");
    }
}
