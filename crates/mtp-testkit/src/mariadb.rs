//! The MariaDB server that `cargo xtask test` brought up, as its superuser sees it.

use std::env;
use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use url::Url;

use crate::postgres::{missing, url_of};

/// The environment name of the server's URL, as a superuser.
const URL: &str = "MTP_TEST_MARIADB_URL";
/// The environment name of the file into which the server logs statements.
const LOG: &str = "MTP_TEST_MARIADB_LOG";

/// A MariaDB server of version 10.11 or later that tests may use as superuser.
#[derive(Clone)]
pub struct MariaDbServer {
    url: Url,
}

/// The test server.
///
/// # Panics
/// When none is named in `MTP_TEST_MARIADB_URL`: a test without its server must not pass.
pub fn mariadb() -> MariaDbServer {
    MariaDbServer {
        url: url_of(URL).unwrap_or_else(|| missing(URL)),
    }
}

impl MariaDbServer {
    /// The superuser's URL, for the database that the environment names.
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

    /// The file into which the server logs, if it is known: every statement as it was sent, with the bound values of
    /// prepared ones, of all tests that run at the time. What is looked for in it must therefore be unique.
    pub fn log_path(&self) -> Option<PathBuf> {
        env::var_os(LOG).filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    /// How many bytes the server has logged so far.
    ///
    /// # Panics
    /// When the log is not known (`MTP_TEST_MARIADB_LOG`) or cannot be read.
    pub fn log_len(&self) -> u64 {
        let path = self.log_path().unwrap_or_else(|| missing(LOG));
        let there = fs::metadata(&path).unwrap_or_else(|e| panic!("reading {}: {e}", path.display()));
        there.len()
    }

    /// What the server has logged since it had logged so many bytes.
    ///
    /// # Panics
    /// When the log is not known (`MTP_TEST_MARIADB_LOG`) or cannot be read.
    pub fn log_since(&self, bytes: u64) -> String {
        let path = self.log_path().unwrap_or_else(|| missing(LOG));
        let read = || {
            let mut file = fs::File::open(&path)?;
            file.seek(SeekFrom::Start(bytes))?;
            let mut logged = Vec::new();
            file.read_to_end(&mut logged)?;
            Ok(logged)
        };
        let logged = read().unwrap_or_else(|e: std::io::Error| panic!("reading {}: {e}", path.display()));
        String::from_utf8_lossy(&logged).into_owned()
    }

    /// Runs statements as superuser in a database (the text protocol: several, separated by `;`).
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn execute(&self, database: &str, sql: &str) {
        self.try_execute(database, sql)
            .await
            .unwrap_or_else(|why| panic!("in {database}, as superuser: {sql}: {why}"));
    }

    /// The same for what the server may refuse.
    ///
    /// # Errors
    /// What the server said.
    pub async fn try_execute(&self, database: &str, sql: &str) -> Result<(), String> {
        let done = async {
            let mut connection = MySqlConnection::connect(&self.url_for(database)).await?;
            connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await?;
            connection.close().await
        };
        done.await.map_err(|e: sqlx::Error| e.to_string())
    }

    /// The first column of each row, as text, of a query as superuser in a database (`NULL` as the empty text).
    ///
    /// # Panics
    /// When the server refuses, or the column is neither text nor a whole number.
    pub async fn texts(&self, database: &str, sql: &str) -> Vec<String> {
        let done = async {
            let mut connection = MySqlConnection::connect(&self.url_for(database)).await?;
            let rows = connection.fetch_all(AssertSqlSafe(sql.to_owned())).await?;
            connection.close().await?;
            rows.iter().map(text).collect::<Result<Vec<String>, _>>()
        };
        done.await
            .unwrap_or_else(|e: sqlx::Error| panic!("in {database}, as superuser: {sql}: {e}"))
    }

    /// Where a curious login or operator could read statements: their texts in the process list, of the whole server.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn statement_texts(&self) -> Vec<String> {
        self.texts(
            "information_schema",
            "SELECT info FROM information_schema.processlist WHERE info IS NOT NULL",
        )
        .await
    }
}

/// The server's own tables hold their names as bytes here and as text there.
fn text(row: &MySqlRow) -> Result<String, sqlx::Error> {
    if let Ok(text) = row.try_get::<Option<String>, _>(0) {
        return Ok(text.unwrap_or_default());
    }
    if let Ok(number) = row.try_get::<i64, _>(0) {
        return Ok(number.to_string());
    }
    let bytes: Option<Vec<u8>> = row.try_get_unchecked(0)?;
    Ok(String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned())
}

impl std::fmt::Debug for MariaDbServer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the password.
        f.debug_struct("MariaDbServer")
            .field("host", &self.url.host_str())
            .field("port", &self.url.port())
            .finish()
    }
}
