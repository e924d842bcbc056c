//! A connection in use: what is known of its state, and where it goes afterwards.

use std::{sync::Arc, time::Instant};

use tokio::sync::OwnedSemaphorePermit;

use super::{ServerPool, Target};
use crate::{
    db::{conn::Conn, fault::DatabaseFault, told::Told},
    error::{Error, Result},
};

/// A connection that is in use. Dropped while its state is unknown (in the middle of a statement, in a
/// transaction), it is closed; else it goes back to the shelf.
#[derive(Debug)]
pub(crate) struct Pooled {
    conn: Option<Conn>,
    target: Arc<Target>,
    pool: Arc<ServerPool>,
    born: Instant,
    clean: bool,
    /// What its session knows; `None` where that is not known.
    told: Option<Told>,
    _share: OwnedSemaphorePermit,
    _budget: OwnedSemaphorePermit,
}

impl Pooled {
    /// A place for a connection, which it has not yet.
    pub(super) fn empty(
        pool: &Arc<ServerPool>,
        target: &Arc<Target>,
        (share, budget): (OwnedSemaphorePermit, OwnedSemaphorePermit),
    ) -> Self {
        Self {
            conn: None,
            target: target.clone(),
            pool: pool.clone(),
            born: Instant::now(),
            clean: false,
            told: None,
            _share: share,
            _budget: budget,
        }
    }

    /// Takes a connection in whose state is known.
    pub(super) fn hold(&mut self, conn: Conn, born: Instant, told: Option<Told>) {
        self.conn = Some(conn);
        self.born = born;
        self.told = told;
        self.clean = true;
    }

    /// Whether the session knows just this.
    #[cfg(any(feature = "mysql", feature = "sqlite"))]
    pub(crate) fn knows(&self, told: &Told) -> bool {
        self.told.as_ref() == Some(told)
    }

    /// Notes what the session was told.
    #[cfg(any(feature = "mysql", feature = "sqlite"))]
    pub(crate) fn was_told(&mut self, told: Told) {
        self.told = Some(told);
    }

    /// Whether the connection was given up, so that nothing can follow on it.
    pub(crate) fn is_lost(&self) -> bool {
        self.conn.is_none()
    }

    /// The connection, from now on in an unknown state until [`settle`](Self::settle) says otherwise.
    pub(crate) fn busy(&mut self) -> Result<&mut Conn> {
        self.clean = false;
        self.conn
            .as_mut()
            .ok_or(Error::Internal("a connection was used after it was given back"))
    }

    /// Whether prepared statements are kept on this connection.
    pub(crate) fn keeps_statements(&self) -> bool {
        self.target.keep_statements
    }

    /// Whether the bare connection may be lent to a service.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) fn lends(&self) -> bool {
        self.target.lends
    }

    /// Says how the last use ended: after an answer, good or bad, the connection may be used again. After a bad one
    /// nothing is known of what its session was told; without one the connection is closed, so that the server hears
    /// of it at once.
    pub(crate) fn settle<T>(&mut self, result: std::result::Result<T, DatabaseFault>) -> Result<T> {
        if let Err(fault) = &result {
            self.told = None;
            if !fault.connection_survives() {
                self.conn = None;
            }
        }
        self.clean = self.conn.is_some();
        Ok(result?)
    }

    /// Opens what a statement that is alone needs. Where a pooler keeps no prepared statements, even the steps of one
    /// statement may go to several sessions: there it gets a transaction around it.
    pub(crate) async fn open_alone(&mut self) -> Result<()> {
        if self.keeps_statements() {
            return Ok(());
        }
        let begun = self.busy()?.run("BEGIN").await;
        self.settle(begun)
    }

    /// As [`settle`](Self::settle), and ends what [`open_alone`](Self::open_alone) opened.
    pub(crate) async fn settle_alone<T>(&mut self, result: std::result::Result<T, DatabaseFault>) -> Result<T> {
        if self.keeps_statements() {
            return self.settle(result);
        }
        match result {
            Ok(value) => {
                let done = self.busy()?.run("COMMIT").await;
                self.settle(done)?;
                Ok(value)
            }
            Err(fault) => {
                self.told = None;
                if fault.connection_survives() {
                    let done = self.busy()?.run("ROLLBACK").await;
                    self.clean = done.is_ok();
                }
                Err(fault.into())
            }
        }
    }

    /// Marks the state unknown: the connection will be closed.
    pub(crate) fn taint(&mut self) {
        self.clean = false;
    }
}

impl Drop for Pooled {
    fn drop(&mut self) {
        let conn = self.conn.take().filter(|_| self.clean);
        self.pool.give_back(&self.target, conn, self.told.take(), self.born);
    }
}
