//! The PostgreSQL server that `cargo xtask test` brought up, as its superuser sees it.

use std::env;
use std::fs;
use std::path::PathBuf;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use url::Url;

/// The environment name of the server's URL, as a superuser.
const URL: &str = "MTP_TEST_POSTGRES_URL";
/// The environment name of a second server's URL, as a superuser.
const SECOND_URL: &str = "MTP_TEST_POSTGRES_SECOND_URL";
/// The environment name of the file into which the first server logs.
const LOG: &str = "MTP_TEST_POSTGRES_LOG";

/// A PostgreSQL server of version 15 or later that tests may use as superuser.
#[derive(Clone)]
pub struct PostgresServer {
    url: Url,
}

/// The test server.
///
/// # Panics
/// When none is named in `MTP_TEST_POSTGRES_URL`: a test without its server must not pass.
pub fn postgres() -> PostgresServer {
    PostgresServer {
        url: url_of(URL).unwrap_or_else(|| missing(URL)),
    }
}

/// A second server, for tenants that are spread over two.
///
/// # Panics
/// When none is named in `MTP_TEST_POSTGRES_SECOND_URL`: a test without its server must not pass.
pub fn postgres_second() -> PostgresServer {
    PostgresServer {
        url: url_of(SECOND_URL).unwrap_or_else(|| missing(SECOND_URL)),
    }
}

/// The URL in this environment variable, if it is set.
pub(crate) fn url_of(name: &str) -> Option<Url> {
    let text = env::var(name).ok().filter(|v| !v.is_empty())?;
    // The parse error does not repeat the text, which holds a password.
    Some(Url::parse(&text).unwrap_or_else(|e| panic!("{name} is not a URL: {e}")))
}

/// Ends a test that has no server.
pub(crate) fn missing(name: &str) -> ! {
    panic!(
        "{name} is not set, so this test has no server. Run `cargo xtask test`, or keep servers up with \
         `cargo xtask servers` in another terminal and paste the export lines that it prints."
    )
}

impl PostgresServer {
    /// The server that this superuser's URL leads to.
    pub(crate) fn at(url: Url) -> Self {
        Self { url }
    }

    /// The superuser's URL, for the database `postgres`.
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// The superuser's URL for another database.
    pub fn url_for(&self, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        url.to_string()
    }

    /// The URL of another login for a database.
    ///
    /// # Panics
    /// When the server's URL has no host.
    pub fn url_as(&self, login: &str, password: &str, database: &str) -> String {
        let mut url = self.url.clone();
        url.set_path(database);
        if url
            .set_username(login)
            .and_then(|()| url.set_password(Some(password)))
            .is_err()
        {
            panic!("{URL} has no host");
        }
        url.to_string()
    }

    /// The file into which the server logs, if it is known: statements' texts (`log_statement = all`) without bound
    /// parameters, of all tests that run at the time. What is looked for in it must therefore be unique.
    pub fn log_path(&self) -> Option<PathBuf> {
        env::var_os(LOG).filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    /// Everything that the server has logged so far.
    ///
    /// # Panics
    /// When the log is not known (`MTP_TEST_POSTGRES_LOG`) or cannot be read.
    pub fn log(&self) -> String {
        let path = self.log_path().unwrap_or_else(|| missing(LOG));
        let bytes = fs::read(&path).unwrap_or_else(|e| panic!("reading {}: {e}", path.display()));
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Runs statements as superuser in a database (the simple protocol: several, separated by `;`).
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn execute(&self, database: &str, sql: &str) {
        let done = async {
            let mut connection = PgConnection::connect(&self.url_for(database)).await?;
            connection.execute(AssertSqlSafe(sql.to_owned())).await?;
            connection.close().await
        };
        done.await
            .unwrap_or_else(|e: sqlx::Error| panic!("in {database}, as superuser: {sql}: {e}"));
    }

    /// The first column of each row, as text, of a query as superuser in a database (`NULL` as the empty text).
    ///
    /// # Panics
    /// When the server refuses, or the column is not of a text type.
    pub async fn texts(&self, database: &str, sql: &str) -> Vec<String> {
        let done = async {
            let mut connection = PgConnection::connect(&self.url_for(database)).await?;
            let rows = connection.fetch_all(AssertSqlSafe(sql.to_owned())).await?;
            connection.close().await?;
            rows.iter()
                .map(|row| Ok(row.try_get::<Option<String>, _>(0)?.unwrap_or_default()))
                .collect::<Result<Vec<String>, _>>()
        };
        done.await
            .unwrap_or_else(|e: sqlx::Error| panic!("in {database}, as superuser: {sql}: {e}"))
    }

    /// Where a curious login or operator could read statements: the texts in the activity view and in the statement
    /// statistics (those where `pg_stat_statements` is loaded), of the whole server.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn statement_texts(&self) -> Vec<String> {
        let mut texts = self
            .texts("postgres", "SELECT query FROM pg_stat_activity WHERE query <> ''")
            .await;
        let loaded = self.texts(
            "postgres",
            "SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries'",
        );
        if loaded
            .await
            .iter()
            .any(|libraries| libraries.contains("pg_stat_statements"))
        {
            // Several tests may come here at once; the lock makes the second one wait instead of failing.
            let create = "BEGIN; SELECT pg_advisory_xact_lock(20001); \
                          CREATE EXTENSION IF NOT EXISTS pg_stat_statements; COMMIT";
            self.execute("postgres", create).await;
            texts.extend(self.texts("postgres", "SELECT query FROM pg_stat_statements").await);
        }
        texts
    }
}

impl std::fmt::Debug for PostgresServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the password.
        f.debug_struct("PostgresServer")
            .field("host", &self.url.host_str())
            .field("port", &self.url.port())
            .finish()
    }
}
