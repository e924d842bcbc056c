//! Where a request may name its tenant: a type for each place.

use std::{borrow::Cow, sync::Arc};

use axum::extract::Request;
use http::{HeaderMap, HeaderName, Uri, header::HOST};
use mtp_core::{RESERVED_TENANT_IDS, TenantId};

/// A place where a request may name its tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// The header `X-Tenant-ID`.
    Header,
    /// A label of the host.
    Host,
    /// The path's prefix `/t/{tenant}`.
    Path,
    /// The claim `tenant_id` of a verified token.
    Token,
    /// A place of the service's own.
    Other,
}

/// Why a request names no tenant clearly. All of these are the request's own fault and say nothing
/// about which tenants there are: a malformed name cannot exist, so it may be told apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// A header that must be single came twice.
    #[error("the header {0} must come once")]
    Twice(&'static str),
    /// A text that no tenant can be called.
    #[error("the tenant named by {place} cannot exist: {rule}")]
    Malformed {
        /// Where it stood.
        place: &'static str,
        /// The rule that it breaks.
        rule: mtp_core::TenantIdError,
    },
    /// Two places name two tenants.
    #[error("header, host and path name different tenants; name one")]
    Disagree,
    /// Header and request line name different hosts.
    #[error("the header Host and the request line differ")]
    Host,
    /// Nothing names a tenant.
    #[error("name the tenant, by the header X-Tenant-ID for example")]
    Missing,
}

/// Finds a tenant's name in a request. It gives no right, and says nothing about whether such a
/// tenant exists.
pub trait ResolveTenant: Send + Sync + 'static {
    /// Which place this is.
    fn source(&self) -> Source;

    /// The name there, if there is one.
    ///
    /// # Errors
    /// [`ResolveError`] where the place holds something that cannot be meant.
    fn resolve(&self, request: &Request) -> Result<Option<TenantId>, ResolveError>;

    /// The path without what this place takes up of it, to be routed on.
    fn strip<'a>(&self, _path: &'a str) -> Option<&'a str> {
        None
    }
}

/// `X-Tenant-ID: acme`.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeaderResolver;

static TENANT_HEADER: HeaderName = HeaderName::from_static("x-tenant-id");

impl ResolveTenant for HeaderResolver {
    fn source(&self) -> Source {
        Source::Header
    }

    fn resolve(&self, request: &Request) -> Result<Option<TenantId>, ResolveError> {
        let Some(value) = single(request.headers(), &TENANT_HEADER, "X-Tenant-ID")? else {
            return Ok(None);
        };
        // A value that is no visible ASCII breaks the same rule as any other foreign character.
        parse(value.to_str().unwrap_or("\u{fffd}"), "the header X-Tenant-ID").map(Some)
    }
}

/// `acme.example.com`, where the base domain is `example.com`.
#[derive(Debug, Clone)]
pub struct SubdomainResolver {
    suffix: String,
}

impl SubdomainResolver {
    /// Takes the one label before `base_domain`. Hosts are compared without regard to case
    /// (RFC 9110 §4.2.3) and without their port.
    pub fn new(base_domain: &str) -> Self {
        Self {
            suffix: format!(".{}", base_domain.trim_start_matches('.').to_ascii_lowercase()),
        }
    }
}

impl ResolveTenant for SubdomainResolver {
    fn source(&self) -> Source {
        Source::Host
    }

    fn resolve(&self, request: &Request) -> Result<Option<TenantId>, ResolveError> {
        let Some(host) = host(request.headers(), request.uri())? else {
            return Ok(None);
        };
        let host = host.strip_suffix('.').unwrap_or(&host);
        let Some(label) = host.strip_suffix(self.suffix.as_str()) else {
            return Ok(None);
        };
        // `www` and the like, and deeper names, are other hosts of the service, not tenants.
        if label.contains('.') || RESERVED_TENANT_IDS.contains(&label) {
            return Ok(None);
        }
        parse(label, "the host").map(Some)
    }
}

/// `/t/acme/api/…`, which is routed as `/api/…`.
#[derive(Debug, Clone, Copy, Default)]
pub struct PathResolver;

