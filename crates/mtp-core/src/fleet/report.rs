//! What came of a pass.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::plan::PlannedPlace;
use crate::tenant::{Isolation, TenantUid};

/// What came of a pass.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct FleetReport {
    /// The service.
    pub service: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Why it ended before everything was tried, if it did.
    pub stopped: Option<StopReason>,
    /// Places that are at the newest version now, by this pass or by a runner beside it.
    pub migrated: u64,
    /// Places that could not be migrated.
    pub failures: u64,
    /// Places that were not begun.
    pub skipped: u64,
    /// Places that went away meanwhile.
    pub gone: u64,
    /// Results that the catalogue could not be told; the next pass repairs it from the ledgers.
    pub unrecorded: u64,
    /// Every place, in the order in which they were settled.
    pub places: Vec<PlaceReport>,
}

/// Why a pass ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
#[non_exhaustive]
pub enum StopReason {
    /// A canary failed.
    Canary {
        /// How many of them.
        failures: u64,
    },
    /// More places failed than was allowed.
    Failures {
        /// How many were allowed.
        allowed: u64,
    },
    /// The catalogue did not answer any more.
    CatalogueAway {
        /// What it said.
        error: String,
    },
}

/// What came of one place.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct PlaceReport {
    /// The tenant's id, or `shared:` and the server.
    pub name: String,
    /// The tenant, where it is one's own.
    pub uid: Option<TenantUid>,
    /// The server.
    pub server: String,
    /// How the tenant's data is kept apart.
    pub isolation: Isolation,
    /// Whether it was a canary.
    pub canary: bool,
    /// The version it had, as far as the catalogue knew.
    pub from: i64,
    /// The newest version.
    pub to: i64,
    /// What came of it.
    pub outcome: Outcome,
    /// The migration that failed, where that is known.
    pub failed_version: Option<i64>,
    /// Why, in words for the operator.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: u64,
}

/// What came of one place, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// This pass brought it to the newest version, or found in its ledger that it has it.
    Migrated,
    /// A runner beside this one brought it there.
    Elsewhere,
    /// It could not be migrated.
    Failed,
    /// It was not begun.
    Skipped,
    /// It is being destroyed.
    Gone,
}

impl FleetReport {
    /// Whether everything that was planned is at the newest version, and the catalogue knows it.
    pub fn is_complete(&self) -> bool {
        self.failures == 0 && self.skipped == 0 && self.stopped.is_none() && self.unrecorded == 0
    }

    /// The places that could not be migrated.
    pub fn failed(&self) -> impl Iterator<Item = &PlaceReport> {
        self.places.iter().filter(|p| p.outcome == Outcome::Failed)
    }
}

impl PlaceReport {
    pub(super) fn new(place: &PlannedPlace, outcome: Outcome) -> Self {
        Self {
            name: place.name.clone(),
            uid: place.uid,
            server: place.server.clone(),
            isolation: place.isolation,
            canary: place.canary,
            from: place.from,
            to: place.to,
            outcome,
            failed_version: None,
            error: None,
            millis: 0,
        }
    }
}
