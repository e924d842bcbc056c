//! What differs between the databases' ways of writing SQL.

pub(crate) use crate::dialect::Dialect;
use sqlparser::{
    ast::{Expr, Ident, ObjectName, Value},
    dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
};

/// Longest identifier in bytes that PostgreSQL keeps; longer ones are cut silently, so they are refused.
const POSTGRES_MAX_IDENTIFIER_BYTES: usize = 63;
/// Most parameters in one PostgreSQL statement (a 16-bit count in the protocol), two of them kept for ours.
const POSTGRES_MAX_PARAMETERS: usize = 65_535 - 2;
/// Longest name in MySQL and MariaDB, there in characters.
const MYSQL_MAX_IDENTIFIER_BYTES: usize = 64;
/// Most parameters in one prepared statement of the MySQL wire (a 16-bit count), two kept for ours.
const MYSQL_MAX_PARAMETERS: usize = 65_535 - 2;
/// Most parameters in one SQLite statement (`SQLITE_MAX_VARIABLE_NUMBER` since 3.32), two kept for ours.
const SQLITE_MAX_PARAMETERS: usize = 32_766 - 2;

impl Dialect {
    /// The grammar that the parser uses.
    pub(super) fn grammar(self) -> &'static dyn Grammar {
        match self {
            Self::Postgres => &PostgreSqlDialect {},
            Self::MySql => &MySqlDialect {},
            Self::Sqlite => &SQLiteDialect {},
        }
    }

    /// The schema of tenant tables when the caller names none. On the MySQL wire they have none before their names: the
    /// connection leads into the database that holds them, so that all databases share their texts.
    pub(super) fn default_schema(self) -> &'static str {
        match self {
            Self::Postgres => "app",
            Self::MySql => "",
            Self::Sqlite => "main",
        }
    }

    /// The text of placeholder number `n`, counted from 1. On the MySQL wire a `?` has no number: there it has one until
    /// the text is ready, see `read::unnumbered`.
    pub(super) fn placeholder(self, n: usize) -> String {
        match self {
            Self::Postgres => format!("${n}"),
            Self::MySql | Self::Sqlite => format!("?{n}"),
        }
    }

    /// Placeholder number `n` as an expression.
    pub(super) fn placeholder_expr(self, n: usize) -> Expr {
        Expr::Value(Value::Placeholder(self.placeholder(n)).with_empty_span())
    }

    /// A name of ours, quoted.
    pub(super) fn quoted(self, name: &str) -> Ident {
        match self {
            Self::MySql => Ident::with_quote('`', name),
            Self::Postgres | Self::Sqlite => Ident::with_quote('"', name),
        }
    }

    /// Whether an identifier may be quoted so.
    pub(super) fn quotes_with(self, quote: char) -> bool {
        match self {
            Self::Postgres => quote == '"',
            Self::MySql => quote == '`',
            Self::Sqlite => matches!(quote, '"' | '`' | '['),
        }
    }

    /// A table's name as it is sent.
    pub(super) fn table(self, schema: &str, table: &str) -> ObjectName {
        if schema.is_empty() {
            return ObjectName::from(self.quoted(table));
        }
        ObjectName::from(vec![self.quoted(schema), self.quoted(table)])
    }

    pub(super) fn max_identifier_bytes(self) -> usize {
        match self {
            Self::Postgres => POSTGRES_MAX_IDENTIFIER_BYTES,
            Self::MySql => MYSQL_MAX_IDENTIFIER_BYTES,
            Self::Sqlite => usize::MAX,
        }
    }

    pub(super) fn max_parameters(self) -> usize {
        match self {
            Self::Postgres => POSTGRES_MAX_PARAMETERS,
            Self::MySql => MYSQL_MAX_PARAMETERS,
            Self::Sqlite => SQLITE_MAX_PARAMETERS,
        }
    }

    /// The name that the database compares by: PostgreSQL folds what is not quoted, the others compare without
    /// case (MySQL's tables do on some systems only; nothing is taken for another that might be the same).
    pub(super) fn folded(self, ident: &Ident) -> String {
        match self {
            Self::Postgres if ident.quote_style.is_some() => ident.value.clone(),
            Self::Postgres | Self::MySql | Self::Sqlite => ident.value.to_ascii_lowercase(),
        }
    }

    /// The name that a CTE is found by. MySQL compares the names of tables and CTEs with their case on most systems, and
    /// without it on others; what is written alike is the same on all.
    pub(super) fn cte_name(self, ident: &Ident) -> String {
        match self {
            Self::MySql => ident.value.clone(),
            Self::Postgres | Self::Sqlite => self.folded(ident),
        }
    }

    pub(super) fn is_mysql(self) -> bool {
        matches!(self, Self::MySql)
    }

    pub(super) fn is_sqlite(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    pub(super) fn is_postgres(self) -> bool {
        matches!(self, Self::Postgres)
    }
}
