//! The two ends of the chain: outside, the span and the form of errors; inside, the tenant's name.

use std::{
    convert::Infallible,
    task::{Context, Poll},
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use futures::{
    FutureExt,
    future::{BoxFuture, Either, Ready, Then, ready},
};
use mtp_core::{TenantId, with_tenant};
use tokio::task::futures::TaskLocalFuture;
use tower::{Layer, Service};
use tracing::{Instrument, Span, field::Empty, instrument::Instrumented};

use crate::{pass::Pass, respond};

type Answer = Result<Response, Infallible>;
type Formed = Either<Ready<Answer>, BoxFuture<'static, Answer>>;

/// The outer end: opens the span that every line about a request is in, and gives errors their form.
#[derive(Clone)]
pub(crate) struct EdgeLayer;

impl<S> Layer<S> for EdgeLayer {
    type Service = Edge<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Edge { inner }
    }
}

/// See [`EdgeLayer`].
#[derive(Clone)]
pub(crate) struct Edge<S> {
    inner: S,
}

impl<S> Service<Request> for Edge<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Instrumented<Then<S::Future, Formed, fn(Answer) -> Formed>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The path itself is not logged: it may hold what is nobody's business. Its template is.
        let span = tracing::info_span!(
            "request",
            method = %request.method(),
            route = Empty,
            tenant = Empty,
            status = Empty,
        );
        let entered = span.enter();
        let answer = self.inner.call(request);
        drop(entered);
        answer.then(form as fn(Answer) -> Formed).instrument(span)
    }
}

fn form(answer: Answer) -> Formed {
    let Ok(response) = answer;
    Span::current().record("status", response.status().as_u16());
    if respond::is_plain_error(&response) {
        Either::Right(Box::pin(respond::problem_from_plain(response).map(Ok)))
    } else {
        Either::Left(ready(Ok(response)))
    }
}

/// The inner end, after routing: [`mtp_core::current_tenant`] for the handler, and the route's
/// template for the span.
#[derive(Clone)]
pub(crate) struct ScopeLayer;

impl<S> Layer<S> for ScopeLayer {
    type Service = Scope<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Scope { inner }
    }
}

/// See [`ScopeLayer`].
#[derive(Clone)]
pub(crate) struct Scope<S> {
    inner: S,
}

impl<S> Service<Request> for Scope<S>
where
    S: Service<Request>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Either<TaskLocalFuture<TenantId, S::Future>, S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        if let Some(path) = request.extensions().get::<MatchedPath>() {
            Span::current().record("route", path.as_str());
        }
        let tenant = request
            .extensions()
            .get::<Pass>()
            .and_then(|pass| pass.handle.as_ref())
            .map(|handle| handle.id().clone());
        // Routes do nothing before their future is polled, so the name is there for all of it.
        let answer = self.inner.call(request);
        match tenant {
            Some(id) => Either::Left(with_tenant(id, answer)),
            None => Either::Right(answer),
        }
    }
}
