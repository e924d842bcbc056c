//! What the market's routes work with.

use std::{fmt, sync::Arc, time::Duration};

use mtp_core::{BaseUrl, TenantManager, limits::DEFAULT_PROVISION_DEADLINE};
use mtp_manifest::Manifest;

/// The market's routes' settings; [`router`](crate::router) makes routes of them.
#[derive(Clone)]
#[must_use = "settings do nothing until they become a router"]
pub struct MarketApi {
    pub(crate) manager: TenantManager,
    pub(crate) base_url: BaseUrl,
    pub(crate) manifest: Option<Arc<Manifest>>,
    pub(crate) deadline: Duration,
}

impl MarketApi {
    /// Routes for a service that clients reach at `base_url`.
    pub fn new(manager: TenantManager, base_url: BaseUrl) -> Self {
        Self {
            manager,
            base_url,
            manifest: None,
            deadline: DEFAULT_PROVISION_DEADLINE,
        }
    }

    /// What the service offers: plans, features and isolations that are asked for are checked against it. Without one
    /// any are taken.
    pub fn manifest(mut self, manifest: Manifest) -> Self {
        self.manifest = Some(Arc::new(manifest));
        self
    }

    /// How long the webhook waits for a tenant before it answers 202;
    /// [`DEFAULT_PROVISION_DEADLINE`] where nothing is said.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }
}

impl fmt::Debug for MarketApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MarketApi")
            .field("base_url", &self.base_url)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
