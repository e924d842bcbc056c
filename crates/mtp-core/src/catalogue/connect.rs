//! Database URLs become connections: which database it is, and how a connection to it is set up.

use futures::future::BoxFuture;

use crate::{
    db::{Conn, Connect},
    error::{Error, Result},
    rewrite::Dialect,
    secret::Dsn,
};

/// How every session on the MySQL wire begins: all in one message, so sqlx sends none of its own. The parser reads as
/// these modes say: a backslash escapes in a string, double quotes are a string's, `||` joins texts. READ COMMITTED, so
/// that a statement after a lock sees what was committed before the lock was had, as on PostgreSQL.
#[cfg(feature = "mysql")]
pub(crate) const MYSQL_SESSION: &str = "SET time_zone = '+00:00', NAMES utf8mb4; SET SESSION sql_mode = \
     'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT'; \
     SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// The dialect and the way to a database, from its URL.
pub(crate) fn connect(url: &Dsn) -> Result<(Dialect, Box<dyn Connect>)> {
    match url.scheme() {
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => Ok((
            Dialect::Postgres,
            Box::new(PgConnector {
                options: postgres_options(url)?,
            }),
        )),
        #[cfg(feature = "mysql")]
        "mysql" | "mariadb" => Ok((
            Dialect::MySql,
            Box::new(MySqlConnector {
                options: mysql_options(url)?,
            }),
        )),
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok((
            Dialect::Sqlite,
            Box::new(SqliteConnector {
                options: sqlite_options(url)?,
            }),
        )),
        other => Err(Error::Config(format!(
            "this build has no {other} database; use {}, or switch the feature on",
            [
                cfg!(feature = "postgres").then_some("postgres://…"),
                cfg!(feature = "mysql").then_some("mysql://… or mariadb://…"),
                cfg!(feature = "sqlite").then_some("sqlite://…")
            ]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" or ")
        ))),
    }
}

/// Opens PostgreSQL connections.
#[cfg(feature = "postgres")]
pub(crate) struct PgConnector {
    pub(crate) options: sqlx::postgres::PgConnectOptions,
}

#[cfg(feature = "postgres")]
impl Connect for PgConnector {
    fn connect(&self) -> BoxFuture<'_, Result<Conn>> {
        use sqlx::ConnectOptions;
        Box::pin(async { Ok(Conn::Postgres(Box::new(self.options.connect().await?))) })
    }
}

#[cfg(feature = "postgres")]
pub(crate) fn postgres_options(url: &Dsn) -> Result<sqlx::postgres::PgConnectOptions> {
    use sqlx::ConnectOptions;
    let options: sqlx::postgres::PgConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| Error::Config("the PostgreSQL URL cannot be read".into()))?;
    Ok(options
        .application_name("mtp")
        // A start-up parameter that poolers refuse; values travel in binary, so it changes nothing.
        .extra_float_digits(None)
        .disable_statement_logging())
}

/// Opens connections on the MySQL wire.
#[cfg(feature = "mysql")]
pub(crate) struct MySqlConnector {
    pub(crate) options: sqlx::mysql::MySqlConnectOptions,
}

#[cfg(feature = "mysql")]
impl Connect for MySqlConnector {
    fn connect(&self) -> BoxFuture<'_, Result<Conn>> {
        Box::pin(async { Ok(self.connect_with("").await?) })
    }
}

#[cfg(feature = "mysql")]
impl MySqlConnector {
    /// Opens a session that begins with these statements too.
    pub(crate) async fn connect_with(&self, more: &str) -> Result<Conn, crate::db::DatabaseFault> {
        use sqlx::ConnectOptions;
        let mut conn = Conn::MySql(Box::new(self.options.connect().await?));
        conn.run(format!("{MYSQL_SESSION}{more}")).await?;
        Ok(conn)
    }
}

#[cfg(feature = "mysql")]
pub(crate) fn mysql_options(url: &Dsn) -> Result<sqlx::mysql::MySqlConnectOptions> {
    use sqlx::ConnectOptions;
    // sqlx knows both schemes.
    let options: sqlx::mysql::MySqlConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| Error::Config("the MySQL URL cannot be read".into()))?;
    Ok(options
        .charset("utf8mb4")
        // What it would set is set by us, in one message.
        .timezone(None)
        .set_names(false)
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .disable_statement_logging())
}

/// Opens SQLite connections.
#[cfg(feature = "sqlite")]
pub(crate) struct SqliteConnector {
    pub(crate) options: sqlx::sqlite::SqliteConnectOptions,
}

#[cfg(feature = "sqlite")]
impl Connect for SqliteConnector {
    fn connect(&self) -> BoxFuture<'_, Result<Conn>> {
        use sqlx::ConnectOptions;
        Box::pin(async { Ok(Conn::sqlite(self.options.connect().await?).await?) })
    }
}

#[cfg(feature = "sqlite")]
fn sqlite_options(url: &Dsn) -> Result<sqlx::sqlite::SqliteConnectOptions> {
    let options: sqlx::sqlite::SqliteConnectOptions = url
        .expose()
        .parse()
        .map_err(|_| Error::Config("the SQLite URL cannot be read".into()))?;
    Ok(sqlite_setup(options.create_if_missing(true)))
}

/// How every SQLite connection of ours is set up.
#[cfg(feature = "sqlite")]
pub(crate) fn sqlite_setup(options: sqlx::sqlite::SqliteConnectOptions) -> sqlx::sqlite::SqliteConnectOptions {
    use sqlx::{
        ConnectOptions,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    };
    options
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(crate::limits::RUNTIME_LOCK_TIMEOUT)
        .disable_statement_logging()
}
