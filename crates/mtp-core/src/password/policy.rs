//! What a password must look like, and passwords that we make.

use crate::Secret;
use crate::limits::{DEFAULT_PASSWORD_CHARS, MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS};
use crate::random::{self, RandomError};

/// Fewest different characters: `aaaaaaaaaaaa` and `121212121212` are guessed first.
const MIN_DIFFERENT: usize = 5;

/// Without 0 O 1 I l: people type these from a screen.
const ALPHABET: &[u8] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// 24 × log2(57) = 139 bits.
const GENERATED_CHARS: usize = 24;

/// The rules for a password that a person chooses: length, no rules on kinds of characters (NIST SP 800-63B).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    min_chars: usize,
}

impl PasswordPolicy {
    /// Asks for at least so many characters; fewer than [`MIN_PASSWORD_CHARS`] count as that, more than 128 as 128.
    pub fn new(min_chars: usize) -> Self {
        Self {
            min_chars: min_chars.clamp(MIN_PASSWORD_CHARS, 128),
        }
    }

    /// Fewest characters.
    pub fn min_chars(&self) -> usize {
        self.min_chars
    }

    /// Checks a new password. `names` are words it must not be: user name, tenant, service, address.
    ///
    /// # Errors
    /// [`PasswordRefused`].
    pub fn check(&self, password: &Secret, names: &[&str]) -> Result<(), PasswordRefused> {
        let text = password.expose();
        if text.len() > MAX_PASSWORD_BYTES {
            return Err(PasswordRefused::TooLong);
        }
        if text.chars().count() < self.min_chars {
            return Err(PasswordRefused::TooShort { min: self.min_chars });
        }
        if text.chars().any(char::is_control) {
            return Err(PasswordRefused::Control);
        }
        let mut seen = ['\0'; MIN_DIFFERENT];
        let mut different = 0;
        for c in text.chars() {
            if different < MIN_DIFFERENT && !seen[..different].contains(&c) {
                seen[different] = c;
                different += 1;
            }
        }
        if different < MIN_DIFFERENT || names.iter().any(|name| name.eq_ignore_ascii_case(text)) {
            return Err(PasswordRefused::Guessable);
        }
        Ok(())
    }
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self::new(DEFAULT_PASSWORD_CHARS)
    }
}

/// Why a chosen password is refused; fit to be shown to who chose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PasswordRefused {
    /// Too few characters.
    #[error("a password has at least {min} characters")]
    TooShort {
        /// Characters asked for.
        min: usize,
    },
    /// More than [`MAX_PASSWORD_BYTES`].
    #[error("a password has at most {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
    /// A control character, which many keyboards cannot type again.
    #[error("a password has no control characters")]
    Control,
    /// A name, or a few characters over and over.
    #[error("this password is among the first to be guessed: choose another")]
    Guessable,
}

/// A random password of 24 characters (139 bits), without letters that look alike.
///
/// # Errors
/// [`RandomError`].
pub fn generate_password() -> Result<Secret, RandomError> {
    let mut text = String::with_capacity(GENERATED_CHARS);
    random::push_chars(&mut text, ALPHABET, GENERATED_CHARS)?;
    Ok(Secret::new(text))
}
