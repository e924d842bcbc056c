//! How long a tenant's statements may take.

use std::time::Duration;

use crate::{
    error::{Error, Result},
    limits::{MIN_STATEMENT_TIMEOUT, RUNTIME_LOCK_TIMEOUT, RUNTIME_STATEMENT_TIMEOUT, STATEMENT_GRACE},
    rewrite::Dialect,
};

/// How long one statement of a tenant's may take, and how long it may wait for a lock.
///
/// A statement past its time is ended, with an [`Error::Database`] of kind [`Timeout`](super::FaultKind::Timeout); one
/// that waited too long for a lock with one of kind [`Locked`](super::FaultKind::Locked). Default, and the most:
/// [`RUNTIME_STATEMENT_TIMEOUT`] and [`RUNTIME_LOCK_TIMEOUT`], which the servers keep by themselves.
///
/// Who ends it: the server, on MariaDB and in transactions on PostgreSQL; a PostgreSQL statement that is alone carries
/// no settings of its own, so there the connection is closed, and the server ends the statement within
/// [`CLIENT_CHECK_INTERVAL`](crate::limits::CLIENT_CHECK_INTERVAL); a SQLite statement is broken off in this process.
/// So is whatever on MySQL is no plain read, which goes on there until it is done. A shorter time for locks holds for
/// statements in transactions on PostgreSQL, and for all elsewhere; MariaDB and MySQL count it in whole seconds.
///
/// # Example
/// ```
/// use std::time::Duration;
/// let limits = mtp_core::TimeLimits::new(Duration::from_secs(5), Duration::from_secs(1))?;
/// assert_eq!(limits.statement(), Duration::from_secs(5));
/// # Ok::<_, mtp_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimits {
    statement: Duration,
    lock: Duration,
}

impl TimeLimits {
    /// The longest, which every session that serves tenants has from its beginning.
    pub(crate) const MOST: Self = Self {
        statement: RUNTIME_STATEMENT_TIMEOUT,
        lock: RUNTIME_LOCK_TIMEOUT,
    };

    /// For one statement, and for one wait for a lock.
    ///
    /// # Errors
    /// [`Error::Invalid`] where one is below [`MIN_STATEMENT_TIMEOUT`] or above what servers allow:
    /// [`RUNTIME_STATEMENT_TIMEOUT`], [`RUNTIME_LOCK_TIMEOUT`].
    pub fn new(statement: Duration, lock: Duration) -> Result<Self> {
        for (field, time, most) in [
            ("statement_timeout", statement, RUNTIME_STATEMENT_TIMEOUT),
            ("lock_timeout", lock, RUNTIME_LOCK_TIMEOUT),
        ] {
            if !(MIN_STATEMENT_TIMEOUT..=most).contains(&time) {
                return Err(Error::invalid(
                    field,
                    format!("from {} ms to {} s", MIN_STATEMENT_TIMEOUT.as_millis(), most.as_secs()),
                ));
            }
        }
        Ok(Self { statement, lock })
    }

    /// How long one statement may take.
    pub fn statement(self) -> Duration {
        self.statement
    }

    /// How long it may wait for a lock.
    pub fn lock(self) -> Duration {
        self.lock
    }

    /// When this process ends a statement by itself: at once where the server has not been told the time, and a little
    /// later where it has, since the server's own end leaves the connection whole.
    pub(super) fn deadline(self, dialect: Dialect, alone: bool) -> Duration {
        match dialect {
            Dialect::Sqlite => self.statement,
            Dialect::Postgres if alone => self.statement,
            Dialect::Postgres | Dialect::MySql => self.statement + STATEMENT_GRACE,
        }
    }

    /// What opens a transaction that keeps these times. On PostgreSQL they go with the transaction; elsewhere the
    /// session has been told them before.
    pub(super) fn begin(self, dialect: Dialect) -> String {
        let begin = dialect.begin();
        if dialect == Dialect::Postgres && self != Self::MOST {
            return format!(
                "{begin}; SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}",
                self.statement.as_millis(),
                self.lock.as_millis()
            );
        }
        begin.to_owned()
    }

    /// A wait for a lock in whole seconds, never none.
    #[cfg(feature = "mysql")]
    pub(super) fn lock_seconds(self) -> u64 {
        self.lock.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX)
    }
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self::MOST
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_times_that_servers_keep_are_taken() {
        let second = Duration::from_secs(1);
        for (statement, lock, field) in [
            (Duration::ZERO, second, "statement_timeout"),
            (second, Duration::ZERO, "lock_timeout"),
            (RUNTIME_STATEMENT_TIMEOUT + second, second, "statement_timeout"),
            (second, RUNTIME_LOCK_TIMEOUT + second, "lock_timeout"),
        ] {
            let refused = TimeLimits::new(statement, lock).unwrap_err();
            assert!(
                matches!(refused, Error::Invalid { field: found, .. } if found == field),
                "{refused:?}"
            );
        }
        assert_eq!(
            TimeLimits::new(RUNTIME_STATEMENT_TIMEOUT, RUNTIME_LOCK_TIMEOUT).unwrap(),
            TimeLimits::default()
        );
    }
}
