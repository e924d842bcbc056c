//! The chain, the standard routes and the service's own, put together.

use std::sync::Arc;

use axum::Router;
use mtp_core::{AuditEntry, TenantManager};
use mtp_market::{AuditedMarketKeys, MarketApi};
use mtp_middleware::{AuditSink, Chain, CrossTenantAttempt, RouteTable, Whole};
use mtp_standard_api::StandardApi;

use super::Platform;
use crate::Error;

impl Platform {
    /// Puts the platform's routes beside the service's and the chain before all of them.
    ///
    /// Whatever the service's routes are, they demand a caller of the tenant, unless
    /// [`PlatformBuilder::routes`](crate::PlatformBuilder::routes) said otherwise.
    ///
    /// # Errors
    /// [`Error::Routes`] where two rows of what routes demand contradict each other.
    pub fn wrap(&self, router: Router) -> Result<Router, Error> {
        let (chain, router) = self.chain(router)?;
        Ok(chain.wrap(router))
    }

    /// The chain, and all routes to put behind it.
    pub(super) fn chain(&self, router: Router) -> Result<(Chain<Whole>, Router), Error> {
        let inner = &self.inner;
        let settings = &inner.settings;
        let table = RouteTable::default()
            .with(mtp_standard_api::ROUTES)
            .and_then(|table| table.with(mtp_market::ROUTES))
            .and_then(|table| table.with(settings.routes.iter().cloned()))
            .map_err(Error::Routes)?;
        let mut standard = StandardApi::new(
            inner.manager.clone(),
            Arc::clone(&inner.tokens),
            settings.base_url.clone(),
        )
        .openapi(mtp_market::openapi());
        let mut market =
            MarketApi::new(inner.manager.clone(), settings.base_url.clone()).deadline(settings.provision_deadline);
        if let Some(manifest) = &settings.manifest {
            standard = standard.manifest(manifest.clone());
            market = market.manifest(manifest.clone());
        }
        let router = router
            .merge(mtp_standard_api::router(standard))
            .merge(mtp_market::router(market));
        let chain = Chain::new(Arc::new(inner.manager.clone()))
            .tenant(settings.resolvers.clone())
            .auth(Arc::clone(&settings.verifier))
            .rate_limit(settings.limits.clone())
            .routes(table)
            .market_keys(Arc::new(AuditedMarketKeys::new(inner.manager.clone())))
            .audit(Arc::new(Audit(inner.manager.clone())));
        Ok((chain, router))
    }
}

/// Writes attempts across tenants into the catalogue, beside the request.
struct Audit(TenantManager);

impl AuditSink for Audit {
    fn cross_tenant(&self, attempt: CrossTenantAttempt) {
        let manager = self.0.clone();
        tokio::spawn(async move {
            let entry = AuditEntry::new(attempt.subject, "tenant.cross", "refused")
                .tenant(attempt.tenant_uid)
                .detail(format!("{} {} for {}", attempt.method, attempt.path, attempt.named));
            if let Err(error) = manager.audit(entry).await {
                tracing::warn!(target: "mtp::audit", %error, "an event was not written down");
            }
        });
    }
}
