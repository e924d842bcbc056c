//! What a gate of the chain says of a request: at once, where all that it needs is in memory, or once it has asked.

use futures::future::BoxFuture;
use http::Method;
use mtp_core::TenantId;
use tracing::{Span, field::Empty};

use crate::{pass::Pass, respond::Problem, tenant::ResolveError};

/// What a gate says. It never takes the request: what is in memory is answered without an allocation, and what must be
/// asked for keeps only what its refusal would need.
pub(crate) enum Verdict {
    /// Go on, or stop here.
    Now(Result<Pass, Refusal>),
    /// Something must be waited for.
    Ask(BoxFuture<'static, Result<Pass, Refusal>>),
}

/// Why a request ends at a gate.
pub(crate) struct Refusal {
    /// What is answered.
    pub(crate) problem: Box<Problem>,
    /// The tenant whose caller asks, where that is known, for the request's span.
    pub(crate) tenant: Option<TenantId>,
    /// That span, where something was said in it already.
    pub(crate) span: Option<Span>,
}

impl Refusal {
    /// A refusal of a tenant's own caller.
    pub(crate) fn of(tenant: &TenantId, problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            tenant: Some(tenant.clone()),
            span: None,
        }
    }

    /// A refusal of which something was said in the request's span.
    pub(crate) fn said(span: Span, problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            tenant: None,
            span: Some(span),
        }
    }
}

/// The span of a request that ends at a gate: as the router's side would have opened it, but for the route.
pub(crate) fn span_of(method: &Method, tenant: Option<&TenantId>) -> Span {
    tracing::info_span!("request", method = %method, tenant = tenant.map(display), status = Empty)
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self {
            problem: Box::new(problem),
            tenant: None,
            span: None,
        }
    }
}

impl From<ResolveError> for Refusal {
    fn from(error: ResolveError) -> Self {
        Problem::from(error).into()
    }
}

impl From<mtp_core::Error> for Refusal {
    fn from(error: mtp_core::Error) -> Self {
        Problem::from(error).into()
    }
}

impl Verdict {
    /// Stop here.
    pub(crate) fn refuse(refusal: impl Into<Refusal>) -> Self {
        Self::Now(Err(refusal.into()))
    }
}
