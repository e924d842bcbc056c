//! A folder of SQLite files: one file a tenant, and one with the shared tables.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use sqlx::sqlite::SqliteConnectOptions;

use super::{
    Marked, Opened, PlaceKind, Storage, Tenancy,
    ledger::{self, Ledger},
    template::digest,
};
use crate::{
    catalogue::{SqliteConnector, sqlite_setup},
    db::{Conn, Connect, ServerPool, Target},
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
    limits::ORPHAN_GRACE,
    migrate::MigrationSet,
    names::Prefix,
    rewrite::{Dialect, Rewriter},
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// Most files whose targets are remembered; past it all are forgotten and made again when needed.
const MAX_TARGETS: usize = 10_000;
/// A file of ours and the files that SQLite keeps beside it.
const SUFFIXES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What files begin with that are not whole yet.
const HALF: &str = ".half-";
/// What templates begin with.
const TEMPLATE: &str = ".template-";

/// One folder with the files of a service's tenants.
pub(crate) struct SqliteServer {
    folder: PathBuf,
    prefix: Prefix,
    shared: String,
    allow_single_wall: bool,
    pool: Arc<ServerPool>,
    rewriter: Arc<Rewriter>,
    targets: Mutex<HashMap<String, Arc<Target>>>,
    /// The file that new tenants' files are copies of, once it was found or made.
    template: Mutex<Option<PathBuf>>,
}

impl SqliteServer {
    pub(crate) fn new(
        folder: PathBuf,
        prefix: Prefix,
        shared: String,
        allow_single_wall: bool,
        pool: Arc<ServerPool>,
        rewriter: Arc<Rewriter>,
    ) -> Self {
        Self {
            folder,
            prefix,
            shared,
            allow_single_wall,
            pool,
            rewriter,
            targets: Mutex::default(),
            template: Mutex::default(),
        }
    }

    /// The file of a placement. The name comes from the catalogue, and still only a name of ours is taken.
    fn file(&self, placement: &Placement) -> Result<PathBuf> {
        let name = SqlIdent::new(placement.database.as_str())?;
        Ok(self.folder.join(format!("{}.sqlite", name.as_str())))
    }

    fn connector(&self, placement: &Placement, create: bool) -> Result<SqliteConnector> {
        Ok(Self::connector_to(&self.file(placement)?, create))
    }

    fn connector_to(file: &Path, create: bool) -> SqliteConnector {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(create);
        SqliteConnector {
            options: sqlite_setup(options),
        }
    }

    /// Applies what is pending of a set to a file.
    async fn apply(conn: &mut Conn, set: &MigrationSet) -> Result<()> {
        let ledger = Self::ledger();
        loop {
            // One file a transaction, opened for writing at once, so that two who migrate take turns.
            conn.run(format!("BEGIN IMMEDIATE; {}", ledger.create())).await?;
            let pending = set.verify(&ledger.read(conn).await?)?;
            if let Some(migration) = pending.first() {
                conn.run(migration.sql()).await?;
                ledger.write(conn, migration).await?;
            }
            conn.run("COMMIT").await?;
            if pending.len() <= 1 {
                return Ok(());
            }
        }
    }

    /// A file that nobody else writes: its name begins with a dot, as no tenant's does.
    fn half(&self) -> PathBuf {
        self.folder.join(format!("{HALF}{}", uuid::Uuid::now_v7().simple()))
    }

    /// Makes a template under a name of its own, and gives it its name when it is whole.
    async fn make_template(&self, file: &Path, set: &MigrationSet) -> Result<()> {
        let half = self.half();
        let made = async {
            let mut conn = Self::connector_to(&half, true).connect().await?;
            let applied = Self::apply(&mut conn, set).await;
            // The last connection that is closed brings everything into the file itself.
            conn.close().await;
            applied?;
            tokio::fs::rename(&half, file)
                .await
                .map_err(io("making the template of tenants' files"))
        }
        .await;
        if made.is_err() {
            for path in family(&half) {
                // What stays is removed when it is old.
                drop(tokio::fs::remove_file(path).await);
            }
        }
        made
    }

    /// Copies the template to a new tenant's file. Half a copy never has the file's name, and a process that comes late
    /// never overwrites a file that is there: it may have rows by now.
    async fn copy(&self, template: &Path, file: &Path) -> std::io::Result<()> {
        let half = self.half();
        tokio::fs::copy(template, &half).await?;
        tokio::fs::File::open(&half).await?.sync_all().await?;
        let linked = tokio::fs::hard_link(&half, file).await;
        tokio::fs::remove_file(&half).await?;
        match linked {
            Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => Err(e),
            _ => Ok(()),
        }
    }

    /// Removes what killed processes left half-made, and the templates of releases that are gone: all but `this` and
    /// the newest of the others, which the release before may still use. What cannot be removed stays; it is small.
    async fn tidy(&self, this: Option<&Path>) {
        let (mut others, mut gone) = (Vec::new(), Vec::new());
        let Ok(mut entries) = tokio::fs::read_dir(&self.folder).await else {
            return;
        };
        while let Ok(Some(entry)) = entries.next_entry().await {
            let (path, name) = (entry.path(), entry.file_name());
            let name = name.to_string_lossy();
            let Ok(changed) = entry.metadata().await.and_then(|data| data.modified()) else {
                continue;
            };
            if name.starts_with(HALF) && changed.elapsed().is_ok_and(|age| age > ORPHAN_GRACE) {
                gone.push(path);
            } else if this.is_some_and(|this| path != this) && name.starts_with(TEMPLATE) {
                others.push((changed, path));
            }
        }
        others.sort();
        others.pop();
        gone.extend(others.into_iter().map(|other| other.1));
        for path in gone {
            if let Err(e) = tokio::fs::remove_file(&path).await {
                tracing::debug!(target: "mtp::lifecycle", error = %e, "a file that is not needed was not removed");
            }
        }
    }

    fn ledger() -> Ledger {
        Ledger {
            table: format!("\"{}\"", ledger::TABLE),
            bytes: "BLOB",
        }
    }

    fn target(&self, placement: &Placement) -> Result<Arc<Target>> {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = targets.get(&placement.database) {
            return Ok(target.clone());
        }
        if targets.len() >= MAX_TARGETS {
            targets.clear();
        }
        let target = Arc::new(Target {
            name: placement.database.clone(),
            connector: Box::new(self.connector(placement, false)?),
            keep_statements: true,
            lends: false,
            compounds: false,
        });
        targets.insert(placement.database.clone(), target.clone());
        Ok(target)
    }

    /// The name without its ending, and the end of the uid in it, where a file's name is one that we give.
    fn marked<'n>(&self, file: &'n str) -> Option<(&'n str, &'n str)> {
        let (name, ending) = file.split_once('.')?;
        let ours = SUFFIXES
            .iter()
            .any(|suffix| ending.strip_prefix("sqlite") == Some(suffix));
        if !ours || name == self.shared {
            return None;
        }
        Some((name, self.prefix.uid_end(name)?))
    }

    async fn remove_files(&self, database: &str) -> Result<()> {
        let file = self
            .folder
            .join(format!("{}.sqlite", SqlIdent::new(database)?.as_str()));
        self.pool.forget(database);
        self.targets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(database);
        for path in family(&file) {
            match tokio::fs::remove_file(&path).await {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    return Err(io("removing a tenant's file")(e));
                }
                _ => {}
            }
        }
        Ok(())
    }

    async fn tables(conn: &mut Conn) -> Result<Vec<String>> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                   AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) c WHERE c.name = 'tenant_id')";
        Ok(conn
            .fetch_all::<(String,)>(sql.into(), Vec::new(), false)
            .await?
            .into_iter()
            .map(|r| r.0)
            .collect())
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A database's file and those that SQLite keeps beside it.
fn family(file: &Path) -> impl Iterator<Item = PathBuf> {
    SUFFIXES.into_iter().map(|suffix| {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        path.into()
    })
}

fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Error {
    move |source| Error::Io { what, source }
}

async fn exists(path: &Path) -> Result<bool> {
    tokio::fs::try_exists(path)
        .await
        .map_err(io("looking for a tenant's file"))
}

impl Storage for SqliteServer {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn check(&self, isolation: Isolation) -> Result<()> {
        match isolation {
            Isolation::Database => Ok(()),
            Isolation::Shared if self.allow_single_wall => Ok(()),
            Isolation::Shared => Err(Error::invalid(
                "isolation",
                "shared tables on SQLite have one wall only; set MTP_ALLOW_SINGLE_WALL=true to accept that, or use database",
            )),
            Isolation::Schema => Err(Error::invalid("isolation", "SQLite has no schemas; use database")),
        }
    }

    fn pool(&self) -> &Arc<ServerPool> {
        &self.pool
    }

    fn rewriter(&self) -> &Arc<Rewriter> {
        &self.rewriter
    }

    fn prepare(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            let mut builder = tokio::fs::DirBuilder::new();
            builder.recursive(true);
            // The files are the wall: nobody else's eyes in the folder.
            #[cfg(unix)]
            builder.mode(0o700);
            builder
                .create(&self.folder)
                .await
                .map_err(io("making the folder of tenants' files"))?;
            self.tidy(None).await;
            Ok(())
        })
    }

    fn place(&self, id: &TenantId, uid: TenantUid, isolation: Isolation) -> Result<Placement> {
        self.check(isolation)?;
        let database = match isolation {
            Isolation::Shared => self.shared.clone(),
            _ => self.prefix.physical(id, uid)?.as_str().to_owned(),
        };
        Ok(Placement::new("", isolation, database))
    }

    fn ready_template<'a>(&'a self, isolation: Isolation, set: &'a MigrationSet) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let known = self.template.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Some(digest) = digest(set).filter(|_| isolation == Isolation::Database && known.is_none()) else {
                return Ok(());
            };
            let file = self.folder.join(format!("{TEMPLATE}{digest}.sqlite"));
            if !exists(&file).await? {
                self.make_template(&file, set).await?;
                self.tidy(Some(&file)).await;
            }
            *self.template.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
            Ok(())
        })
    }

    fn create<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let file = self.file(&tenancy.placement)?;
            let template = self.template.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if tenancy.placement.isolation == Isolation::Database
                && let Some(template) = template
                && !exists(&file).await?
            {
                return match self.copy(&template, &file).await {
                    Ok(()) => Ok(()),
                    Err(e) => {
                        // It may be gone; the next attempt looks.
                        *self.template.lock().unwrap_or_else(PoisonError::into_inner) = None;
                        Err(io("copying the template of tenants' files")(e))
                    }
                };
            }
            let conn = self.connector(&tenancy.placement, true)?.connect().await?;
            conn.close().await;
            Ok(())
        })
    }

    fn migrate<'a>(&'a self, tenancy: &'a Tenancy, set: &'a MigrationSet) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move {
            let mut conn = self.connector(&tenancy.placement, false)?.connect().await?;
            Self::apply(&mut conn, set).await?;
            conn.close().await;
            Ok(set.latest().unwrap_or(0))
        })
    }

    fn applied<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<(i64, Vec<u8>)>>> {
        Box::pin(async move {
            let mut conn = self.connector(&tenancy.placement, false)?.connect().await?;
            let applied = Self::ledger().read(&mut conn).await?;
            conn.close().await;
            Ok(applied)
        })
    }

    fn self_test<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Finding>>> {
        Box::pin(async move {
            let mut conn = self.connector(&tenancy.placement, false)?.connect().await?;
            let verdict: Option<(String,)> = conn
                .fetch_first("PRAGMA quick_check(1)".into(), Vec::new(), false)
                .await?;
            conn.close().await;
            if verdict.is_some_and(|v| v.0 == "ok") {
                return Ok(Vec::new());
            }
            Ok(vec![Finding::error(
                "sqlite-file",
                format!("the file of tenant {} is not sound", tenancy.id),
                "restore it from a backup",
            )])
        })
    }

    fn open<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Opened>> {
        Box::pin(async move {
            Ok(Opened {
                target: self.target(&tenancy.placement)?,
                schema: None,
                sealer: None,
            })
        })
    }

    fn erase<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let file = self.file(&tenancy.placement)?;
            if tenancy.placement.isolation == Isolation::Shared {
                if !exists(&file).await? {
                    return Ok(());
                }
                let mut conn = self.connector(&tenancy.placement, false)?.connect().await?;
                // Rows refer to each other; at the end of the transaction none is left to refer.
                conn.run("BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON").await?;
                for table in Self::tables(&mut conn).await? {
                    let sql = format!("DELETE FROM {} WHERE tenant_id = $1", quoted(&table));
                    conn.execute(sql.into(), vec![tenancy.id.as_str().into()], false)
                        .await?;
                }
                conn.run("COMMIT").await?;
                conn.close().await;
                return Ok(());
            }
            self.remove_files(&tenancy.placement.database).await
        })
    }

    fn is_gone<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let file = self.file(&tenancy.placement)?;
            if tenancy.placement.isolation != Isolation::Shared {
                for path in family(&file) {
                    if exists(&path).await? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            if !exists(&file).await? {
                return Ok(true);
            }
            let mut conn = self.connector(&tenancy.placement, false)?.connect().await?;
            for table in Self::tables(&mut conn).await? {
                let sql = format!("SELECT 1 FROM {} WHERE tenant_id = $1 LIMIT 1", quoted(&table));
                let row: Option<(i64,)> = conn
                    .fetch_first(sql.into(), vec![tenancy.id.as_str().into()], false)
                    .await?;
                if row.is_some() {
                    return Ok(false);
                }
            }
            conn.close().await;
            Ok(true)
        })
    }

    fn places(&self) -> BoxFuture<'_, Result<Vec<Marked>>> {
        Box::pin(async move {
            let list = "listing the folder of tenants' files";
            let mut found: BTreeMap<String, Marked> = BTreeMap::new();
            let mut entries = tokio::fs::read_dir(&self.folder).await.map_err(io(list))?;
            while let Some(entry) = entries.next_entry().await.map_err(io(list))? {
                let Ok(file) = entry.file_name().into_string() else {
                    continue;
                };
                let Some((name, uid_end)) = self.marked(&file) else {
                    continue;
                };
                // Gone since the folder was read: nothing to tell.
                let Ok(data) = entry.metadata().await else { continue };
                if !data.is_file() {
                    continue;
                }
                let changed = data.modified().ok().map(DateTime::<Utc>::from);
                let place = found.entry(name.to_owned()).or_insert_with(|| Marked {
                    kind: PlaceKind::File,
                    name: name.to_owned(),
                    uid_end: uid_end.to_owned(),
                    changed: None,
                });
                place.changed = place.changed.max(changed);
            }
            Ok(found.into_values().collect())
        })
    }

    fn remove<'a>(&'a self, place: &'a Marked) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            if place.name == self.shared || self.prefix.uid_end(&place.name) != Some(place.uid_end.as_str()) {
                return Err(Error::Internal("a file without our mark was to be removed"));
            }
            self.remove_files(&place.name).await
        })
    }

    fn examine(&self) -> BoxFuture<'_, Result<Vec<Finding>>> {
        Box::pin(async {
            let mut findings = Vec::new();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = tokio::fs::metadata(&self.folder)
                    .await
                    .map_err(io("looking at the folder of tenants' files"))?
                    .permissions()
                    .mode();
                if mode & 0o077 != 0 {
                    findings.push(Finding::error(
                        "sqlite-folder",
                        format!("others may look into {}", self.folder.display()),
                        format!("chmod 700 {}", self.folder.display()),
                    ));
                }
            }
            if self.allow_single_wall {
                findings.push(Finding::warning(
                    "single-wall",
                    "shared tables on SQLite have no second wall, and MTP_ALLOW_SINGLE_WALL accepts that",
                    "use isolation database, which needs no such permission",
                ));
            }
            Ok(findings)
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async {
            if exists(&self.folder).await? {
                return Ok(());
            }
            Err(Error::Unavailable {
                what: "the folder of tenants' files",
                retry_after: std::time::Duration::from_secs(5),
                source: None,
            })
        })
    }
}
