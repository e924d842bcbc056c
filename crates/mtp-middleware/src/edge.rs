//! The two ends of the chain: outside, the span and the form of errors; inside, the tenant's name.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll, ready},
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use futures::future::{BoxFuture, Either};
use mtp_core::{TenantId, with_tenant};
use pin_project_lite::pin_project;
use tokio::task::futures::TaskLocalFuture;
use tower::{Layer, Service};
use tracing::{Span, field::Empty};

use crate::{pass::Pass, respond};

type Answer = Result<Response, Infallible>;

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
    type Future = EdgeFuture<S::Future>;

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
        EdgeFuture {
            answer,
            formed: None,
            span,
        }
    }
}

pin_project! {
    /// An answer on its way out, within the request's span. The span is held here and not looked up: to ask tracing for
    /// the current one costs as much as a layer.
    pub(crate) struct EdgeFuture<F> {
        #[pin]
        answer: F,
        formed: Option<BoxFuture<'static, Response>>,
        span: Span,
    }
}

impl<F: Future<Output = Answer>> Future for EdgeFuture<F> {
    type Output = Answer;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Answer> {
        let this = self.project();
        let _entered = this.span.enter();
        if this.formed.is_none() {
            let Ok(response) = ready!(this.answer.poll(cx));
            this.span.record("status", response.status().as_u16());
            if !respond::is_plain_error(&response) {
                return Poll::Ready(Ok(response));
            }
            *this.formed = Some(Box::pin(respond::problem_from_plain(response)));
        }
        match this.formed {
            Some(formed) => formed.as_mut().poll(cx).map(Ok),
            // It was made above.
            None => Poll::Pending,
        }
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
        let tenant = request
            .extensions()
            .get::<Pass>()
            .and_then(|pass| pass.handle.as_ref())
            .map(|handle| handle.id().clone());
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        // Both at once: to find the span, and to write to it, costs more than what is written.
        match (route, &tenant) {
            (Some(route), Some(tenant)) => {
                tracing::record_all!(Span::current(), route = route, tenant = tenant.as_str());
            }
            (Some(route), None) => {
                Span::current().record("route", route);
            }
            (None, Some(tenant)) => {
                Span::current().record("tenant", tenant.as_str());
            }
            (None, None) => {}
        }
        // Routes do nothing before their future is polled, so the name is there for all of it.
        let answer = self.inner.call(request);
        match tenant {
            Some(id) => Either::Left(with_tenant(id, answer)),
            None => Either::Right(answer),
        }
    }
}
