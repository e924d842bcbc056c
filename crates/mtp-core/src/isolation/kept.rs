//! Sessions that are used again, from one tenant of a pass of the fleet runner to the next.

use std::sync::{Mutex, PoisonError};

use crate::{db::Conn, limits::DEFAULT_FLEET_JOBS};

/// Sessions that nobody works in, at most as many as a pass usually works in at once.
#[derive(Default)]
pub(super) struct Kept(Mutex<Vec<Conn>>);

impl Kept {
    /// One as its last user left it, if there is any.
    pub(super) fn take(&self) -> Option<Conn> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Takes one back whose last answer was a good one.
    pub(super) fn give(&self, conn: Conn) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < DEFAULT_FLEET_JOBS {
            kept.push(conn);
        }
    }

    /// Closes all, beside the caller's work.
    pub(super) fn close(&self) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for conn in all {
            tokio::spawn(conn.close());
        }
    }
}
