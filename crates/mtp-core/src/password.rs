//! Passwords: argon2id, with a bound on hashes at once and the same cost whether a user exists or not.

mod hash;
mod hasher;
mod policy;

pub use hash::{HashParams, PasswordHash};
pub use hasher::{PasswordHasher, PasswordVerdict};
pub use policy::{PasswordPolicy, PasswordRefused, generate_password};

use std::time::Duration;

use crate::random::RandomError;

/// Why a password could not be hashed or compared. A wrong password is no error but a
/// [`PasswordVerdict`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordError {
    /// Too many hashes at once; nothing was compared. For a caller of an API: 429 with `Retry-After`.
    #[error("too many sign-ins at once: try again in a second")]
    Busy {
        /// How long this one waited for its turn.
        waited: Duration,
    },
    /// Parameters outside of what is allowed.
    #[error("{0}")]
    Params(&'static str),
    /// A stored hash is no argon2id PHC string, or asks for more than is allowed.
    #[error("a stored password hash is damaged: set the password anew")]
    Stored,
    /// The password may not be chosen, or is too long to be hashed.
    #[error(transparent)]
    Policy(#[from] PasswordRefused),
    /// No memory for the hash, or the runtime is shutting down.
    #[error("the password could not be hashed ({0}): check the memory limit of this process")]
    Failed(&'static str),
    /// No random bytes for the salt.
    #[error("no password was hashed, for want of random bytes")]
    Random(#[from] RandomError),
}

#[cfg(test)]
mod tests;
