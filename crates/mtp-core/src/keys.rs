//! The key hierarchy: master key → data key of a tenant or service → sealed secret. Pure functions over bytes.
//!
//! - Every ciphertext names its key by id and version; keys are never tried one after the other.
//! - Every ciphertext carries a commitment to its key and its place, compared in constant time before decryption.
//!   XChaCha20-Poly1305 alone does not commit: one ciphertext can be made to open under two keys.
//! - The place (tenant uid or service, purpose, record) is bound in, so a row moved elsewhere does not open.

mod aead;
mod data_key;
mod error;
mod management;
mod master;
mod ring;
mod scope;
mod sealed;
mod wrapped;

pub use data_key::{DataKey, KeyBytes};
pub use error::KeyError;
pub use management::{KeyManagement, LocalKeys, WrappedBytes};
pub use master::{MasterKey, MasterKeyId};
pub use ring::KeyRing;
pub use scope::{DataKeyRef, KeyScope, Purpose};
pub use sealed::Sealed;
pub use wrapped::WrappedDataKey;

#[cfg(test)]
mod tests;
