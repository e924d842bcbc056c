//! How sessions begin: those that serve tenants, and those of the lifecycle.

use futures::future::BoxFuture;
use sqlx::mysql::MySqlConnectOptions;

use super::probe::Flavor;
use crate::{
    catalogue::MySqlConnector,
    db::{Conn, Connect},
    error::Result,
    limits::{
        MIGRATION_LOCK_TIMEOUT, RUNTIME_IDLE_IN_TRANSACTION_TIMEOUT, RUNTIME_LOCK_TIMEOUT, RUNTIME_STATEMENT_TIMEOUT,
    },
};

/// Opens sessions that serve tenants, with their limits. A login has no settings of its own on this wire, so nothing of
/// one session outlives it.
pub(super) struct ServingConnector {
    inner: MySqlConnector,
    flavor: Flavor,
}

impl ServingConnector {
    pub(super) fn new(options: MySqlConnectOptions, flavor: Flavor) -> Self {
        Self {
            inner: MySqlConnector { options },
            flavor,
        }
    }
}

impl Connect for ServingConnector {
    fn connect(&self) -> BoxFuture<'_, Result<Conn>> {
        Box::pin(async { Ok(self.inner.connect_with(&serving(self.flavor)).await?) })
    }
}

/// The limits of a session that serves tenants. MySQL has none for a transaction that lies idle, and its limit for a
/// statement is one for reads.
fn serving(flavor: Flavor) -> String {
    let (lock, statement) = (RUNTIME_LOCK_TIMEOUT.as_secs(), RUNTIME_STATEMENT_TIMEOUT);
    match flavor {
        Flavor::MariaDb => format!(
            "; SET SESSION lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}, max_statement_time = {}, \
             idle_transaction_timeout = {}",
            statement.as_secs(),
            RUNTIME_IDLE_IN_TRANSACTION_TIMEOUT.as_secs()
        ),
        Flavor::MySql => format!(
            "; SET SESSION lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}, max_execution_time = {}",
            statement.as_millis()
        ),
    }
}

/// Opens a session of the lifecycle. A change of a table that waits for somebody makes all who come after it wait too:
/// better that it fails soon.
pub(super) async fn lifecycle(options: &MySqlConnectOptions) -> Result<Conn> {
    let connector = MySqlConnector {
        options: options.clone(),
    };
    let lock = MIGRATION_LOCK_TIMEOUT.as_secs();
    let limits = format!("; SET SESSION lock_wait_timeout = {lock}, innodb_lock_wait_timeout = {lock}");
    Ok(connector.connect_with(&limits).await?)
}
