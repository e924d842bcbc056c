//! The databases and isolations that a promise is shown on, one value each.

use mtp_core::{Dsn, Isolation, MasterKey, TenantHandle, TenantManager, TenantManagerBuilder};

const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
const NOTES: &str = include_str!("notes/0001_notes.sql");

/// Where a test's tenants live: a server or folder that it has to itself.
pub(crate) struct Place {
    pub(crate) isolation: Isolation,
    server: Server,
}

enum Server {
    #[cfg(feature = "sqlite")]
    Sqlite(mtp_testkit::SqliteDir),
    #[cfg(feature = "postgres")]
    Postgres(mtp_testkit::FreshLogin),
}

impl Place {
    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite(isolation: Isolation) -> Self {
        Self {
            isolation,
            server: Server::Sqlite(mtp_testkit::SqliteDir::new()),
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(isolation: Isolation) -> Self {
        Self {
            isolation,
            server: Server::Postgres(mtp_testkit::postgres().fresh_login("core").await),
        }
    }

    /// The central database's URL.
    pub(crate) fn url(&self) -> String {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(folder) => folder.url("central"),
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => login.url(),
        }
    }

    pub(crate) fn service(&self) -> &str {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(_) => "notes",
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => login.service(),
        }
    }

    /// A manager with one table of notes, not yet started.
    pub(crate) fn builder(&self) -> TenantManagerBuilder {
        TenantManager::builder(self.service(), Dsn::parse(self.url()).unwrap())
            .master_key(MasterKey::parse(MASTER).unwrap())
            .migrations(&[(1, "notes", NOTES)])
            .isolation(self.isolation)
            .tenant_db_prefix(format!("{}_", self.service()))
            .allow_single_wall(true)
            // A purge waits until nobody can serve the tenant any more.
            .stale_max(std::time::Duration::from_secs(1))
    }

    /// What is on the server that has the text in its name or holds it as a tenant's id: files, databases, schemas,
    /// logins, rows.
    pub(crate) async fn traces(&self, uid: &str, id: &str) -> Vec<String> {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(folder) => {
                let _ = id;
                let files = std::fs::read_dir(folder.path().join("notes-tenants")).unwrap();
                files
                    .map(|f| f.unwrap().file_name().into_string().unwrap())
                    .filter(|f| f.contains(&uid[28..]))
                    .collect()
            }
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => {
                let common = format!("mtp_{}", login.service());
                let everywhere = format!(
                    "SELECT datname::text FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE '%{uid}%' \
                     UNION SELECT rolname::text FROM pg_roles WHERE shobj_description(oid, 'pg_authid') LIKE '%{uid}%' \
                     UNION SELECT nspname::text FROM pg_namespace WHERE obj_description(oid, 'pg_namespace') LIKE '%{uid}%'"
                );
                let mut found = login.server().texts(&common, &everywhere).await;
                let shared = login
                    .server()
                    .texts(&common, "SELECT relname::text FROM pg_class WHERE relname = 'notes' AND relnamespace = 'app'::regnamespace")
                    .await;
                if !shared.is_empty() {
                    let rows = format!("SELECT tenant_id FROM app.notes WHERE tenant_id = '{id}'");
                    found.extend(login.server().texts(&common, &rows).await);
                }
                found
            }
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn login(&self) -> &mtp_testkit::FreshLogin {
        match &self.server {
            Server::Postgres(login) => login,
            #[cfg(feature = "sqlite")]
            Server::Sqlite(_) => unreachable!("only tests of PostgreSQL ask"),
        }
    }
}

pub(crate) async fn note(handle: &TenantHandle, id: &str, body: &str) {
    handle
        .db()
        .query("INSERT INTO notes (id, body) VALUES ($1, $2)")
        .bind(id)
        .bind(body)
        .execute()
        .await
        .unwrap();
}

pub(crate) async fn bodies(handle: &TenantHandle) -> Vec<String> {
    let rows: Vec<(String,)> = handle
        .db()
        .query("SELECT body FROM notes ORDER BY id")
        .fetch_all()
        .await
        .unwrap();
    rows.into_iter().map(|r| r.0).collect()
}

/// Makes a test of each function for each place; a function takes the place.
macro_rules! on_every_place {
    ($($test:ident),* $(,)?) => {
        #[cfg(feature = "sqlite")]
        mod sqlite_database { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::sqlite(mtp_core::Isolation::Database)).await; })* }
        #[cfg(feature = "sqlite")]
        mod sqlite_shared { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::sqlite(mtp_core::Isolation::Shared)).await; })* }
        #[cfg(feature = "postgres")]
        mod postgres_database { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::postgres(mtp_core::Isolation::Database).await).await; })* }
        #[cfg(feature = "postgres")]
        mod postgres_schema { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::postgres(mtp_core::Isolation::Schema).await).await; })* }
        #[cfg(feature = "postgres")]
        mod postgres_shared { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::postgres(mtp_core::Isolation::Shared).await).await; })* }
    };
}
pub(crate) use on_every_place;
