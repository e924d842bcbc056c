//! Does an operation's steps under a lease, and undoes them where one fails for good.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_query::{Expr, ExprTrait};
use tokio::time::Instant;

use super::step::{Flow, Step, StepEvent, StepPhase};
use crate::{
    catalogue::{CentralTx, Claim, KeyStore, OperationRow, OperationState, TenantRowData},
    doctor::Severity,
    error::{Error, Result, describe},
    isolation::{Storage, Tenancy},
    keys::{KeyScope, Purpose},
    limits::ANSWER_LIFETIME,
    manager::{Inner, TenantManager},
    password::PasswordHash,
    secret::Secret,
    tenant::{Isolation, TenantState},
};

/// For how long what a transaction of the catalogue said of a tenant needs not be asked again.
const A_MOMENT: Duration = Duration::from_millis(20);

/// Works on an operation to its end, if nobody else does. `Ok(false)` where it is another's, or waits.
pub(crate) async fn drive(inner: &Arc<Inner>, id: &str) -> Result<bool> {
    let lease = inner.settings.lease;
    let Some((claim, row)) = inner.central.claim(id, &inner.instance, lease).await? else {
        return Ok(false);
    };
    let work = Work {
        inner,
        claim: &claim,
        beside: Mutex::default(),
    };
    // The lease is renewed beside the work; lost, the work is dropped where it stands.
    let renewal = async {
        // When the last one that went through was sent: from then on the lease counts.
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(lease / 3).await;
            let sent = Instant::now();
            match inner.central.renew(&claim, lease).await {
                Ok(()) => renewed = sent,
                Err(Error::Fenced) => return Error::Fenced,
                // The catalogue is away: whoever cannot renew for as long as a lease must take it as lost.
                Err(e) if renewed.elapsed() >= lease => return e,
                Err(_) => {}
            }
        }
    };
    let ended = tokio::select! {
        // After a sleep past the lease both may be ready: then the loss is heard first.
        biased;
        lost = renewal => Err(lost),
        done = work.go(row) => done,
    };
    if matches!(ended, Err(Error::Fenced)) {
        // Held up between its look at the fence and what it made, it made that for a tenant that may be gone.
        let manager = TenantManager { inner: inner.clone() };
        if let Err(e) = manager.take_back(claim.uid).await {
            tracing::debug!(target: "mtp::lifecycle", tenant = %claim.uid, error = %e, "what came late is left to the sweeper");
        }
    }
    ended
}

/// What a tenant becomes at the end of a flow.
struct Next {
    state: TenantState,
    schema_version: Option<i64>,
}

impl From<TenantState> for Next {
    fn from(state: TenantState) -> Self {
        Self {
            state,
            schema_version: None,
        }
    }
}

/// The admin's first password and its hash, which takes as long as a copy of a database: made while that is made.
type Beside = tokio::task::JoinHandle<Result<(Secret, PasswordHash)>>;

struct Work<'a> {
    inner: &'a Arc<Inner>,
    claim: &'a Claim,
    beside: Mutex<Option<Beside>>,
}

