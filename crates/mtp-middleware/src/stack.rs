//! The chain: tenant, then auth, then rate limit, in the one order there is.

mod chained;
mod scope;

use std::{convert::Infallible, fmt, sync::Arc};

use axum::{Router, extract::Request, response::Response};
use mtp_core::{MarketKeys, TenantDirectory};
use tower::Service;

use crate::{
    access::RouteTable,
    auth::{AuditSink, AuthCounts, AuthGate, Authenticate, VerifiedTokens},
    limits::VERIFIED_TOKENS,
    rate_limit::{Limits, RateLimitGate},
    stack::{
        chained::{Chained, Gates},
        scope::ScopeLayer,
    },
    tenant::{Resolvers, TenantGate},
};

/// A chain that is being built. Its type says what comes next, so a chain in another order, or one
/// with a link missing, does not compile:
///
/// ```
/// use std::sync::Arc;
/// use mtp_middleware::{Authenticate, Chain, Limits, Resolvers};
/// # fn f(directory: Arc<dyn mtp_core::TenantDirectory>, verifier: impl Authenticate, router: axum::Router) {
/// let app: axum::Router = Chain::new(directory)
///     .tenant(Resolvers::all(None))
///     .auth(verifier)
///     .rate_limit(Limits::default())
///     .wrap(router);
/// # }
/// ```
#[must_use = "a chain does nothing until it wraps a router"]
pub struct Chain<State> {
    parts: Parts,
    state: State,
}

struct Parts {
    directory: Arc<dyn TenantDirectory>,
    routes: RouteTable,
    market_keys: Option<Arc<dyn MarketKeys>>,
    audit: Option<Arc<dyn AuditSink>>,
    counts: AuthCounts,
}

/// The chain does not know yet where requests name their tenant: call [`tenant`](Chain::tenant).
#[derive(Debug)]
pub struct NeedsTenant(());

/// The chain does not know yet how callers are verified: call [`auth`](Chain::auth).
#[derive(Debug)]
pub struct NeedsAuth {
    resolvers: Resolvers,
}

/// The chain does not know yet how much is let through: call [`rate_limit`](Chain::rate_limit).
pub struct NeedsRateLimit {
    resolvers: Resolvers,
    authenticator: Arc<dyn Authenticate>,
}

/// The chain is whole: call [`wrap`](Chain::wrap).
pub struct Whole {
    resolvers: Resolvers,
    authenticator: Arc<dyn Authenticate>,
    limits: Limits,
}

impl fmt::Debug for NeedsRateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NeedsRateLimit").finish_non_exhaustive()
    }
}

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Whole").finish_non_exhaustive()
    }
}

impl<State: fmt::Debug> fmt::Debug for Chain<State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chain")
            .field("state", &self.state)
            .field("routes", &self.parts.routes)
            .finish_non_exhaustive()
    }
}

impl Chain<NeedsTenant> {
    /// A chain over a directory of tenants.
    pub fn new(directory: Arc<dyn TenantDirectory>) -> Self {
        Self {
            parts: Parts {
                directory,
                routes: RouteTable::default(),
                market_keys: None,
                audit: None,
                counts: AuthCounts::default(),
            },
            state: NeedsTenant(()),
        }
    }

    /// Where requests name their tenant.
    pub fn tenant(self, resolvers: Resolvers) -> Chain<NeedsAuth> {
        Chain {
            parts: self.parts,
            state: NeedsAuth { resolvers },
        }
    }
}

impl Chain<NeedsAuth> {
    /// How callers are verified.
    pub fn auth(self, authenticator: impl Authenticate) -> Chain<NeedsRateLimit> {
        Chain {
            parts: self.parts,
            state: NeedsRateLimit {
                resolvers: self.state.resolvers,
                authenticator: Arc::new(authenticator),
            },
        }
    }
}

impl Chain<NeedsRateLimit> {
    /// How much is let through.
    pub fn rate_limit(self, limits: Limits) -> Chain<Whole> {
        Chain {
            parts: self.parts,
            state: Whole {
                resolvers: self.state.resolvers,
                authenticator: self.state.authenticator,
                limits,
            },
        }
    }
}

impl<State> Chain<State> {
    /// What each route demands; whatever is not in the table demands a caller.
    pub fn routes(mut self, table: RouteTable) -> Self {
        self.parts.routes = table;
        self
    }

    /// How markets are recognised. Without this no route for markets lets anyone in.
    pub fn market_keys(mut self, keys: Arc<dyn MarketKeys>) -> Self {
        self.parts.market_keys = Some(keys);
        self
    }

    /// Who keeps security events.
    pub fn audit(mut self, sink: Arc<dyn AuditSink>) -> Self {
        self.parts.audit = Some(sink);
        self
    }

    /// The counters of this chain, for a metrics page.
    pub fn counts(&self) -> AuthCounts {
        self.parts.counts.clone()
    }
}

impl Chain<Whole> {
    /// Puts the chain before a router, as a router. It runs before routing, since it may take a tenant's prefix off
    /// the path. Layers of the router run inside it.
    pub fn wrap(self, router: Router) -> Router {
        Router::new().fallback_service(self.service(router))
    }

    /// As [`wrap`](Self::wrap), as a service to be served as it is: one turn of routing and three allocations a request
    /// less.
    pub fn service(
        self,
        router: Router,
    ) -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + Sync + 'static
    {
        let Self { parts, state } = self;
        let trusts_token = state.resolvers.trusts_token();
        let gates = Gates {
            tenant: TenantGate {
                directory: Arc::clone(&parts.directory),
                resolvers: state.resolvers,
                routes: parts.routes,
            },
            auth: Arc::new(AuthGate {
                directory: parts.directory,
                authenticator: state.authenticator,
                market_keys: parts.market_keys,
                audit: parts.audit,
                counters: parts.counts.0,
                verified: VerifiedTokens::new(VERIFIED_TOKENS),
                limits: state.limits.clone(),
                trusts_token,
            }),
            rate_limit: RateLimitGate { limits: state.limits },
        };
        let router = router
            // After routing, around each route, outside of the service's own layers.
            .layer(ScopeLayer)
            // Nothing changes in it. But axum then puts routes and layers together here, once, and not anew for each request.
            .with_state(());
        Chained {
            gates: Arc::new(gates),
            inner: router,
        }
    }
}
