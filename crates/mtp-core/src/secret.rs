//! Values that mask themselves: secrets, and database URLs, which hold one.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A secret text: masked in `Debug`, zeroed on drop, shown only by [`expose`](Self::expose).
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a text in.
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Each use is a place to look at.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// A database URL.
#[derive(Clone)]
pub struct Dsn(Secret);

impl Dsn {
    /// Takes a URL in.
    pub fn new(url: impl Into<String>) -> Self {
        Self(Secret::new(url))
    }

    /// The URL itself, password and all.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Dsn(***)")
    }
}
