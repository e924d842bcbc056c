//! What differs between the databases when migration files are read.

use sqlparser::ast::Ident;
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};

pub(crate) use crate::dialect::Dialect;

/// The folders that hold the files of one database each, inside a folder of migrations.
pub(crate) const DIALECT_FOLDERS: [&str; 3] = ["postgres", "sqlite", "mysql"];

impl Dialect {
    /// The name of this database's folder inside a folder of migrations.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    pub(crate) fn parser(self) -> &'static dyn Grammar {
        match self {
            Self::Postgres => &PostgreSqlDialect {},
            Self::MySql => &MySqlDialect {},
            Self::Sqlite => &SQLiteDialect {},
        }
    }

    /// An identifier as the server compares it: PostgreSQL folds unquoted names to lower case and
    /// takes quoted ones as they are, the others compare all names without case.
    pub(crate) fn fold(self, ident: &Ident) -> String {
        match self {
            Self::Postgres if ident.quote_style.is_some() => ident.value.clone(),
            Self::Postgres | Self::MySql | Self::Sqlite => ident.value.to_lowercase(),
        }
    }

    /// Whether the server itself filters rows by tenant where tenants share tables.
    pub(crate) fn has_row_security(self) -> bool {
        match self {
            Self::Postgres => true,
            Self::MySql | Self::Sqlite => false,
        }
    }

    /// Whether a column of the primary key is NOT NULL without saying so. SQLite allows NULL there
    /// unless the table is `WITHOUT ROWID` or `STRICT` (<https://www.sqlite.org/lang_createtable.html>).
    pub(crate) fn primary_key_is_not_null(self) -> bool {
        match self {
            Self::Postgres | Self::MySql => true,
            Self::Sqlite => false,
        }
    }
}
