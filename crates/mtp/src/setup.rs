//! `setup_multi_tenant`: the whole platform in one call.

use axum::Router;
use mtp_core::Dsn;

use crate::{Error, Platform};

/// A service that has become multi-tenant: its routes behind the chain, and the platform behind them.
#[derive(Debug)]
#[non_exhaustive]
pub struct MultiTenant {
    /// The service's routes and the platform's, behind the chain.
    pub router: Router,
    /// The platform.
    pub platform: Platform,
}

/// Makes a service multi-tenant in one call: catalogue, walls, lifecycle, chain and standard routes around `router`.
///
/// The rest of the settings (`MTP_SERVICE`, the master key, …) comes from the environment; with `migrations` in the
/// working folder, they are the tenants'. `providers` are kinds: `llm`, `embedding`, `vectordb`, `reranker`.
///
/// # Errors
/// [`Error::Settings`] for values that are not allowed (among them a kind of provider that is not compiled in),
/// [`Error::Core`] where the core refuses to start.
///
/// ```no_run
/// # async fn example() -> Result<(), mtp::Error> {
/// use axum::{Router, routing::get};
///
/// let router = Router::new().route("/hello", get(|| async { "hello" }));
/// let service = mtp::setup_multi_tenant(router, "sqlite://data/central.sqlite", "notes_", []).await?;
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await.unwrap();
/// service.platform.serve_on(listener, service.router).await
/// # }
/// ```
pub async fn setup_multi_tenant<'a>(
    router: Router,
    central_db_url: &str,
    tenant_db_prefix: &str,
    providers: impl IntoIterator<Item = &'a str>,
) -> Result<MultiTenant, Error> {
    let url = Dsn::parse(central_db_url).map_err(|e| Error::setting("central_db_url", e.to_string()))?;
    let mut builder = Platform::from_env()?
        .central_db_url(url)
        .tenant_db_prefix(tenant_db_prefix)
        .providers(providers);
    // The prefix of a service is its id and a `_`, unless the environment names the service.
    builder = builder.service(tenant_db_prefix.trim_end_matches('_'));
    if std::path::Path::new(MIGRATIONS).is_dir() {
        builder = builder.migrations_from(MIGRATIONS);
    }
    let platform = builder.start().await?;
    let router = platform.wrap(router)?;
    Ok(MultiTenant { router, platform })
}

/// The folder of a service's migrations for its tenants.
const MIGRATIONS: &str = "migrations";
