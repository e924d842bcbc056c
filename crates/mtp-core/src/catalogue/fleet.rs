//! The fleet as rows: who is behind, who is being migrated by whom, and what came of it.

mod leases;
mod settle;

use std::collections::BTreeSet;

use sea_query::{Condition, Expr, ExprTrait, Order, Query, SelectStatement};

pub(crate) use self::{
    leases::Claimed,
    settle::{FailedMigration, Settled, UnitResult},
};
use super::{central::Central, servers::ServerKind, tenants::TenantRowData};
use crate::{
    error::Result,
    rewrite::Dialect,
    tenant::{Isolation, TenantId, TenantState},
};

const APPLIED: &str = "applied";
const FAILED: &str = "failed";

/// Which tenants of the service a pass is about; all of them where nothing is said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    pub(crate) tenants: Vec<TenantId>,
    pub(crate) server: Option<String>,
    pub(crate) plan: Option<String>,
    pub(crate) prefix: Option<String>,
}

/// A tenant as the plan needs it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct FleetRow {
    pub(crate) uid: String,
    pub(crate) id: String,
    pub(crate) server: String,
    pub(crate) isolation: String,
    pub(crate) schema_version: i64,
    /// Whether its last migration failed.
    pub(crate) failed: bool,
}

/// How many tenants of a server have a version.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct VersionRow {
    pub(crate) server: String,
    pub(crate) schema_version: i64,
    pub(crate) tenants: i64,
}

/// A failed migration that still stands.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct FleetFailure {
    pub(crate) uid: String,
    pub(crate) version: i64,
    pub(crate) error: Option<String>,
    pub(crate) updated_at: i64,
}

/// One place with its own ledger: a tenant's, or the shared tables of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FleetUnit {
    /// A tenant's own place, by its uid.
    Own(String),
    /// A server's shared tables.
    Shared(String),
}

impl FleetUnit {
    /// Its name in the leases.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Own(uid) => uid.clone(),
            Self::Shared(server) => format!("shared:{server}"),
        }
    }

    fn condition(&self) -> Condition {
        match self {
            Self::Own(uid) => Condition::all().add(Expr::col("uid").eq(uid.as_str())),
            Self::Shared(server) => Condition::all()
                .add(Expr::col("server").eq(server.as_str()))
                .add(Expr::col("isolation").eq(Isolation::Shared.as_str())),
        }
    }
}

/// Tenants that have a place which must keep up: those served or suspended, and those deleted that a restore brings
/// back.
fn migrated() -> Condition {
    let kept = [TenantState::Active.as_str(), TenantState::Suspended.as_str()];
    Condition::all().add(Expr::col("placement").is_not_null()).add(
        Condition::any().add(Expr::col("state").is_in(kept)).add(
            Condition::all()
                .add(Expr::col("state").eq(TenantState::Deleting.as_str()))
                .add(Expr::col("state_before").is_in(kept)),
        ),
    )
}

impl Central {
    fn selected(&self, selection: &Selection) -> Condition {
        let mut all = Condition::all()
            .add(Expr::col("service").eq(self.service()))
            .add(migrated());
        if !selection.tenants.is_empty() {
            all = all.add(Expr::col("id_slot").is_in(selection.tenants.iter().map(TenantId::as_str)));
        }
        if let Some(server) = &selection.server {
            all = all.add(Expr::col("server").eq(server.as_str()));
        }
        if let Some(plan) = &selection.plan {
            all = all.add(Expr::col("plan").eq(plan.as_str()));
        }
        if let Some(prefix) = &selection.prefix {
            // Ids are a-z0-9- only, so a range is a prefix search without a pattern: '{' follows 'z'.
            all = all
                .add(Expr::col("id").gte(prefix.as_str()))
                .add(Expr::col("id").lt(format!("{prefix}{{")));
        }
        all
    }

