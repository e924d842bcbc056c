//! Setting a platform up.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use mtp_core::{
    BaseUrl, Dsn, Isolation, KeyManagement, LocalKeys, Secret, StatementOptions, TenantManager, TenantManagerBuilder,
    TimeLimits,
};
use mtp_middleware::{IdentityProvider, Limits, RateLimit, Resolvers, RouteAccess, TokenVerifier};

use super::{Inner, Platform, master};
use crate::{
    Error,
    env::{BadSetting, Environment},
};

/// The kinds of provider that the seed knows; none is part of this release.
const PROVIDER_KINDS: [&str; 4] = ["llm", "embedding", "vectordb", "reranker"];
/// The market whose key is made on the first start.
const FIRST_MARKET: &str = "market";
/// The file of the first market key in the data folder.
const MARKET_KEY_FILE: &str = "market.key";
/// The service's address where it was not said.
const DEFAULT_BASE_URL: &str = "http://127.0.0.1:8080";
/// Where is listened, where `MTP_LISTEN` does not say.
const LISTEN: &str = "127.0.0.1:8080";
/// The folder of the embedded default.
const DATA_DIR: &str = "data";

/// Sets a [`Platform`] up; every bad value is reported by [`start`](Self::start), all at once where they are settings.
pub struct PlatformBuilder {
    env: Environment,
    manifest: Option<mtp_manifest::Manifest>,
    migrations: Option<Migrations>,
    keys: Option<Arc<dyn KeyManagement>>,
    resolvers: Option<Resolvers>,
    limits: Option<Limits>,
    routes: Vec<RouteAccess>,
    options: StatementOptions,
    base_url: Option<String>,
    provision_deadline: Duration,
    change: Vec<Box<dyn FnOnce(TenantManagerBuilder) -> TenantManagerBuilder + Send>>,
}

enum Migrations {
    Folder(PathBuf),
    Static(Vec<(i64, &'static str, &'static str)>),
}

/// What the chain and the routes are made of.
#[derive(Debug)]
pub(super) struct HttpSettings {
    pub(super) manifest: Option<mtp_manifest::Manifest>,
    pub(super) base_url: BaseUrl,
    pub(super) provision_deadline: Duration,
    pub(super) routes: Vec<RouteAccess>,
    pub(super) resolvers: Resolvers,
    pub(super) limits: Limits,
    pub(super) verifier: Arc<TokenVerifier>,
    pub(super) listen: String,
}

impl PlatformBuilder {
    pub(super) fn new(service: Option<String>) -> Self {
        Self {
            env: Environment {
                service,
                ..Environment::default()
            },
            manifest: None,
            migrations: None,
            keys: None,
            resolvers: None,
            limits: None,
            routes: Vec::new(),
            options: StatementOptions::default(),
            base_url: None,
            provision_deadline: mtp_core::limits::DEFAULT_PROVISION_DEADLINE,
            change: Vec::new(),
        }
    }

    /// Takes every setting from an environment that was read before.
    ///
    /// # Errors
    /// None at present; the signature leaves room for settings that exclude each other.
    pub fn from_environment(env: Environment) -> Result<Self, Error> {
        Ok(Self { env, ..Self::new(None) })
    }

    /// The service's short id, where the environment does not say.
    pub fn service(mut self, service: impl Into<String>) -> Self {
        self.env.service.get_or_insert(service.into());
        self
    }

    /// The central database. Default: a SQLite file in the data folder.
    pub fn central_db_url(mut self, url: Dsn) -> Self {
        self.env.central_db_url = Some(url);
        self
    }

