//! Every limit of the market's routes, with its default.

use std::time::Duration;

/// The largest body of the webhook, in bytes: its metadata may have 16 KiB.
pub const MAX_WEBHOOK_BYTES: usize = 64 * 1024;
/// The longest `Idempotency-Key`, in bytes, without its quotes.
pub const MAX_IDEMPOTENCY_KEY_BYTES: usize = 255;
/// When to ask again for an operation that runs.
pub const RUNNING_RETRY_AFTER: Duration = Duration::from_secs(2);
/// When to ask again after a tenant could not be made.
pub const FAILED_RETRY_AFTER: Duration = Duration::from_secs(30);
/// Refused market keys that are written down in each [`REFUSED_KEYS_WINDOW`]; more are only counted, so that nobody
/// fills the audit with them.
pub const MAX_REFUSED_KEYS_NOTED: u32 = 60;
/// See [`MAX_REFUSED_KEYS_NOTED`].
pub const REFUSED_KEYS_WINDOW: Duration = Duration::from_mins(1);
