//! Which tenants a pass of the fleet runner is about, and how careful it is.

use std::{fmt, sync::Arc};

use super::{plan::FleetPlan, report::PlaceReport};
use crate::{
    catalogue::Selection,
    error::{Error, Result},
    limits,
    tenant::TenantId,
};

/// Which tenants, and how careful. The default: all tenants, [`limits::DEFAULT_FLEET_CANARY`] of them first,
/// [`limits::DEFAULT_FLEET_MAX_FAILURES`] failures at most, [`limits::DEFAULT_FLEET_JOBS`] at once on each server.
#[derive(Clone)]
pub struct FleetOptions {
    pub(super) selection: Selection,
    pub(super) canary: f64,
    pub(super) max_failures: Option<u64>,
    pub(super) jobs: usize,
    pub(super) recheck: bool,
    pub(super) resume: bool,
    pub(super) observer: Option<FleetObserver>,
}

/// Something that happened in a pass.
#[derive(Debug)]
#[non_exhaustive]
pub enum FleetEvent<'a> {
    /// The plan stands; work begins.
    Planned(&'a FleetPlan),
    /// A place is settled, and that is written down.
    Settled(&'a PlaceReport),
    /// The canaries went well; the rest begins.
    CanaryPassed,
}

/// Hears of a pass while it runs. It is called between other work and must not block.
pub type FleetObserver = Arc<dyn Fn(&FleetEvent<'_>) + Send + Sync>;

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            canary: limits::DEFAULT_FLEET_CANARY,
            max_failures: Some(limits::DEFAULT_FLEET_MAX_FAILURES),
            jobs: limits::DEFAULT_FLEET_JOBS,
            recheck: false,
            resume: false,
            observer: None,
        }
    }
}

impl FleetOptions {
    /// Only this tenant; said again, this one too. Tables that are shared are migrated for all who share them.
    pub fn tenant(mut self, id: TenantId) -> Self {
        self.selection.tenants.push(id);
        self
    }

    /// Only tenants on this server.
    pub fn server(mut self, server: impl Into<String>) -> Self {
        self.selection.server = Some(server.into());
        self
    }

    /// Only tenants with this plan.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.selection.plan = Some(plan.into());
        self
    }

    /// Only tenants whose id begins with this.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.selection.prefix = Some(prefix.into());
        self
    }

    /// The share that goes first, 0 to 1, at least one place where it is above 0, spread over the servers. A failure
    /// among them stops the pass. Places whose last migration failed are never canaries. 0: no canaries.
    pub fn canary(mut self, share: f64) -> Self {
        self.canary = share;
        self
    }

    /// No other place is begun once more than this many have failed.
    pub fn max_failures(mut self, failures: u64) -> Self {
        self.max_failures = Some(failures);
        self
    }

    /// However many fail, the rest is done.
    pub fn keep_going(mut self) -> Self {
        self.max_failures = None;
        self
    }

    /// Places of one server that are worked on at once, at most the server's budget of connections.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Looks into the ledger of every place, also where the catalogue says that it is up to date: after a place was
    /// restored from a backup.
    pub fn recheck(mut self, recheck: bool) -> Self {
        self.recheck = recheck;
        self
    }

    /// Goes on with a pass that was stopped or killed: where some of the selected tenants have the newest version
    /// already, the release is known to work on them, and no canaries go first once more.
    pub fn resume(mut self, resume: bool) -> Self {
        self.resume = resume;
        self
    }

    /// Hears of the pass while it runs.
    pub fn on_event(mut self, observer: FleetObserver) -> Self {
        self.observer = Some(observer);
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        if !(0.0..=1.0).contains(&self.canary) {
            return Err(Error::invalid("canary", "a share from 0 to 1, for example 0.05"));
        }
        if self.jobs == 0 {
            return Err(Error::invalid("jobs", "at least 1"));
        }
        if let Some(prefix) = &self.selection.prefix
            && !prefix
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        {
            return Err(Error::invalid(
                "prefix",
                "the beginning of a tenant id: a-z, 0-9 and '-'",
            ));
        }
        Ok(())
    }

    pub(super) fn tell(&self, event: &FleetEvent<'_>) {
        if let Some(observer) = &self.observer {
            observer(event);
        }
    }
}

impl fmt::Debug for FleetOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FleetOptions")
            .field("selection", &self.selection)
            .field("canary", &self.canary)
            .field("max_failures", &self.max_failures)
            .field("jobs", &self.jobs)
            .field("recheck", &self.recheck)
            .field("resume", &self.resume)
            .finish_non_exhaustive()
    }
}