    /// What physical names begin with. Default: the service's id and `_`.
    pub fn tenant_db_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.env.tenant_db_prefix = Some(prefix.into());
        self
    }

    /// The isolation of tenants that do not ask for another. Default: `database`.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.env.isolation = Some(isolation);
        self
    }

    /// Where a tenant's people reach the service, with `{tenant}` in it.
    pub fn tenant_url(mut self, template: impl Into<String>) -> Self {
        self.env.tenant_url = Some(template.into());
        self
    }

    /// The service's own address, which tenants' addresses `/t/{tenant}` are put behind.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The folder of the embedded default: central file, tenants' files, keys that are made on first start.
    pub fn data_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.env.data_dir = Some(folder.into());
        self
    }

    /// The master key, and older ones that still open something.
    pub fn master_keys(self, keys: LocalKeys) -> Self {
        self.key_management(Arc::new(keys))
    }

    /// A master key that is kept elsewhere.
    pub fn key_management(mut self, keys: Arc<dyn KeyManagement>) -> Self {
        self.keys = Some(keys);
        self
    }

    /// A first market key that was chosen elsewhere.
    pub fn market_key(mut self, key: Secret) -> Self {
        self.env.market_key = Some(key);
        self
    }

    /// The folder of the service's migrations for its tenants.
    pub fn migrations_from(mut self, folder: impl AsRef<Path>) -> Self {
        self.migrations = Some(Migrations::Folder(folder.as_ref().to_owned()));
        self
    }

    /// The service's migrations for its tenants, compiled in: version, name, SQL.
    pub fn migrations(mut self, files: &[(i64, &'static str, &'static str)]) -> Self {
        self.migrations = Some(Migrations::Static(files.to_vec()));
        self
    }

    /// What the service is; served at `/api/manifest`, and the webhook's plans are held against it.
    pub fn manifest(mut self, manifest: mtp_manifest::Manifest) -> Self {
        self.manifest = Some(manifest);
        self
    }

    /// How a request says which tenant it is for. Default: header, subdomain, path, token.
    pub fn resolvers(mut self, resolvers: Resolvers) -> Self {
        self.resolvers = Some(resolvers);
        self
    }

    /// Limits of requests in this process.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Routes of the service that demand something else than a caller of the tenant.
    pub fn routes(mut self, routes: impl IntoIterator<Item = RouteAccess>) -> Self {
        self.routes.extend(routes);
        self
    }

    /// Kinds of provider that the service needs.
    pub fn providers<'a>(mut self, kinds: impl IntoIterator<Item = &'a str>) -> Self {
        self.env.providers = kinds.into_iter().map(str::to_owned).collect();
        self
    }

    /// Functions and types of the service's own migrations that statements may name.
    pub fn statement_options(mut self, options: StatementOptions) -> Self {
        self.options = options;
        self
    }

    /// How long the webhook waits for a tenant before it answers 202.
    pub fn provision_deadline(mut self, deadline: Duration) -> Self {
        self.provision_deadline = deadline;
        self
    }

    /// How long a deleted tenant's data is kept.
    pub fn retention(mut self, retention: Duration) -> Self {
        self.env.retention = Some(retention);
        self
    }

    /// Accepts shared tables on SQLite, which have one wall only.
    pub fn allow_single_wall(mut self, allow: bool) -> Self {
        self.env.allow_single_wall = Some(allow);
        self
    }

    /// Any other setting of the tenant manager.
    pub fn manager(
        mut self,
        change: impl FnOnce(TenantManagerBuilder) -> TenantManagerBuilder + Send + 'static,
    ) -> Self {
        self.change.push(Box::new(change));
        self
    }

    /// The tenant manager's builder with every setting applied, for an operator's commands, which want no chain.
    ///
    /// # Errors
    /// As [`start`](Self::start), for what is known before anything is connected to.
    pub fn into_manager(mut self) -> Result<TenantManagerBuilder, Error> {
        self.manager_builder()
    }

    fn manager_builder(&mut self) -> Result<TenantManagerBuilder, Error> {
        let env = &self.env;
        let data_dir = env.data_dir.clone().unwrap_or_else(|| DATA_DIR.into());
        let service = env
            .service
            .clone()
            .ok_or_else(|| Error::setting("MTP_SERVICE", "the service's short id"))?;
        let embedded = env.central_db_url.is_none();
        let central = match &env.central_db_url {
            Some(url) => url.clone(),
            None => Dsn::parse(format!("sqlite://{}/central.sqlite", data_dir.display()))
                .map_err(|e| Error::setting("MTP_DATA_DIR", e.to_string()))?,
        };
        if let Some(kind) = env.providers.first() {
            return Err(Error::setting(
                "MTP_PROVIDERS",
                if PROVIDER_KINDS.contains(&kind.as_str()) {
                    format!("{kind}: no provider of this kind is compiled into this release")
                } else {
                    format!("one of {}", PROVIDER_KINDS.join(", "))
                },
            ));
        }
        let keys: Arc<dyn KeyManagement> = match (self.keys.take(), &env.master_key, &env.master_key_file) {
            (Some(keys), _, _) => keys,
            (None, Some(text), _) => Arc::new(master::parse(text)?),
            (None, None, Some(file)) => Arc::new(master::read(file)?),
            (None, None, None) if embedded || env.data_dir.is_some() => Arc::new(master::read_or_make(&data_dir)?),
            (None, None, None) => {
                return Err(Error::setting(
                    "MTP_MASTER_KEY",
                    "32 random bytes as hex or base64, or MTP_MASTER_KEY_FILE",
                ));
            }
        };
        let mut builder = TenantManager::builder(service, central).key_management(keys);
        if let Some(isolation) = env.isolation {
            builder = builder.isolation(isolation);
        }
        if let Some(prefix) = &env.tenant_db_prefix {
            builder = builder.tenant_db_prefix(prefix.as_str());
        }
        let template = env.tenant_url.clone().or_else(|| {
            self.base_url
                .as_ref()
                .map(|base| format!("{}/t/{{tenant}}", base.trim_end_matches('/')))
        });
        if let Some(template) = template {
            builder = builder.tenant_url(template);
        }
        if let Some(url) = &env.owner_db_url {
            builder = builder.owner_url(url.clone());
        }
        if let Some(url) = &env.runtime_db_url {
            builder = builder.runtime_url(url.clone());
        }
        if env.statement_timeout.is_some() || env.lock_timeout.is_some() {
            let most = TimeLimits::default();
            let times = TimeLimits::new(
                env.statement_timeout.unwrap_or(most.statement()),
                env.lock_timeout.unwrap_or(most.lock()),
            )
            .map_err(|e| match e {
                mtp_core::Error::Invalid {
                    field: "lock_timeout",
                    problem,
                } => Error::setting("MTP_LOCK_TIMEOUT", problem),
                other => Error::setting("MTP_STATEMENT_TIMEOUT", other.to_string()),
            })?;
            builder = builder.time_limits(times);
        }
        if let Some(n) = env.warm_tenants {
            builder = builder.warm_tenants(n);
        }
        if let Some(n) = env.max_connections {
            builder = builder.max_connections(n);
        }
        if let Some(time) = env.stale_max {
            builder = builder.stale_max(time);
        }
        if let Some(time) = env.retention {
            builder = builder.retention(time);
        }
        if let Some(must) = env.admin_must_change {
            builder = builder.admin_must_change(must);
        }
        if let Some(allow) = env.allow_single_wall {
            builder = builder.allow_single_wall(allow);
        }
        builder = match &self.migrations {
            Some(Migrations::Folder(folder)) => builder.migrations_from(folder),
            Some(Migrations::Static(files)) => builder.migrations(files),
            None => builder,
        };
        builder = builder.statement_options(self.options.clone());
        for change in self.change.drain(..) {
            builder = change(builder);
        }
        Ok(builder)
    }

    /// Starts the platform: the catalogue, the walls, the background work, the keys.
    ///
    /// # Errors
    /// [`Error::Settings`] for values that are not allowed; [`Error::Core`] where the core refuses to start, among
    /// others because a wall is down.
    pub async fn start(mut self) -> Result<Platform, Error> {
        let provider = self.identity_provider()?;
        let limits = match (self.limits.take(), &self.env.rate_limit) {
            (Some(limits), _) => limits,
            (None, Some(text)) => {
                Limits::new(RateLimit::parse(text).map_err(|e| Error::setting("MTP_RATE_LIMIT", e.to_string()))?)
            }
            (None, None) => Limits::default(),
        };
        let manager = self.manager_builder()?.start().await?;
        let service = manager.settings().service.to_string();
        let issuer = self
            .env
            .jwt_issuer
            .clone()
            .filter(|_| provider.is_none())
            .unwrap_or(format!("mtp:{service}"));
        let audience = self.env.jwt_audience.clone().unwrap_or_else(|| service.clone());
        let tokens = Arc::new(mtp_standard_api::own_tokens(&manager, &issuer, &audience).await?);
        // Ends with the platform: it holds the tokens weakly.
        tokio::spawn(mtp_standard_api::follow_signing_keys(
            manager.clone(),
            Arc::downgrade(&tokens),
        ));
        let first_market_key = self.first_market_key(&manager).await?;
        let base_domain = self.env.tenant_url.as_deref().and_then(base_domain);
        let resolvers = self
            .resolvers
            .take()
            .unwrap_or_else(|| Resolvers::all(base_domain.as_deref()));
        let mut verifier = TokenVerifier::new(tokens.clone());
        if let Some(provider) = provider {
            verifier = verifier.provider(provider);
        }
        let base_url = BaseUrl::parse(self.base_url.as_deref().unwrap_or(DEFAULT_BASE_URL))
            .map_err(|e| Error::setting("base_url", e.to_string()))?;
        let settings = HttpSettings {
            manifest: self.manifest,
            base_url,
            provision_deadline: self.provision_deadline,
            routes: self.routes,
            resolvers,
            limits,
            verifier: Arc::new(verifier),
            listen: self.env.listen.unwrap_or_else(|| LISTEN.into()),
        };
        Ok(Platform {
            inner: Arc::new(Inner {
                manager,
                tokens,
                settings,
                first_market_key,
            }),
        })
    }

    fn identity_provider(&self) -> Result<Option<IdentityProvider>, Error> {
        let env = &self.env;
        let names = || match (&env.jwt_issuer, &env.jwt_audience) {
            (Some(issuer), Some(audience)) => Ok((issuer.as_str(), audience.as_str())),
            _ => Err(Error::Settings(vec![BadSetting {
                name: "MTP_JWT_ISSUER",
                allowed: "set it and MTP_JWT_AUDIENCE where an identity provider's tokens are taken".into(),
            }])),
        };
        if let Some(secret) = &env.jwt_hs256_secret {
            let (issuer, audience) = names()?;
            return IdentityProvider::hs256(secret, issuer, audience)
                .map(Some)
                .map_err(|e| Error::setting("MTP_JWT_HS256_SECRET", e.to_string()));
        }
        if let Some(file) = &env.jwt_public_key_file {
            let (issuer, audience) = names()?;
            let pem = std::fs::read_to_string(file).map_err(|source| Error::Io {
                what: "reading the identity provider's public key",
                source,
            })?;
            return IdentityProvider::public_key_pem(&pem, issuer, audience)
                .map(Some)
                .map_err(|e| Error::setting("MTP_JWT_PUBLIC_KEY_FILE", e.to_string()));
        }
        Ok(None)
    }

    /// A market must be able to call from the first start on: the key that was given, the one in the data folder, or a
    /// new one, which is shown.
    async fn first_market_key(&self, manager: &TenantManager) -> Result<Option<Secret>, Error> {
        if let Some(key) = &self.env.market_key {
            manager.adopt_market_key(FIRST_MARKET, key).await?;
            return Ok(None);
        }
        if let Some(folder) = self.env.data_dir.as_deref().or(self
            .env
            .central_db_url
            .is_none()
            .then(|| Path::new(DATA_DIR)))
        {
            let key = master::keep(folder, MARKET_KEY_FILE, || {
                let key =
                    mtp_core::ApiKey::generate(mtp_core::ApiKeyKind::Market).map_err(|e| Error::Core(e.into()))?;
                Ok(Secret::new(key.expose()))
            })?;
            manager.adopt_market_key(FIRST_MARKET, &key).await?;
            return Ok(Some(key));
        }
        if manager.market_keys().await?.iter().any(|key| key.revoked_at.is_none()) {
            return Ok(None);
        }
        Ok(Some(manager.create_market_key(FIRST_MARKET).await?.key))
    }
}

/// The domain below which tenants have hosts: `https://{tenant}.example.com/x` → `example.com`.
fn base_domain(template: &str) -> Option<String> {
    let (_, rest) = template.split_once("://")?;
    let host = rest.split(['/', ':']).next()?;
    host.strip_prefix("{tenant}.").map(str::to_owned)
}

impl std::fmt::Debug for PlatformBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlatformBuilder")
            .field("service", &self.env.service)
            .finish_non_exhaustive()
    }
}
