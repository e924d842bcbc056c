//! Databases that tenants bring: a PostgreSQL database and a login, which are the tenant's own property and lie
//! wherever the tenant says.
//!
//! The tables lie in a schema of our making, which the login owns; the same login serves them. So the second wall is
//! the login itself: it reaches the tenant's own database and none of ours, and is nobody else's. That is looked at
//! before anything is written down, and again before the tenant is served ([`admit`]). What a tenant does to its own
//! database it does to itself. A purge takes our mark off and leaves the rows where they are: they are the tenant's.

mod admit;
mod connect;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use sqlx::postgres::PgConnectOptions;

use self::connect::{BroughtConnector, open};
use super::{
    MAX_TARGETS,
    fence::{self, Ways},
    migrate::{self, Ground},
    schema,
};
use crate::{
    catalogue::{Central, postgres_options},
    db::{Conn, ServerPool, Target},
    doctor::Finding,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::{Marked, Opened, Storage, Tenancy},
    migrate::MigrationSet,
    names::Prefix,
    rewrite::{Dialect, Rewriter},
    secret::Dsn,
    service::ServiceId,
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// Stands where others have the name of a database; the real one is in the sealed URL.
const HIDDEN: &str = "(brought)";

/// The databases that tenants of one service brought, under one budget of connections.
pub(crate) struct PgBrought {
    pub(crate) service: ServiceId,
    pub(crate) central: Central,
    pub(crate) prefix: Prefix,
    /// Logins of the service's own, which no tenant may bring.
    pub(crate) ours: Vec<String>,
    pub(crate) pool: Arc<ServerPool>,
    pub(crate) rewriter: Arc<Rewriter>,
    pub(crate) targets: Mutex<HashMap<TenantUid, Arc<Target>>>,
}

impl PgBrought {
    /// What every mark of the service begins with.
    fn marks(&self) -> String {
        format!("mtp:{}:", self.service)
    }

    /// The mark on a tenant's schema.
    fn mark(&self, uid: TenantUid) -> String {
        format!("{}{uid}", self.marks())
    }

    /// Looks whether a tenant may bring this database, before anything is written down.
    ///
    /// # Errors
    /// [`Error::Invalid`] with what is wrong and what to do; it repeats nothing of the URL.
    pub(crate) async fn admit(&self, url: &Dsn) -> Result<()> {
        let refuse = |problem: String| Error::invalid("db_url", problem);
        let options = options(url)?;
        if self.ours.iter().any(|name| name == options.get_username()) {
            return Err(refuse(
                "the login has the name of one of the service's own; make one for the tenant".into(),
            ));
        }
        let mut conn = open(&options).await.map_err(|why| refuse(why.into()))?;
        let found = admit::look(&mut conn, &self.marks(), "", "").await;
        conn.close().await;
        if let Some(down) = found?.first() {
            return Err(refuse(format!("{}; {}", down.what, down.mend)));
        }
        if super::is_pooled(&options).await? {
            return Err(refuse(
                "it leads through a pooler in transaction mode; give the server's own address".into(),
            ));
        }
        Ok(())
    }

    fn forget(&self, uid: TenantUid) {
        self.pool.forget(&uid.to_string());
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        targets.remove(&uid);
    }

    fn target(&self, tenancy: &Tenancy, schema: &SqlIdent) -> Result<Arc<Target>> {
        let mut targets = self.targets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(target) = targets.get(&tenancy.uid) {
            return Ok(target.clone());
        }
        if targets.len() >= MAX_TARGETS {
            targets.clear();
        }
        let target = Arc::new(Target {
            name: tenancy.uid.to_string(),
            connector: Box::new(BroughtConnector::new(way(tenancy)?, schema)),
            keep_statements: true,
            lends: true,
            compounds: false,
        });
        targets.insert(tenancy.uid, target.clone());
        Ok(target)
    }

    /// Takes our mark off the tenant's schema; where the tenant was never served, the schema goes as well.
    async fn release(&self, tenancy: &Tenancy) -> Result<()> {
        let name = schema::name(tenancy)?;
        let mut conn = fence::advance(self, tenancy).await?;
        if self.is_marked(&mut conn, tenancy, &name).await? {
            let sql = if tenancy.unserved {
                format!("DROP SCHEMA {name} CASCADE")
            } else {
                format!("COMMENT ON SCHEMA {name} IS NULL")
            };
            conn.run(sql).await?;
        }
        conn.close().await;
        Ok(())
    }

    async fn is_marked(&self, conn: &mut Conn, tenancy: &Tenancy, name: &SqlIdent) -> Result<bool> {
        let sql = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = $1";
        let row: Option<(Option<String>,)> = conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?;
        Ok(row.is_some_and(|(mark,)| mark.is_some_and(|mark| mark == self.mark(tenancy.uid))))
    }
}

/// How to reach a database by the URL that a tenant brought.
fn options(url: &Dsn) -> Result<PgConnectOptions> {
    match url.scheme() {
        "postgres" | "postgresql" => {
            let options = postgres_options(url);
            let options = options.map_err(|_| Error::invalid("db_url", "the PostgreSQL URL cannot be read"))?;
            // Whoever owns the database may have set others for the login, and made functions of every name.
            Ok(options.options([
                ("search_path", "pg_catalog, pg_temp"),
                ("standard_conforming_strings", "on"),
            ]))
        }
        _ => Err(Error::invalid(
            "db_url",
            "a tenant brings a PostgreSQL database (postgres://…); for a SQLite file of its own on another disk add a \
             server there and name it",
        )),
    }
}

fn way(tenancy: &Tenancy) -> Result<PgConnectOptions> {
    let url = tenancy
        .url
        .as_ref()
        .ok_or(Error::Internal("the URL that a tenant brought is not in the catalogue"))?;
    options(url)
}

/// The login owns what it makes, and serves it.
fn ground(schema: &SqlIdent) -> Ground<'_> {
    Ground {
        database: HIDDEN,
        schema,
        user: None,
        sealed: false,
    }
}

