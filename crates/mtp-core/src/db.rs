//! A tenant's data: connections, pools, and the one door through which statements go.

#[cfg(any(feature = "mysql", feature = "postgres"))]
mod borrow;
mod conn;
mod fault;
mod handle;
mod pool;
mod query;
mod row;
mod stream;
mod time_limits;
mod told;
mod transaction;
#[cfg(feature = "mysql")]
mod variable;

#[cfg(any(feature = "mysql", feature = "postgres"))]
pub use self::borrow::BorrowedConnection;
#[cfg(feature = "mysql")]
pub use self::row::MySqlTenantRow;
#[cfg(feature = "postgres")]
pub use self::row::PgTenantRow;
#[cfg(feature = "sqlite")]
pub use self::row::SqliteTenantRow;
#[cfg(feature = "mysql")]
pub(crate) use self::variable::set_seal;
pub(crate) use self::{
    conn::Conn,
    handle::{Standing, TenantDbParts},
    pool::{Connect, PoolLimits, Pooled, ServerPool, Target},
    told::Told,
};
pub use self::{
    fault::{DatabaseFault, FaultKind},
    handle::TenantDb,
    pool::PoolGauges,
    query::{IntoStatement, TenantQuery},
    row::TenantRow,
    time_limits::TimeLimits,
    transaction::{TenantTransaction, TransactionQuery},
};
