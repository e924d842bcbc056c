//! Identifiers: which may be used, and what they mean.

use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

use super::{
    dialect::Dialect,
    refusal::{Refusal, ShownName},
};

/// The column that holds the tenant's id in each tenant table.
pub(crate) const TENANT_COLUMN: &str = "tenant_id";
/// Names that begin so are ours: the sealed form's own aliases must not be reachable from the statement inside it
/// (it is LATERAL, so `mtp_c.mtp_s` would read the seal).
const RESERVED_PREFIX: &str = "mtp_";

/// PostgreSQL's system columns: numbers of pages, transactions and relations that others share.
const POSTGRES_SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];
/// SQLite's names of the row number, which counts all tenants' rows in a shared file.
const SQLITE_SYSTEM_COLUMNS: [&str; 3] = ["rowid", "_rowid_", "oid"];
/// Words that PostgreSQL reads as a call without brackets, and that tell of the session.
const POSTGRES_SESSION_WORDS: [&str; 8] = [
    "current_user",
    "current_role",
    "session_user",
    "system_user",
    "user",
    "current_catalog",
    "current_schema",
    "current_database",
];
/// Words that MySQL and MariaDB read so.
const MYSQL_SESSION_WORDS: [&str; 4] = ["current_user", "current_role", "session_user", "system_user"];
/// Beginnings of the catalogues' names, which no CTE may have: nothing is lost, and a mistake about scope is harmless.
const CATALOGUE_PREFIXES: [&str; 3] = ["pg_", "sqlite_", "information_schema"];

impl Dialect {
    /// Checks that an identifier reads the same here and at the server.
    pub(super) fn check_ident(self, ident: &Ident) -> Result<(), Refusal> {
        let refuse = |why| {
            Err(Refusal::Name {
                name: ShownName::new(&ident.value),
                why,
            })
        };
        if ident.value.is_empty() {
            return refuse("it is empty");
        }
        match ident.quote_style {
            Some(quote) if !self.quotes_with(quote) => {
                return refuse(match self {
                    Self::MySql => "it is quoted like a string: use backticks",
                    Self::Postgres | Self::Sqlite => "it is quoted like a string: use double quotes",
                });
            }
            Some(_) => {
                if ident.value.chars().any(|c| c.is_control() || "\"'`[]\\".contains(c)) {
                    return refuse("it holds a quote, bracket, backslash or control character");
                }
            }
            None => {
                let mut chars = ident.value.chars();
                let first = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
                if !first || !chars.all(|c| c == '_' || c == '$' || c.is_alphanumeric()) {
                    return refuse(match self {
                        Self::MySql => "it needs backticks",
                        Self::Postgres | Self::Sqlite => "it needs double quotes",
                    });
                }
            }
        }
        if ident.value.len() > self.max_identifier_bytes() {
            return refuse("it is longer than the database keeps");
        }
        let begins_reserved = ident
            .value
            .get(..RESERVED_PREFIX.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(RESERVED_PREFIX));
        if begins_reserved {
            refuse("names that begin with mtp_ are reserved")
        } else {
            Ok(())
        }
    }

    /// Checks a name that stands where a column does.
    pub(super) fn check_column(self, ident: &Ident) -> Result<(), Refusal> {
        self.check_ident(ident)?;
        let system: &[&str] = match self {
            Self::Postgres => &POSTGRES_SYSTEM_COLUMNS,
            Self::MySql => &[],
            Self::Sqlite => &SQLITE_SYSTEM_COLUMNS,
        };
        let is = |words: &[&str]| words.iter().any(|w| ident.value.eq_ignore_ascii_case(w));
        if is(system) {
            return Err(Refusal::SystemColumn {
                name: ShownName::new(&ident.value),
            });
        }
        let session: &[&str] = match self {
            Self::Postgres => &POSTGRES_SESSION_WORDS,
            Self::MySql => &MYSQL_SESSION_WORDS,
            Self::Sqlite => &[],
        };
        if ident.quote_style.is_none() && is(session) {
            return Err(Refusal::Function {
                name: ShownName::new(&ident.value),
            });
        }
        Ok(())
    }

    /// Checks a name that stands where a relation, CTE or function does: ASCII only, so that folding is certain.
    pub(super) fn check_object(self, ident: &Ident) -> Result<(), Refusal> {
        self.check_ident(ident)?;
        if ident.value.is_ascii() {
            Ok(())
        } else {
            Err(Refusal::Name {
                name: ShownName::new(&ident.value),
                why: "tables, CTEs and functions need ASCII names",
            })
        }
    }
}

/// The one part of a name, or a refusal if there are several.
pub(super) fn single(name: &ObjectName) -> Result<&Ident, Refusal> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Ok(ident),
        _ => Err(Refusal::Qualified {
            name: ShownName::new(&plain(name)),
        }),
    }
}

/// Whether this is the tenant column, in any case and quoting.
pub(super) fn is_tenant_column(ident: &Ident) -> bool {
    ident.value.eq_ignore_ascii_case(TENANT_COLUMN)
}

/// Whether a CTE of this name could be taken for a catalogue.
pub(super) fn looks_like_catalogue(folded: &str) -> bool {
    let folded = folded.to_ascii_lowercase();
    CATALOGUE_PREFIXES.iter().any(|p| folded.starts_with(p))
}

/// A name's parts joined by dots, to be shown; parts that are calls are left out, since they may hold literals.
pub(super) fn plain(name: &ObjectName) -> String {
    let parts: Vec<&str> = name
        .0
        .iter()
        .map(|part| match part {
            ObjectNamePart::Identifier(ident) => ident.value.as_str(),
            ObjectNamePart::Function(_) => "(…)",
        })
        .collect();
    parts.join(".")
}
