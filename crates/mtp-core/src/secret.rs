//! Text that must not be seen: masked in Debug and errors, wiped from memory when dropped.

mod dsn;

use std::fmt;

use secrecy::zeroize::Zeroize as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};

pub use dsn::{Dsn, DsnError};

/// A password, key or token as text.
///
/// Debug prints a mask, there is no Display and no `Serialize`, and the memory is zeroed on drop; so a secret leaves
/// the program only where someone wrote [`expose`](Secret::expose), which is easy to search for.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over; the caller's buffer is wiped.
    pub fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        // A copy of the exact length, then a wipe: turning a String into a boxed str may move it and leave the
        // old bytes behind.
        let exact: Box<str> = text.as_str().into();
        text.zeroize();
        Self(SecretString::new(exact))
    }

    /// The text itself. Do not log it, do not keep a copy of it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(SecretString::new(text.into()))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_string(SecretVisitor)
    }
}

/// Reads a secret so that an error about a wrong type says nothing of the value: serde's own message would quote it.
struct SecretVisitor;

impl serde::de::Visitor<'_> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::from(text))
    }

    fn visit_string<E: serde::de::Error>(self, text: String) -> Result<Secret, E> {
        Ok(Secret::new(text))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Secret, E> {
        Err(E::custom("a secret must be a text: put quotes around it"))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Secret, E> {
        Err(E::custom("a secret must be a text: put quotes around it"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Secret, E> {
        Err(E::custom("a secret must be a text: put quotes around it"))
    }
}

#[cfg(test)]
mod tests;
