//! A password as PostgreSQL stores it, so that no statement and no log ever holds the password itself.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    error::{Error, Result},
    random,
    secret::Secret,
};

/// RFC 7677 §4 asks for 4096 and more so that a dictionary is tried slowly. Our passwords are random, of more than 128
/// bits, and in no dictionary: iterations add nothing to them, and 4096 cost each sign-in some milliseconds of its
/// client's processor. PostgreSQL takes any number from 1 on (`scram_iterations`).
const ITERATIONS: u32 = 1;

/// `SCRAM-SHA-256$…` (RFC 5803) of a password of printable ASCII, which needs no normalising.
pub(super) fn verifier(password: &Secret) -> Result<String> {
    let salt: [u8; 16] = random::bytes()?;
    with_salt(password, &salt, ITERATIONS)
}

fn with_salt(password: &Secret, salt: &[u8], iterations: u32) -> Result<String> {
    let salted = hi(password.expose().as_bytes(), salt, iterations)?;
    let stored = Sha256::digest(mac(&*salted, &[b"Client Key"])?);
    let server = mac(&*salted, &[b"Server Key"])?;
    Ok(format!(
        "SCRAM-SHA-256${iterations}:{}${}:{}",
        BASE64_STANDARD.encode(salt),
        BASE64_STANDARD.encode(stored),
        BASE64_STANDARD.encode(server)
    ))
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Result<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).map_err(|_| Error::Internal("HMAC takes any key"))?;
    for part in parts {
        mac.update(part);
    }
    Ok(mac.finalize().into_bytes().into())
}

/// `Hi()` of RFC 5802 §2.2: PBKDF2 with one block.
fn hi(password: &[u8], salt: &[u8], iterations: u32) -> Result<Zeroizing<[u8; 32]>> {
    let mut last = mac(password, &[salt, &1_u32.to_be_bytes()])?;
    let mut sum = Zeroizing::new(last);
    for _ in 1..iterations {
        last = mac(password, &[&last])?;
        for (sum, byte) in sum.iter_mut().zip(last) {
            *sum ^= byte;
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_is_the_one_of_rfc_7677() {
        // RFC 7677 §3: user "user", password "pencil", salt and iteration count as there; the server's signature
        // over the exchange there is made with this very server key.
        let salt = BASE64_STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
        let verifier = with_salt(&Secret::new("pencil"), &salt, 4096).unwrap();
        let server_key = BASE64_STANDARD.decode(verifier.rsplit_once(':').unwrap().1).unwrap();
        let exchange = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                        s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let signature = mac(&server_key, &[exchange.as_bytes()]).unwrap();
        assert_eq!(
            BASE64_STANDARD.encode(signature),
            "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
        );
    }
}
