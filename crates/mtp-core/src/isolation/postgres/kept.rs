//! The owner's sessions that are used again: in the common database from one tenant of a pass of the fleet runner to the
//! next, and in a tenant's own database from one step of an operation's turn to the next.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    db::Conn,
    isolation::{
        Tenancy,
        kept::{Kept, Left},
    },
    tenant::TenantUid,
};

/// Sessions that wait for the next step at most; past it the oldest is closed.
const MAX_WAITING: usize = 8;
/// How long one waits: the next step comes at once or not at all.
const WAITS: Duration = Duration::from_secs(5);

/// What `DISCARD ALL` does, except that prepared statements are kept: a file may prepare none, ours hold nothing of a
/// tenant's, and to plan the one that looks at the wall costs as much as a small migration.
const RESET: &str = "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; UNLISTEN *; \
    SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

/// One that is as a new one would be, if there is any.
pub(super) async fn take(kept: &Kept) -> Option<Conn> {
    let Left { mut conn, clean } = kept.take()?;
    if clean {
        return Some(conn);
    }
    // Whatever a migration left behind in the session, it is another tenant's. One that does not answer is gone.
    conn.run(RESET).await.ok().map(|()| conn)
}

/// Sessions of turns of operations, each in the database of its tenant.
#[derive(Default)]
pub(super) struct Waiting(Mutex<Vec<Waits>>);

struct Waits {
    uid: TenantUid,
    fence: i64,
    since: Instant,
    conn: Conn,
}

impl Waiting {
    /// The session that this turn's step before left, if it did a moment ago. Whether the turn still is the
    /// operation's, the caller looks.
    pub(super) fn take(&self, tenancy: &Tenancy) -> Option<Conn> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|waits| waits.since.elapsed() < WAITS);
        let at = all
            .iter()
            .position(|waits| (waits.uid, waits.fence) == (tenancy.uid, tenancy.fence))?;
        Some(all.remove(at).conn)
    }

    pub(super) fn leave(&self, tenancy: &Tenancy, conn: Conn) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|waits| waits.since.elapsed() < WAITS);
        if all.len() >= MAX_WAITING {
            all.remove(0);
        }
        all.push(Waits {
            uid: tenancy.uid,
            fence: tenancy.fence,
            since: Instant::now(),
            conn,
        });
    }
}
