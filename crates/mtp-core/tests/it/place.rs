//! The databases and isolations that a promise is shown on, one value each.

#[cfg(feature = "mysql")]
use mtp_core::TenantUid;
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
    #[cfg(feature = "mysql")]
    MariaDb(mtp_testkit::FreshMariaDb),
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

    #[cfg(feature = "mysql")]
    pub(crate) async fn mariadb(isolation: Isolation) -> Self {
        Self {
            isolation,
            server: Server::MariaDb(mtp_testkit::mariadb().fresh_login("core").await),
        }
    }

    /// The central database's URL.
    pub(crate) fn url(&self) -> String {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(folder) => folder.url("central"),
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => login.url(),
            #[cfg(feature = "mysql")]
            Server::MariaDb(login) => login.url(),
        }
    }

    pub(crate) fn service(&self) -> &str {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(_) => "notes",
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => login.service(),
            #[cfg(feature = "mysql")]
            Server::MariaDb(login) => login.service(),
        }
    }

    /// How a statement's first and second placeholder are written.
    pub(crate) fn placeholders(&self) -> [&'static str; 2] {
        match &self.server {
            #[cfg(feature = "mysql")]
            Server::MariaDb(_) => ["?", "?"],
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => ["$1", "$2"],
        }
    }

    /// A manager with one table of notes, not yet started.
    pub(crate) fn builder(&self) -> TenantManagerBuilder {
        self.builder_of(self.service())
    }

    /// The same for another service on the same central database; what is left of one whose id begins with
    /// [`service`](Self::service) goes with the place.
    pub(crate) fn builder_of(&self, service: &str) -> TenantManagerBuilder {
        TenantManager::builder(service, Dsn::parse(self.url()).unwrap())
            .master_key(MasterKey::parse(MASTER).unwrap())
            .migrations(&[(1, "notes", NOTES)])
            .isolation(self.isolation)
            .tenant_db_prefix(format!("{service}_"))
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
            #[cfg(feature = "mysql")]
            Server::MariaDb(login) => on_mariadb(login, uid.parse().unwrap(), id).await,
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.server, Server::Postgres(_))
    }

    #[cfg(feature = "mysql")]
    pub(crate) fn is_mariadb(&self) -> bool {
        matches!(self.server, Server::MariaDb(_))
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn login(&self) -> &mtp_testkit::FreshLogin {
        match &self.server {
            Server::Postgres(login) => login,
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => unreachable!("only tests of PostgreSQL ask"),
        }
    }

    #[cfg(feature = "mysql")]
    pub(crate) fn mariadb_login(&self) -> &mtp_testkit::FreshMariaDb {
        match &self.server {
            Server::MariaDb(login) => login,
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => unreachable!("only tests of MariaDB ask"),
        }
    }
}

/// Everything on a MariaDB server that is a tenant's: by name, by our mark, by the rows of shared tables.
#[cfg(feature = "mysql")]
pub(crate) async fn on_mariadb(login: &mtp_testkit::FreshMariaDb, uid: TenantUid, id: &str) -> Vec<String> {
    let (server, common) = (login.server(), format!("mtp_{}", login.service()));
    let everywhere = format!(
        "SELECT CONCAT('database ', schema_name) FROM information_schema.schemata WHERE schema_name LIKE '%{}' \
         UNION SELECT CONCAT('login ', user) FROM mysql.user WHERE user = '{account}' \
         UNION SELECT CONCAT('rights on ', db) FROM mysql.db WHERE user = '{account}' \
         UNION SELECT CONCAT('rights on ', db, '.', table_name) FROM mysql.tables_priv WHERE user = '{account}'",
        uid.short(),
        account = account_of(uid)
    );
    let mut found = server.texts("mysql", &everywhere).await;
    let tables = |name: &str, database: &str| {
        format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = '{database}' AND table_name = '{name}'"
        )
    };
    let (wall, data) = (format!("{common}_wall"), format!("{common}_data"));
    if !server.texts("mysql", &tables("mark", &wall)).await.is_empty() {
        let marks = format!("SELECT CONCAT('mark on ', name) FROM {wall}.mark WHERE mark LIKE '%{uid}%'");
        found.extend(server.texts("mysql", &marks).await);
    }
    if !server.texts("mysql", &tables("notes", &data)).await.is_empty() {
        let rows = format!("SELECT body FROM {data}.notes WHERE tenant_id = '{id}'");
        found.extend(server.texts("mysql", &rows).await);
    }
    found
}

/// The name of a tenant's own login: its uid in base 36.
#[cfg(feature = "mysql")]
pub(crate) fn account_of(uid: TenantUid) -> String {
    let (mut rest, mut digits) = (uid.as_uuid().as_u128(), Vec::new());
    while rest > 0 {
        digits.push(char::from_digit(u32::try_from(rest % 36).unwrap(), 36).unwrap());
        rest /= 36;
    }
    format!("mtp_t_{}", digits.into_iter().rev().collect::<String>())
}

pub(crate) async fn note(handle: &TenantHandle, id: &str, body: &str) {
    let mut insert = sea_query::Query::insert();
    insert
        .into_table("notes")
        .columns(["id", "body"])
        .values_panic([id.into(), body.into()]);
    handle.db().query(&insert).execute().await.unwrap();
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
        #[cfg(feature = "mysql")]
        mod mariadb_database { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::mariadb(mtp_core::Isolation::Database).await).await; })* }
        #[cfg(feature = "mysql")]
        mod mariadb_shared { $(#[tokio::test] async fn $test() { super::$test(crate::place::Place::mariadb(mtp_core::Isolation::Shared).await).await; })* }
    };
}
pub(crate) use on_every_place;
