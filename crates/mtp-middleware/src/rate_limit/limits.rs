//! The limits of a chain: each tenant's, each market key's, and those of callers without a credential.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use mtp_core::{TenantHandle, TenantUid};
use uuid::Uuid;

use crate::{
    limits::{DEFAULT_ANONYMOUS_RATE, DEFAULT_MARKET_RATE, DEFAULT_TENANT_RATE, MAX_RATE_KEYS, MAX_RATES},
    rate_limit::{RateLimit, Stranger, keyed::Keyed},
};

type PlanRate = Arc<dyn Fn(&TenantHandle) -> Option<RateLimit> + Send + Sync>;

/// What is let through. Cloning shares the counters.
#[derive(Clone)]
pub struct Limits {
    inner: Arc<Inner>,
}

struct Inner {
    tenant: RateLimit,
    market: RateLimit,
    anonymous: RateLimit,
    plan: Option<PlanRate>,
    /// One limiter for each rate in use: a limiter of governor has one rate for all its keys.
    tenants: RwLock<Vec<(RateLimit, Arc<Keyed<TenantUid>>)>>,
    markets: Keyed<Uuid>,
    strangers: Keyed<Stranger>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(RateLimit::default_of(DEFAULT_TENANT_RATE))
    }
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("tenant", &self.inner.tenant)
            .field("market", &self.inner.market)
            .field("anonymous", &self.inner.anonymous)
            .finish_non_exhaustive()
    }
}

impl Limits {
    /// So much for each tenant; the defaults for markets and for callers without a credential.
    pub fn new(per_tenant: RateLimit) -> Self {
        Self::build(
            per_tenant,
            RateLimit::default_of(DEFAULT_MARKET_RATE),
            RateLimit::default_of(DEFAULT_ANONYMOUS_RATE),
            None,
        )
    }

    /// So much for each market key.
    pub fn market(self, rate: RateLimit) -> Self {
        let i = &self.inner;
        Self::build(i.tenant, rate, i.anonymous, i.plan.clone())
    }

    /// So much for each address and tenant's name without a good credential.
    pub fn anonymous(self, rate: RateLimit) -> Self {
        let i = &self.inner;
        Self::build(i.tenant, i.market, rate, i.plan.clone())
    }

    /// A tenant's own rate, by its plan for example; none: the rate for all. At most
    /// [`MAX_RATES`](crate::limits::MAX_RATES) different ones are told apart, further ones count as
    /// the rate for all.
    pub fn plan(self, rate: impl Fn(&TenantHandle) -> Option<RateLimit> + Send + Sync + 'static) -> Self {
        let i = &self.inner;
        Self::build(i.tenant, i.market, i.anonymous, Some(Arc::new(rate)))
    }

    fn build(tenant: RateLimit, market: RateLimit, anonymous: RateLimit, plan: Option<PlanRate>) -> Self {
        Self {
            inner: Arc::new(Inner {
                tenant,
                market,
                anonymous,
                plan,
                tenants: RwLock::new(vec![(tenant, Arc::new(Keyed::new(tenant, MAX_RATE_KEYS)))]),
                markets: Keyed::new(market, MAX_RATE_KEYS),
                strangers: Keyed::new(anonymous, MAX_RATE_KEYS),
            }),
        }
    }

    pub(crate) fn take_tenant(&self, handle: &TenantHandle) -> Result<(), Duration> {
        let rate = self
            .inner
            .plan
            .as_ref()
            .and_then(|plan| plan(handle))
            .unwrap_or(self.inner.tenant);
        self.limiter(rate).take(handle.uid())
    }

    pub(crate) fn take_market(&self, key: Uuid) -> Result<(), Duration> {
        self.inner.markets.take(key)
    }

    pub(crate) fn take_stranger(&self, stranger: Stranger) -> Result<(), Duration> {
        self.inner.strangers.take(stranger)
    }

    fn limiter(&self, rate: RateLimit) -> Arc<Keyed<TenantUid>> {
        // A poisoned lock holds a whole list all the same: it is only ever pushed to.
        let known = self.inner.tenants.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, limiter)) = known.iter().find(|(known, _)| *known == rate) {
            return Arc::clone(limiter);
        }
        drop(known);
        let mut known = self.inner.tenants.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, limiter)) = known.iter().find(|(known, _)| *known == rate) {
            return Arc::clone(limiter);
        }
        if known.len() >= MAX_RATES {
            tracing::warn!(%rate, "too many different rates; this one counts as the rate for all");
            return Arc::clone(&known[0].1);
        }
        let limiter = Arc::new(Keyed::new(rate, MAX_RATE_KEYS));
        known.push((rate, Arc::clone(&limiter)));
        limiter
    }
}
