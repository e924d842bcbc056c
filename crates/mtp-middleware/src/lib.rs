//! The chain that every request goes through: who is it for, who asks, may they now.
//!
//! [`Chain`] is the whole of it. Handlers behind it ask for [`TenantHandle`] and [`Caller`], answer
//! errors as [`Problem`], and say in a [`RouteTable`] which of their routes demand less than a caller.

mod access;
mod auth;
mod extract;
pub mod limits;
mod pass;
mod rate_limit;
mod respond;
mod stack;
mod tenant;
mod verdict;

#[cfg(feature = "database")]
pub use self::extract::TenantDb;
pub use self::{
    access::{Access, PUBLIC_ROUTES, RouteAccess, RouteTable, RouteTableError},
    auth::{
        AuditSink, AuthCounts, Authenticate, Authentication, Caller, CallerParts, CrossTenantAttempt, Grant,
        IdentityProvider, IssueError, IssuedToken, KeyFault, OwnTokens, ProviderKeyError, SigningKey, TokenFault,
        TokenVerifier,
    },
    extract::{ApiJson, JsonRejection, MarketCaller, NotProvided, Principal, SignInTenant, TenantHandle},
    rate_limit::{Limits, RateError, RateLimit},
    respond::{KeepBody, NoStore, PROBLEM_JSON, Problem},
    stack::{Chain, NeedsAuth, NeedsRateLimit, NeedsTenant, Whole},
    tenant::{
        HeaderResolver, PathResolver, ResolveError, ResolveTenant, Resolvers, Source, SubdomainResolver, TokenResolver,
    },
};
