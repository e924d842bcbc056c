//! Servers as rows of the catalogue describe them become storages.

use std::{collections::HashMap, sync::Arc};

#[cfg(feature = "sqlite")]
use super::files::tenants_folder;
#[cfg(any(feature = "mysql", feature = "postgres"))]
use super::logins::Logins;
use super::{Inner, settings::Settings};
use crate::{
    catalogue::{ServerKind, ServerRow},
    db::{PoolLimits, ServerPool},
    error::{Error, Result},
    isolation::Storage,
    keys::Purpose,
    names::Prefix,
    rewrite::{Dialect, Rewriter},
    secret::Dsn,
};

/// The server that the central database stands on.
pub(super) const DEFAULT_SERVER: &str = "default";

/// Other ways to the central database's own server than the central URL.
#[derive(Default)]
pub(super) struct Roads {
    pub(super) owner: Option<Dsn>,
    pub(super) runtime: Option<Dsn>,
    pub(super) pooler: Option<String>,
}

/// Opens servers as rows of the catalogue describe them.
pub(crate) struct StorageFactory {
    pub(super) central_url: Dsn,
    #[cfg_attr(
        not(any(feature = "mysql", feature = "postgres")),
        expect(dead_code, reason = "SQLite has no logins and no poolers")
    )]
    pub(super) roads: Roads,
    pub(super) rewriters: HashMap<Dialect, Arc<Rewriter>>,
}

impl StorageFactory {
    /// A server as its row describes it, not yet made ready.
    pub(crate) async fn open(&self, inner: &Inner, row: &ServerRow) -> Result<Arc<dyn Storage>> {
        #[cfg(feature = "postgres")]
        if row.name == crate::tenant::BROUGHT_SERVER {
            return Ok(Arc::new(self.brought(inner)?));
        }
        let url = if row.name == DEFAULT_SERVER {
            self.central_url.clone()
        } else {
            let scope = inner.service_scope();
            let text = inner
                .central
                .get_secret_text(&inner.keys, &scope, &Purpose::DATABASE_URL, &row.name)
                .await?
                .ok_or_else(|| Error::Config(format!("the URL of server {} is not in the catalogue", row.name)))?;
            Dsn::parse(text).map_err(|_| Error::Internal("a server's URL cannot be read"))?
        };
        self.open_at(inner, row, &url).await
    }

    /// Looks whether a tenant may bring this database.
    #[cfg(feature = "postgres")]
    pub(super) async fn admit_brought(&self, inner: &Inner, url: &Dsn) -> Result<()> {
        self.brought(inner)?.admit(url).await
    }

    /// Without PostgreSQL there is none to bring.
    #[cfg(not(feature = "postgres"))]
    #[expect(clippy::unused_async, reason = "only PostgreSQL is asked")]
    pub(super) async fn admit_brought(&self, _: &Inner, _: &Dsn) -> Result<()> {
        Err(Error::invalid(
            "db_url",
            "a tenant brings a PostgreSQL database, and this build has none; switch the feature postgres on",
        ))
    }

    /// The databases that tenants bring.
    #[cfg(feature = "postgres")]
    fn brought(&self, inner: &Inner) -> Result<crate::isolation::postgres::PgBrought> {
        let mut ours = Vec::new();
        for url in [
            Some(&self.central_url),
            self.roads.owner.as_ref(),
            self.roads.runtime.as_ref(),
        ] {
            if let Some(url) = url.filter(|url| url.scheme().starts_with("postgres")) {
                ours.push(crate::catalogue::postgres_options(url)?.get_username().to_owned());
            }
        }
        Ok(crate::isolation::postgres::PgBrought {
            service: inner.settings.service.clone(),
            central: inner.central.clone(),
            prefix: Prefix::new(&inner.settings.prefix)?,
            ours,
            pool: pool(&inner.settings),
            rewriter: self.rewriter(Dialect::Postgres)?,
            targets: std::sync::Mutex::default(),
        })
    }

