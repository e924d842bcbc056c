//! Key-committing authenticated encryption: HKDF-SHA-512 in front of XChaCha20-Poly1305.
//!
//! Body = salt (32) ‖ commitment (32) ‖ nonce (24) ‖ ciphertext ‖ tag (16). Salt and key give, by HKDF-SHA-512
//! (RFC 5869), a message key and the commitment, each with the whole context as `info`; so the commitment stands for
//! key *and* context, and two different pairs need a collision in HMAC-SHA-512 cut to 256 bits. The construction is
//! that of the AWS Encryption SDK's committing suites (05 78), with the context added.

use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha512;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::{KeyBytes, KeyError};
use crate::limits::MAX_PLAINTEXT_BYTES;
use crate::random;

const SALT: usize = 32;
const COMMITMENT: usize = 32;
const NONCE: usize = 24;
const TAG: usize = 16;
/// What a body is longer than its plaintext.
pub(super) const OVERHEAD: usize = SALT + COMMITMENT + NONCE + TAG;

/// Where a body belongs: the layer that made it, and every name that must not be exchanged.
pub(super) struct Context<'a> {
    /// Which layer, and the version of its format; ends in a zero byte, so that none is the beginning of another.
    pub(super) layer: &'static [u8],
    /// The names, length-prefixed by [`fields`].
    pub(super) names: &'a [u8],
}

/// Appends the body that seals the plaintext. Cost: one HKDF-SHA-512 and one pass over the bytes.
pub(super) fn seal(key: &KeyBytes, context: &Context<'_>, plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), KeyError> {
    let salt = random::bytes::<SALT>()?;
    let nonce = random::bytes::<NONCE>()?;
    let (message_key, commitment) = derive(key, &salt, context)?;
    // All the room at once: growing would leave copies of the plaintext behind.
    out.reserve_exact(plaintext.len() + OVERHEAD);
    out.extend_from_slice(&salt);
    out.extend_from_slice(&commitment);
    out.extend_from_slice(&nonce);
    let start = out.len();
    out.extend_from_slice(plaintext);
    let cipher = XChaCha20Poly1305::new((&*message_key).into());
    let sealed = cipher.encrypt_inout_detached(&XNonce::from(nonce), context.names, (&mut out[start..]).into());
    let Ok(tag) = sealed else {
        // Only beyond 256 GiB; but then plaintext stands in the buffer.
        out.zeroize();
        return Err(KeyError::TooLong {
            bytes: plaintext.len(),
            limit: MAX_PLAINTEXT_BYTES,
        });
    };
    out.extend_from_slice(&tag);
    Ok(())
}

/// Opens a body: the commitment first, in constant time, then the tag, then the plaintext.
pub(super) fn open(key: &KeyBytes, context: &Context<'_>, body: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    const CUT: KeyError = KeyError::Malformed {
        what: "a whole sealed value",
    };
    let (salt, rest) = body.split_first_chunk::<SALT>().ok_or(CUT)?;
    let (stored, rest) = rest.split_first_chunk::<COMMITMENT>().ok_or(CUT)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(CUT)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(CUT)?;
    let (message_key, commitment) = derive(key, salt, context)?;
    if !bool::from(commitment.ct_eq(stored)) {
        return Err(KeyError::WrongCommitment);
    }
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    let cipher = XChaCha20Poly1305::new((&*message_key).into());
    cipher
        .decrypt_inout_detached(
            &XNonce::from(*nonce),
            context.names,
            plaintext.as_mut_slice().into(),
            tag.into(),
        )
        .map_err(|_| KeyError::Tampered)?;
    Ok(plaintext)
}

/// Message key and commitment of one salt, key and context.
pub(super) fn derive(
    key: &KeyBytes,
    salt: &[u8; SALT],
    context: &Context<'_>,
) -> Result<(Zeroizing<[u8; 32]>, [u8; COMMITMENT]), KeyError> {
    let hkdf = Hkdf::<Sha512>::new(Some(salt), key.expose());
    let mut message_key = Zeroizing::new([0; 32]);
    let mut commitment = [0; COMMITMENT];
    // HKDF refuses outputs beyond 255 hashes only; both are half of one.
    hkdf.expand_multi_info(&[context.layer, b"encrypt\0", context.names], &mut *message_key)
        .and_then(|()| hkdf.expand_multi_info(&[context.layer, b"commit\0", context.names], &mut commitment))
        .map_err(|_| KeyError::Malformed {
            what: "a key derivation",
        })?;
    Ok((message_key, commitment))
}

/// Joins names so that no two lists of names give the same bytes: each behind its length (8 bytes, big endian).
pub(super) fn fields(names: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::with_capacity(names.iter().map(|name| name.len() + 8).sum());
    for name in names {
        joined.extend_from_slice(&(name.len() as u64).to_be_bytes());
        joined.extend_from_slice(name);
    }
    joined
}
