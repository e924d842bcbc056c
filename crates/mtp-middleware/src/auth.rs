//! Who asks? Tokens of ours and of an identity provider, markets' keys, and the gate that looks at them.

mod audit;
mod cache;
mod caller;
mod gate;
mod own;
mod provider;
mod signing;
mod token;
mod verifier;

pub(crate) use self::{audit::Counters, cache::VerifiedTokens, gate::AuthGate};
pub use self::{
    audit::{AuditSink, AuthCounts, CrossTenantAttempt},
    caller::{Caller, CallerParts},
    own::{Grant, IssueError, IssuedToken, OwnTokens},
    provider::{IdentityProvider, ProviderKeyError},
    signing::{KeyFault, SigningKey},
    token::TokenFault,
    verifier::{Authenticate, Authentication, TokenVerifier},
};
