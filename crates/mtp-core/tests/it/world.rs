//! Ground that several processes stand on, one after the other or at once: it outlives each of them.

use std::{path::PathBuf, time::Duration};

use mtp_core::{
    Dsn, Error, Isolation, MasterKey, Secret, Tenant, TenantConfig, TenantId, TenantManager, TenantManagerBuilder,
    TenantState, TenantUid,
};
use serde::{Deserialize, Serialize};

const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
const NOTES: &str = include_str!("notes/0001_notes.sql");
/// How long anything may take that ends by itself.
const PATIENCE: Duration = Duration::from_mins(1);
/// The steps of the flows, in order: a test names each by itself, so that a new one is not left out.
pub(crate) const PROVISION: [&str; 7] = ["place", "key", "storage", "migrate", "admin", "self-test", "activate"];
pub(crate) const PREPARE: [&str; 7] = ["place", "key", "storage", "migrate", "admin", "self-test", "shelve"];
pub(crate) const PURGE: [&str; 6] = ["stop", "erase", "accounts", "destroy-key", "verify", "release"];

/// What a process must know to stand on the ground too.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) url: String,
    pub(crate) service: String,
    pub(crate) isolation: Isolation,
}

impl Spec {
    /// A manager with one table of notes, quick to take up what another left; not yet started.
    pub(crate) fn builder(&self) -> TenantManagerBuilder {
        TenantManager::builder(self.service.as_str(), Dsn::parse(self.url.as_str()).unwrap())
            .master_key(MasterKey::parse(MASTER).unwrap())
            .migrations(&[(1, "notes", NOTES)])
            .isolation(self.isolation)
            .tenant_db_prefix(format!("{}_", self.service))
            .allow_single_wall(true)
            .lease(Duration::from_millis(300))
            .reconcile_interval(Duration::from_millis(50))
            .stale_max(Duration::from_secs(1))
    }
}

/// A server or folder that a test has to itself.
pub(crate) struct World {
    pub(crate) spec: Spec,
    server: Server,
    /// Of many cases every so manieth is shown, from which on.
    every: (usize, usize),
}

enum Server {
    #[cfg(feature = "sqlite")]
    Sqlite(mtp_testkit::SqliteDir),
    #[cfg(feature = "postgres")]
    Postgres(mtp_testkit::FreshLogin),
    #[cfg(feature = "mysql")]
    MariaDb(mtp_testkit::FreshMariaDb),
}

