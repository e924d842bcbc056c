//! The catalogue of database servers.

use std::fmt;

use chrono::{DateTime, Utc};
use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use super::central::Central;
use crate::{
    error::{Error, Result},
    limits::MAX_LABEL_LEN,
    rewrite::Dialect,
};

/// What kind of server it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerKind {
    /// A PostgreSQL server.
    Postgres,
    /// A MariaDB or MySQL server.
    MySql,
    /// A folder of SQLite files.
    Sqlite,
}

/// Whether a server takes new tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerState {
    /// It takes new tenants.
    Accepting,
    /// It serves those that it has and takes none.
    Draining,
}

/// A database server as an operator sees it. Its URL is sealed in the catalogue and never shown.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Server {
    /// Its name; the central database's own server is `default`.
    pub name: String,
    /// What it is.
    pub kind: ServerKind,
    /// Whether it takes new tenants.
    pub state: ServerState,
    /// How many tenants it may hold.
    pub capacity: i64,
    /// How many tenants it holds.
    pub tenants: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ServerRow {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) capacity: i64,
    pub(crate) common_database: String,
    pub(crate) keeps_statements: bool,
    pub(crate) created_at: i64,
}

impl ServerKind {
    /// The name in the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::MySql => "mysql",
            Self::Sqlite => "sqlite",
        }
    }

    pub(crate) fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres,
            Dialect::MySql => Self::MySql,
            Dialect::Sqlite => Self::Sqlite,
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        [Self::Postgres, Self::MySql, Self::Sqlite]
            .into_iter()
            .find(|k| k.as_str() == text)
            .ok_or(Error::Internal("a server of a kind that this release does not know"))
    }
}

impl fmt::Display for ServerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ServerState {
    /// The name in the catalogue.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepting => "accepting",
            Self::Draining => "draining",
        }
    }
}

const COLUMNS: [&str; 7] = [
    "name",
    "kind",
    "state",
    "capacity",
    "common_database",
    "keeps_statements",
    "created_at",
];

/// A server's name stands in listings, in the catalogue and in sealed values.
pub(crate) fn check_server_name(name: &str) -> Result<()> {
    let chars = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    if name.is_empty() || name.len() > MAX_LABEL_LEN || !chars {
        return Err(Error::invalid(
            "server",
            format!("1 to {MAX_LABEL_LEN} of a-z, 0-9, '-' and '_'"),
        ));
    }
    Ok(())
}

impl Central {
    /// Adds a server where it is not there yet.
    pub(crate) async fn add_server(&self, row: &ServerRow) -> Result<()> {
        check_server_name(&row.name)?;
        let insert = Query::insert()
            .into_table(self.table("servers"))
            .columns(["service"].into_iter().chain(COLUMNS))
            .values_panic([
                self.service().into(),
                row.name.as_str().into(),
                row.kind.as_str().into(),
                row.state.as_str().into(),
                row.capacity.into(),
                row.common_database.as_str().into(),
                row.keeps_statements.into(),
                self.now(),
            ])
            .on_conflict(
                OnConflict::columns(["service", "name"])
                    .do_nothing_on(["name"])
                    .to_owned(),
            )
            .to_owned();
        self.execute(&insert).await.map(drop)
    }

    pub(crate) async fn server(&self, name: &str) -> Result<Option<ServerRow>> {
        let query = Query::select()
            .columns(COLUMNS)
            .from(self.table("servers"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("name").eq(name))
            .to_owned();
        self.fetch_optional(&query).await
    }

    pub(crate) async fn servers(&self) -> Result<Vec<ServerRow>> {
        let query = Query::select()
            .columns(COLUMNS)
            .from(self.table("servers"))
            .and_where(Expr::col("service").eq(self.service()))
            .order_by("name", Order::Asc)
            .to_owned();
        self.fetch_all(&query).await
    }

    /// How many tenants that are not purged each server holds.
    pub(crate) async fn tenants_by_server(&self) -> Result<Vec<(String, i64)>> {
        let query = Query::select()
            .column("server")
            .expr(Expr::cust("count(*)"))
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("server").is_not_null())
            .and_where(Expr::col("state").ne("purged"))
            .group_by_col("server")
            .to_owned();
        self.fetch_all(&query).await
    }

    /// Writes down what was found out of the way to a server.
    #[cfg(feature = "postgres")]
    pub(crate) async fn note_keeps_statements(&self, name: &str, keeps: bool) -> Result<()> {
        let update = Query::update()
            .table(self.table("servers"))
            .value("keeps_statements", keeps)
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("name").eq(name))
            .and_where(Expr::col("keeps_statements").ne(keeps))
            .to_owned();
        self.execute(&update).await.map(drop)
    }

    pub(crate) async fn set_server_state(&self, name: &str, state: ServerState) -> Result<bool> {
        let update = Query::update()
            .table(self.table("servers"))
            .value("state", state.as_str())
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("name").eq(name))
            .to_owned();
        Ok(self.execute(&update).await? == 1)
    }
}