fn split_path(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix("/t/")?;
    Some(match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    })
}

impl ResolveTenant for PathResolver {
    fn source(&self) -> Source {
        Source::Path
    }

    fn resolve(&self, request: &Request) -> Result<Option<TenantId>, ResolveError> {
        match split_path(request.uri().path()) {
            Some((name, _)) => parse(name, "the path").map(Some),
            None => Ok(None),
        }
    }

    fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        split_path(path).map(|(_, rest)| rest)
    }
}

/// The claim `tenant_id` of the token. Its name is believed only once the token is verified; where
/// the other places name a tenant too, the two must agree (403 otherwise). Without this resolver a
/// request must name its tenant elsewhere.
#[derive(Debug, Clone, Copy, Default)]
pub struct TokenResolver;

impl ResolveTenant for TokenResolver {
    fn source(&self) -> Source {
        Source::Token
    }

    fn resolve(&self, _request: &Request) -> Result<Option<TenantId>, ResolveError> {
        Ok(None)
    }
}

/// The places that a service looks at, in its order.
#[derive(Clone, Default)]
pub struct Resolvers {
    list: Vec<Arc<dyn ResolveTenant>>,
}

impl std::fmt::Debug for Resolvers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.list.iter().map(|r| r.source())).finish()
    }
}

impl Resolvers {
    /// None yet.
    pub fn none() -> Self {
        Self::default()
    }

    /// All of them: header, subdomain (where there is a base domain), path, token.
    pub fn all(base_domain: Option<&str>) -> Self {
        let mut all = Self::none().with(HeaderResolver);
        if let Some(domain) = base_domain {
            all = all.with(SubdomainResolver::new(domain));
        }
        all.with(PathResolver).with(TokenResolver)
    }

    /// One more, asked after those before.
    pub fn with(mut self, resolver: impl ResolveTenant) -> Self {
        self.list.push(Arc::new(resolver));
        self
    }

    /// Whether a verified token alone may say which tenant it is.
    pub(crate) fn trusts_token(&self) -> bool {
        self.list.iter().any(|r| r.source() == Source::Token)
    }

    /// The tenant that the request names, of which every place that names one must say the same.
    pub(crate) fn resolve(&self, request: &Request) -> Result<Option<TenantId>, ResolveError> {
        let mut named: Option<TenantId> = None;
        for resolver in &self.list {
            match (resolver.resolve(request)?, &named) {
                (Some(new), None) => named = Some(new),
                (Some(new), Some(first)) if new != *first => return Err(ResolveError::Disagree),
                _ => {}
            }
        }
        Ok(named)
    }

    pub(crate) fn strip<'a>(&self, path: &'a str) -> Option<&'a str> {
        self.list.iter().find_map(|r| r.strip(path))
    }
}

fn parse(text: &str, place: &'static str) -> Result<TenantId, ResolveError> {
    TenantId::parse(text).map_err(|rule| ResolveError::Malformed { place, rule })
}

/// The one value of a header that must be single.
pub(crate) fn single<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
    shown: &'static str,
) -> Result<Option<&'a http::HeaderValue>, ResolveError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(ResolveError::Twice(shown)),
        (value, None) => Ok(value),
    }
}

/// The host in lower case without its port: the request line's (HTTP/2), else the header's.
fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Result<Option<Cow<'a, str>>, ResolveError> {
    let header = match single(headers, &HOST, "Host")? {
        Some(value) => Some(value.to_str().map_err(|_| ResolveError::Host)?),
        None => None,
    };
    let host = match (uri.authority(), header) {
        (Some(line), Some(header)) if !line.as_str().eq_ignore_ascii_case(header) => return Err(ResolveError::Host),
        (Some(line), _) => line.as_str(),
        (None, Some(header)) => header,
        (None, None) => return Ok(None),
    };
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    Ok(Some(if host.bytes().any(|b| b.is_ascii_uppercase()) {
        Cow::Owned(host.to_ascii_lowercase())
    } else {
        Cow::Borrowed(host)
    }))
}
