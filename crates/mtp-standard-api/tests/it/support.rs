//! A service on SQLite with tenants of two markets, and calls to it.

use std::{sync::Arc, time::Duration};

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt;
use mtp_core::{BaseUrl, Dsn, MasterKey, ProvisionRequest, TenantConfig, TenantId, TenantManager};
use mtp_manifest::Manifest;
use mtp_middleware::{Chain, Limits, OwnTokens, Resolvers, RouteTable, TokenVerifier};
use mtp_standard_api::StandardApi;
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const BASE: &str = "https://notes.example";
const MASTER: &str = "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1";
const NOTES: &str = "CREATE TABLE notes (tenant_id TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant_id, id));";
const MANIFEST: &str = "
manifest_version: 1
name: notes
version: 1.2.3
isolation: { offered: [database], default: database }
";

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) manager: TenantManager,
    pub(crate) tokens: Arc<OwnTokens>,
    pub(crate) app: Router,
    pub(crate) key: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(false).await
    }

    pub(crate) async fn manager(folder: &std::path::Path, must_change: bool) -> TenantManager {
        let url = format!("sqlite://{}/central.sqlite", folder.display());
        TenantManager::builder("notes", Dsn::parse(url).unwrap())
            .master_key(MasterKey::parse(MASTER).unwrap())
            .migrations(&[(1, "notes", NOTES)])
            // A purge waits until no instance can serve the tenant any more.
            .stale_max(Duration::from_secs(2))
            .admin_must_change(must_change)
            .start()
            .await
            .unwrap()
    }

    pub(crate) async fn with(must_change: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manager = Self::manager(folder.path(), must_change).await;
        let key = manager.create_market_key("bazaar").await.unwrap().key;
        let tokens = Arc::new(mtp_standard_api::own_tokens(&manager, BASE, "notes").await.unwrap());
        let more: utoipa::openapi::OpenApi = serde_json::from_value(json!({
            "openapi": "3.1.0", "info": {"title": "more", "version": "1"},
            "paths": {"/notes": {"get": {"responses": {"200": {"description": "notes"}}}}}
        }))
        .unwrap();
        let api = StandardApi::new(manager.clone(), Arc::clone(&tokens), BaseUrl::parse(BASE).unwrap())
            .manifest(Manifest::from_yaml(MANIFEST).unwrap())
            .openapi(more);
        let app = Chain::new(Arc::new(manager.clone()))
            .routes(RouteTable::new(mtp_standard_api::ROUTES).unwrap())
            .market_keys(manager.market_directory())
            .tenant(Resolvers::all(Some("notes.example")))
            .auth(TokenVerifier::new(Arc::clone(&tokens)))
            .rate_limit(Limits::default().anonymous("100000/s".parse().unwrap()))
            .wrap(mtp_standard_api::router(api));
        Self {
            folder,
            manager,
            tokens,
            app,
            key: key.expose().to_owned(),
        }
    }

    /// A tenant of a market, and its admin's password.
    pub(crate) async fn tenant(&self, id: &str, market: &str) -> String {
        let config = TenantConfig::new(id).id(id.parse().unwrap()).market(market);
        let request = ProvisionRequest::new(market, None, b"");
        let made = self.manager.provision(config, request, Duration::MAX).await.unwrap();
        let credentials = made.tenant.admin_credentials.unwrap();
        credentials.password.unwrap().expose().to_owned()
    }

    pub(crate) async fn token(&self, tenant: &str, body: Value) -> Seen {
        self.post("/api/tenant/token", &[("x-tenant-id", tenant)], body).await
    }

    /// Signs the admin in.
    pub(crate) async fn bearer(&self, tenant: &str, password: &str) -> String {
        let seen = self
            .token(tenant, json!({"username": "admin", "password": password}))
            .await;
        assert_eq!(seen.status, 200, "{seen:?}");
        format!("Bearer {}", seen.json["access_token"].as_str().unwrap())
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Seen {
        let mut request = Request::post(path).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, body.to_string()).await
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Seen {
        self.bare("GET", path, headers).await
    }

    pub(crate) async fn delete(&self, tenant: &str, headers: &[(&str, &str)]) -> Seen {
        self.bare("DELETE", &format!("/api/tenant/{tenant}"), headers).await
    }

    async fn bare(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Seen {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request, "").await
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
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }
}

pub(crate) fn id(name: &str) -> TenantId {
    name.parse().unwrap()
}

#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) status: u16,
    pub(crate) headers: axum::http::HeaderMap,
    pub(crate) json: Value,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn kind(&self) -> &str {
        assert_eq!(
            self.headers["content-type"], "application/problem+json",
            "{}",
            self.body
        );
        assert_eq!(self.json["status"], self.status);
        self.json["type"]
            .as_str()
            .unwrap()
            .strip_prefix("urn:mtp:problem:")
            .unwrap()
    }

    pub(crate) fn whole(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, self.body)
    }
}
