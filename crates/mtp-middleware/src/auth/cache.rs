//! Verified tokens, remembered: a signature is dear, and most requests bring a token seen before.

use aws_lc_rs::digest;
use chrono::Utc;
use mtp_core::TenantUid;
use quanta::Instant;
use quick_cache::sync::Cache;

use crate::{auth::Caller, limits::VERIFIED_TOKEN_MEMORY};

/// The SHA-256 of a whole token, so two tokens that differ anywhere (key id and signature included)
/// are two.
pub(crate) type TokenDigest = [u8; 32];

pub(crate) fn digest_of(token: &str) -> TokenDigest {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    out
}

#[derive(Clone)]
pub(crate) struct Remembered {
    pub(crate) caller: Caller,
    /// The identity that the token was good for.
    pub(crate) uid: TenantUid,
    generation: u64,
    /// The token's end, or the end of this memory where that is sooner. By the processor's counter: the clock is read
    /// once a token and not once a request, and a clock that is set meanwhile is heeded within the memory's time.
    until: Instant,
}

/// A memory of tokens that were verified for a tenant, bounded in number and time.
///
/// The key is the digest of the token, which holds its key id; the tenant's identity is compared on
/// every hit with the directory's present one, together with the expiry and the generation of the
/// keys. (With the identity in the key instead, the unverified claims would have to be read first.)
/// It is asked only while the directory is fresh.
pub(crate) struct VerifiedTokens {
    cache: Cache<TokenDigest, Remembered>,
}

impl VerifiedTokens {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            cache: Cache::new(capacity),
        }
    }

    pub(crate) fn get(&self, digest: &TokenDigest, generation: u64) -> Option<Remembered> {
        let found = self.cache.get(digest)?;
        if found.generation != generation || found.until <= Instant::now() {
            self.cache.remove(digest);
            return None;
        }
        Some(found)
    }

    pub(crate) fn put(&self, digest: TokenDigest, caller: Caller, uid: TenantUid, generation: u64) {
        let left = (caller.expires_at() - Utc::now()).to_std().unwrap_or_default();
        let until = Instant::now() + left.min(VERIFIED_TOKEN_MEMORY);
        self.cache.insert(
            digest,
            Remembered {
                caller,
                uid,
                generation,
                until,
            },
        );
    }
}
