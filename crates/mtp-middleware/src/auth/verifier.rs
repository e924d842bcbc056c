//! The port through which a token is verified, and the verifier for our own tokens and a provider's.

use std::sync::Arc;

use futures::future::BoxFuture;
use mtp_core::TenantId;

use crate::auth::{Caller, IdentityProvider, OwnTokens, TokenFault, token};

/// What a verifier says.
pub enum Authentication {
    /// Known now.
    Known(Result<Caller, TokenFault>),
    /// Something must be fetched first, a provider's keys for example.
    Later(BoxFuture<'static, Result<Caller, TokenFault>>),
}

impl std::fmt::Debug for Authentication {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Known(result) => f.debug_tuple("Known").field(result).finish(),
            Self::Later(_) => f.write_str("Later"),
        }
    }
}

/// Verifies bearer tokens. Whether the tenant stands, and whether the token is for the tenant that
/// the request names, is the chain's business and is asked of every caller afterwards.
pub trait Authenticate: Send + Sync + 'static {
    /// Verifies a token. `named` is the tenant that the request names elsewhere; it may choose whose
    /// keys verify, and proves nothing.
    fn authenticate(&self, token: &str, named: Option<&TenantId>) -> Authentication;

    /// A number that changes when keys are added or withdrawn: tokens verified under another one are
    /// verified again.
    fn generation(&self) -> u64;
}

impl<T: Authenticate + ?Sized> Authenticate for Arc<T> {
    fn authenticate(&self, token: &str, named: Option<&TenantId>) -> Authentication {
        (**self).authenticate(token, named)
    }

    fn generation(&self) -> u64 {
        (**self).generation()
    }
}

/// Our own tokens, known by their key id, and beside them those of an identity provider.
#[derive(Debug)]
pub struct TokenVerifier {
    own: Arc<OwnTokens>,
    provider: Option<IdentityProvider>,
}

impl TokenVerifier {
    /// Our own tokens only.
    pub fn new(own: Arc<OwnTokens>) -> Self {
        Self { own, provider: None }
    }

    /// An identity provider's tokens too.
    pub fn provider(mut self, provider: IdentityProvider) -> Self {
        self.provider = Some(provider);
        self
    }

    fn verify(&self, token: &str) -> Result<Caller, TokenFault> {
        let preview = token::preview(token)?;
        if let Some(verified) = self.own.verify(token, &preview) {
            return verified;
        }
        match &self.provider {
            Some(provider) => provider.verify(token, &preview),
            None => Err(TokenFault::UnknownKey),
        }
    }
}

impl Authenticate for TokenVerifier {
    fn authenticate(&self, token: &str, _named: Option<&TenantId>) -> Authentication {
        Authentication::Known(self.verify(token))
    }

    fn generation(&self) -> u64 {
        self.own.generation()
    }
}
