//! What the standard routes work with.

use std::{fmt, sync::Arc};

use mtp_core::{AuditEntry, BaseUrl, Error, Market, TenantManager, TenantState, TenantUid};
use mtp_manifest::Manifest;
use mtp_middleware::{OwnTokens, Problem};

use crate::{documents::Document, health::Health};

/// The right to end the tenant, in the tokens of its admin.
pub const ADMIN_SCOPE: &str = "admin";

/// Where the token of a link that sets a password goes, unless the service has a page for it.
const SET_PASSWORD_PATH: &str = "/api/tenant/set-password";

/// The standard routes' settings; [`router`](crate::router) makes routes of them.
#[must_use = "settings do nothing until they become a router"]
pub struct StandardApi {
    manager: TenantManager,
    tokens: Arc<OwnTokens>,
    base_url: BaseUrl,
    set_password_page: String,
    manifest: Option<Manifest>,
    openapi: utoipa::openapi::OpenApi,
}

/// What the handlers share.
pub(crate) struct Api {
    pub(crate) manager: TenantManager,
    pub(crate) tokens: Arc<OwnTokens>,
    pub(crate) base_url: BaseUrl,
    pub(crate) set_password_page: String,
    pub(crate) manifest: Option<Document>,
    pub(crate) openapi: Document,
    pub(crate) health: Health,
}

impl StandardApi {
    /// Routes for a service that clients reach at `base_url` and that signs its tokens with `tokens`
    /// ([`own_tokens`](crate::own_tokens)).
    pub fn new(manager: TenantManager, tokens: Arc<OwnTokens>, base_url: BaseUrl) -> Self {
        Self {
            set_password_page: base_url.join(SET_PASSWORD_PATH),
            manager,
            tokens,
            base_url,
            manifest: None,
            openapi: crate::openapi(),
        }
    }

    /// What `GET /api/manifest` shows; without one it answers 404. Name and version of it head the OpenAPI document.
    pub fn manifest(mut self, manifest: Manifest) -> Self {
        self.manifest = Some(manifest);
        self
    }

    /// Adds a document to `GET /api/openapi.json`: the market's, and the service's own. May be called often.
    pub fn openapi(mut self, document: utoipa::openapi::OpenApi) -> Self {
        self.openapi.merge(document);
        self
    }

    /// The service's page on which a person sets a password. The one-time token is in the fragment
    /// (`#token=…`), which browsers send to no server and write into no log. Without a page the link leads to
    /// `POST /api/tenant/set-password`.
    pub fn set_password_page(mut self, url: &str) -> Self {
        self.set_password_page = self.base_url.join(url);
        self
    }

    pub(crate) fn into_api(mut self) -> Api {
        if let Some(manifest) = &self.manifest {
            self.openapi.info.title.clone_from(&manifest.name);
            self.openapi.info.version = manifest.version.to_string();
            self.openapi.info.description.clone_from(&manifest.description);
        }
        Api {
            openapi: Document::new(self.openapi.to_json()),
            manifest: self.manifest.map(|manifest| Document::new(manifest.to_json())),
            manager: self.manager,
            tokens: self.tokens,
            base_url: self.base_url,
            set_password_page: self.set_password_page,
            health: Health::default(),
        }
    }
}

impl Api {
    /// Writes a security event down. What was done stands also where that fails.
    pub(crate) async fn note(&self, actor: &str, action: &str, result: &str, uid: TenantUid) {
        let entry = AuditEntry::new(actor, action, result).tenant(uid);
        if let Err(error) = self.manager.audit(entry).await {
            tracing::warn!(target: "mtp::audit", tenant = %uid, action, %error, "an event was not written down");
        }
    }
}

/// A market as it stands in the audit.
pub(crate) fn actor(market: &Market) -> String {
    format!("market:{}", market.name)
}

/// The core's refusal as the market that sold the tenant sees it: it may know that the tenant is ending.
pub(crate) fn for_market(error: Error) -> Problem {
    match error {
        Error::NotServed {
            state: state @ (TenantState::Failed | TenantState::Deleting | TenantState::Purging),
        } => Problem::from(Error::WrongState {
            action: "given credentials",
            state,
        }),
        other => Problem::from(other),
    }
}

impl fmt::Debug for StandardApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandardApi")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}
