//! Hashing as a service: beside the async threads, a few at once, with a deadline for the wait.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::{HashParams, PasswordError, PasswordHash, PasswordRefused};
use crate::limits::{DEFAULT_HASH_DEADLINE, DEFAULT_HASHES_AT_ONCE, MAX_HASHES_AT_ONCE, MAX_PASSWORD_BYTES};
use crate::{Secret, random};

/// What comparing a password gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum PasswordVerdict {
    /// The password is right.
    Right {
        /// The stored hash has old parameters: hash the password anew and store that.
        rehash: bool,
    },
    /// The password is wrong, or there is no such user: the caller must not be told which.
    Wrong,
}

/// Hashes and compares passwords. Clones share the bound.
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    params: HashParams,
    pub(super) turns: Arc<Semaphore>,
    deadline: Duration,
    /// Compared with where there is no user, so that the answer takes as long.
    nobody: Arc<PasswordHash>,
}

impl PasswordHasher {
    /// With the default bound and deadline. Computes one hash; make it once, at start.
    ///
    /// # Errors
    /// [`PasswordError::Random`], [`PasswordError::Failed`].
    pub fn new(params: HashParams) -> Result<Self, PasswordError> {
        Self::with_limits(params, DEFAULT_HASHES_AT_ONCE, DEFAULT_HASH_DEADLINE)
    }

    /// With another bound (at least 1) and deadline.
    ///
    /// # Errors
    /// [`PasswordError::Params`] for a bound of 0 or beyond 1024, and those of [`new`](PasswordHasher::new).
    pub fn with_limits(params: HashParams, at_once: usize, deadline: Duration) -> Result<Self, PasswordError> {
        if !(1..=MAX_HASHES_AT_ONCE).contains(&at_once) {
            return Err(PasswordError::Params("1 to 1024 password hashes run at once"));
        }
        // A password that nobody has.
        let unknown = random::secret_bytes::<32>()?;
        let nobody = Arc::new(PasswordHash::compute(&*unknown, params)?);
        Ok(Self {
            params,
            turns: Arc::new(Semaphore::new(at_once)),
            deadline,
            nobody,
        })
    }

    /// Parameters of new hashes.
    pub fn params(&self) -> HashParams {
        self.params
    }

    /// Hashes a new password. What it must look like is [`PasswordPolicy`](super::PasswordPolicy)'s.
    ///
    /// # Errors
    /// [`PasswordError::Busy`], [`PasswordError::Policy`] where it is too long, [`PasswordError::Failed`], [`PasswordError::Random`].
    pub async fn hash(&self, password: &Secret) -> Result<PasswordHash, PasswordError> {
        if password.expose().len() > MAX_PASSWORD_BYTES {
            return Err(PasswordRefused::TooLong.into());
        }
        let (password, params) = (password.clone(), self.params);
        self.run(move || PasswordHash::compute(password.expose().as_bytes(), params))
            .await
    }

    /// Compares a password with a stored hash; with none (no such user) it works as long and says wrong.
    ///
    /// A wrong password against a hash with older, cheaper parameters is topped up to today's cost; against a dearer
    /// one it takes longer, until it is renewed.
    ///
    /// # Errors
    /// [`PasswordError::Busy`] (say nothing of right or wrong then), [`PasswordError::Failed`].
    pub async fn verify(
        &self,
        password: &Secret,
        stored: Option<&PasswordHash>,
    ) -> Result<PasswordVerdict, PasswordError> {
        // The same for every user, so it tells nothing; and nobody may buy time with a megabyte.
        if password.expose().len() > MAX_PASSWORD_BYTES {
            return Ok(PasswordVerdict::Wrong);
        }
        let known = stored.is_some();
        let hash = stored.cloned().unwrap_or_else(|| PasswordHash::clone(&self.nobody));
        let (password, params) = (password.clone(), self.params);
        self.run(move || {
            let password = password.expose().as_bytes();
            if hash.matches(password)? && known {
                return Ok(PasswordVerdict::Right {
                    rehash: hash.needs_rehash(params),
                });
            }
            if let Some(rest) = params.beyond(hash.params()) {
                PasswordHash::compute(password, rest)?;
            }
            Ok(PasswordVerdict::Wrong)
        })
        .await
    }

    /// Waits for a turn, then works on a thread for blocking work.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = timeout(self.deadline, Arc::clone(&self.turns).acquire_owned()).await;
        // The semaphore is never closed; if it were, refusing is the safe answer.
        let turn: OwnedSemaphorePermit = turn
            .ok()
            .and_then(Result::ok)
            .ok_or(PasswordError::Busy { waited: self.deadline })?;
        let done = tokio::task::spawn_blocking(move || {
            // Held by the thread, not by the caller: a caller that went away must not make room for one more.
            let _turn = turn;
            work()
        });
        done.await
            .map_err(|_| PasswordError::Failed("its thread was stopped"))?
    }
}
