//! `TenantDb`: the only thing that runs a tenant's statements.

use std::{
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use super::{
    conn::Values,
    fault::DatabaseFault,
    pool::{Pooled, ServerPool, Target},
    query::{IntoStatement, TenantQuery},
    time_limits::TimeLimits,
    told::Told,
    transaction::TenantTransaction,
};
use crate::{
    error::{Error, Result},
    limits::{MAX_BOUND_VALUES, MAX_INSERT_ROWS, SEAL_RENEWAL},
    manager::Presence,
    rewrite::{Dialect, Rewriter, Rewritten, Slot, Text},
    seal::{Seal, Sealer},
    tenant::{TenantId, TenantState, TenantUid},
};

/// Whether handles that were given out may still be used; one for each time a tenant is served.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    closed: AtomicBool,
}

impl Standing {
    /// Closes every handle that was given out under this standing.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    fn check(&self) -> Result<()> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Error::NotServed {
                state: TenantState::Suspended,
            });
        }
        Ok(())
    }
}

/// What a [`TenantDb`] is made of.
pub(crate) struct TenantDbParts {
    pub(crate) id: TenantId,
    pub(crate) uid: TenantUid,
    pub(crate) schema: Option<Arc<str>>,
    pub(crate) rewriter: Arc<Rewriter>,
    pub(crate) sealer: Option<Arc<Sealer>>,
    pub(crate) pool: Arc<ServerPool>,
    pub(crate) target: Arc<Target>,
    /// How long its statements may take.
    pub(crate) times: TimeLimits,
    /// All handles of the tenant in this process share one standing and one share of the pool.
    pub(crate) presence: Arc<Presence>,
}

/// A tenant's data. Every statement goes through the rewriter, which puts the tenant's filter into it,
/// and, where tenants share a login, carries the tenant's seal, which the server checks.
///
/// A connection is taken for a statement or a transaction, never for longer.
///
/// # Example
/// ```
/// # async fn notes(db: &mtp_core::TenantDb) -> mtp_core::Result<()> {
/// #[derive(sqlx::FromRow)]
/// struct Note { body: String }
///
/// db.query("INSERT INTO notes (id, body) VALUES ($1, $2)").bind("n1").bind("hello").execute().await?;
/// let notes: Vec<Note> = db.query("SELECT body FROM notes").fetch_all().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct TenantDb {
    inner: Arc<Inner>,
}

struct Inner {
    parts: TenantDbParts,
    seal: Mutex<Option<(Seal, Instant)>>,
}

impl TenantDb {
    pub(crate) fn new(parts: TenantDbParts) -> Self {
        Self {
            inner: Arc::new(Inner {
                parts,
                seal: Mutex::new(None),
            }),
        }
    }

