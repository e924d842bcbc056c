//! Background work: finishes what was left, purges what is due, sweeps what is unused.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use super::drive;
use crate::{
    error::{Error, Result},
    limits::{FRESHNESS_POLL, ORPHAN_GRACE, ORPHAN_SWEEP_INTERVAL, POOL_REPORT_INTERVAL},
    manager::{Inner, TenantManager},
};

/// Operations and purges that one round takes up at most; the rest waits for the next.
const PER_ROUND: u64 = 16;
/// How often expired rows are removed.
const SWEEP_INTERVAL: Duration = Duration::from_mins(1);

/// Starts the background work of a manager; it ends when the manager is gone.
pub(crate) fn run_background(inner: &Arc<Inner>) {
    tokio::spawn(poll(Arc::downgrade(inner)));
    tokio::spawn(report(Arc::downgrade(inner)));
    tokio::spawn(reconcile(Arc::downgrade(inner), inner.settings.reconcile_interval));
}

/// Follows the catalogue's generation.
async fn poll(inner: Weak<Inner>) {
    loop {
        let Some(alive) = inner.upgrade() else { return };
        if let Err(e) = alive.refresh().await {
            tracing::debug!(target: "mtp::freshness", error = %e, "the catalogue could not be asked");
        }
        drop(alive);
        tokio::time::sleep(FRESHNESS_POLL).await;
    }
}

/// Tells operators how this instance's pools stand.
async fn report(inner: Weak<Inner>) {
    loop {
        let Some(alive) = inner.upgrade() else { return };
        if let Err(e) = alive.report_pools().await {
            tracing::debug!(target: "mtp::pools", error = %e, "how the pools stand was not written down");
        }
        drop(alive);
        tokio::time::sleep(POOL_REPORT_INTERVAL).await;
    }
}

async fn reconcile(inner: Weak<Inner>, interval: Duration) {
    let mut swept: Option<tokio::time::Instant> = None;
    let mut orphans = tokio::time::Instant::now();
    loop {
        let Some(alive) = inner.upgrade() else { return };
        if let Err(e) = round(&alive).await {
            tracing::warn!(target: "mtp::lifecycle", error = %e, "a round of the reconciler failed");
        }
        if let Err(e) = alive.refill().await {
            tracing::warn!(target: "mtp::lifecycle", error = %e, "the warm pool was not refilled");
        }
        if swept.is_none_or(|at| at.elapsed() > SWEEP_INTERVAL) {
            swept = Some(tokio::time::Instant::now());
            if let Err(e) = alive.central.remove_expired().await {
                tracing::debug!(target: "mtp::lifecycle", error = %e, "expired rows were not removed");
            }
        }
        if orphans.elapsed() > ORPHAN_SWEEP_INTERVAL {
            orphans = tokio::time::Instant::now();
            let manager = TenantManager { inner: alive.clone() };
            if let Err(e) = manager.sweep_orphans(ORPHAN_GRACE).await {
                tracing::warn!(target: "mtp::lifecycle", error = %e, "orphans were not looked for");
            }
        }
        for (_, server) in alive.open_servers() {
            server.pool().sweep();
        }
        drop(alive);
        tokio::time::sleep(interval).await;
    }
}

async fn round(inner: &Arc<Inner>) -> Result<()> {
    let manager = TenantManager { inner: inner.clone() };
    for tenant in inner.central.tenants_to_purge(PER_ROUND).await? {
        match manager.start_purge(tenant.uid()?).await {
            // Another process was first.
            Ok(()) | Err(Error::WrongState { .. }) => {}
            Err(e) => return Err(e),
        }
    }
    let left = inner.central.orphaned_operations(PER_ROUND).await?;
    let work = left.iter().map(|operation| async {
        match drive(inner, &operation.id).await {
            Ok(_) | Err(Error::Fenced) => {}
            Err(e) => tracing::warn!(target: "mtp::lifecycle", operation = %operation.id, error = %e, "an operation was left again"),
        }
    });
    futures::future::join_all(work).await;
    Ok(())
}
