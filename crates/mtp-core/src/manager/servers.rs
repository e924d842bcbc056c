//! Taking another database server into service.

use super::{TenantManager, storage::DEFAULT_SERVER};
use crate::{
    catalogue::{Server, ServerKind, ServerRow, ServerState, check_server_name, connect},
    doctor::{Finding, Severity},
    error::{Error, Result},
    keys::Purpose,
    names,
    secret::Dsn,
    tenant::BROUGHT_SERVER,
};

impl TenantManager {
    /// Takes a server into service for new tenants: looks whether it can be reached, makes it ready, sees that its
    /// walls stand, and only then writes it down, its URL sealed. What kind it is, the URL says; of SQLite it names
    /// the folder. Broken off, it can be done again.
    ///
    /// # Errors
    /// [`Error::Invalid`] where there is a server of that name, or the name or capacity is none; [`Error::WallDown`]
    /// where its walls do not stand; where it cannot be reached.
    pub async fn add_server(&self, name: &str, url: Dsn, capacity: Option<i64>) -> Result<Server> {
        let inner = &self.inner;
        let capacity = capacity.unwrap_or(inner.settings.server_capacity);
        if capacity < 0 {
            return Err(Error::invalid("capacity", "a number of tenants, 0 or more"));
        }
        let (scope, taken) = (inner.service_scope(), || {
            Error::invalid(
                "server",
                format!("there is a server {name:?} already; choose another name"),
            )
        });
        check_server_name(name)?;
        // The central database's own server has no URL of its own in the catalogue, and databases that tenants brought
        // have one each.
        if name == DEFAULT_SERVER || name == BROUGHT_SERVER {
            return Err(taken());
        }
        if let Some(row) = inner.central.server(name).await? {
            // One that was broken off half-way has no URL yet and takes no tenants.
            let sealed = inner
                .central
                .get_secret(&inner.keys, &scope, &Purpose::DATABASE_URL, name)
                .await?;
            if sealed.is_some() || row.state == ServerState::Accepting.as_str() {
                return Err(taken());
            }
        }
        let (dialect, _) = connect(&url)?;
        let row = ServerRow {
            name: name.to_owned(),
            kind: ServerKind::of(dialect).as_str().to_owned(),
            state: ServerState::Draining.as_str().to_owned(),
            capacity,
            common_database: names::common_database(&inner.settings.service)?.as_str().to_owned(),
            keeps_statements: true,
            created_at: 0,
        };
        let server = inner.factory.open_at(inner, &row, &url).await?;
        server.prepare().await?;
        let down: Vec<Finding> = server
            .examine()
            .await?
            .into_iter()
            .filter(|f| f.severity == Severity::Error)
            .collect();
        if !down.is_empty() {
            return Err(Error::WallDown(down));
        }
        inner.central.add_server(&row).await?;
        // Of two who add one name at once, the first one's URL stands, and the other hears of it.
        let stands = inner
            .central
            .secret_or(&inner.keys, &scope, &Purpose::DATABASE_URL, name, None, || {
                Ok(zeroize::Zeroizing::new(url.expose().as_bytes().to_vec()))
            })
            .await?;
        if stands.as_slice() != url.expose().as_bytes() {
            return Err(taken());
        }
        inner.central.set_server_state(name, ServerState::Accepting).await?;
        self.servers()
            .await?
            .into_iter()
            .find(|server| server.name == name)
            .ok_or(Error::Internal("a server vanished while it was added"))
    }
}
