//! A service on SQLite, and calls to it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt;
use mtp_core::{BaseUrl, Dsn, Error, MasterKey, StepPhase, TenantManager};
use mtp_manifest::Manifest;
use mtp_market::{AuditedMarketKeys, MarketApi};
use mtp_middleware::{Chain, Limits, OwnTokens, Resolvers, RouteTable, TokenVerifier};
use serde_json::Value;
use sqlx::Connection;
use tower::ServiceExt;

pub(crate) const BASE: &str = "https://notes.example";
pub(crate) const HOOK: &str = "/api/tenant/webhook/auto-provision";
const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
const NOTES: &str = "CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";
const MANIFEST: &str = "
manifest_version: 1
name: notes
version: 1.0.0
features: [search, voice]
isolation: { offered: [database], default: database }
plans:
  - { id: free, name: Free, limits: {} }
  - { id: pro, name: Pro, limits: {} }
";

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) manager: TenantManager,
    pub(crate) app: Router,
    pub(crate) key: String,
    /// While this is set no tenant can be made.
    pub(crate) broken: Arc<AtomicBool>,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|api| api).await
    }

    pub(crate) async fn with(change: impl FnOnce(MarketApi) -> MarketApi) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let broken = Arc::new(AtomicBool::new(false));
        let fails = Arc::clone(&broken);
        let url = format!("sqlite://{}/central.sqlite", folder.path().display());
        let manager = TenantManager::builder("notes", Dsn::parse(url).unwrap())
            .master_key(MasterKey::parse(MASTER).unwrap())
            .migrations(&[(1, "notes", NOTES)])
            // A purge waits until no instance can serve the tenant any more.
            .stale_max(Duration::from_secs(2))
            .on_step(Arc::new(move |event| {
                if event.step == "self-test" && event.phase == StepPhase::Begin && fails.load(Ordering::Relaxed) {
                    return Err(Error::Config("host=db.internal is broken".into()));
                }
                Ok(())
            }))
            .start()
            .await
            .unwrap();
        let key = manager.create_market_key("bazaar").await.unwrap().key;
        let api = MarketApi::new(manager.clone(), BaseUrl::parse(BASE).unwrap())
            .manifest(Manifest::from_yaml(MANIFEST).unwrap());
        let tokens = Arc::new(OwnTokens::new(BASE, "notes", &[]).unwrap());
        let app = Chain::new(Arc::new(manager.clone()))
            .routes(RouteTable::default().with(mtp_market::ROUTES).unwrap())
            .market_keys(Arc::new(AuditedMarketKeys::new(manager.clone())))
            .tenant(Resolvers::all(None))
            .auth(TokenVerifier::new(tokens))
            .rate_limit(
                Limits::default()
                    .anonymous("100000/s".parse().unwrap())
                    .market("100000/s".parse().unwrap()),
            )
            .wrap(mtp_market::router(change(api)));
        Self {
            folder,
            manager,
            app,
            key: key.expose().to_owned(),
            broken,
        }
    }

    pub(crate) async fn hook(&self, body: impl ToString) -> Seen {
        self.call(&self.key, None, &body.to_string()).await
    }

    pub(crate) async fn hook_with(&self, key: &str, body: impl ToString) -> Seen {
        self.call(&self.key, Some(key), &body.to_string()).await
    }

    pub(crate) async fn call(&self, market: &str, key: Option<&str>, body: &str) -> Seen {
        let mut request = Request::post(HOOK)
            .header("x-api-key", market)
            .header("content-type", "application/json");
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.send(request, body.to_owned()).await
    }

    pub(crate) async fn operation(&self, market: &str, id: &str) -> Seen {
        let request = Request::get(format!("/api/tenant/operations/{id}")).header("x-api-key", market);
        self.send(request, String::new()).await
    }

    pub(crate) async fn send(&self, request: axum::http::request::Builder, body: impl Into<Body>) -> Seen {
        let answer = self
            .app
            .clone()
            .oneshot(request.body(body.into()).unwrap())
            .await
            .unwrap();
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Seen {
            status: parts.status.as_u16(),
            headers: parts.headers,
            json: serde_json::from_slice(&body).unwrap_or_default(),
        }
    }

    /// Results of the audit, oldest first, once there are so many.
    pub(crate) async fn audit(&self, action: &str, count: usize) -> Vec<(String, String, String)> {
        let url = format!("sqlite://{}/central.sqlite", self.folder.path().display());
        let mut rows = Vec::new();
        for _ in 0..50 {
            let mut central = sqlx::SqliteConnection::connect(&url).await.unwrap();
            rows = sqlx::query_as("SELECT actor, result, detail FROM mtp_central_audit WHERE action = ? ORDER BY id")
                .bind(action)
                .fetch_all(&mut central)
                .await
                .unwrap();
            if rows.len() >= count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        rows
    }
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) json: Value,
}

impl Seen {
    pub(crate) fn kind(&self) -> &str {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{}",
            self.json
        );
        assert_eq!(self.json["status"], self.status);
        self.json["type"]
            .as_str()
            .unwrap()
            .strip_prefix("urn:mtp:problem:")
            .unwrap()
    }

    pub(crate) fn password(&self) -> Option<&str> {
        self.json["admin_credentials"]["password"].as_str()
    }
}