impl World {
    #[cfg(feature = "sqlite")]
    pub(crate) fn sqlite(isolation: Isolation) -> Self {
        let folder = mtp_testkit::SqliteDir::new();
        Self {
            spec: Spec {
                url: folder.url("central"),
                service: "notes".into(),
                isolation,
            },
            server: Server::Sqlite(folder),
            // A file a tenant shows every case; shared tables differ from it in a few places only.
            every: if isolation == Isolation::Shared { (3, 1) } else { (1, 0) },
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) async fn postgres(isolation: Isolation) -> Self {
        let login = mtp_testkit::postgres().fresh_login("life").await;
        Self {
            spec: Spec {
                url: login.url(),
                service: login.service().to_owned(),
                isolation,
            },
            server: Server::Postgres(login),
            // Together the three isolations show every case.
            every: (
                3,
                match isolation {
                    Isolation::Schema => 1,
                    Isolation::Shared => 2,
                    _ => 0,
                },
            ),
        }
    }

    #[cfg(feature = "mysql")]
    pub(crate) async fn mariadb(isolation: Isolation) -> Self {
        let login = mtp_testkit::mariadb().fresh_login("life").await;
        Self {
            spec: Spec {
                url: login.url(),
                service: login.service().to_owned(),
                isolation,
            },
            server: Server::MariaDb(login),
            // Other cases on each, so that both sides of a step are among them.
            every: if isolation == Isolation::Shared { (3, 2) } else { (3, 0) },
        }
    }

    /// The same, showing every case.
    pub(crate) fn whole(self) -> Self {
        Self { every: (1, 0), ..self }
    }

    /// The cases that are shown here.
    pub(crate) fn sample<T>(&self, cases: Vec<T>) -> Vec<T> {
        let (every, first) = self.every;
        cases.into_iter().skip(first).step_by(every).collect()
    }

    pub(crate) fn builder(&self) -> TenantManagerBuilder {
        self.spec.builder()
    }

    /// A manager that finishes nothing by itself.
    pub(crate) async fn idle(&self) -> TenantManager {
        self.builder().background(false).start().await.unwrap()
    }

    /// The folder of tenants' files.
    #[cfg(feature = "sqlite")]
    pub(crate) fn files(&self) -> Option<PathBuf> {
        match &self.server {
            Server::Sqlite(folder) => Some(folder.path().join("notes-tenants")),
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => None,
        }
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn login(&self) -> &mtp_testkit::FreshLogin {
        match &self.server {
            Server::Postgres(login) => login,
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => panic!("not on PostgreSQL"),
        }
    }

    #[cfg(feature = "mysql")]
    pub(crate) fn mariadb_login(&self) -> &mtp_testkit::FreshMariaDb {
        match &self.server {
            Server::MariaDb(login) => login,
            #[allow(unreachable_patterns, reason = "with one database feature only")]
            _ => panic!("not on MariaDB"),
        }
    }

    /// One column of a query on the catalogue, whose tables are written `{table}`.
    pub(crate) async fn central(&self, sql: &str) -> Vec<String> {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(folder) => {
                sqlite_texts(
                    &folder.file("central"),
                    &sql.replace('{', "mtp_central_").replace('}', ""),
                )
                .await
            }
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => {
                let sql = sql.replace('{', "mtp_central.").replace('}', "");
                login.server().texts(login.name(), &sql).await
            }
            #[cfg(feature = "mysql")]
            Server::MariaDb(login) => {
                let sql = sql.replace('{', "mtp_central_").replace('}', "");
                login.server().texts(login.name(), &sql).await
            }
        }
    }

    /// Everything that a tenant has anywhere, but for its record.
    pub(crate) async fn leftovers(&self, id: &TenantId, uid: TenantUid) -> Vec<String> {
        let mut found = self.on_server(id, uid).await;
        for table in ["data_keys", "secrets"] {
            let rows = self
                .central(&format!("SELECT scope FROM {{{table}}} WHERE scope LIKE '%{uid}%'"))
                .await;
            found.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        for table in ["accounts", "tokens", "idempotency", "tenant_migrations"] {
            let rows = self
                .central(&format!("SELECT uid FROM {{{table}}} WHERE uid = '{uid}'"))
                .await;
            found.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
        }
        found
    }

    async fn on_server(&self, id: &TenantId, uid: TenantUid) -> Vec<String> {
        match &self.server {
            #[cfg(feature = "sqlite")]
            Server::Sqlite(folder) => {
                let tenants = folder.path().join("notes-tenants");
                let mut found: Vec<String> = std::fs::read_dir(&tenants)
                    .unwrap()
                    .map(|f| f.unwrap().file_name().into_string().unwrap())
                    .filter(|f| f.contains(&uid.short()))
                    // These two come and go with connections.
                    .filter(|f| {
                        !f.ends_with("-wal") && !f.ends_with("-shm") || !tenants.join(&f[..f.len() - 4]).exists()
                    })
                    .collect();
                let shared = tenants.join("mtp_notes.sqlite");
                if self.spec.isolation == Isolation::Shared && shared.exists() {
                    let there = "SELECT name FROM sqlite_schema WHERE name = 'notes'";
                    if !sqlite_texts(&shared, there).await.is_empty() {
                        let rows = format!("SELECT body FROM notes WHERE tenant_id = '{id}'");
                        found.extend(sqlite_texts(&shared, &rows).await);
                    }
                }
                found
            }
            #[cfg(feature = "postgres")]
            Server::Postgres(login) => {
                let common = format!("mtp_{}", login.service());
                let everywhere = format!(
                    "SELECT 'database ' || datname::text FROM pg_database WHERE datname LIKE '%{short}' OR shobj_description(oid, 'pg_database') LIKE '%{uid}%' \
                     UNION SELECT 'role ' || rolname::text FROM pg_roles WHERE shobj_description(oid, 'pg_authid') LIKE '%{uid}%' \
                     UNION SELECT 'schema ' || nspname::text FROM pg_namespace WHERE nspname LIKE '%{short}' OR obj_description(oid, 'pg_namespace') LIKE '%{uid}%'",
                    short = uid.short()
                );
                let mut found = login.server().texts(&common, &everywhere).await;
                let there =
                    "SELECT relname::text FROM pg_class WHERE relname = 'notes' AND relnamespace = 'app'::regnamespace";
                if !login.server().texts(&common, there).await.is_empty() {
                    let rows = format!("SELECT body FROM app.notes WHERE tenant_id = '{id}'");
                    found.extend(login.server().texts(&common, &rows).await);
                }
                found
            }
            #[cfg(feature = "mysql")]
            Server::MariaDb(login) => crate::place::on_mariadb(login, uid, id.as_str()).await,
        }
    }

    /// What a tenant that is served has, counted: the same for each that was made, however it was made.
    pub(crate) async fn inventory(&self, tenant: &Tenant) -> Vec<String> {
        let mut found: Vec<String> = self
            .leftovers(&tenant.id, tenant.uid)
            .await
            .into_iter()
            .map(|line| {
                // Rights on MariaDB name a database by a pattern.
                line.replace('\\', "")
                    .replace(&tenant.uid.to_string(), "UID")
                    .replace(&tenant.uid.short(), "SHORT")
                    .replace(&tenant.id.as_str().replace('-', "_"), "ID")
            })
            .map(|line| {
                // A login's name is its tenant's alone.
                let of_login = ["role ", "login ", "mark on mtp_t_"];
                of_login
                    .into_iter()
                    .find(|start| line.starts_with(start))
                    .map_or(line.clone(), Into::into)
            })
            .collect();
        found.push(format!("{} version {}", tenant.state, tenant.schema_version));
        found.sort();
        found
    }
}

#[cfg(feature = "sqlite")]
async fn sqlite_texts(file: &std::path::Path, sql: &str) -> Vec<String> {
    use sqlx::{Connection, Row};
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(Duration::from_secs(10));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .fetch_all(&mut connection)
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get(0).unwrap()).collect()
}

pub(crate) fn id(text: impl AsRef<str>) -> TenantId {
    TenantId::parse(text.as_ref()).unwrap()
}

pub(crate) fn config(id: &TenantId) -> TenantConfig {
    TenantConfig::new("Acme").id(id.clone())
}

/// Waits until a condition holds.
pub(crate) async fn until<F: AsyncFnMut() -> bool>(what: &str, mut holds: F) {
    let waited = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    assert!(
        tokio::time::timeout(PATIENCE, waited).await.is_ok(),
        "waited in vain until {what}"
    );
}

/// Waits until a tenant is in a state.
pub(crate) async fn until_state(manager: &TenantManager, uid: TenantUid, state: TenantState) {
    until(&format!("{uid} is {state}"), async || {
        manager.get_by_uid(uid).await.unwrap().state == state
    })
    .await;
}

/// Writes a note and reads it back, through a handle.
pub(crate) async fn write(manager: &TenantManager, id: &TenantId, body: &str) {
    let handle = manager.handle(id).await.unwrap();
    crate::place::note(&handle, "1", body).await;
    assert_eq!(read(manager, id).await, [body]);
}

pub(crate) async fn read(manager: &TenantManager, id: &TenantId) -> Vec<String> {
    let handle = manager.handle(id).await.unwrap();
    let rows: Vec<(String,)> = handle
        .db()
        .query("SELECT body FROM notes ORDER BY id")
        .fetch_all()
        .await
        .unwrap();
    rows.into_iter().map(|r| r.0).collect()
}

/// Whether no way leads to the tenant's data.
pub(crate) async fn is_refused(manager: &TenantManager, id: &TenantId) -> bool {
    matches!(
        manager.handle(id).await,
        Err(Error::NotServed { .. } | Error::TenantNotFound)
    )
}

/// Ends a tenant and sees that nothing is left.
pub(crate) async fn end(world: &World, manager: &TenantManager, id: &TenantId, uid: TenantUid) {
    manager.delete(id).await.unwrap();
    assert_eq!(manager.purge(id).await.unwrap().state, TenantState::Purged);
    assert_eq!(world.leftovers(id, uid).await, [""; 0], "after the purge of {id}");
}

pub(crate) async fn signs_in(manager: &TenantManager, id: &TenantId, password: &Secret) -> bool {
    manager.sign_in(id, "admin", password).await.unwrap().is_some()
}

/// Makes a test of each function on each ground: one line for each database and isolation.
macro_rules! on_every_ground {
    ($($test:ident),* $(,)?) => {
        $crate::world::on_every_ground! { @ground "sqlite" sqlite_database $crate::world::World::sqlite(mtp_core::Isolation::Database); $($test)* }
        $crate::world::on_every_ground! { @ground "sqlite" sqlite_shared $crate::world::World::sqlite(mtp_core::Isolation::Shared); $($test)* }
        $crate::world::on_every_ground! { @ground "postgres" postgres_database $crate::world::World::postgres(mtp_core::Isolation::Database).await; $($test)* }
        $crate::world::on_every_ground! { @ground "postgres" postgres_schema $crate::world::World::postgres(mtp_core::Isolation::Schema).await; $($test)* }
        $crate::world::on_every_ground! { @ground "postgres" postgres_shared $crate::world::World::postgres(mtp_core::Isolation::Shared).await; $($test)* }
        $crate::world::on_every_ground! { @ground "mysql" mariadb_database $crate::world::World::mariadb(mtp_core::Isolation::Database).await; $($test)* }
        $crate::world::on_every_ground! { @ground "mysql" mariadb_shared $crate::world::World::mariadb(mtp_core::Isolation::Shared).await; $($test)* }
    };
    (@long $world:expr; $($test:ident)*) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn long_every_case() {
            $(super::$test($world.whole()).await;)*
        }
    };
    (@ground $feature:tt $name:ident $world:expr; $($test:ident)*) => {
        #[cfg(feature = $feature)]
        mod $name {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                super::$test($world).await;
            })*
            $crate::world::on_every_ground! { @long $world; $($test)* }
        }
    };
}
pub(crate) use on_every_ground;
