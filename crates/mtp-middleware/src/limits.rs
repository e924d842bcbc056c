//! Every limit of the chain, with its default.

use std::time::Duration;

/// The longest bearer token that is looked at, in bytes. A longer one is refused unread.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;
/// The most members that the header or the claims of a token may have.
pub const MAX_TOKEN_MEMBERS: usize = 128;
/// How far a token's clock may differ from ours.
pub const TOKEN_LEEWAY: Duration = Duration::from_secs(30);
/// The longest life left to an identity provider's token that does not say when it was issued
/// (`iat`): without that, a name that is used again cannot be told from its former owner.
pub const MAX_UNDATED_TOKEN_LIFE: Duration = Duration::from_hours(24);
/// The shortest secret accepted for HS256 (RFC 7518 §3.2: at least the size of the hash).
pub const MIN_HS256_SECRET_BYTES: usize = 32;
/// The shortest RSA public key accepted, in bytes of its PKCS#1 form: that of 2048 bits.
pub const MIN_RSA_KEY_BYTES: usize = 266;
/// How long an access token of ours lives.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_mins(15);
/// How many verified tokens an instance remembers.
pub const VERIFIED_TOKENS: usize = 10_000;
/// How long an instance remembers that a token was verified; then it verifies it anew.
pub const VERIFIED_TOKEN_MEMORY: Duration = Duration::from_mins(1);
/// The longest `X-API-Key` that is looked at, in bytes.
pub const MAX_API_KEY_BYTES: usize = 256;
/// The largest body that is read where a route sets no limit of its own, in bytes.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;
/// How long a body may take to arrive.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// Requests of one tenant (`MTP_RATE_LIMIT`).
pub const DEFAULT_TENANT_RATE: &str = "100/s";
/// Requests of one market key.
pub const DEFAULT_MARKET_RATE: &str = "20/s";
/// Requests without a good credential, for each address and tenant's name: refused ones, and
/// those to routes that need none but a tenant (sign-in).
pub const DEFAULT_ANONYMOUS_RATE: &str = "60/m";
/// How many keys a rate limiter remembers; those past it share one bucket.
pub const MAX_RATE_KEYS: usize = 100_000;
/// How many different rates plans may have.
pub const MAX_RATES: usize = 64;
/// When to come back to a tenant that is being made or moved.
pub const NOT_READY_RETRY_AFTER: Duration = Duration::from_secs(5);
/// The longest plain-text error of a lower layer that is kept as a problem's detail, in bytes.
pub const MAX_PLAIN_ERROR_BYTES: usize = 1024;
