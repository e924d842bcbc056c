//! The catalogue: everything the platform knows of its tenants, in the central database.

mod central;
mod connect;
mod fleet;
mod install;
mod keys;
mod market_keys;
mod operations;
mod pools;
mod records;
mod secrets;
mod servers;
mod slot;
mod tenants;
mod warm;

#[cfg(feature = "mysql")]
pub(crate) use self::connect::{MySqlConnector, mysql_options};
#[cfg(feature = "postgres")]
pub(crate) use self::connect::{PgConnector, postgres_options};
#[cfg(feature = "sqlite")]
pub(crate) use self::connect::{SqliteConnector, sqlite_setup};
pub(crate) use self::{
    central::{Central, CentralTx},
    connect::connect,
    fleet::{Claimed, FailedMigration, FleetRow, FleetUnit, Selection, Settled, UnitResult},
    keys::KeyStore,
    operations::{Claim, NewOperation, OperationRow, OperationState},
    records::TokenKind,
    servers::{ServerRow, check_server_name},
    slot::warm_slot,
    tenants::{NewTenant, TenantRowData, time},
    warm::WarmRow,
};
pub use self::{
    market_keys::{MarketKeyInfo, NewMarketKey},
    records::AuditEntry,
    servers::{Server, ServerKind, ServerState},
    tenants::{Page, TenantFilter, TenantUpdate},
};
