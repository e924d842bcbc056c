//! Extractors that read what the chain found out. They decide nothing.

use std::{convert::Infallible, ops::Deref};

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::request::Parts;
use mtp_core::Market;

use crate::{auth::Caller, pass::Pass, respond::Problem};

/// The right to the request's tenant: [`mtp_core::TenantHandle`], which it derefs to.
#[derive(Debug, Clone)]
pub struct TenantHandle(pub mtp_core::TenantHandle);

impl Deref for TenantHandle {
    type Target = mtp_core::TenantHandle;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<TenantHandle> for mtp_core::TenantHandle {
    fn from(handle: TenantHandle) -> Self {
        handle.0
    }
}

/// The data of the request's tenant: [`mtp_core::TenantDb`], which it derefs to. It holds no
/// connection; one is taken for each statement or transaction.
#[cfg(feature = "database")]
#[derive(Debug, Clone)]
pub struct TenantDb(pub mtp_core::TenantDb);

#[cfg(feature = "database")]
impl Deref for TenantDb {
    type Target = mtp_core::TenantDb;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[cfg(feature = "database")]
impl<S: Sync> FromRequestParts<S> for TenantDb {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        provided(parts, "TenantDb", |pass| Some(Self(caller_handle(pass)?.db().clone())))
    }
}

/// The market that asks, on a route with [`Access::Market`](crate::Access::Market) or
/// [`Access::MarketOrCaller`](crate::Access::MarketOrCaller).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketCaller(pub Market);

/// Whoever asks, on a route with [`Access::MarketOrCaller`](crate::Access::MarketOrCaller).
#[derive(Debug, Clone)]
pub enum Principal {
    /// A market.
    Market(Market),
    /// A caller of a tenant, with the right to that tenant.
    Caller(Caller, TenantHandle),
}

/// The tenant that someone without a credential names, on a route with
/// [`Access::Tenant`](crate::Access::Tenant). `None` where there is no such tenant or it is not served:
/// the handler must answer as it answers a wrong password, after the same work.
#[derive(Debug, Clone)]
pub struct SignInTenant(pub Option<mtp_core::TenantHandle>);

/// The route asks for something that the chain did not provide: a fault of the service, 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotProvided {
    /// No chain is around this route.
    #[error("no chain is around this route; wrap the router with mtp_middleware::Chain")]
    Chain,
    /// The route's access does not provide it.
    #[error(
        "a handler asks for {what}, which its route's access ({access:?}) does not provide; change the route table"
    )]
    Access {
        /// The extractor.
        what: &'static str,
        /// What the table says.
        access: crate::Access,
    },
}

impl IntoResponse for NotProvided {
    fn into_response(self) -> Response {
        tracing::error!(fault = %self, "a handler cannot be called");
        Problem::internal().into_response()
    }
}

fn provided<T>(parts: &Parts, what: &'static str, read: impl FnOnce(&Pass) -> Option<T>) -> Result<T, NotProvided> {
    let pass = parts.extensions.get::<Pass>().ok_or(NotProvided::Chain)?;
    read(pass).ok_or(NotProvided::Access {
        what,
        access: pass.access,
    })
}

fn caller_handle(pass: &Pass) -> Option<TenantHandle> {
    // On a sign-in route there is a handle and no caller: it is for `SignInTenant` only.
    pass.caller.as_ref()?;
    pass.handle.clone().map(TenantHandle)
}

impl<S: Sync> FromRequestParts<S> for TenantHandle {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        provided(parts, "TenantHandle", caller_handle)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        provided(parts, "Caller", |pass| pass.caller.clone())
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get::<Pass>().and_then(|pass| pass.caller.clone()))
    }
}

impl<S: Sync> FromRequestParts<S> for MarketCaller {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        provided(parts, "MarketCaller", |pass| pass.market.clone().map(MarketCaller))
    }
}

impl<S: Sync> FromRequestParts<S> for Principal {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        provided(parts, "Principal", |pass| match (&pass.market, &pass.caller) {
            (Some(market), _) => Some(Self::Market(market.clone())),
            (None, Some(caller)) => Some(Self::Caller(caller.clone(), caller_handle(pass)?)),
            (None, None) => None,
        })
    }
}

impl<S: Sync> FromRequestParts<S> for SignInTenant {
    type Rejection = NotProvided;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        provided(parts, "SignInTenant", |pass| {
            (pass.access == crate::Access::Tenant).then(|| Self(pass.handle.clone()))
        })
    }
}
