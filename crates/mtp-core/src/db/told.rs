//! What a session has been told and still knows, so that it need not be told again: the seal that it shows (the MySQL
//! wire) and the times that it keeps (the MySQL wire, SQLite). Nothing on PostgreSQL, where nothing outlives a
//! transaction.
//!
//! # Why a seal may be left where it is
//! Telling it costs a trip. It is left out only where the session shows **the very same text** that would be set, as
//! far as this process knows, and that is known only as long as nothing but statements of that seal's own tenant ran
//! there since, each of which ended well. Then:
//!
//! - *Another tenant's statement never meets it.* Its own seal is another text, so it is set before that tenant's first
//!   statement, as ever; a session of which nothing is known is told before it is used.
//! - *No statement of a tenant's can change the variable*: the rewriter refuses `SET`, user variables (`:=` too), `INTO`
//!   and `CALL`, and functions are an allow-list. Were that wall broken, the variable would hold what this tenant's own
//!   statement put there, and the next statement of **this** tenant would meet it: without a seal it sees no rows, with
//!   a false one it gets an error, with one that was stolen it sees nothing either, since its text names its own tenant.
//!   The one who breaks the wall can do all of that in the broken statement itself, so nothing is won by waiting.
//! - *It is good for long enough*: the text is the handle's own, which makes another once it is
//!   [`SEAL_RENEWAL`](crate::limits::SEAL_RENEWAL) old, or at once when the secret of seals was replaced.
//! - *What else could have changed it is not known to have left it*: a statement that failed makes the session's state
//!   unknown, and a connection that was lent, given up in the middle of a statement or left in a transaction is closed.

use super::time_limits::TimeLimits;
use crate::seal::Seal;

/// What a session knows, or is to know before a tenant's statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Told {
    /// The seal that it shows, if any.
    pub(super) seal: Option<Seal>,
    /// The times that it keeps.
    pub(super) times: TimeLimits,
}
