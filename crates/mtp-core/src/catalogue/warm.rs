//! Tenants that are made ahead, as rows. They have no name yet: what takes its place begins with `#`, as no id does, so
//! nobody can ask for one. They are being provisioned until one is given to somebody.

use std::time::Duration;

use sea_query::{Condition, Expr, ExprTrait, Order, Query};

use super::{
    central::{Central, CentralTx},
    slot::{ID, is_warm},
    tenants::{NewTenant, json},
};
use crate::{
    error::{Error, Result},
    keys::{KeyScope, Purpose},
    limits::ANSWER_LIFETIME,
    tenant::{Isolation, TenantState, TenantUid},
};

/// A tenant that is made ahead.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct WarmRow {
    uid: String,
    pub(crate) server: Option<String>,
    pub(crate) isolation: String,
    /// Below 0 until it is ready.
    pub(crate) schema_version: i64,
    /// Whether it has not changed for as long as was asked.
    pub(crate) old: bool,
}

impl WarmRow {
    pub(crate) fn uid(&self) -> Result<TenantUid> {
        self.uid
            .parse()
            .map_err(|_| Error::Internal("a tenant's uid cannot be read"))
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

impl Central {
    /// All of them, oldest first; which of them have not changed for `age`.
    pub(crate) async fn warm_tenants(&self, age: Duration) -> Result<Vec<WarmRow>> {
        let query = Query::select()
            .columns(["uid", "server", "isolation", "schema_version"])
            .expr_as(Expr::col("updated_at").lte(self.now().sub(millis(age))), "old")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .cond_where(is_warm())
            .order_by("uid", Order::Asc)
            .to_owned();
        self.fetch_all(&query).await
    }

    /// How many there are of an isolation, ready or not. In a transaction that has raised the generation nobody else
    /// adds or takes one.
    pub(crate) async fn count_warm(&self, tx: &mut CentralTx, isolation: Isolation) -> Result<usize> {
        let query = Query::select()
            .expr(Expr::cust("count(*)"))
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .cond_where(is_warm())
            .and_where(Expr::col("isolation").eq(isolation.as_str()))
            .to_owned();
        let row: Option<(i64,)> = tx.fetch_optional(&query).await?;
        Ok(row.map_or(0, |r| usize::try_from(r.0).unwrap_or(0)))
    }

    /// Whether one could not be made within that time.
    pub(crate) async fn warm_failed(&self, within: Duration) -> Result<bool> {
        let query = Query::select()
            .column("uid")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("id").gte(ID))
            .and_where(Expr::col("id").lt("warm."))
            .and_where(Expr::col("state_before").eq(TenantState::Failed.as_str()))
            .and_where(Expr::col("updated_at").gt(self.now().sub(millis(within))))
            .limit(1)
            .to_owned();
        Ok(self.fetch_optional::<(String,)>(&query).await?.is_some())
    }

    /// The oldest that is ready: on a server that takes tenants, at that server's newest version. The caller's
    /// transaction has raised the generation, so it is nobody else's.
    pub(crate) async fn take_warm(
        &self,
        tx: &mut CentralTx,
        isolation: Isolation,
        newest: &[(String, i64)],
    ) -> Result<Option<TenantUid>> {
        let mut ready = Condition::any();
        for (server, version) in newest {
            ready = ready.add(
                Condition::all()
                    .add(Expr::col("server").eq(server.as_str()))
                    .add(Expr::col("schema_version").eq(*version)),
            );
        }
        let accepting = Query::select()
            .column("name")
            .from(self.table("servers"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("state").eq(super::ServerState::Accepting.as_str()))
            .to_owned();
        let query = Query::select()
            .column("uid")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .cond_where(is_warm())
            .and_where(Expr::col("isolation").eq(isolation.as_str()))
            .and_where(Expr::col("server").in_subquery(accepting))
            .cond_where(ready)
            .order_by("uid", Order::Asc)
            .limit(1)
            .to_owned();
        let row: Option<(String,)> = tx.fetch_optional(&query).await?;
        row.map(|r| {
            r.0.parse()
                .map_err(|_| Error::Internal("a tenant's uid cannot be read"))
        })
        .transpose()
    }

    /// Makes one that is ready the tenant that was asked for, served from now on.
    pub(crate) async fn name_warm(
        &self,
        tx: &mut CentralTx,
        uid: TenantUid,
        new: &NewTenant,
        generation: i64,
        before: &str,
    ) -> Result<()> {
        let mut update = self.update_tenant(uid, generation);
        update
            .value("id", new.id.as_str())
            .value("id_slot", new.slot.as_str())
            .value("external_slot", new.external_slot())
            .value("name", new.name.as_str())
            .value("state", TenantState::Active.as_str())
            .value("plan", new.plan.clone())
            .value("features", json(&new.features)?)
            .value("metadata", json(&new.metadata)?)
            .value("url", new.url.as_str())
            .value("admin_username", new.admin_username.as_str())
            .value("market", new.market.clone())
            .value("external_id", new.external_id.clone())
            .value("request", new.request.as_str())
            .value("created_at", self.now());
        tx.execute(&update).await?;
        let of = Condition::all()
            .add(Expr::col("service").eq(self.service()))
            .add(Expr::col("uid").eq(uid.to_string()));
        let account = Query::update()
            .table(self.table("accounts"))
            .value("username", new.admin_username.as_str())
            .value("created_at", self.now())
            .cond_where(of)
            .and_where(Expr::col("username").eq(before))
            .to_owned();
        tx.execute(&account).await?;
        // The answer with the password is kept from now on as long as any other.
        let answer = Query::update()
            .table(self.table("secrets"))
            .value("expires_at", self.now().add(millis(ANSWER_LIFETIME)))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("scope").eq(KeyScope::Tenant(uid).to_string()))
            .and_where(Expr::col("purpose").eq(Purpose::STORED_ANSWER.as_str()))
            .to_owned();
        tx.execute(&answer).await.map(drop)
    }

    /// Gives one up: it is purged like any deleted tenant. `before` says whether it failed (then there is nothing that
    /// anybody may still use) or is whole.
    pub(crate) async fn discard_warm(
        &self,
        tx: &mut CentralTx,
        uid: TenantUid,
        generation: i64,
        before: TenantState,
    ) -> Result<bool> {
        let mut update = self.update_tenant(uid, generation);
        update
            .value("state", TenantState::Deleting.as_str())
            .value("state_before", before.as_str())
            .value("purge_after", self.now())
            .cond_where(is_warm());
        Ok(tx.execute(&update).await? == 1)
    }

    /// Marks one as not ready: it is worked on again. `false` where it is somebody's by now.
    pub(crate) async fn reopen_warm(&self, tx: &mut CentralTx, uid: TenantUid, generation: i64) -> Result<bool> {
        let mut update = self.update_tenant(uid, generation);
        update
            .value("schema_version", -1_i64)
            .cond_where(is_warm())
            .and_where(Expr::col("schema_version").gte(0));
        Ok(tx.execute(&update).await? == 1)
    }
}
