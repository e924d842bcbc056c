//! Two tenants of one service, served by the product itself: nothing of the walls is replaced for the test.

use std::path::{Path, PathBuf};

use crate::{
    context::TenantHandle,
    error::{Error, Result},
    keys::MasterKey,
    manager::{TenantManager, TenantManagerBuilder},
    secret::Dsn,
    tenant::{Isolation, TenantConfig},
};

/// The master key of tests: so that a central database that outlives a run can be read by the next.
const MASTER_KEY: &str = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
/// The service's id on SQLite.
const SERVICE: &str = "testing";

/// Two tenants of one service, made by a [`TenantManager`] of their own.
#[derive(Debug)]
pub struct TwoTenants {
    manager: TenantManager,
    a: TenantHandle,
    b: TenantHandle,
    // Dropped last: the files must outlive the connections.
    _folder: Option<Folder>,
}

/// A folder that goes with the value.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, which clears its temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("mtp-testing-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir_all(&path).map_err(|source| Error::Io {
            what: "making a folder for test databases",
            source,
        })?;
        Ok(Self(path))
    }

    fn url(&self) -> Result<Dsn> {
        Dsn::parse(format!("sqlite://{}/central.sqlite", self.0.display()))
            .map_err(|_| Error::Config("the system's temporary folder has a name that no URL can hold".into()))
    }
}

impl TwoTenants {
    /// Two tenants in a file each, in a folder that goes when this value goes. `migrations` is the service's folder
    /// of migrations for its tenants.
    ///
    /// # Errors
    /// As [`TenantManagerBuilder::start`] and [`TenantManager::create`].
    pub async fn on_sqlite(migrations: impl AsRef<Path>) -> Result<Self> {
        Self::on_sqlite_with(|builder| builder.migrations_from(migrations)).await
    }

    /// As [`on_sqlite`](Self::on_sqlite), set up further by the caller: compiled-in migrations, isolation `shared`
    /// (with [`allow_single_wall`](TenantManagerBuilder::allow_single_wall)), sizes of pools.
    ///
    /// # Errors
    /// As [`on_sqlite`](Self::on_sqlite).
    pub async fn on_sqlite_with(set_up: impl FnOnce(TenantManagerBuilder) -> TenantManagerBuilder) -> Result<Self> {
        let folder = Folder::new()?;
        let builder = TenantManager::builder(SERVICE, folder.url()?).master_key(MasterKey::parse(MASTER_KEY)?);
        Self::made(set_up(builder), Some(folder)).await
    }

    /// Two tenants on the server of a central database of your own, in the isolation given. The URL is the
    /// provisioner's, as `MTP_CENTRAL_DB_URL`; `service` a short id that only these tests use. Tenants' names are new
    /// each time; [`finish`](Self::finish) purges them, and what belongs to the service (logins, its common database)
    /// stays for the next run.
    ///
    /// # Errors
    /// As [`TenantManagerBuilder::start`] and [`TenantManager::create`].
    pub async fn on(service: &str, url: Dsn, isolation: Isolation, migrations: impl AsRef<Path>) -> Result<Self> {
        let builder = TenantManager::builder(service, url)
            .master_key(MasterKey::parse(MASTER_KEY)?)
            .isolation(isolation)
            .migrations_from(migrations);
        Self::of(builder).await
    }

    /// Two tenants of a service that is set up by the caller altogether.
    ///
    /// # Errors
    /// As [`TenantManagerBuilder::start`] and [`TenantManager::create`].
    pub async fn of(builder: TenantManagerBuilder) -> Result<Self> {
        Self::made(builder, None).await
    }

    async fn made(builder: TenantManagerBuilder, folder: Option<Folder>) -> Result<Self> {
        let manager = builder.start().await?;
        let mut handles = Vec::with_capacity(2);
        for name in ["a", "b"] {
            let random = uuid::Uuid::now_v7().simple().to_string();
            let id = format!("{name}-{}", random.get(20..).unwrap_or_default());
            let tenant = manager.create(TenantConfig::new(name).id(id.parse()?)).await?;
            handles.push(manager.handle(&tenant.id).await?);
        }
        let (Some(b), Some(a)) = (handles.pop(), handles.pop()) else {
            return Err(Error::Internal("two tenants were made and are not there"));
        };
        Ok(Self {
            manager,
            a,
            b,
            _folder: folder,
        })
    }

    /// The first tenant.
    pub fn a(&self) -> &TenantHandle {
        &self.a
    }

    /// The second tenant.
    pub fn b(&self) -> &TenantHandle {
        &self.b
    }

    /// Who made them, for whatever else a test needs: suspend one, make a third.
    pub fn manager(&self) -> &TenantManager {
        &self.manager
    }

    /// The same two with their parts exchanged.
    pub(super) fn swapped(&self) -> (&TenantHandle, &TenantHandle) {
        (&self.b, &self.a)
    }

    /// Ends both tenants: deleted and purged, rows, databases, logins and all.
    ///
    /// # Errors
    /// As [`TenantManager::delete`] and [`TenantManager::purge`].
    pub async fn finish(self) -> Result<()> {
        for handle in [&self.a, &self.b] {
            self.manager.delete(handle.id()).await?;
            self.manager.purge(handle.id()).await?;
        }
        Ok(())
    }
}
