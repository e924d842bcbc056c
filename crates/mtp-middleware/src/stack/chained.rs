//! The chain as a service: the three gates in their order, then the router.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::HttpBody,
    extract::{DefaultBodyLimit, Request},
    response::{IntoResponse, Response},
};
use futures::{
    FutureExt,
    future::{BoxFuture, Either, Ready, ready},
};
use http::Method;
use tower::Service;
use tracing::Instrument;

use crate::{
    access::Access,
    auth::AuthGate,
    limits::MAX_BODY_BYTES,
    pass::Pass,
    rate_limit::{RateLimitGate, Stranger},
    tenant::TenantGate,
    verdict::{Refusal, Verdict, span_of},
};

/// The gates. What is in memory is answered without an allocation.
pub(crate) struct Gates {
    pub(crate) tenant: TenantGate,
    pub(crate) auth: Arc<AuthGate>,
    pub(crate) rate_limit: RateLimitGate,
}

impl Gates {
    /// The order of the text is the order of a request's way.
    fn check(self: &Arc<Self>, request: &mut Request) -> Verdict {
        // First, since everything after it depends on whom a request is for and what its route demands; and the router
        // must see the path without the tenant's prefix.
        let pass = match self.tenant.check(request) {
            Ok(pass) => pass,
            Err(problem) => return Verdict::refuse(problem),
        };
        // Whoever signs in has nothing to show yet, and is counted before anything is looked up.
        if pass.access == Access::Tenant {
            let stranger = Stranger::of(request.extensions(), &pass);
            return match self.rate_limit.check_stranger(stranger) {
                Ok(()) => self.tenant.look_up(pass),
                Err(problem) => Verdict::refuse(problem),
            };
        }
        // Before the limit, so that only a tenant's own callers can use its share up.
        match self.auth.check(request, pass) {
            Verdict::Now(known) => Verdict::Now(known.and_then(|pass| self.limited(pass))),
            Verdict::Ask(question) => {
                let gates = Arc::clone(self);
                Verdict::Ask(async move { gates.limited(question.await?) }.boxed())
            }
        }
    }

    fn limited(&self, pass: Pass) -> Result<Pass, Refusal> {
        self.rate_limit.check(&pass)?;
        Ok(pass)
    }
}

/// The gates before a service.
pub(crate) struct Chained<S> {
    pub(crate) gates: Arc<Gates>,
    pub(crate) inner: S,
}

impl<S: Clone> Clone for Chained<S> {
    fn clone(&self) -> Self {
        Self {
            gates: Arc::clone(&self.gates),
            inner: self.inner.clone(),
        }
    }
}

type Answer = Result<Response, Infallible>;

impl<S> Service<Request> for Chained<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, Either<Ready<Answer>, BoxFuture<'static, Answer>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        // Before anything reads a body, where there is one. A route's own limit, set inside, wins.
        if !request.body().is_end_stream() {
            DefaultBodyLimit::max(MAX_BODY_BYTES).apply(&mut request);
        }
        match self.gates.check(&mut request) {
            Verdict::Now(Ok(pass)) => {
                request.extensions_mut().insert(pass);
                Either::Left(self.inner.call(request))
            }
            Verdict::Now(Err(refusal)) => Either::Right(Either::Left(ready(Ok(refused(request.method(), refusal))))),
            Verdict::Ask(question) => {
                // The service that was made ready is the one to call; its clone stays behind.
                let clone = self.inner.clone();
                let mut inner = std::mem::replace(&mut self.inner, clone);
                let question = question.instrument(tracing::info_span!("admit", method = %request.method()));
                Either::Right(Either::Right(Box::pin(async move {
                    match question.await {
                        Ok(pass) => {
                            request.extensions_mut().insert(pass);
                            inner.call(request).await
                        }
                        Err(refusal) => Ok(refused(request.method(), refusal)),
                    }
                })))
            }
        }
    }
}

/// The answer to a request that ends at a gate.
fn refused(method: &Method, refusal: Refusal) -> Response {
    let response = refusal.problem.into_response();
    let span = refusal.span.unwrap_or_else(|| span_of(method, refusal.tenant.as_ref()));
    span.record("status", response.status().as_u16());
    span.in_scope(|| tracing::debug!("a request was refused by the chain"));
    response
}
