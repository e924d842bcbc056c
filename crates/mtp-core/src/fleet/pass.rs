//! One pass: canaries, then the rest, each server within its budget, under leases.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::Utc;
use futures::{
    FutureExt, StreamExt,
    future::{BoxFuture, join_all},
    stream,
};
use tokio::sync::mpsc::{UnboundedSender, channel, unbounded_channel};

use super::{
    Fleet,
    options::{FleetEvent, FleetOptions},
    place,
    plan::PlannedPlace,
    record::{Message, record},
    report::{FleetReport, Outcome, PlaceReport, StopReason},
};
use crate::{
    catalogue::{Claimed, FleetUnit, Settled, TenantRowData, UnitResult},
    db::FaultKind,
    error::describe,
    error::{Error, Result},
    limits::{FLEET_ATTEMPTS, FLEET_PAUSE, FLEET_TAKE, MAX_FLEET_TAKEN},
    manager::Inner,
};

/// How often a place that another runner works on is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

struct Pass<'a> {
    inner: &'a Inner,
    options: &'a FleetOptions,
    /// This pass among those that hold leases.
    owner: String,
    failures: AtomicU64,
    stop: Mutex<Option<StopReason>>,
}

impl Fleet {
    /// Brings every place that is behind to the newest version. Run again after it was stopped or killed, it goes on
    /// where it was; several at once share the work.
    ///
    /// A place that fails is named in the report and ends nothing, except as the options say.
    ///
    /// # Errors
    /// Only where the pass could not begin: a bad option, or the catalogue is away.
    pub async fn run(&self, options: &FleetOptions) -> Result<FleetReport> {
        let inner = &*self.manager.inner;
        let started_at = Utc::now();
        let plan = self.plan(options).await?;
        options.tell(&FleetEvent::Planned(&plan));
        let pass = Pass {
            inner,
            options,
            owner: uuid::Uuid::now_v7().to_string(),
            failures: AtomicU64::new(0),
            stop: Mutex::default(),
        };
        let (mut places, mut unrecorded) = (Vec::new(), 0);
        if !plan.places.is_empty() {
            inner.central.remove_expired_leases().await?;
            let (sender, messages) = unbounded_channel();
            let (canaries, rest): (Vec<_>, Vec<_>) = plan.places.into_iter().partition(|p| p.canary);
            let work = async {
                pass.waves(canaries, rest, &sender).await;
                drop(sender);
            };
            let recorded = async { tokio::join!(work, record(inner, options, &pass.owner, messages)).1 };
            tokio::select! {
                done = recorded => (places, unrecorded) = done,
                never = pass.renew() => match never {},
            }
        }
        for (_, server) in inner.open_servers() {
            server.rest();
        }
        let count = |outcome: &[Outcome]| places.iter().filter(|p| outcome.contains(&p.outcome)).count() as u64;
        Ok(FleetReport {
            service: inner.settings.service.to_string(),
            started_at,
            finished_at: Utc::now(),
            stopped: pass.stop.lock().unwrap_or_else(PoisonError::into_inner).take(),
            migrated: count(&[Outcome::Migrated, Outcome::Elsewhere]),
            failures: count(&[Outcome::Failed]),
            skipped: count(&[Outcome::Skipped]),
            gone: count(&[Outcome::Gone]),
            unrecorded,
            places,
        })
    }
}

