//! `BaseUrl`: the address under which clients reach the service.

use std::{fmt, str::FromStr};

/// The address under which clients reach the service, with a path where it is served below one:
/// `https://notes.example.com`. It begins every absolute link that an answer holds. It is set and never taken from a
/// request's `Host`, which anyone can write.
///
/// ```
/// use mtp_core::BaseUrl;
///
/// let base = BaseUrl::parse("https://notes.example.com/")?;
/// assert_eq!(base.join("/t/acme"), "https://notes.example.com/t/acme");
/// assert_eq!(base.join("https://acme.example.com"), "https://acme.example.com");
/// # Ok::<(), mtp_core::BaseUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl(String);

/// A text that is no [`BaseUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a base URL is http:// or https://, a host, perhaps a port and a path, and nothing else")]
pub struct BaseUrlError;

impl BaseUrl {
    /// Reads an address; slashes at its end are dropped.
    ///
    /// # Errors
    /// [`BaseUrlError`] where it is not http or https, or has a user, a query, or a fragment.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim_end_matches('/');
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .ok_or(BaseUrlError)?;
        let host = rest.split('/').next().unwrap_or_default();
        let plain = rest
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'@' | b'\\' | b'"' | b'<' | b'>'));
        if host.is_empty() || host.starts_with(':') || !plain {
            return Err(BaseUrlError);
        }
        Ok(Self(text.to_owned()))
    }

    /// The address as text, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A path below this address; an absolute URL stays as it is.
    pub fn join(&self, path: &str) -> String {
        if path.starts_with("https://") || path.starts_with("http://") {
            return path.to_owned();
        }
        format!("{}/{}", self.0, path.trim_start_matches('/'))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for BaseUrl {
    type Err = BaseUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_is_one() {
        for good in [
            "http://127.0.0.1:8080",
            "https://[::1]:8443/",
            "https://a.example/notes",
        ] {
            assert!(BaseUrl::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "notes.example",
            "ftp://a",
            "https://",
            "https:///x",
            "http://:80",
            "https://u@a",
            "https://a?b",
            "https://a#b",
            "https://a b",
            "https://a\r\nb",
        ] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad:?}");
        }
    }
}
