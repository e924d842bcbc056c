//! Tenants that bring their own database: let in after a look at it, its URL sealed in the catalogue.

use super::Inner;
use crate::{
    catalogue::{ServerKind, ServerRow, ServerState},
    error::{Error, Result},
    keys::Purpose,
    limits::DEFAULT_SERVER_CAPACITY,
    names,
    secret::Dsn,
    tenant::{BROUGHT_SERVER, Isolation, TenantConfig, TenantUid},
};

/// The name of a brought URL among the service's sealed ones; no server is called so.
fn record(uid: TenantUid) -> String {
    format!("tenant/{uid}")
}

/// What a call for a tenant says of its place, once it is known whether the tenant brings a database.
pub(super) fn placed(mut config: TenantConfig) -> Result<TenantConfig> {
    let named = config.server.as_deref();
    if config.db_url.is_none() {
        if named == Some(BROUGHT_SERVER) {
            return Err(Error::invalid(
                "server",
                "here are the databases that tenants brought; give db_url, or name another server",
            ));
        }
        return Ok(config);
    }
    if named.is_some_and(|name| name != BROUGHT_SERVER) {
        return Err(Error::invalid(
            "server",
            "a tenant that brings a database has no server of ours; leave it out",
        ));
    }
    if !matches!(config.isolation, None | Some(Isolation::Database)) {
        return Err(Error::invalid(
            "isolation",
            "a tenant that brings a database has it to itself; leave it out",
        ));
    }
    config.server = Some(BROUGHT_SERVER.into());
    config.isolation = Some(Isolation::Database);
    Ok(config)
}

impl Inner {
    /// Looks whether a tenant may bring this database; nothing is written but that there are such databases.
    pub(super) async fn admit_brought(&self, url: &Dsn) -> Result<()> {
        self.factory.admit_brought(self, url).await?;
        let row = ServerRow {
            name: BROUGHT_SERVER.into(),
            kind: ServerKind::of(crate::rewrite::Dialect::Postgres).as_str().into(),
            state: ServerState::Draining.as_str().into(),
            capacity: DEFAULT_SERVER_CAPACITY,
            common_database: names::common_database(&self.settings.service)?.as_str().into(),
            keeps_statements: true,
            created_at: 0,
        };
        self.central.add_server(&row).await.map(drop)
    }

    /// What seals the URL of a tenant that is being written down.
    pub(super) async fn brought_insert(&self, uid: TenantUid, url: &Dsn) -> Result<sea_query::InsertStatement> {
        let (scope, purpose) = (self.service_scope(), Purpose::DATABASE_URL);
        let value = url.expose().as_bytes();
        self.central
            .secret_insert(&self.keys, &scope, &purpose, &record(uid), None, value)
            .await
    }

    /// The URL that a tenant brought.
    pub(crate) async fn brought_url(&self, uid: TenantUid) -> Result<Option<Dsn>> {
        let scope = self.service_scope();
        let text = self
            .central
            .get_secret_text(&self.keys, &scope, &Purpose::DATABASE_URL, &record(uid))
            .await?;
        text.map(Dsn::parse)
            .transpose()
            .map_err(|_| Error::Internal("the URL that a tenant brought cannot be read"))
    }

    /// Forgets the URL of a tenant that is purged.
    pub(crate) async fn forget_brought(&self, uid: TenantUid) -> Result<()> {
        let scope = self.service_scope();
        self.central
            .delete_secret(&scope, &Purpose::DATABASE_URL, &record(uid))
            .await
    }
}
