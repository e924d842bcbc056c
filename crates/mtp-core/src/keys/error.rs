//! What can be wrong with a key or a sealed value; no variant holds a secret.

use uuid::Uuid;

use super::MasterKeyId;
use crate::random::RandomError;

/// Why a key could not be used or a value not be opened. Nothing here is worth a retry except
/// [`Management`](KeyError::Management) and [`Random`](KeyError::Random).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The value names a data key that is not here: another tenant's, or destroyed.
    #[error(
        "data key {id} version {version} is not here: the value belongs to another tenant or its key was destroyed"
    )]
    UnknownKey {
        /// The data key that the ciphertext names.
        id: Uuid,
        /// Its version.
        version: u32,
    },
    /// A data key is wrapped by a master key that was not given to this process.
    #[error("master key {id} was not given: add it behind the current one in MTP_MASTER_KEY")]
    UnknownMasterKey {
        /// The master key that the wrapped data key names.
        id: MasterKeyId,
    },
    /// The value was sealed with a version that is no longer accepted.
    #[error(
        "version {version} of data key {id} is below the accepted minimum {minimum}: reseal the value, or lower the minimum"
    )]
    VersionBelowMinimum {
        /// The data key.
        id: Uuid,
        /// The version that the ciphertext names.
        version: u32,
        /// The lowest version accepted.
        minimum: u32,
    },
    /// A stored data key is another one than its row says.
    #[error(
        "expected data key {expected} version {expected_version}, found {found} version {found_version}: rows were exchanged, restore them"
    )]
    Misplaced {
        /// The data key that was asked for.
        expected: Uuid,
        /// Its version.
        expected_version: u32,
        /// The data key that the bytes name.
        found: Uuid,
        /// Its version.
        found_version: u32,
    },
    /// The commitment does not fit: not sealed with this key, or not for this tenant, purpose and record.
    #[error(
        "the value was not sealed with this key for this tenant, purpose and record: it was moved or altered, restore the row"
    )]
    WrongCommitment,
    /// The commitment fits, the authentication tag does not.
    #[error("the value was altered after it was sealed: restore the row")]
    Tampered,
    /// The bytes do not have the form of a sealed value or wrapped key.
    #[error("the bytes are not {what}: they were cut, altered, or written by a newer version")]
    Malformed {
        /// What was expected.
        what: &'static str,
    },
    /// The plaintext is longer than [`MAX_PLAINTEXT_BYTES`](crate::limits::MAX_PLAINTEXT_BYTES).
    #[error("a secret of {bytes} bytes is longer than the {limit} that are sealed: keep large data elsewhere")]
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// A purpose, record, service or key name does not have the allowed form.
    #[error("{what}")]
    BadName {
        /// What is allowed.
        what: &'static str,
    },
    /// A master key that would not protect anything, or text that is none.
    #[error("the master key {why}; make one with `openssl rand -base64 32`")]
    WeakMasterKey {
        /// What is wrong; never the text.
        why: &'static str,
    },
    /// No random bytes.
    #[error("nothing was sealed, for want of random bytes")]
    Random(#[from] RandomError),
    /// The service that holds the master key did not do what it was asked.
    #[error("the key management service refused or did not answer: data stays sealed, try again")]
    Management {
        /// Its own error.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
