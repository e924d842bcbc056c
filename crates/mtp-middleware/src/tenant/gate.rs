//! The first gate: who is the request for, and what does its route demand?

use std::sync::Arc;

use axum::extract::{OriginalUri, Request};
use futures::FutureExt;
use http::{Uri, uri::PathAndQuery};
use mtp_core::{Found, Freshness, TenantDirectory};

use crate::{
    access::{Access, RouteTable},
    pass::Pass,
    respond::Problem,
    tenant::{ResolveError, Resolvers},
    verdict::Verdict,
};

/// Resolves the tenant's name. Whether such a tenant exists is not asked here where a credential is demanded: a forged
/// one must not make the catalogue work, nor learn from the time it takes.
pub(crate) struct TenantGate {
    pub(crate) directory: Arc<dyn TenantDirectory>,
    pub(crate) resolvers: Resolvers,
    pub(crate) routes: RouteTable,
}

impl TenantGate {
    /// Finds what the route demands and whom the request names, and takes the tenant's prefix off the path.
    pub(crate) fn check(&self, request: &mut Request) -> Result<Pass, Problem> {
        let path = self.resolvers.strip(request.uri().path());
        let access = self
            .routes
            .access(request.method(), path.unwrap_or_else(|| request.uri().path()));
        let named = match access {
            // Nothing of a tenant is touched, so a wrong name there is nobody's harm.
            Access::Public | Access::Market => None,
            _ => self.resolvers.resolve(request)?,
        };
        if let Some(path) = path {
            let uri =
                without_prefix(request.uri(), path).ok_or_else(|| Problem::bad_request("the path cannot be read"))?;
            let original = std::mem::replace(request.uri_mut(), uri);
            if request.extensions().get::<OriginalUri>().is_none() {
                request.extensions_mut().insert(OriginalUri(original));
            }
        }
        Ok(Pass::new(access, named))
    }

    /// For a route that needs a tenant and no credential: the handler gets the tenant if it is served, and must answer
    /// the same if not.
    pub(crate) fn look_up(&self, mut pass: Pass) -> Verdict {
        let Some(id) = pass.named.clone() else {
            return Verdict::refuse(ResolveError::Missing);
        };
        if self.directory.freshness() == Freshness::Fresh
            && let Some(found) = self.directory.cached(&id)
        {
            pass.handle = found.and_then(served);
            return Verdict::Now(Ok(pass));
        }
        let directory = Arc::clone(&self.directory);
        Verdict::Ask(
            async move {
                pass.handle = directory.find(&id).await?.and_then(served);
                Ok(pass)
            }
            .boxed(),
        )
    }
}

/// The right to a tenant, if it is served now.
fn served(found: Found) -> Option<mtp_core::TenantHandle> {
    if found.state.is_served() { found.handle } else { None }
}

/// The same URI with another path; the query stays.
fn without_prefix(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query: PathAndQuery = match uri.query() {
        Some(query) => format!("{path}?{query}").parse().ok()?,
        None => path.parse().ok()?,
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query);
    Uri::from_parts(parts).ok()
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        Self::bad_request(error.to_string())
    }
}
