//! Tenants, lifecycle, isolation walls, pools, migrations and secrets of the `mtp` multi-tenant platform.
//!
//! Without a database feature this crate is small: tenant ids and states, the task-local name, errors, and the
//! ports that the other crates ask for. With `sqlite`, `postgres` or `mysql` it is the whole core: [`TenantManager`] makes
//! tenants, and a [`TenantHandle`] gives the right to one tenant's data.
//!
//! ```
//! use mtp_core::TenantId;
//!
//! let id: TenantId = "acme".parse()?;
//! assert!(TenantId::parse("Acme; DROP TABLE tenants").is_err());
//! # Ok::<(), mtp_core::TenantIdError>(())
//! ```

// The parts that stand on a database are there for their types where none is switched on; then much of them is
// never reached.
#![cfg_attr(
    all(
        feature = "_db",
        not(any(feature = "mysql", feature = "postgres", feature = "sqlite"))
    ),
    allow(
        dead_code,
        unreachable_code,
        unreachable_patterns,
        unused_imports,
        unused_variables,
        unused_mut,
        reason = "without a database feature there is no connection to reach this by"
    )
)]

#[cfg(feature = "_db")]
mod api_key;
mod base_url;
mod callers;
#[cfg(feature = "_db")]
mod catalogue;
mod context;
#[cfg(feature = "_db")]
mod db;
#[cfg(feature = "_db")]
mod dialect;
mod directory;
#[cfg(feature = "_db")]
mod doctor;
mod error;
#[cfg(feature = "_db")]
mod fleet;
#[cfg(feature = "_db")]
mod ident;
#[cfg(feature = "_db")]
mod isolation;
#[cfg(feature = "_db")]
mod keys;
#[cfg(feature = "_db")]
mod lifecycle;
pub mod limits;
#[cfg(feature = "_db")]
mod manager;
// In the open, unlike the others: its words (rule, finding, position) are the lint's own here and
// others' elsewhere.
#[cfg(feature = "_db")]
pub mod migrate;
#[cfg(feature = "_db")]
mod names;
#[cfg(feature = "_db")]
mod password;
#[cfg(feature = "_db")]
mod random;
#[cfg(feature = "_db")]
mod rewrite;
#[cfg(feature = "_db")]
mod seal;
mod secret;
mod service;
mod tenant;
// In the open: its words are for tests alone.
#[cfg(feature = "testing")]
pub mod testing;

#[cfg(any(feature = "mysql", feature = "postgres"))]
pub use self::db::BorrowedConnection;
#[cfg(feature = "mysql")]
pub use self::db::MySqlTenantRow;
#[cfg(feature = "postgres")]
pub use self::db::PgTenantRow;
#[cfg(feature = "sqlite")]
pub use self::db::SqliteTenantRow;
#[cfg(feature = "_db")]
pub use self::{
    api_key::{ApiKey, ApiKeyError, ApiKeyKind, KeyHash},
    catalogue::{
        AuditEntry, MarketKeyInfo, NewMarketKey, Page, Server, ServerKind, ServerState, TenantFilter, TenantUpdate,
    },
    db::{
        DatabaseFault, FaultKind, IntoStatement, PoolGauges, TenantDb, TenantQuery, TenantRow, TenantTransaction,
        TimeLimits, TransactionQuery,
    },
    dialect::Dialect,
    doctor::{Finding, Severity},
    fleet::{
        FailedTenant, Fleet, FleetEvent, FleetObserver, FleetOptions, FleetPlan, FleetReport, FleetStatus,
        FleetVerdict, LedgerFinding, LedgerProblem, Outcome, PlaceReport, PlannedFile, PlannedPlace, ServerVersions,
        StopReason, VersionCount,
    },
    isolation::PlaceKind,
    keys::{
        DataKey, DataKeyRef, KeyBytes, KeyError, KeyManagement, KeyRing, KeyScope, LocalKeys, MasterKey, MasterKeyId,
        Purpose, Sealed, WrappedBytes, WrappedDataKey,
    },
    lifecycle::{StepEvent, StepObserver, StepPhase},
    manager::{
        Created, OneTimeLink, Operation, OperationProgress, Orphan, OrphanCause, PoolReport, ProvisionRequest,
        Provisioned, SealRotation, Settings, SignedIn, TenantManager, TenantManagerBuilder,
    },
    password::{
        HashParams, PasswordError, PasswordHash, PasswordHasher, PasswordPolicy, PasswordRefused, PasswordVerdict,
        generate_password,
    },
    random::RandomError,
    rewrite::{Options as StatementOptions, Refusal, ShownName, TenantTables},
};
pub use self::{
    base_url::{BaseUrl, BaseUrlError},
    callers::{Market, MarketKeys},
    context::{TenantHandle, current_tenant, spawn, with_tenant},
    directory::{Found, Freshness, TenantDirectory},
    error::{BoxError, Error, ErrorKind, Result},
    secret::{Dsn, DsnError, Secret},
    service::{ServiceId, ServiceIdError},
    tenant::{
        AdminCredentials, Isolation, Placement, RESERVED_TENANT_IDS, Tenant, TenantConfig, TenantId, TenantIdError,
        TenantState, TenantUid, UnknownIsolation, UnknownState,
    },
};
