//! Sessions that are used again, from one tenant of a pass of the fleet runner to the next.

use std::sync::{Mutex, PoisonError};

use crate::{db::Conn, limits::DEFAULT_FLEET_JOBS};

/// Sessions that nobody works in, at most as many as a pass usually works in at once.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Left>>);

/// A session as its last user left it.
pub(super) struct Left {
    pub(super) conn: Conn,
    /// Whether it is known to be as a new one would be.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "MySQL resets each"))]
    pub(super) clean: bool,
}

impl Kept {
    /// One, if there is any.
    pub(super) fn take(&self) -> Option<Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Takes one back whose last answer was a good one.
    pub(super) fn give(&self, conn: Conn, clean: bool) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < DEFAULT_FLEET_JOBS {
            kept.push(Left { conn, clean });
        }
    }

    /// Closes all, beside the caller's work.
    pub(super) fn close(&self) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for left in all {
            tokio::spawn(left.conn.close());
        }
    }
}