    /// A server as its row describes it, at a URL that need not be in the catalogue yet.
    pub(crate) async fn open_at(&self, inner: &Inner, row: &ServerRow, url: &Dsn) -> Result<Arc<dyn Storage>> {
        let settings = &inner.settings;
        let pool = pool(settings);
        match ServerKind::parse(&row.kind)? {
            #[cfg(feature = "postgres")]
            ServerKind::Postgres => self.postgres(inner, row, url, pool).await,
            #[cfg(feature = "mysql")]
            ServerKind::MySql => self.mysql(inner, row, url, pool).await,
            #[cfg(feature = "sqlite")]
            ServerKind::Sqlite => Ok(Arc::new(crate::isolation::SqliteServer::new(
                tenants_folder(url, row.name == DEFAULT_SERVER, settings)?,
                Prefix::new(&settings.prefix)?,
                row.common_database.clone(),
                settings.allow_single_wall,
                pool,
                self.rewriter(Dialect::Sqlite)?,
            ))),
            #[cfg(not(all(feature = "mysql", feature = "postgres", feature = "sqlite")))]
            kind => Err(Error::Config(format!(
                "this build has no {kind}; switch its feature on"
            ))),
        }
    }

    /// The ways that hold for a server: an operator's are those of the central database's own.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    fn roads(&self, row: &ServerRow) -> &Roads {
        static NONE: Roads = Roads {
            owner: None,
            runtime: None,
            pooler: None,
        };
        if row.name == DEFAULT_SERVER { &self.roads } else { &NONE }
    }

    #[cfg(feature = "postgres")]
    async fn postgres(
        &self,
        inner: &Inner,
        row: &ServerRow,
        url: &Dsn,
        pool: Arc<ServerPool>,
    ) -> Result<Arc<dyn Storage>> {
        use crate::isolation::postgres::{PgServer, PgServerParts};
        let roads = self.roads(row);
        let logins = Logins::new(inner, row, roads, url).await?;
        let secret = inner.seal_secret(&row.name).await?;
        let installation = inner.installation(&row.name, &secret).await?;
        let pooler = roads.pooler.as_deref().map(address).transpose()?;
        Ok(Arc::new(PgServer::new(PgServerParts {
            name: row.name.clone(),
            service: inner.settings.service.clone(),
            central: inner.central.clone(),
            provisioner: logins.provisioner,
            owner: logins.owner,
            runtime: logins.runtime,
            managed: logins.managed,
            common: logins.common,
            pooler,
            prefix: Prefix::new(&inner.settings.prefix)?,
            sealer: Arc::new(crate::seal::Sealer::new(secret)),
            installation,
            pool,
            rewriter: self.rewriter(Dialect::Postgres)?,
        })?))
    }

    #[cfg(feature = "mysql")]
    async fn mysql(
        &self,
        inner: &Inner,
        row: &ServerRow,
        url: &Dsn,
        pool: Arc<ServerPool>,
    ) -> Result<Arc<dyn Storage>> {
        use crate::isolation::mysql::{MySqlServer, MySqlServerParts};
        let roads = self.roads(row);
        if roads.pooler.is_some() {
            return Err(Error::invalid("pooler", "poolers are for PostgreSQL; leave it out"));
        }
        let logins = Logins::new(inner, row, roads, url).await?;
        let secret = inner.seal_secret(&row.name).await?;
        let installation = inner.installation(&row.name, &secret).await?;
        Ok(Arc::new(MySqlServer::new(MySqlServerParts {
            name: row.name.clone(),
            service: inner.settings.service.clone(),
            central: inner.central.clone(),
            provisioner: logins.provisioner,
            owner: logins.owner,
            runtime: logins.runtime,
            managed: logins.managed,
            common: logins.common,
            prefix: Prefix::new(&inner.settings.prefix)?,
            sealer: Arc::new(crate::seal::Sealer::new(secret)),
            installation,
            pool,
            rewriter: self.rewriter(Dialect::MySql)?,
        })?))
    }

    fn rewriter(&self, dialect: Dialect) -> Result<Arc<Rewriter>> {
        self.rewriters
            .get(&dialect)
            .cloned()
            .ok_or_else(|| Error::Config("the service's migrations cannot be read for this kind of database".into()))
    }
}

/// The connections to one server for all its tenants.
fn pool(settings: &Settings) -> Arc<ServerPool> {
    ServerPool::new(PoolLimits {
        budget: settings.max_connections,
        share: settings.pool_size,
        acquire_timeout: settings.acquire_timeout,
        ..PoolLimits::default()
    })
}

/// `host:port`.
#[cfg(feature = "postgres")]
fn address(text: &str) -> Result<(String, u16)> {
    text.rsplit_once(':')
        .and_then(|(host, port)| Some((host.trim_matches(['[', ']']).to_owned(), port.parse().ok()?)))
        .filter(|(host, _)| !host.is_empty())
        .ok_or_else(|| Error::invalid("pooler", "host:port, for example pgbouncer.internal:6432"))
}
