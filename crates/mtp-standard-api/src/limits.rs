//! Every limit of the standard routes, with its default.

use std::time::Duration;

/// The largest body of these routes, in bytes: they take names, passwords and tokens only.
pub const MAX_REQUEST_BYTES: usize = 16 * 1024;
/// How long a readiness check waits for the databases before it says that they do not answer.
pub const HEALTH_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a readiness answer is repeated, so that whoever asks often does not keep the databases busy.
pub const HEALTH_MEMORY: Duration = Duration::from_millis(500);
/// How long one signing key signs. A number of periods since 1970 names the key, so instances agree on it.
pub const SIGNING_KEY_PERIOD: Duration = Duration::from_hours(90 * 24);
/// How long a signing key verifies after it has ceased to sign: longer than any token of it lives.
pub const SIGNING_KEY_GRACE: Duration = Duration::from_hours(1);
/// How often an instance looks which signing keys are in force.
pub const SIGNING_KEY_CHECK: Duration = Duration::from_mins(5);
/// How long clients may keep the public keys, in seconds. A key is published for a whole period before it signs.
pub const JWKS_MAX_AGE_SECONDS: u32 = 300;
