//! The one place that asks the operating system for random bytes.

use zeroize::Zeroizing;

/// The operating system gave no random bytes; nothing was made, nothing was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator failed ({0}): check getrandom(2) or /dev/urandom of this machine or container")]
pub struct RandomError(getrandom::Error);

/// Fills the buffer from the system's generator.
pub(crate) fn fill(buffer: &mut [u8]) -> Result<(), RandomError> {
    getrandom::fill(buffer).map_err(RandomError)
}

/// `N` public random bytes (a salt, a nonce).
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut buffer = [0; N];
    fill(&mut buffer)?;
    Ok(buffer)
}

/// `N` secret random bytes, wiped when dropped.
pub(crate) fn secret_bytes<const N: usize>() -> Result<Zeroizing<[u8; N]>, RandomError> {
    let mut buffer = Zeroizing::new([0; N]);
    fill(&mut *buffer)?;
    Ok(buffer)
}

/// Appends `count` characters of the alphabet, each equally likely. The alphabet is ASCII, not empty, at most 256.
///
/// Bytes past the largest multiple of the alphabet's length are drawn again: a plain remainder would favour the
/// alphabet's beginning.
pub(crate) fn push_chars(text: &mut String, alphabet: &[u8], count: usize) -> Result<(), RandomError> {
    debug_assert!(!alphabet.is_empty() && alphabet.len() <= 256 && alphabet.is_ascii());
    let fair = 256 - 256 % alphabet.len();
    // Room for all at once: growing would leave copies of a secret behind.
    text.reserve(count);
    let mut left = count;
    while left > 0 {
        let drawn = secret_bytes::<64>()?;
        for byte in drawn
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < fair)
            .take(left)
        {
            text.push(char::from(alphabet[byte % alphabet.len()]));
            left -= 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
