//! The first layer: who is the request for, and what does its route demand?

use std::sync::Arc;

use axum::extract::{OriginalUri, Request};
use futures::FutureExt;
use http::{Uri, uri::PathAndQuery};
use mtp_core::{Found, Freshness, TenantDirectory};

use crate::{
    access::{Access, RouteTable},
    gate::{Gate, Verdict},
    pass::Pass,
    respond::Problem,
    tenant::{ResolveError, Resolvers},
};

/// Resolves the tenant's name and leaves a [`Pass`] in the request. Whether such a tenant exists is
/// not asked here where a credential is demanded: a forged one must not make the catalogue work, nor
/// learn from the time it takes.
pub(crate) struct TenantLayer {
    pub(crate) directory: Arc<dyn TenantDirectory>,
    pub(crate) resolvers: Resolvers,
    pub(crate) routes: RouteTable,
}

impl Gate for TenantLayer {
    fn check(self: &Arc<Self>, mut request: Request) -> Verdict {
        let path = self.resolvers.strip(request.uri().path());
        let access = self
            .routes
            .access(request.method(), path.unwrap_or_else(|| request.uri().path()));
        let named = match access {
            // Nothing of a tenant is touched, so a wrong name there is nobody's harm.
            Access::Public | Access::Market => None,
            _ => match self.resolvers.resolve(&request) {
                Ok(named) => named,
                Err(error) => return Verdict::Refuse(Problem::from(error)),
            },
        };
        if let Some(path) = path {
            match without_prefix(request.uri(), path) {
                Some(uri) => {
                    let original = std::mem::replace(request.uri_mut(), uri);
                    if request.extensions().get::<OriginalUri>().is_none() {
                        request.extensions_mut().insert(OriginalUri(original));
                    }
                }
                None => return Verdict::Refuse(Problem::bad_request("the path cannot be read")),
            }
        }
        let pass = Pass::new(access, named);
        if access == Access::Tenant {
            return self.for_sign_in(pass, request);
        }
        request.extensions_mut().insert(pass);
        Verdict::Pass(request)
    }
}

impl TenantLayer {
    /// A route that needs a tenant and no credential: the handler gets the tenant if it is served,
    /// and must answer the same if not.
    fn for_sign_in(self: &Arc<Self>, mut pass: Pass, mut request: Request) -> Verdict {
        let Some(id) = pass.named.clone() else {
            return Verdict::Refuse(Problem::from(ResolveError::Missing));
        };
        let enter = move |found: Option<Found>| -> Request {
            pass.handle = found.and_then(served);
            request.extensions_mut().insert(pass);
            request
        };
        if self.directory.freshness() == Freshness::Fresh
            && let Some(found) = self.directory.cached(&id)
        {
            return Verdict::Pass(enter(found));
        }
        let layer = Arc::clone(self);
        Verdict::Ask(
            async move {
                let found = layer.directory.find(&id).await?;
                Ok(enter(found))
            }
            .boxed(),
        )
    }
}

/// The right to a tenant, if it is served now.
pub(crate) fn served(found: Found) -> Option<mtp_core::TenantHandle> {
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
