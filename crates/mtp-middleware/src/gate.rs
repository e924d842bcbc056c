//! A layer that looks at a request and lets it pass, refuses it, or asks first and then decides.

use std::{
    convert::Infallible,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::future::{BoxFuture, Either, Ready, ready};
use tower::{Layer, Service};

use crate::respond::Problem;

/// What a gate says.
pub(crate) enum Verdict {
    /// Go on.
    Pass(Request),
    /// Stop here.
    Refuse(Problem),
    /// Something must be waited for.
    Ask(BoxFuture<'static, Result<Request, Problem>>),
}

/// A check at one place of the chain. What is in memory is answered at once, so that a request that
/// needs nothing else costs no allocation here.
pub(crate) trait Gate: Send + Sync + 'static {
    /// Looks at a request.
    fn check(self: &Arc<Self>, request: Request) -> Verdict;
}

/// A gate as a tower layer.
pub(crate) struct GateLayer<G>(pub(crate) Arc<G>);

impl<G, S> Layer<S> for GateLayer<G> {
    type Service = GateService<G, S>;

    fn layer(&self, inner: S) -> Self::Service {
        GateService {
            gate: Arc::clone(&self.0),
            inner,
        }
    }
}

/// A gate before a service.
pub(crate) struct GateService<G, S> {
    gate: Arc<G>,
    inner: S,
}

impl<G, S: Clone> Clone for GateService<G, S> {
    fn clone(&self) -> Self {
        Self {
            gate: Arc::clone(&self.gate),
            inner: self.inner.clone(),
        }
    }
}

type Answer = Result<Response, Infallible>;

impl<G, S> Service<Request> for GateService<G, S>
where
    G: Gate,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, Either<Ready<Answer>, BoxFuture<'static, Answer>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.gate.check(request) {
            Verdict::Pass(request) => Either::Left(self.inner.call(request)),
            Verdict::Refuse(problem) => Either::Right(Either::Left(ready(Ok(problem.into_response())))),
            Verdict::Ask(question) => {
                // The service that was made ready is the one to call; its clone stays behind.
                let clone = self.inner.clone();
                let mut inner = std::mem::replace(&mut self.inner, clone);
                Either::Right(Either::Right(Box::pin(async move {
                    match question.await {
                        Ok(request) => inner.call(request).await,
                        Err(problem) => Ok(problem.into_response()),
                    }
                })))
            }
        }
    }
}
