//! Writes down what came of places, many in one transaction, and lets them go.

use std::time::Duration;

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{Instant, timeout_at},
};

use super::{
    options::{FleetEvent, FleetOptions},
    report::PlaceReport,
};
use crate::{
    catalogue::Settled,
    limits::{FLEET_ATTEMPTS, FLEET_BATCH, FLEET_GATHER, FLEET_PAUSE},
    manager::Inner,
    rewrite::Dialect,
};

/// What came of a place, on its way into the catalogue.
pub(super) struct Message {
    pub(super) report: PlaceReport,
    /// What is to be written down, where the place was ours.
    pub(super) settled: Option<(Dialect, Settled)>,
}

/// Takes messages until there are no senders left; gives all reports back, and how many were not written down.
pub(super) async fn record(
    inner: &Inner,
    options: &FleetOptions,
    owner: &str,
    mut messages: UnboundedReceiver<Message>,
) -> (Vec<PlaceReport>, u64) {
    let (mut reports, mut unrecorded) = (Vec::new(), 0);
    let mut batch = Vec::new();
    // The first results are written down at once: they show that the pass goes on.
    let mut next = Instant::now();
    while messages.recv_many(&mut batch, FLEET_BATCH).await > 0 {
        gather(&mut batch, &mut messages, next).await;
        next = Instant::now() + FLEET_GATHER;
        let mut settled: Vec<(Dialect, i64, Settled)> = Vec::new();
        let at = reports.len();
        for message in batch.drain(..) {
            if let Some((dialect, of)) = message.settled {
                settled.push((dialect, message.report.from, of));
            }
            reports.push(message.report);
        }
        for dialect in Dialect::compiled_in() {
            let of: Vec<_> = settled.extract_if(.., |s| s.0 == dialect).collect();
            let count = of.len() as u64;
            if count > 0 && !write(inner, dialect, owner, of).await {
                unrecorded += count;
            }
        }
        for report in reports.iter().skip(at) {
            options.tell(&FleetEvent::Settled(report));
        }
    }
    (reports, unrecorded)
}

/// Takes more until then, so that what is written down costs one transaction for many and not for each. The ledgers are
/// the truth meanwhile, and leases are renewed beside this.
async fn gather(batch: &mut Vec<Message>, messages: &mut UnboundedReceiver<Message>, end: Instant) {
    while batch.len() < FLEET_BATCH {
        let room = FLEET_BATCH - batch.len();
        match timeout_at(end, messages.recv_many(batch, room)).await {
            Ok(more) if more > 0 => {}
            // The time is over, or nobody is left who would send.
            _ => return,
        }
    }
}

/// Whether it was written down. The ledgers are the truth, so a catalogue that does not answer ends nothing.
async fn write(inner: &Inner, dialect: Dialect, owner: &str, of: Vec<(Dialect, i64, Settled)>) -> bool {
    let from = of.iter().map(|s| s.1).min().unwrap_or(0);
    let settled: Vec<Settled> = of.into_iter().map(|s| s.2).collect();
    let files: Vec<(i64, Vec<u8>)> = inner
        .migrations
        .get(&dialect)
        .into_iter()
        .flatten()
        .filter(|m| m.version() > from)
        .map(|m| (m.version(), m.checksum().as_bytes().to_vec()))
        .collect();
    let mut pause: Duration = FLEET_PAUSE;
    for attempt in 1..=FLEET_ATTEMPTS {
        match inner.central.settle_units(owner, &settled, &files).await {
            Ok(()) => return true,
            Err(e) => {
                tracing::warn!(target: "mtp::fleet", attempt, error = %e, "results were not written down; the next pass repairs that from the ledgers");
            }
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    false
}