impl Pass<'_> {
    async fn waves(&self, canaries: Vec<PlannedPlace>, rest: Vec<PlannedPlace>, sender: &UnboundedSender<Message>) {
        let cautious = !canaries.is_empty();
        self.wave(canaries, sender).await;
        let failures = self.failures.load(Ordering::Relaxed);
        if cautious && failures > 0 {
            self.stop(StopReason::Canary { failures });
        }
        if cautious && !self.stopped() {
            self.options.tell(&FleetEvent::CanaryPassed);
        }
        self.wave(rest, sender).await;
    }

    /// Every server at once, each within its own budget.
    // This and what it calls is boxed, with its lifetime named: of the whole as one type the compiler cannot prove that
    // it may move to another thread.
    fn wave<'p>(&'p self, places: Vec<PlannedPlace>, sender: &'p UnboundedSender<Message>) -> BoxFuture<'p, ()> {
        let mut servers: BTreeMap<String, VecDeque<PlannedPlace>> = BTreeMap::new();
        for place in places {
            servers.entry(place.server.clone()).or_default().push_back(place);
        }
        let servers = servers.into_values().map(|queue| self.server(queue, sender));
        join_all(servers.collect::<Vec<_>>()).map(drop).boxed()
    }

    fn server<'p>(
        &'p self,
        mut queue: VecDeque<PlannedPlace>,
        sender: &'p UnboundedSender<Message>,
    ) -> BoxFuture<'p, ()> {
        let budget = usize::try_from(self.inner.settings.max_connections).unwrap_or(usize::MAX);
        let jobs = self.options.jobs.min(budget).max(1);
        async move {
            while !queue.is_empty() {
                let busy = Mutex::new(VecDeque::new());
                self.round(queue, jobs, sender, &busy).await;
                queue = busy.into_inner().unwrap_or_else(PoisonError::into_inner);
                if !queue.is_empty() {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            }
        }
        .boxed()
    }

    /// Goes once through the places of a server; what another runner works on is `busy` then.
    fn round<'p>(
        &'p self,
        queue: VecDeque<PlannedPlace>,
        jobs: usize,
        sender: &'p UnboundedSender<Message>,
        busy: &'p Mutex<VecDeque<PlannedPlace>>,
    ) -> BoxFuture<'p, ()> {
        // Places are taken a few at a time, the next few while these are worked on: what a pass holds without working on
        // it another could do, and to wait for the catalogue costs as much as a small migration.
        let (queued, mut taken) = channel(jobs);
        let take: BoxFuture<'p, ()> = async move {
            let mut queue = queue;
            let mut many = jobs;
            while !queue.is_empty() {
                let began = Instant::now();
                let some: Vec<PlannedPlace> = queue.drain(..many.min(queue.len())).collect();
                for one in self.take(some, sender, busy).await {
                    // Whoever works reads to the end.
                    let _ = queued.send(one).await;
                }
                // Where the work is quick, to take places is a good part of it.
                many = if began.elapsed() < FLEET_TAKE {
                    (many * 2).min(MAX_FLEET_TAKEN)
                } else {
                    many / 2
                }
                .max(jobs);
            }
        }
        .boxed();
        let work: BoxFuture<'p, ()> = stream::poll_fn(move |context| taken.poll_recv(context))
            .for_each_concurrent(jobs, move |(place, row)| self.work(place, row, sender))
            .boxed();
        async move {
            tokio::join!(take, work);
        }
        .boxed()
    }

    /// Takes those places that nobody works on, and settles those that need nothing.
    async fn take(
        &self,
        places: Vec<PlannedPlace>,
        sender: &UnboundedSender<Message>,
        busy: &Mutex<VecDeque<PlannedPlace>>,
    ) -> Vec<(PlannedPlace, Box<TenantRowData>)> {
        let units: Vec<FleetUnit> = places.iter().map(|p| p.unit.clone()).collect();
        // All are of one server, so of one kind of database.
        let to = places.first().map_or(0, |p| p.to);
        let claimed = if self.stopped() {
            None
        } else {
            self.claim(&units, to).await
        };
        let Some(claimed) = claimed else {
            for place in &places {
                tell(sender, PlaceReport::new(place, Outcome::Skipped));
            }
            return Vec::new();
        };
        let mut ours = Vec::new();
        for (place, claimed) in places.into_iter().zip(claimed) {
            match claimed {
                Claimed::Ours(row) => ours.push((place, row)),
                Claimed::Busy => busy.lock().unwrap_or_else(PoisonError::into_inner).push_back(place),
                Claimed::Current => tell(sender, PlaceReport::new(&place, Outcome::Elsewhere)),
                Claimed::Gone => tell(sender, PlaceReport::new(&place, Outcome::Gone)),
            }
        }
        ours
    }

    async fn claim(&self, units: &[FleetUnit], to: i64) -> Option<Vec<Claimed>> {
        let (central, lease) = (&self.inner.central, self.inner.settings.lease);
        let mut pause = FLEET_PAUSE;
        let mut attempt = 1;
        loop {
            let recheck = self.options.recheck;
            match central.claim_units(units, to, recheck, &self.owner, lease).await {
                Ok(claimed) => return Some(claimed),
                // Two runners that took at once.
                Err(Error::Database(fault))
                    if matches!(fault.kind(), FaultKind::Collision | FaultKind::Locked) && attempt < FLEET_ATTEMPTS => {
                }
                Err(e) if attempt >= FLEET_ATTEMPTS || !matches!(e, Error::Unavailable { .. }) => {
                    self.stop(StopReason::CatalogueAway { error: describe(&e) });
                    return None;
                }
                Err(_) => {}
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            attempt += 1;
        }
    }

    fn work<'p>(
        &'p self,
        place: PlannedPlace,
        row: Box<TenantRowData>,
        sender: &'p UnboundedSender<Message>,
    ) -> BoxFuture<'p, ()> {
        self.migrate(place, row, sender).boxed()
    }

    async fn migrate(&self, place: PlannedPlace, row: Box<TenantRowData>, sender: &UnboundedSender<Message>) {
        let began = Instant::now();
        let mut report = PlaceReport::new(&place, Outcome::Migrated);
        // The row is newer than the plan.
        report.from = row.schema_version;
        let mut result: UnitResult = None;
        if self.stopped() {
            report.outcome = Outcome::Skipped;
        } else {
            match place::migrate(self.inner, &place, &row).await {
                Ok(()) => result = Some(Ok(())),
                Err(failure) if self.is_gone(&place.unit).await => {
                    report.outcome = Outcome::Gone;
                    report.error = Some(failure.error);
                }
                Err(failure) => {
                    report.outcome = Outcome::Failed;
                    report.failed_version = failure.version;
                    report.error = Some(failure.error.clone());
                    self.failed();
                    result = Some(Err(failure));
                }
            }
        }
        report.millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let unit = place.unit;
        let settled = Some((place.dialect, Settled { unit, result }));
        // The recorder ends after every sender is gone.
        let _ = sender.send(Message { report, settled });
    }

    /// Whether a place was destroyed under our hands.
    async fn is_gone(&self, unit: &FleetUnit) -> bool {
        matches!(self.inner.central.is_migrated(unit).await, Ok(false))
    }

    fn failed(&self) {
        let failures = self.failures.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(allowed) = self.options.max_failures
            && failures > allowed
        {
            self.stop(StopReason::Failures { allowed });
        }
    }

    /// The first reason stands.
    fn stop(&self, reason: StopReason) {
        self.stop
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(reason);
    }

    fn stopped(&self) -> bool {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Renews the leases beside the work. One that is lost makes two runners look at a place, and its ledger makes
    /// them take turns: so nothing is stopped for it.
    async fn renew(&self) -> std::convert::Infallible {
        let lease = self.inner.settings.lease;
        loop {
            tokio::time::sleep(lease / 3).await;
            if let Err(e) = self.inner.central.renew_units(&self.owner, lease).await {
                tracing::debug!(target: "mtp::fleet", error = %e, "leases were not renewed");
            }
        }
    }
}

fn tell(sender: &UnboundedSender<Message>, report: PlaceReport) {
    // The recorder ends after every sender is gone.
    let _ = sender.send(Message { report, settled: None });
}
