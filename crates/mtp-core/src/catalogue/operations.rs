//! Lifecycle operations as rows: who does what, how far it is, and until when it is theirs.

use std::time::Duration;

use sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};
use uuid::Uuid;

use super::central::{Central, CentralTx};
use crate::{
    error::{Error, Result},
    tenant::TenantUid,
};

/// How an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OperationState {
    /// Steps are being done.
    Running,
    /// Steps are being undone.
    Undoing,
    /// All steps are done.
    Done,
    /// All steps are undone.
    Failed,
    /// Another operation on the same tenant took its place.
    Superseded,
}

impl OperationState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Undoing => "undoing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Superseded => "superseded",
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self> {
        [Self::Running, Self::Undoing, Self::Done, Self::Failed, Self::Superseded]
            .into_iter()
            .find(|s| s.as_str() == text)
            .ok_or(Error::Internal(
                "an operation is in a state that this release does not know",
            ))
    }

    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Superseded)
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct OperationRow {
    pub(crate) id: String,
    pub(crate) uid: String,
    pub(crate) kind: String,
    pub(crate) state: String,
    pub(crate) step: i64,
    pub(crate) attempts: i64,
    pub(crate) error: Option<String>,
    pub(crate) fence: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

pub(crate) struct NewOperation {
    pub(crate) uid: TenantUid,
    pub(crate) kind: &'static str,
    /// How long nobody may begin it.
    pub(crate) rest: Duration,
    /// How many of its steps are done already, where all of them are: then it is only written down.
    pub(crate) done: Option<i64>,
}

/// An operation that this process has leased; every write through it fails once another has it.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) id: String,
    pub(crate) uid: TenantUid,
    pub(crate) fence: i64,
}

const COLUMNS: [&str; 10] = [
    "id",
    "uid",
    "kind",
    "state",
    "step",
    "attempts",
    "error",
    "fence",
    "created_at",
    "updated_at",
];