    fn servers_of(&self, dialect: Dialect) -> SelectStatement {
        Query::select()
            .column("name")
            .from(self.table("servers"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("kind").eq(ServerKind::of(dialect).as_str()))
            .to_owned()
    }

    /// The tenants that have not the newest version of their kind of database: one query, however many there are.
    pub(crate) async fn fleet_behind(
        &self,
        selection: &Selection,
        newest: &[(Dialect, i64)],
        recheck: bool,
    ) -> Result<Vec<FleetRow>> {
        let mut behind = Condition::any();
        for (dialect, version) in newest {
            let mut of = Condition::all().add(Expr::col("server").in_subquery(self.servers_of(*dialect)));
            if !recheck {
                of = of.add(Expr::col("schema_version").lt(*version));
            }
            behind = behind.add(of);
        }
        let failed = Query::select()
            .column("uid")
            .from(self.table("tenant_migrations"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("state").eq(FAILED))
            .to_owned();
        let query = Query::select()
            .columns(["uid", "id", "server", "isolation", "schema_version"])
            .expr_as(Expr::col("uid").in_subquery(failed), "failed")
            .from(self.table("tenants"))
            .cond_where(self.selected(selection))
            .cond_where(behind)
            .order_by("uid", Order::Asc)
            .to_owned();
        self.fetch_all(&query).await
    }

    /// Which of these ids no tenant has.
    pub(crate) async fn unknown_tenants(&self, ids: &[TenantId]) -> Result<Vec<TenantId>> {
        let query = Query::select()
            .column("id_slot")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("id_slot").is_in(ids.iter().map(TenantId::as_str)))
            .to_owned();
        let known: Vec<(String,)> = self.fetch_all(&query).await?;
        let known: BTreeSet<_> = known.into_iter().map(|row| row.0).collect();
        Ok(ids.iter().filter(|id| !known.contains(id.as_str())).cloned().collect())
    }

    /// How many tenants of each server have which version.
    pub(crate) async fn fleet_versions(&self, selection: &Selection) -> Result<Vec<VersionRow>> {
        let query = Query::select()
            .columns(["server", "schema_version"])
            .expr_as(Expr::cust("count(*)"), "tenants")
            .from(self.table("tenants"))
            .cond_where(self.selected(selection))
            .add_group_by([Expr::col("server"), Expr::col("schema_version")])
            .order_by("server", Order::Asc)
            .order_by("schema_version", Order::Asc)
            .to_owned();
        self.fetch_all(&query).await
    }

    /// The failed migrations that still stand, newest first.
    pub(crate) async fn fleet_failures(&self, selection: &Selection, limit: u64) -> Result<Vec<FleetFailure>> {
        let uids = Query::select()
            .column("uid")
            .from(self.table("tenants"))
            .cond_where(self.selected(selection))
            .to_owned();
        let query = Query::select()
            .columns(["uid", "version", "error", "updated_at"])
            .from(self.table("tenant_migrations"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("state").eq(FAILED))
            .and_where(Expr::col("uid").in_subquery(uids))
            .order_by("updated_at", Order::Desc)
            .order_by("uid", Order::Asc)
            .limit(limit)
            .to_owned();
        self.fetch_all(&query).await
    }

    /// How many places are being migrated by some runner now.
    pub(crate) async fn fleet_running(&self) -> Result<i64> {
        let query = Query::select()
            .expr(Expr::cust("count(*)"))
            .from(self.table("fleet_leases"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("lease_until").gt(self.now()))
            .to_owned();
        Ok(self.fetch_optional::<(i64,)>(&query).await?.map_or(0, |row| row.0))
    }

    /// A page of the tenants that a pass is about, whatever version they have.
    pub(crate) async fn fleet_page(
        &self,
        selection: &Selection,
        after: Option<&str>,
        limit: u64,
    ) -> Result<Vec<TenantRowData>> {
        let mut query = self.tenants();
        query.cond_where(self.selected(selection));
        if let Some(after) = after {
            query.and_where(Expr::col("uid").gt(after));
        }
        query.order_by("uid", Order::Asc).limit(limit);
        self.fetch_all(&query).await
    }
}