impl Work<'_> {
    async fn go(&self, row: OperationRow) -> Result<bool> {
        let flow = Flow::parse(&row.kind)?;
        let mut attempts = row.attempts;
        let mut at = usize::try_from(row.step).map_err(|_| Error::Internal("an operation's step is negative"))?;
        if OperationState::parse(&row.state)? == OperationState::Undoing {
            return self.undo(flow, at, row.error.as_deref().unwrap_or_default()).await;
        }
        let mut left = None;
        while let Some(step) = flow.steps().get(at).copied() {
            if step == Step::Storage {
                self.hash_beside();
            }
            match self.step(flow, step, at, left.take()).await {
                Ok(tenant) => {
                    left = Some((Instant::now(), tenant));
                    at += 1;
                    attempts = 0;
                }
                Err(Error::Fenced) => return Err(Error::Fenced),
                Err(error) => {
                    attempts += 1;
                    let text = format!("{}: {}", step.as_str(), describe(&error));
                    tracing::warn!(target: "mtp::lifecycle", flow = flow.as_str(), step = step.as_str(), attempts, error = %text, "a step failed");
                    let again = attempts < i64::from(self.inner.settings.step_attempts) && is_passing(&error);
                    if !again && flow.can_undo() {
                        return self.undo(flow, at + 1, &text).await;
                    }
                    // Destruction is tried for ever, ever more rarely; making, a few times and soon.
                    let pause = Duration::from_millis(200 << attempts.clamp(0, 10));
                    self.inner.central.postpone(self.claim, attempts, &text, pause).await?;
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    fn observe(&self, flow: Flow, step: Step, phase: StepPhase) -> Result<()> {
        match &self.inner.observer {
            Some(observer) => observer(&StepEvent::new(self.claim.uid, flow, step, phase)),
            None => Ok(()),
        }
    }

    /// Does a step and writes it down; answers the tenant as it was then. `left`: what the step before answered, and
    /// when.
    async fn step(
        &self,
        flow: Flow,
        step: Step,
        at: usize,
        left: Option<(Instant, TenantRowData)>,
    ) -> Result<TenantRowData> {
        self.observe(flow, step, StepPhase::Begin)?;
        let tenant = match left {
            // The transaction that ended then made the lease full.
            Some((since, tenant)) if since.elapsed() < A_MOMENT => tenant,
            _ => self.still_ours().await?,
        };
        self.act(flow, step, &tenant).await?;
        self.observe(flow, step, StepPhase::Done)?;
        let last = at + 1 == flow.steps().len();
        let state = if last {
            OperationState::Done
        } else {
            OperationState::Running
        };
        let next = match step {
            Step::Activate => Some(self.active(&tenant).await?),
            Step::Release => Some(TenantState::Purged.into()),
            _ => None,
        };
        let (mut tx, now) = self.hold().await?;
        self.inner
            .central
            .progress(&mut tx, self.claim, state, index(at + 1)?, None)
            .await?;
        if let Some(next) = next {
            self.become_(&mut tx, &now, next).await?;
        }
        if step == Step::Shelve {
            let mut update = self.inner.central.update_tenant(self.claim.uid, now.generation);
            update.value("schema_version", self.newest(&tenant).await?);
            tx.execute(&update).await?;
        }
        tx.commit().await?;
        Ok(now)
    }

    /// Undoes the steps below `end`, last first; the tenant has failed when all are undone.
    async fn undo(&self, flow: Flow, end: usize, cause: &str) -> Result<bool> {
        for at in (0..end.min(flow.steps().len())).rev() {
            let step = flow.steps()[at];
            let mut tx = self.inner.central.begin().await?;
            self.inner
                .central
                .progress(
                    &mut tx,
                    self.claim,
                    OperationState::Undoing,
                    index(at + 1)?,
                    Some(cause),
                )
                .await?;
            tx.commit().await?;
            let undone = async {
                self.observe(flow, step, StepPhase::Undo)?;
                self.act_back(step, &self.still_ours().await?).await
            };
            if let Err(error) = undone.await {
                if matches!(error, Error::Fenced) {
                    return Err(error);
                }
                tracing::warn!(target: "mtp::lifecycle", flow = flow.as_str(), step = step.as_str(), error = %describe(&error), "undoing a step failed; it is tried again");
                self.inner
                    .central
                    .postpone(self.claim, 0, cause, Duration::from_secs(1))
                    .await?;
                return Ok(false);
            }
        }
        let (mut tx, now) = self.hold().await?;
        self.inner
            .central
            .progress(&mut tx, self.claim, OperationState::Failed, 0, Some(cause))
            .await?;
        if flow == Flow::Prepare {
            // Nobody asked for it, so nobody tries it again: what is left of it is purged.
            let (central, uid) = (&self.inner.central, self.claim.uid);
            let generation = central.raise_generation(&mut tx).await?;
            central
                .discard_warm(&mut tx, uid, generation, TenantState::Failed)
                .await?;
        } else {
            self.become_(&mut tx, &now, TenantState::Failed.into()).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The tenant, after a look whether the operation still is this process's own, with a full lease from here on.
    /// What is done outside the catalogue is done right after it; what is written into the catalogue is written by
    /// [`hold`](Self::hold), which leaves no time between.
    async fn still_ours(&self) -> Result<TenantRowData> {
        self.inner.central.renew(self.claim, self.inner.settings.lease).await?;
        self.inner
            .central
            .tenant_by_uid(self.claim.uid)
            .await?
            .ok_or(Error::TenantNotFound)
    }

    /// A transaction in which the operation is this process's own to the end, with a full lease after it, and the tenant
    /// as it is in it.
    async fn hold(&self) -> Result<(CentralTx, TenantRowData)> {
        let central = &self.inner.central;
        let mut tx = central.begin().await?;
        let tenant = central
            .tenant_in(&mut tx, self.claim.uid)
            .await?
            .ok_or(Error::TenantNotFound)?;
        central.hold(&mut tx, self.claim, self.inner.settings.lease).await?;
        Ok((tx, tenant))
    }

    async fn active(&self, tenant: &TenantRowData) -> Result<Next> {
        Ok(Next {
            state: TenantState::Active,
            schema_version: Some(self.newest(tenant).await?),
        })
    }

    /// The version that the tenant's tables have after its migration.
    async fn newest(&self, tenant: &TenantRowData) -> Result<i64> {
        // The server alone: what is looked up here must leave nothing behind, since the lease may be lost by now.
        let placement = tenant.placement()?.ok_or(Error::Internal("a tenant has no place"))?;
        let dialect = self.inner.server(&placement.server).await?.dialect();
        Ok(self.inner.migrations(dialect)?.latest().unwrap_or(0))
    }

    /// Changes the tenant's state where the drawing allows it; a delete that came between wins.
    async fn become_(&self, tx: &mut CentralTx, tenant: &TenantRowData, next: Next) -> Result<()> {
        let state = tenant.state()?;
        if !state.may_become(next.state) {
            return Err(Error::WrongState {
                action: next.state.as_str(),
                state,
            });
        }
        let generation = self.inner.central.raise_generation(tx).await?;
        let mut update = self.inner.central.update_tenant(self.claim.uid, generation);
        update.value("state", next.state.as_str());
        if next.state == TenantState::Purged {
            update
                .value("id_slot", format!("{}#{}", tenant.id, tenant.uid))
                .value("external_slot", None::<String>);
        }
        if let Some(version) = next.schema_version {
            update.value("schema_version", version);
        }
        tx.execute(&update).await.map(drop)
    }

    async fn act(&self, flow: Flow, step: Step, tenant: &TenantRowData) -> Result<()> {
        let inner = self.inner;
        match step {
            Step::Place => self.place(tenant).await,
            Step::Key => {
                let key = inner.keys.first_key(&inner.central, &self.scope()).await?;
                let (mut tx, _) = self.hold().await?;
                tx.execute(&key).await?;
                tx.commit().await?;
                inner.keys.forget(&self.scope());
                Ok(())
            }
            Step::Storage => {
                let (server, tenancy) = self.storage(tenant).await?;
                let set = inner.migrations(server.dialect())?;
                // A template is a help, not a condition: what is wrong with it, the migration will say.
                if let Err(e) = server.ready_template(tenancy.placement.isolation, set).await {
                    tracing::warn!(target: "mtp::lifecycle", error = %describe(&e), "no template could be made ready; tenants are made without");
                }
                server.create(&tenancy).await
            }
            Step::Migrate => {
                let (server, tenancy) = self.storage(tenant).await?;
                server
                    .migrate(&tenancy, inner.migrations(server.dialect())?)
                    .await
                    .map(drop)
            }
            Step::Admin => self.admin(flow, tenant).await,
            Step::SelfTest => {
                let (server, tenancy) = self.storage(tenant).await?;
                let mut findings = server.self_test(&tenancy).await?;
                findings.retain(|f| f.severity == Severity::Error);
                if findings.is_empty() {
                    Ok(())
                } else {
                    Err(Error::WallDown(findings))
                }
            }
            Step::Activate | Step::Shelve => Ok(()),
            Step::Release => inner.forget_brought(self.claim.uid).await,
            Step::Stop => {
                inner.directory.forget(&tenant.id()?, self.claim.uid);
                Ok(())
            }
            Step::Erase => match self.place_of(tenant).await? {
                Some((server, tenancy)) => server.erase(&tenancy).await,
                None => Ok(()),
            },
            Step::Accounts => {
                let tables = ["accounts", "tokens", "idempotency", "tenant_migrations"];
                self.remove_rows(&tables).await
            }
            Step::DestroyKey => self.destroy_key().await,
            Step::Verify => match self.place_of(tenant).await? {
                Some((server, tenancy)) if !server.is_gone(&tenancy).await? => {
                    Err(Error::Internal("something of a purged tenant is left"))
                }
                _ => Ok(()),
            },
        }
    }

    async fn act_back(&self, step: Step, tenant: &TenantRowData) -> Result<()> {
        let inner = self.inner;
        match step {
            Step::Storage => match self.place_of(tenant).await? {
                Some((server, tenancy)) => server.erase(&tenancy).await,
                None => Ok(()),
            },
            Step::Admin => self.remove_rows(&["accounts"]).await,
            Step::Key => self.destroy_key().await,
            Step::Place => {
                let (mut tx, now) = self.hold().await?;
                let mut update = inner.central.update_tenant(self.claim.uid, now.generation);
                update.value("placement", None::<String>);
                tx.execute(&update).await?;
                tx.commit().await
            }
            // What these made goes with the place and the key.
            _ => Ok(()),
        }
    }

    async fn remove_rows(&self, tables: &[&'static str]) -> Result<()> {
        let (mut tx, _) = self.hold().await?;
        for table in tables {
            self.inner
                .central
                .delete_of_tenant(&mut tx, table, self.claim.uid)
                .await?;
        }
        tx.commit().await
    }

    async fn destroy_key(&self) -> Result<()> {
        let (mut tx, _) = self.hold().await?;
        for delete in KeyStore::destruction(&self.inner.central, &self.scope()) {
            tx.execute(&delete).await?;
        }
        tx.commit().await?;
        self.inner.keys.forget(&self.scope());
        Ok(())
    }

    fn scope(&self) -> KeyScope {
        KeyScope::Tenant(self.claim.uid)
    }

    async fn place(&self, tenant: &TenantRowData) -> Result<()> {
        if tenant.placement.is_some() {
            return Ok(());
        }
        let isolation: Isolation = tenant
            .isolation
            .parse()
            .map_err(|_| Error::Internal("an isolation cannot be read"))?;
        let name = match &tenant.server {
            Some(name) => name.clone(),
            None => self.inner.choose_server(isolation).await?,
        };
        let server = self.inner.server(&name).await?;
        let mut placement = server.place(&tenant.id()?, self.claim.uid, isolation)?;
        placement.server = name.clone();
        let text = serde_json::to_string(&placement).map_err(|_| Error::Internal("a placement is no JSON"))?;
        let (mut tx, now) = self.hold().await?;
        let mut update = self.inner.central.update_tenant(self.claim.uid, now.generation);
        update
            .value("placement", text)
            .value("server", name)
            .and_where(Expr::col("placement").is_null());
        tx.execute(&update).await?;
        tx.commit().await
    }

    fn hash_beside(&self) {
        let hasher = self.inner.hasher.clone();
        let made = tokio::spawn(async move {
            let password = crate::password::generate_password()?;
            let hash = hasher.hash(&password).await?;
            Ok((password, hash))
        });
        *self.beside.lock().unwrap_or_else(PoisonError::into_inner) = Some(made);
    }

    async fn admin(&self, flow: Flow, tenant: &TenantRowData) -> Result<()> {
        let inner = self.inner;
        let beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner).take();
        let beside = match beside {
            // What went wrong there is tried here once more.
            Some(made) => made.await.ok().and_then(Result::ok),
            None => None,
        };
        let bytes = |password: &Secret| zeroize::Zeroizing::new(password.expose().as_bytes().to_vec());
        let made = beside.as_ref().map(|(password, _)| bytes(password));
        // What is made ahead is kept until it is somebody's; from then on the time counts.
        let lifetime = (flow != Flow::Prepare).then(|| i64::try_from(ANSWER_LIFETIME.as_millis()).unwrap_or(i64::MAX));
        let password = inner
            .central
            .secret_or(
                &inner.keys,
                &self.scope(),
                &Purpose::STORED_ANSWER,
                "admin",
                lifetime,
                || match made {
                    Some(made) => Ok(made),
                    None => Ok(bytes(&crate::password::generate_password()?)),
                },
            )
            .await?;
        let password = Secret::new(String::from_utf8_lossy(&password));
        let hash = match beside {
            // An earlier attempt may have kept another password: then that one stands.
            Some((same, hash)) if same.expose() == password.expose() => hash,
            _ => inner.hasher.hash(&password).await?,
        };
        let must_change = inner.settings.admin_must_change;
        let (mut tx, _) = self.hold().await?;
        let (uid, name) = (self.claim.uid, &tenant.admin_username);
        inner
            .central
            .put_account(&mut tx, uid, name, hash.as_str(), must_change)
            .await?;
        tx.commit().await
    }

    async fn storage(&self, tenant: &TenantRowData) -> Result<(Arc<dyn Storage>, Tenancy)> {
        self.place_of(tenant)
            .await?
            .ok_or(Error::Internal("a tenant has no place"))
    }

    async fn place_of(&self, tenant: &TenantRowData) -> Result<Option<(Arc<dyn Storage>, Tenancy)>> {
        let Some(placement) = tenant.placement()? else {
            return Ok(None);
        };
        self.inner.tenancy(tenant, placement, self.claim.fence).await.map(Some)
    }
}

/// Whether trying again may help: a refused argument stays refused.
fn is_passing(error: &Error) -> bool {
    !matches!(
        error,
        Error::Invalid { .. } | Error::WallDown(_) | Error::Config(_) | Error::Migration(_) | Error::WrongState { .. }
    )
}

fn index(at: usize) -> Result<i64> {
    i64::try_from(at).map_err(|_| Error::Internal("a flow has too many steps"))
}
