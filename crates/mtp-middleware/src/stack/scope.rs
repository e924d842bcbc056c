//! Around each route: the span that every line about a request is in, [`mtp_core::current_tenant`] for the handler, and
//! the form of errors.

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

/// After routing, since only there the route's template is known; so the span is made once, with all that it says.
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

type Answer = Result<Response, Infallible>;

impl<S> Service<Request> for Scope<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ScopeFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let tenant = request
            .extensions()
            .get::<Pass>()
            .and_then(|pass| pass.handle.as_ref())
            .map(|handle| handle.id().clone());
        // The path itself is not logged: it may hold what is nobody's business. Its template is.
        let span = tracing::info_span!(
            "request",
            method = %request.method(),
            route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str).map(display),
            tenant = tenant.as_ref().map(display),
            status = Empty,
        );
        // Routes do nothing before their future is polled, so span and name are there for all of it.
        let answer = self.inner.call(request);
        let answer = match tenant {
            Some(id) => Either::Left(with_tenant(id, answer)),
            None => Either::Right(answer),
        };
        ScopeFuture {
            answer,
            formed: None,
            span,
        }
    }
}

pin_project! {
    /// An answer on its way out, within the request's span. The span is held here and not looked up: to ask tracing for
    /// the current one costs as much as a layer.
    pub(crate) struct ScopeFuture<F> {
        #[pin]
        answer: Either<TaskLocalFuture<TenantId, F>, F>,
        formed: Option<BoxFuture<'static, Response>>,
        span: Span,
    }
}

impl<F: Future<Output = Answer>> Future for ScopeFuture<F> {
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