fn open() -> Expr {
    Expr::col("state").is_in([OperationState::Running.as_str(), OperationState::Undoing.as_str()])
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Central {
    fn operations(&self) -> SelectStatement {
        Query::select()
            .columns(COLUMNS)
            .from(self.table("operations"))
            .and_where(Expr::col("service").eq(self.service()))
            .to_owned()
    }

    pub(crate) async fn insert_operation(&self, tx: &mut CentralTx, new: &NewOperation) -> Result<String> {
        let id = Uuid::now_v7().to_string();
        // A tenant's turns are numbered through all its operations, so that a later one has the higher number.
        let last = Query::select()
            .expr(Expr::cust("COALESCE(MAX(fence), 0)"))
            .from(self.table("operations"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("uid").eq(new.uid.to_string()))
            .to_owned();
        let last: Option<(i64,)> = tx.fetch_optional(&last).await?;
        let insert = Query::insert()
            .into_table(self.table("operations"))
            .columns([
                "service",
                "id",
                "uid",
                "kind",
                "state",
                "step",
                "attempts",
                "not_before",
                "fence",
                "lease_until",
                "created_at",
                "updated_at",
            ])
            .values_panic([
                self.service().into(),
                id.as_str().into(),
                new.uid.to_string().into(),
                new.kind.into(),
                if new.done.is_some() {
                    OperationState::Done
                } else {
                    OperationState::Running
                }
                .as_str()
                .into(),
                new.done.unwrap_or(0).into(),
                0_i64.into(),
                self.now().add(millis(new.rest)),
                last.map_or(0, |l| l.0).into(),
                0_i64.into(),
                self.now(),
                self.now(),
            ])
            .to_owned();
        tx.execute(&insert).await?;
        Ok(id)
    }

    pub(crate) async fn operation(&self, id: &str) -> Result<Option<OperationRow>> {
        self.fetch_optional(self.operations().and_where(Expr::col("id").eq(id)))
            .await
    }

    /// The newest operation on a tenant.
    pub(crate) async fn last_operation(&self, uid: TenantUid) -> Result<Option<OperationRow>> {
        self.fetch_optional(
            self.operations()
                .and_where(Expr::col("uid").eq(uid.to_string()))
                // By the database's clock first: ids are of the clocks of whichever processes made them.
                .order_by("created_at", Order::Desc)
                .order_by("id", Order::Desc)
                .limit(1),
        )
        .await
    }

    /// Ends every open operation on a tenant: what comes now goes before. Their processes find
    /// themselves fenced off at their next write.
    pub(crate) async fn supersede_operations(&self, tx: &mut CentralTx, uid: TenantUid) -> Result<u64> {
        let update = Query::update()
            .table(self.table("operations"))
            .value("state", OperationState::Superseded.as_str())
            .value("fence", Expr::col("fence").add(1))
            .value("updated_at", self.now())
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("uid").eq(uid.to_string()))
            .and_where(open())
            .to_owned();
        tx.execute(&update).await
    }

    /// Takes an operation whose lease is free or expired; `None` where another has it or it is over.
    pub(crate) async fn claim(&self, id: &str, owner: &str, lease: Duration) -> Result<Option<(Claim, OperationRow)>> {
        // Most who ask find it taken; they need not wait for a turn to write to learn that.
        let mut free = self.operations();
        free.and_where(Expr::col("id").eq(id));
        if self
            .fetch_optional::<OperationRow>(self.free(&mut free))
            .await?
            .is_none()
        {
            return Ok(None);
        }
        let mut tx = self.begin().await?;
        let update = Query::update()
            .table(self.table("operations"))
            .value("fence", Expr::col("fence").add(1))
            .value("lease_owner", owner)
            .value("lease_until", self.now().add(millis(lease)))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("id").eq(id))
            .and_where(open())
            .and_where(Expr::col("lease_until").lte(self.now()))
            .and_where(Expr::col("not_before").lte(self.now()))
            .to_owned();
        if tx.execute(&update).await? == 0 {
            // Ended in order, so that the connection stays in use.
            tx.commit().await?;
            return Ok(None);
        }
        let row: Option<OperationRow> = tx
            .fetch_optional(self.operations().and_where(Expr::col("id").eq(id)))
            .await?;
        tx.commit().await?;
        let row = row.ok_or(Error::Internal("an operation vanished while it was taken"))?;
        let uid = row
            .uid
            .parse()
            .map_err(|_| Error::Internal("an operation's tenant cannot be read"))?;
        Ok(Some((
            Claim {
                id: row.id.clone(),
                uid,
                fence: row.fence,
            },
            row,
        )))
    }

    /// Operations that nobody works on.
    pub(crate) async fn orphaned_operations(&self, limit: u64) -> Result<Vec<OperationRow>> {
        self.fetch_all(
            self.free(&mut self.operations())
                .order_by("updated_at", Order::Asc)
                .limit(limit),
        )
        .await
    }

    /// Only those that can be taken now.
    fn free<'q>(&self, query: &'q mut SelectStatement) -> &'q mut SelectStatement {
        query
            .and_where(open())
            .and_where(Expr::col("lease_until").lte(self.now()))
            .and_where(Expr::col("not_before").lte(self.now()))
    }

    fn held(&self, claim: &Claim) -> Condition {
        Condition::all()
            .add(Expr::col("service").eq(self.service()))
            .add(Expr::col("id").eq(claim.id.as_str()))
            .add(Expr::col("fence").eq(claim.fence))
            .add(open())
    }

    /// Whether a turn of a tenant's operation still is the one whose turn it is.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    pub(crate) async fn fence_holds(&self, uid: TenantUid, fence: i64) -> Result<bool> {
        let query = self
            .operations()
            .and_where(Expr::col("uid").eq(uid.to_string()))
            .and_where(Expr::col("fence").eq(fence))
            .and_where(open())
            .to_owned();
        Ok(self.fetch_optional::<OperationRow>(&query).await?.is_some())
    }

    /// Holds an operation within a transaction, and makes its lease full: nobody can take it before that ends. Whoever
    /// also changes the tenant's record takes that first, as a delete does, so that two never wait for each other.
    ///
    /// # Errors
    /// [`Error::Fenced`] where the operation is another's by now.
    pub(crate) async fn hold(&self, tx: &mut CentralTx, claim: &Claim, lease: Duration) -> Result<()> {
        let update = Query::update()
            .table(self.table("operations"))
            .value("updated_at", self.now())
            .value("lease_until", self.now().add(millis(lease)))
            .cond_where(self.held(claim))
            .to_owned();
        if tx.execute(&update).await? == 0 {
            Err(Error::Fenced)
        } else {
            Ok(())
        }
    }

    /// Gives a sign of life.
    ///
    /// # Errors
    /// [`Error::Fenced`] where the operation is another's by now.
    pub(crate) async fn renew(&self, claim: &Claim, lease: Duration) -> Result<()> {
        let update = Query::update()
            .table(self.table("operations"))
            .value("lease_until", self.now().add(millis(lease)))
            .cond_where(self.held(claim))
            .to_owned();
        if self.execute(&update).await? == 0 {
            Err(Error::Fenced)
        } else {
            Ok(())
        }
    }

    /// Writes down how far the operation is, in the same transaction as whatever else changes with it.
    ///
    /// # Errors
    /// [`Error::Fenced`] where the operation is another's by now.
    pub(crate) async fn progress(
        &self,
        tx: &mut CentralTx,
        claim: &Claim,
        state: OperationState,
        step: i64,
        error: Option<&str>,
    ) -> Result<()> {
        let mut update = Query::update()
            .table(self.table("operations"))
            .value("state", state.as_str())
            .value("step", step)
            .value("attempts", 0_i64)
            .value("updated_at", self.now())
            .cond_where(self.held(claim))
            .to_owned();
        if let Some(error) = error {
            update.value("error", error);
        }
        if state.is_over() {
            update.value("lease_until", 0_i64);
        }
        if tx.execute(&update).await? == 0 {
            Err(Error::Fenced)
        } else {
            Ok(())
        }
    }

    /// Writes down that a step failed and when it may be tried again, and lets the lease go.
    pub(crate) async fn postpone(&self, claim: &Claim, attempts: i64, error: &str, pause: Duration) -> Result<()> {
        let update = Query::update()
            .table(self.table("operations"))
            .value("attempts", attempts)
            .value("error", error)
            .value("lease_until", 0_i64)
            .value("not_before", self.now().add(millis(pause)))
            .value("updated_at", self.now())
            .cond_where(self.held(claim))
            .to_owned();
        if self.execute(&update).await? == 0 {
            Err(Error::Fenced)
        } else {
            Ok(())
        }
    }
}
