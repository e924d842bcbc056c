//! What a manager is set up with.

use std::{collections::BTreeMap, time::Duration};

use crate::{
    db::TimeLimits,
    limits,
    service::ServiceId,
    tenant::{Isolation, TenantId},
};

/// A manager's settings; each has a default in [`limits`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The service.
    pub service: ServiceId,
    /// What the physical names of tenants begin with.
    pub prefix: String,
    /// The isolation of tenants that do not ask for another.
    pub isolation: Isolation,
    /// Where a tenant's people reach the service: a text with `{tenant}` in it.
    pub url_template: String,
    /// How long a deleted tenant's data is kept.
    pub retention: Duration,
    /// Connections to a server for all its tenants together.
    pub max_connections: u32,
    /// Connections for one tenant.
    pub pool_size: u32,
    /// How long a statement waits for a connection.
    pub acquire_timeout: Duration,
    /// How long tenants' statements may take, where their plan says nothing else.
    pub time_limits: TimeLimits,
    /// How long those of a plan's tenants may take, by the plan's id.
    pub plan_time_limits: BTreeMap<String, TimeLimits>,
    /// How long known tenants are served while the central database is away.
    pub stale_max: Duration,
    /// How long a lifecycle operation is one process's own without a sign of life.
    pub lease: Duration,
    /// How often operations without a process are looked for.
    pub reconcile_interval: Duration,
    /// How long making, retrying and purging a tenant are waited for.
    pub wait_limit: Duration,
    /// How often a failing step is tried before its flow is undone.
    pub step_attempts: u32,
    /// How many tenants a server takes where its row says nothing else.
    pub server_capacity: i64,
    /// The least version of a tenant's tables that this release can serve; the newest is that of its own migrations.
    pub least_version: i64,
    /// Tenants that are made ahead, for customers who need not wait then.
    pub warm_tenants: usize,
    /// Whether the first password must be changed at the first sign-in.
    pub admin_must_change: bool,
    /// Whether shared tables on SQLite, which have one wall only, are accepted.
    pub allow_single_wall: bool,
}

impl Settings {
    pub(crate) fn new(service: ServiceId) -> Self {
        Self {
            prefix: format!("{service}_").chars().take(limits::MAX_DB_PREFIX_LEN).collect(),
            service,
            isolation: Isolation::Database,
            url_template: "/t/{tenant}".into(),
            retention: limits::DEFAULT_RETENTION,
            max_connections: limits::DEFAULT_MAX_CONNECTIONS,
            pool_size: limits::DEFAULT_POOL_SIZE,
            acquire_timeout: limits::DEFAULT_ACQUIRE_TIMEOUT,
            time_limits: TimeLimits::default(),
            plan_time_limits: BTreeMap::new(),
            stale_max: limits::DEFAULT_STALE_MAX,
            lease: limits::DEFAULT_LEASE,
            reconcile_interval: limits::DEFAULT_RECONCILE_INTERVAL,
            wait_limit: limits::DEFAULT_WAIT_LIMIT,
            step_attempts: limits::DEFAULT_STEP_ATTEMPTS,
            server_capacity: limits::DEFAULT_SERVER_CAPACITY,
            least_version: 0,
            warm_tenants: limits::DEFAULT_WARM_TENANTS,
            admin_must_change: false,
            allow_single_wall: false,
        }
    }

    /// How long the statements of a tenant with this plan may take.
    pub(crate) fn times_of(&self, plan: Option<&str>) -> TimeLimits {
        plan.and_then(|plan| self.plan_time_limits.get(plan))
            .copied()
            .unwrap_or(self.time_limits)
    }

    /// Where this tenant's people reach the service.
    pub fn tenant_url(&self, id: &TenantId) -> String {
        self.url_template.replace("{tenant}", id.as_str())
    }
}
