//! A login on MariaDB that one test has to itself, dropped with everything it made when the test is done with it.

use std::thread;

use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::local::unique;
use crate::mariadb::MariaDbServer;

/// How much of a hint goes into a name: with the rest of it the name stays within the 32 bytes of MySQL's accounts.
const MAX_HINT: usize = 14;

/// A provisioner as a service's operator would make it, with a central database of its own: every right, with the right
/// to give it on, since who makes accounts and databases on this wire can take any.
/// Dropping the value drops, as well as it can, the databases and accounts that carry its [`prefix`](Self::prefix) or
/// its [`service`](Self::service), and the accounts that have rights on those databases.
#[derive(Debug)]
pub struct FreshMariaDb {
    server: MariaDbServer,
    name: String,
    password: String,
    tag: String,
}

impl MariaDbServer {
    /// A provisioner's login with a central database of its own.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn fresh_login(&self, hint: &str) -> FreshMariaDb {
        let hint: String = hint.chars().take(MAX_HINT).collect();
        let name = unique(&hint);
        let password = unique("password");
        // The random end of the name, after a letter.
        let random = &name[name.len() - 12..];
        let make = format!(
            "CREATE DATABASE {name}; CREATE USER {name}@'%' IDENTIFIED BY '{password}'; \
             GRANT ALL PRIVILEGES ON *.* TO {name}@'%' WITH GRANT OPTION"
        );
        self.execute("mysql", &make).await;
        FreshMariaDb {
            server: self.clone(),
            tag: format!("x{random}"),
            name,
            password,
        }
    }
}

impl FreshMariaDb {
    /// The provisioner's URL for its own central database: what a service is given as `MTP_CENTRAL_DB_URL`.
    pub fn url(&self) -> String {
        self.server.url_as(&self.name, &self.password, &self.name)
    }

    /// The superuser's URL for the same database.
    pub fn superuser_url(&self) -> String {
        self.server.url_for(&self.name)
    }

    /// The name of the login and of its database.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A prefix for tenants' databases that no other test has; 14 bytes, so within the 16 that are allowed.
    pub fn prefix(&self) -> String {
        format!("{}_", self.tag)
    }

    /// A service's id that no other test has, for names that are made from it.
    pub fn service(&self) -> &str {
        &self.tag
    }

    /// The server.
    pub fn server(&self) -> &MariaDbServer {
        &self.server
    }
}

impl Drop for FreshMariaDb {
    fn drop(&mut self) {
        let url = self.server.url();
        let random = self.tag[1..].to_owned();
        // On a thread of its own, since `Drop` may run inside a runtime. What fails is left: the server is temporary.
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                if let Ok(runtime) = runtime {
                    drop(runtime.block_on(remove(&url, &random)));
                }
            });
        });
    }
}

/// Removes accounts and databases that carry a tag. The accounts first, and their sessions with them: an open
/// transaction would hold a database up.
async fn remove(url: &str, random: &str) -> Result<(), sqlx::Error> {
    let mut connection = MySqlConnection::connect(url).await?;
    connection.execute("SET lock_wait_timeout = 10").await?;
    let accounts = format!(
        "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.db WHERE db LIKE '%{random}%' AND user <> '' \
         UNION SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.tables_priv WHERE db LIKE '%{random}%' \
         UNION SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user WHERE user LIKE '%{random}%'"
    );
    let sessions = format!(
        "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE user LIKE '%{random}%' \
         OR user IN (SELECT user FROM mysql.db WHERE db LIKE '%{random}%') \
         OR user IN (SELECT user FROM mysql.tables_priv WHERE db LIKE '%{random}%')"
    );
    let databases = format!(
        "SELECT CONCAT('`', schema_name, '`') FROM information_schema.schemata WHERE schema_name LIKE '%{random}%'"
    );
    let accounts = column(&mut connection, &accounts).await?;
    for session in column(&mut connection, &sessions).await? {
        // One that has ended meanwhile is an error, and no harm.
        drop(connection.execute(AssertSqlSafe(format!("KILL {session}"))).await);
    }
    for account in accounts {
        // A role is none, and refused.
        drop(
            connection
                .execute(AssertSqlSafe(format!("DROP USER IF EXISTS {account}")))
                .await,
        );
    }
    for database in column(&mut connection, &databases).await? {
        connection
            .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {database}")))
            .await?;
    }
    Ok(())
}

async fn column(connection: &mut MySqlConnection, sql: &str) -> Result<Vec<String>, sqlx::Error> {
    let rows = connection.fetch_all(AssertSqlSafe(sql.to_owned())).await?;
    rows.iter().map(|row| row.try_get_unchecked(0)).collect()
}