    /// Starts a statement: SQL text (`$1 …`), or a statement of sea-query's.
    pub fn query<'q>(&self, statement: impl IntoStatement<'q>) -> TenantQuery<'q> {
        let dialect = self.inner.parts.rewriter.dialect();
        let (sql, values) = statement.into_statement(dialect);
        TenantQuery::new(self.clone(), sql, values)
    }

    /// Opens a transaction. It holds one connection until it is committed or dropped, which undoes it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where no connection is to be had in time.
    pub async fn begin(&self) -> Result<TenantTransaction> {
        let mut pooled = self.acquire().await?;
        #[cfg(any(feature = "mysql", feature = "sqlite"))]
        self.tell(&mut pooled).await?;
        let begun = pooled.busy()?.run(self.times().begin(self.dialect())).await;
        pooled.settle(begun)?;
        pooled.taint();
        Ok(TenantTransaction::new(self.clone(), pooled))
    }

    /// Inserts many rows in one transaction, [`MAX_INSERT_ROWS`] a statement.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a row has not as many values as there are columns; whatever the
    /// database refuses. Nothing is inserted then.
    pub async fn insert_many(
        &self,
        table: &'static str,
        columns: &[&'static str],
        rows: impl IntoIterator<Item = Vec<sea_query::Value>>,
    ) -> Result<u64> {
        let mut tx = self.begin().await?;
        let inserted = tx.insert_many(table, columns, rows).await?;
        tx.commit().await?;
        Ok(inserted)
    }

    /// The tenant whose data this is.
    pub fn tenant_id(&self) -> &TenantId {
        &self.inner.parts.id
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.inner.parts.rewriter.dialect()
    }

    pub(super) async fn acquire(&self) -> Result<Pooled> {
        let parts = &self.inner.parts;
        parts.presence.standing.check()?;
        let told = self.to_be_told()?;
        parts.pool.acquire(&parts.target, &parts.presence.share, &told).await
    }

    /// How long its statements may take.
    pub(super) fn times(&self) -> TimeLimits {
        self.inner.parts.times
    }

    /// Waits for what a statement does, no longer than the tenant's time.
    pub(super) async fn in_time<T>(
        &self,
        alone: bool,
        run: impl Future<Output = std::result::Result<T, DatabaseFault>>,
    ) -> std::result::Result<T, DatabaseFault> {
        let deadline = self.times().deadline(self.dialect(), alone);
        tokio::time::timeout(deadline, run)
            .await
            .unwrap_or_else(|_| Err(DatabaseFault::out_of_time()))
    }

    pub(super) fn rewrite(&self, sql: &str, values: &Values) -> Result<Arc<Rewritten>> {
        let parts = &self.inner.parts;
        let rewritten = parts.rewriter.rewrite(sql, parts.schema.as_deref())?;
        // A wrong number of values must not reach the driver: on some wires it spoils the connection.
        if rewritten.params != values.len() {
            return Err(Error::invalid(
                "statement",
                format!(
                    "it has {} placeholders and {} bound values",
                    rewritten.params,
                    values.len()
                ),
            ));
        }
        if values.len() > MAX_BOUND_VALUES {
            return Err(Error::invalid(
                "statement",
                format!("more than {MAX_BOUND_VALUES} bound values"),
            ));
        }
        if values
            .iter()
            .any(|v| matches!(v, sea_query::Value::BigUnsigned(Some(n)) if i64::try_from(*n).is_err()))
        {
            return Err(Error::invalid(
                "statement",
                "an unsigned value above i64::MAX cannot be stored",
            ));
        }
        Ok(rewritten)
    }

    /// The form of the statement that carries the seal, where this tenant's server wants one.
    pub(super) fn sealed_form<'r>(&self, rewritten: &'r Rewritten) -> Result<&'r Text> {
        if !self.is_sealed() {
            return Ok(&rewritten.plain);
        }
        match &rewritten.sealed {
            Some(sealed) => Ok(sealed),
            // There the seal goes before the statement, not in it.
            None if self.dialect() == Dialect::MySql => Ok(&rewritten.plain),
            None => Err(Error::Internal("a statement has no sealed form")),
        }
    }

    /// Opens what a statement that is alone needs, and tells the session what it must know before it.
    pub(super) async fn open_alone(&self, pooled: &mut Pooled) -> Result<()> {
        pooled.open_alone().await?;
        #[cfg(any(feature = "mysql", feature = "sqlite"))]
        self.tell(pooled).await?;
        Ok(())
    }

    /// What a session must know before this tenant's statements.
    fn to_be_told(&self) -> Result<Told> {
        Ok(match self.dialect() {
            Dialect::Postgres => Told::default(),
            Dialect::MySql if self.is_sealed() => Told {
                seal: Some(self.seal()?),
                times: self.times(),
            },
            Dialect::MySql | Dialect::Sqlite => Told {
                seal: None,
                times: self.times(),
            },
        })
    }

    /// Tells the session what it must know before this tenant's statements, unless it knows just that.
    #[cfg(any(feature = "mysql", feature = "sqlite"))]
    pub(super) async fn tell(&self, pooled: &mut Pooled) -> Result<()> {
        let told = self.to_be_told()?;
        if pooled.knows(&told) {
            return Ok(());
        }
        let done = match (self.dialect(), &told.seal) {
            #[cfg(feature = "mysql")]
            (Dialect::MySql, Some(seal)) => {
                let compounds = self.inner.parts.target.compounds;
                let (set, values) = super::variable::set_both(compounds, seal.clone(), told.times);
                let keep = pooled.keeps_statements();
                pooled.busy()?.execute(set.into(), values, keep).await.map(drop)
            }
            #[cfg(feature = "mysql")]
            (Dialect::MySql, None) => {
                let compounds = self.inner.parts.target.compounds;
                let set = super::variable::set_times(compounds, told.times);
                pooled.busy()?.run(set).await
            }
            #[cfg(feature = "sqlite")]
            (Dialect::Sqlite, _) => {
                let wait = told.times.lock().as_millis();
                pooled.busy()?.run(format!("PRAGMA busy_timeout = {wait}")).await
            }
            #[allow(unreachable_patterns, reason = "without one of the databases")]
            _ => return Ok(()),
        };
        pooled.settle(done)?;
        pooled.was_told(told);
        Ok(())
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.inner.parts.sealer.is_some()
    }

    /// Puts the caller's values, the tenant and the seal into the order of the text's positions.
    pub(super) fn fill(&self, text: &Text, values: Values) -> Result<Values> {
        let mut values: Vec<Option<sea_query::Value>> = values.into_iter().map(Some).collect();
        let mut filled = Vec::with_capacity(text.slots.len());
        for (at, slot) in text.slots.iter().enumerate() {
            let last_use = !text.slots[at + 1..].contains(slot);
            filled.push(match slot {
                Slot::Caller(i) => {
                    let value = values
                        .get_mut(*i)
                        .ok_or(Error::Internal("a placeholder without a value"))?;
                    let value = if last_use { value.take() } else { value.clone() };
                    value.ok_or(Error::Internal("a value was used twice"))?
                }
                Slot::Tenant => self.inner.parts.id.as_str().into(),
                Slot::Seal => self.seal()?.into_value(),
            });
        }
        Ok(filled)
    }

    #[cfg(feature = "postgres")]
    pub(super) fn schema(&self) -> Option<&str> {
        self.inner.parts.schema.as_deref()
    }

    pub(super) fn seal(&self) -> Result<Seal> {
        let parts = &self.inner.parts;
        let sealer = parts
            .sealer
            .as_ref()
            .ok_or(Error::Internal("a seal was asked for where there is none"))?;
        // Only whole seals are ever written under this lock.
        let mut kept = self.inner.seal.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((seal, born)) = &*kept
            && born.elapsed() < SEAL_RENEWAL
            && seal.is_of(sealer)
        {
            return Ok(seal.clone());
        }
        let seal = sealer.seal(&parts.id, parts.uid)?;
        *kept = Some((seal.clone(), Instant::now()));
        Ok(seal)
    }

    /// The rows of one insert statement, by the number of columns.
    pub(super) fn rows_per_insert(columns: usize) -> usize {
        (MAX_BOUND_VALUES / (columns + 1)).clamp(1, MAX_INSERT_ROWS)
    }
}

impl fmt::Debug for TenantDb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantDb")
            .field("tenant", &self.inner.parts.id)
            .finish_non_exhaustive()
    }
}
