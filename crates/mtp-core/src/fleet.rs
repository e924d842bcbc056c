//! The fleet: every tenant of a service brought to the newest version of its migrations, and looked after.
//!
//! The tenant's own ledger, beside its tables and in their transaction, says what it has; the catalogue is told after.
//! So a runner may be killed anywhere: what was applied is in the ledger, the next run finds it there and tells the
//! catalogue. A lease for each place makes runners that work at once share the fleet; a lease that is lost costs
//! nothing but a second look, because the ledger's lock makes two runners take turns.
//!
//! Why no table of runs to resume: what is left to do is what the catalogue says is behind, so "resume" is "run again".

mod options;
mod pass;
mod place;
mod plan;
mod record;
mod report;
mod status;
mod verify;

pub use self::{
    options::{FleetEvent, FleetObserver, FleetOptions},
    plan::{FleetPlan, PlannedFile, PlannedPlace},
    report::{FleetReport, Outcome, PlaceReport, StopReason},
    status::{FailedTenant, FleetStatus, ServerVersions, VersionCount},
    verify::{FleetVerdict, LedgerFinding, LedgerProblem},
};
use crate::manager::TenantManager;

/// The fleet of a service; made by [`TenantManager::fleet`].
///
/// # Example
/// ```no_run
/// # async fn example(manager: mtp_core::TenantManager) -> mtp_core::Result<()> {
/// use mtp_core::FleetOptions;
///
/// let report = manager.fleet().run(&FleetOptions::default().canary(0.1).max_failures(3)).await?;
/// for place in report.failed() {
///     println!("{}: {}", place.name, place.error.as_deref().unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Fleet {
    manager: TenantManager,
}

impl TenantManager {
    /// All tenants of the service, for migrations.
    pub fn fleet(&self) -> Fleet {
        Fleet { manager: self.clone() }
    }
}
