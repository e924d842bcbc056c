//! Databases and logins that one test has to itself, dropped when the test is done with them.

use std::thread;

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

use crate::local::unique;
use crate::postgres::PostgresServer;

/// A new, empty database of the superuser. Dropping the value drops the database, as well as it can.
#[derive(Debug)]
pub struct FreshDatabase {
    server: PostgresServer,
    name: String,
}

/// A provisioner as a service's operator would make it, with a central database of its own: `LOGIN CREATEDB CREATEROLE`,
/// not a superuser. Dropping the value drops, as well as it can, the databases and logins that were made by it or
/// carry its [`prefix`](Self::prefix) or its [`service`](Self::service).
#[derive(Debug)]
pub struct FreshLogin {
    server: PostgresServer,
    name: String,
    password: String,
    tag: String,
}

impl PostgresServer {
    /// A new, empty database with a name that no other test has.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn fresh_database(&self, hint: &str) -> FreshDatabase {
        let name = unique(hint);
        self.execute("postgres", &format!("CREATE DATABASE {name}")).await;
        FreshDatabase {
            server: self.clone(),
            name,
        }
    }

    /// A provisioner's login with a central database of its own.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn fresh_login(&self, hint: &str) -> FreshLogin {
        let name = unique(hint);
        let password = unique("password");
        // The random end of the name, after a letter.
        let tag = format!("x{}", &name[name.len() - 12..]);
        self.execute(
            "postgres",
            &format!("CREATE ROLE {name} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'"),
        )
        .await;
        self.execute("postgres", &format!("CREATE DATABASE {name} OWNER {name}"))
            .await;
        FreshLogin {
            server: self.clone(),
            name,
            password,
            tag,
        }
    }
}

impl FreshDatabase {
    /// The superuser's URL for it.
    pub fn url(&self) -> String {
        self.server.url_for(&self.name)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FreshLogin {
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
    pub fn server(&self) -> &PostgresServer {
        &self.server
    }
}

impl Drop for FreshDatabase {
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        in_the_end(&self.server, |mut connection| async move {
            connection.execute(AssertSqlSafe(drop_it)).await?;
            Ok(())
        });
    }
}

impl Drop for FreshLogin {
    fn drop(&mut self) {
        let (name, tag) = (self.name.clone(), self.tag.clone());
        in_the_end(&self.server, |mut connection| async move {
            let databases = format!(
                "SELECT quote_ident(datname) FROM pg_database \
                 WHERE datname = '{name}' OR datname LIKE '%{tag}%' OR pg_get_userbyid(datdba) IN ('{name}') \
                    OR pg_get_userbyid(datdba) LIKE '%{tag}%'"
            );
            for row in connection.fetch_all(AssertSqlSafe(databases)).await? {
                let database: String = row.try_get(0)?;
                connection
                    .execute(AssertSqlSafe(format!("DROP DATABASE {database} WITH (FORCE)")))
                    .await?;
            }
            let roles = format!(
                "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname LIKE '%{tag}%' \
                 UNION SELECT quote_ident('{name}')"
            );
            for row in connection.fetch_all(AssertSqlSafe(roles)).await? {
                let role: String = row.try_get(0)?;
                connection.execute(AssertSqlSafe(format!("DROP ROLE {role}"))).await?;
            }
            Ok(())
        });
    }
}

/// Runs `work` as superuser on a thread of its own, since `Drop` may run inside a runtime. What fails is left: the
/// server is temporary, too.
fn in_the_end<F, R>(server: &PostgresServer, work: F)
where
    F: FnOnce(PgConnection) -> R + Send,
    R: Future<Output = Result<(), sqlx::Error>>,
{
    let url = server.url();
    thread::scope(|scope| {
        scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                let done = runtime.block_on(async { work(PgConnection::connect(&url).await?).await });
                drop(done);
            }
        });
    });
}
