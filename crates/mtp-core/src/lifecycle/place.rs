//! Where a tenant's place is or is to be, and what is needed to work on it.

use std::{sync::Arc, time::Duration};

use crate::{
    catalogue::{ServerState, TenantRowData},
    error::{Error, Result},
    isolation::{Storage, Tenancy},
    keys::{KeyScope, Purpose},
    manager::Inner,
    secret::{Dsn, Secret},
    tenant::{Isolation, Placement, TenantState, TenantUid},
};

impl Inner {
    /// A tenant's server, and what is needed to work on its place there as the owner: without its login's password,
    /// which would be two questions more to the catalogue for each tenant of a pass.
    pub(crate) async fn place_for_owner(
        &self,
        tenant: &TenantRowData,
        placement: Placement,
    ) -> Result<(Arc<dyn Storage>, Tenancy)> {
        let server = self.server(&placement.server).await?;
        let uid = tenant.uid()?;
        let url = self.url_of(uid, &placement).await?;
        let tenancy = Tenancy {
            id: tenant.id()?,
            uid,
            placement,
            // No operation: a runner that wakes late finds in the ledger, under its lock, what is still to be done.
            fence: 0,
            schema_version: tenant.schema_version,
            password: None,
            url,
            unserved: false,
        };
        Ok((server, tenancy))
    }

    /// A tenant's server, and all that is needed to work on its place there.
    pub(crate) async fn tenancy(
        &self,
        tenant: &TenantRowData,
        placement: Placement,
        fence: i64,
    ) -> Result<(Arc<dyn Storage>, Tenancy)> {
        let server = self.server(&placement.server).await?;
        let uid = tenant.uid()?;
        let scope = KeyScope::Tenant(uid);
        let mut password = None;
        if let Some(login) = &placement.login {
            let purpose = &Purpose::LOGIN_PASSWORD;
            // Only while the tenant is made is a password made: whoever comes late leaves nothing behind.
            let known = if tenant.state()? == TenantState::Provisioning {
                let make = || {
                    Ok(zeroize::Zeroizing::new(
                        crate::password::generate_password()?.expose().as_bytes().to_vec(),
                    ))
                };
                self.central
                    .secret_or(&self.keys, &scope, purpose, login, None, make)
                    .await
                    .map(Some)
            } else {
                self.central.get_secret(&self.keys, &scope, purpose, login).await
            };
            password = match known {
                Ok(bytes) => bytes.map(|bytes| Secret::new(String::from_utf8_lossy(&bytes))),
                // Once the key is destroyed there is no password, and none is needed to destroy the rest.
                Err(_) if matches!(tenant.state()?, TenantState::Purging | TenantState::Purged) => None,
                Err(e) => return Err(e),
            };
        }
        let url = self.url_of(uid, &placement).await?;
        let tenancy = Tenancy {
            id: tenant.id()?,
            uid,
            placement,
            fence,
            schema_version: tenant.schema_version,
            password,
            url,
            unserved: tenant.state()? == TenantState::Provisioning,
        };
        Ok((server, tenancy))
    }

    /// The URL of a database that the tenant brought.
    async fn url_of(&self, uid: TenantUid, placement: &Placement) -> Result<Option<Dsn>> {
        if placement.is_brought() {
            self.brought_url(uid).await
        } else {
            Ok(None)
        }
    }

    /// The server with the most room among those that take tenants and offer the isolation.
    pub(super) async fn choose_server(&self, isolation: Isolation) -> Result<String> {
        let held = self.central.tenants_by_server().await?;
        let mut best: Option<(i64, String)> = None;
        let mut refusal = None;
        let mut rows = self.central.servers().await?;
        rows.retain(|row| row.state == ServerState::Accepting.as_str());
        let a_choice = rows.len() > 1;
        for row in rows {
            let server = match self.server(&row.name).await {
                Ok(server) => server,
                Err(e) => {
                    refusal = Some(e);
                    continue;
                }
            };
            if let Err(e) = server.check(isolation) {
                refusal = Some(e);
                continue;
            }
            // Where there is another, a server that is down now gets no new tenant.
            if a_choice && let Err(e) = server.ping().await {
                refusal = Some(e);
                continue;
            }
            let room = row.capacity - held.iter().find(|(name, _)| *name == row.name).map_or(0, |h| h.1);
            if room > 0 && best.as_ref().is_none_or(|(most, _)| room > *most) {
                best = Some((room, row.name));
            }
        }
        match (best, refusal) {
            (Some((_, name)), _) => Ok(name),
            (None, Some(e)) => Err(e),
            (None, None) => Err(Error::Unavailable {
                what: "a server with room for another tenant",
                retry_after: Duration::from_mins(1),
                source: None,
            }),
        }
    }
}
