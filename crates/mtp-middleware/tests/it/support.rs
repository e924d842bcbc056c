//! A directory without handles, keys, and requests.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{Router, body::Body, http::Request, response::Response};
use chrono::{Duration, Utc};
use futures::{FutureExt, future::BoxFuture};
use http_body_util::BodyExt;
use jsonwebtoken::{Algorithm, EncodingKey};
use mtp_core::{Found, Freshness, Secret, TenantDirectory, TenantId, TenantState, TenantUid};
use mtp_middleware::{
    Chain, Grant, IdentityProvider, Limits, OwnTokens, Resolvers, RouteTable, SigningKey, TokenVerifier,
};
use tower::ServiceExt;

pub(crate) const ISSUER: &str = "https://notes.example";
pub(crate) const AUDIENCE: &str = "notes";
pub(crate) const PROVIDER: &str = "https://login.example";
pub(crate) const SECRET: &str = "a secret of the identity provider, long enough";

/// Tenants by name, as a directory that never gives a right: a handle is the core's to make.
pub(crate) struct Directory {
    pub(crate) tenants: Mutex<HashMap<String, Found>>,
    pub(crate) freshness: Mutex<Freshness>,
    pub(crate) in_memory: bool,
    pub(crate) looked: AtomicUsize,
    pub(crate) names: Mutex<Vec<String>>,
}

impl Directory {
    pub(crate) fn new(in_memory: bool) -> Arc<Self> {
        let directory = Self {
            tenants: Mutex::default(),
            freshness: Mutex::new(Freshness::Fresh),
            in_memory,
            looked: AtomicUsize::new(0),
            names: Mutex::default(),
        };
        for state in TenantState::ALL {
            directory.set(state.as_str(), state);
        }
        Arc::new(directory)
    }

    /// Puts a tenant there, with a new identity.
    pub(crate) fn set(&self, name: &str, state: TenantState) -> TenantUid {
        let uid = TenantUid::new();
        let found = Found::new(id(name), uid, state, None);
        self.tenants.lock().unwrap().insert(name.to_owned(), found);
        uid
    }

    pub(crate) fn uid(&self, name: &str) -> TenantUid {
        self.tenants.lock().unwrap()[name].uid
    }

    pub(crate) fn looked(&self) -> usize {
        self.looked.load(Ordering::Relaxed)
    }

    fn look(&self, id: &TenantId) -> Option<Found> {
        self.looked.fetch_add(1, Ordering::Relaxed);
        self.names.lock().unwrap().push(id.to_string());
        self.tenants.lock().unwrap().get(id.as_str()).cloned()
    }
}

impl TenantDirectory for Directory {
    fn cached(&self, id: &TenantId) -> Option<Option<Found>> {
        self.in_memory.then(|| self.look(id))
    }

    fn find<'a>(&'a self, id: &'a TenantId) -> BoxFuture<'a, mtp_core::Result<Option<Found>>> {
        async move {
            if *self.freshness.lock().unwrap() == Freshness::Lost {
                return Err(mtp_core::Error::Unavailable {
                    what: "the catalogue",
                    retry_after: std::time::Duration::from_secs(7),
                    source: Some("host=db.internal password=hunter2".into()),
                });
            }
            Ok(self.look(id))
        }
        .boxed()
    }

    fn freshness(&self) -> Freshness {
        *self.freshness.lock().unwrap()
    }
}

pub(crate) fn id(name: &str) -> TenantId {
    name.parse().unwrap()
}

pub(crate) struct World {
    pub(crate) directory: Arc<Directory>,
    pub(crate) key: SigningKey,
    pub(crate) own: Arc<OwnTokens>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Directory::new(true))
    }

    pub(crate) fn with(directory: Arc<Directory>) -> Self {
        let key = SigningKey::generate(Utc::now() + Duration::days(30)).unwrap();
        let own = Arc::new(OwnTokens::new(ISSUER, AUDIENCE, std::slice::from_ref(&key)).unwrap());
        Self { directory, key, own }
    }

    pub(crate) fn verifier(&self) -> TokenVerifier {
        TokenVerifier::new(Arc::clone(&self.own))
            .provider(IdentityProvider::hs256(&Secret::new(SECRET), PROVIDER, AUDIENCE).unwrap())
    }

    /// The whole chain around a router; anonymous callers as many as they like.
    pub(crate) fn app(&self, table: RouteTable, router: Router) -> Router {
        Chain::new(Arc::clone(&self.directory) as _)
            .routes(table)
            .tenant(Resolvers::all(Some("example.com")))
            .auth(self.verifier())
            .rate_limit(plenty())
            .wrap(router)
    }

    /// One of our tokens.
    pub(crate) fn token(&self, name: &str) -> String {
        let grant = Grant::new(id(name), self.directory.uid(name), "admin@example.org");
        self.own.issue(&grant).unwrap().token.expose().to_owned()
    }
}

pub(crate) fn plenty() -> Limits {
    Limits::default().anonymous("1000000/s".parse().unwrap())
}

/// A router with one route for callers.
pub(crate) fn notes() -> Router {
    Router::new().route("/notes", axum::routing::get(async || "a note"))
}

pub(crate) fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path)
}

pub(crate) fn bearer(path: &str, token: &str) -> axum::http::request::Builder {
    get(path).header("authorization", format!("Bearer {token}"))
}

/// An answer in one comparable text: status, headers in order, body.
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    pub(crate) fn kind(&self) -> String {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{}",
            self.body
        );
        let json = self.json();
        assert_eq!(json["status"], self.status);
        json["type"]
            .as_str()
            .unwrap()
            .strip_prefix("urn:mtp:problem:")
            .unwrap()
            .to_owned()
    }

    pub(crate) fn whole(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, self.body)
    }
}

pub(crate) async fn send(app: &Router, request: axum::http::request::Builder) -> Seen {
    send_body(app, request, Body::empty()).await
}

pub(crate) async fn send_body(app: &Router, request: axum::http::request::Builder, body: impl Into<Body>) -> Seen {
    let answer: Response = app.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Seen {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// base64url without padding, by hand of jsonwebtoken's own encoder being private.
pub(crate) fn b64(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token from a header and claims as text, so that anything can be written into them.
pub(crate) fn signed(header: &str, claims: &str, key: &EncodingKey, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", b64(header.as_bytes()), b64(claims.as_bytes()));
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), key, algorithm).unwrap();
    format!("{message}.{signature}")
}

pub(crate) fn hs256(header: &str, claims: &str) -> String {
    signed(
        header,
        claims,
        &EncodingKey::from_secret(SECRET.as_bytes()),
        Algorithm::HS256,
    )
}

pub(crate) fn eddsa(key: &SigningKey, header: &str, claims: &str) -> String {
    use secrecy::ExposeSecret;
    signed(
        header,
        claims,
        &EncodingKey::from_ed_der(key.pkcs8().expose_secret()),
        Algorithm::EdDSA,
    )
}
