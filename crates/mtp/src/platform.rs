//! `Platform`: a service's tenants, its chain and its standard routes, set up in one place.

mod assemble;
mod build;
mod master;
mod serve;

use std::sync::Arc;

use mtp_core::{Secret, TenantManager};
use mtp_middleware::OwnTokens;

pub use self::build::PlatformBuilder;

/// A service's platform: its tenants, and what wraps its routes.
///
/// ```no_run
/// # async fn example() -> Result<(), mtp::Error> {
/// use axum::{Router, routing::get};
/// use mtp::{Platform, TenantDb};
///
/// async fn count(db: TenantDb) -> Result<String, mtp::Problem> {
///     let (n,): (i64,) = db.query("SELECT count(*) FROM notes").fetch_one().await?;
///     Ok(n.to_string())
/// }
///
/// let platform = Platform::from_env()?.migrations_from("migrations").start().await?;
/// platform.serve("127.0.0.1:8080", Router::new().route("/count", get(count))).await
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    manager: TenantManager,
    tokens: Arc<OwnTokens>,
    settings: build::HttpSettings,
    first_market_key: Option<Secret>,
}

impl Platform {
    /// Starts to set a platform up in code.
    pub fn builder(service: impl Into<String>) -> PlatformBuilder {
        PlatformBuilder::new(Some(service.into()))
    }

    /// Starts to set a platform up from the environment (`MTP_SERVICE`, `MTP_CENTRAL_DB_URL`, …). What the builder is
    /// told afterwards beats the environment.
    ///
    /// # Errors
    /// [`Error::Settings`](crate::Error::Settings) names every variable whose value is not allowed.
    pub fn from_env() -> Result<PlatformBuilder, crate::Error> {
        PlatformBuilder::from_environment(crate::env::Environment::read().map_err(crate::Error::Settings)?)
    }

    /// The tenants.
    pub fn manager(&self) -> &TenantManager {
        &self.inner.manager
    }

    /// What issues our own access tokens.
    pub fn tokens(&self) -> &Arc<OwnTokens> {
        &self.inner.tokens
    }

    /// The first market key, where this start made it: shown this once.
    pub fn first_market_key(&self) -> Option<&Secret> {
        self.inner.first_market_key.as_ref()
    }
}