impl Ways for PgBrought {
    fn central(&self) -> &Central {
        &self.central
    }

    fn provisioner(&self, tenancy: &Tenancy) -> Result<PgConnectOptions> {
        way(tenancy)
    }

    fn owner(&self, tenancy: &Tenancy, _: &str) -> Result<PgConnectOptions> {
        way(tenancy)
    }

    fn open(&self, options: PgConnectOptions) -> BoxFuture<'_, Result<Conn>> {
        Box::pin(async move { open(&options).await.map_err(connect::away) })
    }
}

impl Storage for PgBrought {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn check(&self, _: Isolation) -> Result<()> {
        Err(Error::invalid(
            "server",
            "here are the databases that tenants brought; give db_url, or name another server",
        ))
    }

    fn pool(&self) -> &Arc<ServerPool> {
        &self.pool
    }

    fn rewriter(&self) -> &Arc<Rewriter> {
        &self.rewriter
    }

    fn prepare(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }

    fn place(&self, id: &TenantId, uid: TenantUid, _: Isolation) -> Result<Placement> {
        let mut placement = Placement::new("", Isolation::Database, HIDDEN);
        placement.schema = Some(self.prefix.physical(id, uid)?.as_str().to_owned());
        Ok(placement)
    }

    fn create<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let (name, mark) = (schema::name(tenancy)?, self.mark(tenancy.uid));
            let mut conn = fence::advance(self, tenancy).await?;
            // Of two tenants that bring one database at once, the second finds the mark of the first.
            conn.run("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('mtp-brought', 0))")
                .await?;
            let down = admit::look(&mut conn, &self.marks(), &mark, name.as_str()).await?;
            if !down.is_empty() {
                return Err(Error::WallDown(down));
            }
            conn.run(migrate::make_schema(name.as_str(), None)).await?;
            conn.run(format!("COMMENT ON SCHEMA {name} IS '{mark}'; COMMIT"))
                .await?;
            conn.close().await;
            Ok(())
        })
    }

    fn migrate<'a>(&'a self, tenancy: &'a Tenancy, set: &'a MigrationSet) -> BoxFuture<'a, Result<i64>> {
        Box::pin(async move { migrate::run_apart(self, tenancy, &ground(&schema::name(tenancy)?), set).await })
    }

    fn applied<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<(i64, Vec<u8>)>>> {
        Box::pin(async move { migrate::applied(self, tenancy, &ground(&schema::name(tenancy)?)).await })
    }

    fn self_test<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Vec<Finding>>> {
        Box::pin(async move {
            let (name, mark) = (schema::name(tenancy)?, self.mark(tenancy.uid));
            let mut conn = fence::session(self, &way(tenancy)?, tenancy).await?;
            let mut findings = admit::look(&mut conn, &self.marks(), &mark, name.as_str()).await?;
            findings.extend(admit::owned(&mut conn, &mark, &name).await?);
            conn.close().await;
            Ok(findings)
        })
    }

    fn open<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<Opened>> {
        Box::pin(async move {
            let schema = schema::name(tenancy)?;
            Ok(Opened {
                target: self.target(tenancy, &schema)?,
                schema: Some(schema.as_str().into()),
                sealer: None,
            })
        })
    }

    fn erase<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.forget(tenancy.uid);
            if tenancy.url.is_none() {
                return Ok(());
            }
            match self.release(tenancy).await {
                // Whoever took its database away must not keep the rest of the tenant from being purged.
                Err(Error::Unavailable { what, .. }) => {
                    tracing::warn!(target: "mtp::lifecycle", tenant = %tenancy.id, what, "a database that a tenant brought is left with our mark on its schema");
                    Ok(())
                }
                done => done,
            }
        })
    }

    fn is_gone<'a>(&'a self, tenancy: &'a Tenancy) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            if tenancy.url.is_none() {
                return Ok(true);
            }
            let mut conn = match fence::session(self, &way(tenancy)?, tenancy).await {
                Ok(conn) => conn,
                // As in `erase`: what cannot be reached is left.
                Err(Error::Unavailable { .. }) => return Ok(true),
                Err(e) => return Err(e),
            };
            let marked = self.is_marked(&mut conn, tenancy, &schema::name(tenancy)?).await?;
            conn.close().await;
            Ok(!marked)
        })
    }

    fn places(&self) -> BoxFuture<'_, Result<Vec<Marked>>> {
        // Only those that the catalogue knows can be reached.
        Box::pin(async { Ok(Vec::new()) })
    }

    fn remove<'a>(&'a self, _: &'a Marked) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::Internal("a database that a tenant brought was to be removed")) })
    }

    fn examine(&self) -> BoxFuture<'_, Result<Vec<Finding>>> {
        // Each by itself (`examine_tenant`): one tenant's database that is away or open keeps no other from service.
        Box::pin(async { Ok(Vec::new()) })
    }

    fn ping(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}
