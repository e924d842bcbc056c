//! Tenants' records.

use std::{collections::BTreeMap, time::Duration};

use chrono::{DateTime, Utc};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, UpdateStatement};

use super::central::{Central, CentralTx};
use crate::{
    error::{Error, Result},
    limits::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE},
    tenant::{Isolation, Placement, Tenant, TenantId, TenantState, TenantUid},
};

/// Which tenants a list shows, and from where.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TenantFilter {
    /// Only those in this state; without it all but the purged.
    pub state: Option<TenantState>,
    /// Only those on this server.
    pub server: Option<String>,
    /// Only those with this plan.
    pub plan: Option<String>,
    /// Only those whose name or id begins with this.
    pub prefix: Option<String>,
    /// Only those after this one, as the page before said.
    pub after: Option<TenantUid>,
    /// How many at the most, 1 to [`MAX_PAGE_SIZE`]; [`DEFAULT_PAGE_SIZE`] if zero.
    pub limit: u64,
}

impl TenantFilter {
    /// Only tenants in this state.
    pub fn state(mut self, state: TenantState) -> Self {
        self.state = Some(state);
        self
    }

    /// Only tenants on this server.
    pub fn server(mut self, server: impl Into<String>) -> Self {
        self.server = Some(server.into());
        self
    }

    /// Only tenants with this plan.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.plan = Some(plan.into());
        self
    }

    /// Only tenants whose id begins with this.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Only tenants after this one.
    pub fn after(mut self, uid: TenantUid) -> Self {
        self.after = Some(uid);
        self
    }

    /// At most so many.
    pub fn limit(mut self, limit: u64) -> Self {
        self.limit = limit;
        self
    }
}

/// A part of a longer list, in the order of making.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on this page.
    pub items: Vec<T>,
    /// Where the next page starts, if there is one.
    pub next: Option<TenantUid>,
}

/// What can be changed of a tenant; what is `None` stays.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct TenantUpdate {
    /// The name people read.
    pub name: Option<String>,
    /// The plan's id.
    pub plan: Option<String>,
    /// All features that are switched on.
    pub features: Option<Vec<String>>,
    /// The market's free data, whole.
    pub metadata: Option<BTreeMap<String, serde_json::Value>>,
}

impl TenantUpdate {
    /// Sets the name.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the plan.
    pub fn plan(mut self, plan: impl Into<String>) -> Self {
        self.plan = Some(plan.into());
        self
    }

    /// Sets all features.
    pub fn features(mut self, features: Vec<String>) -> Self {
        self.features = Some(features);
        self
    }

    /// Sets the free data.
    pub fn metadata(mut self, metadata: BTreeMap<String, serde_json::Value>) -> Self {
        self.metadata = Some(metadata);
        self
    }
}

/// A tenant that is about to be written down.
#[derive(Debug)]
pub(crate) struct NewTenant {
    pub(crate) id: TenantId,
    /// What takes the name: the id, or for a tenant made ahead what nobody can ask for.
    pub(crate) slot: String,
    pub(crate) uid: TenantUid,
    pub(crate) name: String,
    pub(crate) plan: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) metadata: BTreeMap<String, serde_json::Value>,
    pub(crate) isolation: Isolation,
    pub(crate) server: Option<String>,
    pub(crate) url: String,
    pub(crate) admin_username: String,
    pub(crate) market: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) request: String,
    pub(crate) schema_version: i64,
}

impl NewTenant {
    /// Market and external id as they are taken together.
    pub(super) fn external_slot(&self) -> Option<String> {
        let (market, external) = self.market.as_deref().zip(self.external_id.as_deref())?;
        Some(external_slot(market, external))
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct TenantRowData {
    pub(crate) uid: String,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) state_before: Option<String>,
    pub(crate) plan: Option<String>,
    pub(crate) features: String,
    pub(crate) metadata: String,
    pub(crate) isolation: String,
    pub(crate) server: Option<String>,
    pub(crate) placement: Option<String>,
    pub(crate) url: String,
    pub(crate) admin_username: String,
    pub(crate) market: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) request: String,
    pub(crate) schema_version: i64,
    pub(crate) generation: i64,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) purge_after: Option<i64>,
}

const COLUMNS: [&str; 21] = [
    "uid",
    "id",
    "name",
    "state",
    "state_before",
    "plan",
    "features",
    "metadata",
    "isolation",
    "server",
    "placement",
    "url",
    "admin_username",
    "market",
    "external_id",
    "request",
    "schema_version",
    "generation",
    "created_at",
    "updated_at",
    "purge_after",
];

const BAD_ROW: Error = Error::Internal("a tenant's record cannot be read; was it written by a newer release?");

pub(crate) fn time(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).unwrap_or_default()
}

impl TenantRowData {
    pub(crate) fn state(&self) -> Result<TenantState> {
        self.state.parse().map_err(|_| BAD_ROW)
    }

    pub(crate) fn uid(&self) -> Result<TenantUid> {
        self.uid.parse().map_err(|_| BAD_ROW)
    }

    pub(crate) fn id(&self) -> Result<TenantId> {
        TenantId::parse(&self.id).map_err(|_| BAD_ROW)
    }

    pub(crate) fn placement(&self) -> Result<Option<Placement>> {
        self.placement
            .as_deref()
            .map(serde_json::from_str)
            .transpose()
            .map_err(|_| BAD_ROW)
    }

    pub(crate) fn features(&self) -> Result<Vec<String>> {
        serde_json::from_str(&self.features).map_err(|_| BAD_ROW)
    }

    /// The record as callers see it, without credentials.
    pub(crate) fn tenant(&self) -> Result<Tenant> {
        Ok(Tenant {
            id: self.id()?,
            uid: self.uid()?,
            name: self.name.clone(),
            url: self.url.clone(),
            admin_credentials: None,
            state: self.state()?,
            plan: self.plan.clone(),
            features: self.features()?,
            isolation: self.isolation.parse().map_err(|_| BAD_ROW)?,
            placement: self.placement()?,
            market: self.market.clone(),
            external_id: self.external_id.clone(),
            metadata: serde_json::from_str(&self.metadata).map_err(|_| BAD_ROW)?,
            created_at: time(self.created_at),
            updated_at: time(self.updated_at),
            purge_after: self.purge_after.map(time),
            schema_version: self.schema_version,
        })
    }
}

/// The market and its number as one text; the length keeps `("a", "b/c")` and `("a/b", "c")` apart.
pub(crate) fn external_slot(market: &str, external_id: &str) -> String {
    format!("{}:{market}/{external_id}", market.len())
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::Internal("a value is no JSON"))
}

impl Central {
    pub(super) fn tenants(&self) -> SelectStatement {
        Query::select()
            .columns(COLUMNS)
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .to_owned()
    }

    pub(crate) fn update_tenant(&self, uid: TenantUid, generation: i64) -> UpdateStatement {
        Query::update()
            .table(self.table("tenants"))
            .value("generation", generation)
            .value("updated_at", self.now())
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("uid").eq(uid.to_string()))
            .to_owned()
    }

    pub(crate) async fn insert_tenant(&self, tx: &mut CentralTx, new: &NewTenant, generation: i64) -> Result<()> {
        let insert = Query::insert()
            .into_table(self.table("tenants"))
            .columns(
                ["service", "id_slot", "external_slot"].into_iter().chain(
                    COLUMNS
                        .into_iter()
                        .filter(|c| !["state_before", "placement", "purge_after"].contains(c)),
                ),
            )
            .values_panic([
                self.service().into(),
                new.slot.as_str().into(),
                new.external_slot().into(),
                new.uid.to_string().into(),
                new.id.as_str().into(),
                new.name.as_str().into(),
                TenantState::Provisioning.as_str().into(),
                new.plan.clone().into(),
                json(&new.features)?.into(),
                json(&new.metadata)?.into(),
                new.isolation.as_str().into(),
                new.server.clone().into(),
                new.url.as_str().into(),
                new.admin_username.as_str().into(),
                new.market.clone().into(),
                new.external_id.clone().into(),
                new.request.as_str().into(),
                new.schema_version.into(),
                generation.into(),
                self.now(),
                self.now(),
            ])
            .to_owned();
        tx.execute(&insert).await.map(drop)
    }

    /// The tenant that has this name now.
    pub(crate) async fn tenant_by_id(&self, id: &TenantId) -> Result<Option<TenantRowData>> {
        self.fetch_optional(self.tenants().and_where(Expr::col("id_slot").eq(id.as_str())))
            .await
    }

    pub(crate) async fn tenant_by_uid(&self, uid: TenantUid) -> Result<Option<TenantRowData>> {
        self.fetch_optional(self.tenants().and_where(Expr::col("uid").eq(uid.to_string())))
            .await
    }

    pub(crate) async fn tenant_in(&self, tx: &mut CentralTx, uid: TenantUid) -> Result<Option<TenantRowData>> {
        let mut query = self.tenants();
        query.and_where(Expr::col("uid").eq(uid.to_string()));
        if self.dialect().has_row_locks() {
            query.lock(sea_query::LockType::Update);
        }
        tx.fetch_optional(&query).await
    }

    pub(crate) async fn tenant_by_external(&self, market: &str, external_id: &str) -> Result<Option<TenantRowData>> {
        let slot = external_slot(market, external_id);
        self.fetch_optional(self.tenants().and_where(Expr::col("external_slot").eq(slot)))
            .await
    }

    /// The last tenant of a market that had this name and is purged: for it a delete is 410 and not 404.
    pub(crate) async fn purged_tenant(&self, id: &TenantId) -> Result<Option<TenantRowData>> {
        self.fetch_optional(
            self.tenants()
                .and_where(Expr::col("id").eq(id.as_str()))
                .and_where(Expr::col("state").eq(TenantState::Purged.as_str()))
                .order_by("uid", Order::Desc)
                .limit(1),
        )
        .await
    }

    /// Tenants whose record changed after a generation.
    pub(crate) async fn tenants_changed_since(&self, generation: i64) -> Result<Vec<TenantRowData>> {
        self.fetch_all(self.tenants().and_where(Expr::col("generation").gt(generation)))
            .await
    }

    pub(crate) async fn list_tenants(&self, filter: &TenantFilter) -> Result<Page<TenantRowData>> {
        let limit = match filter.limit {
            0 => DEFAULT_PAGE_SIZE,
            n => Ord::min(n, MAX_PAGE_SIZE),
        };
        let mut query = self.tenants();
        query.cond_where(super::slot::is_warm().not());
        match filter.state {
            Some(state) => query.and_where(Expr::col("state").eq(state.as_str())),
            None => query.and_where(Expr::col("state").ne(TenantState::Purged.as_str())),
        };
        if let Some(server) = &filter.server {
            query.and_where(Expr::col("server").eq(server.as_str()));
        }
        if let Some(plan) = &filter.plan {
            query.and_where(Expr::col("plan").eq(plan.as_str()));
        }
        if let Some(prefix) = &filter.prefix {
            // Ids are a-z0-9- only, so a range is a prefix search without a pattern: '{' follows 'z'.
            if !prefix
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            {
                return Ok(Page {
                    items: Vec::new(),
                    next: None,
                });
            }
            query
                .and_where(Expr::col("id").gte(prefix.as_str()))
                .and_where(Expr::col("id").lt(format!("{prefix}{{")));
        }
        if let Some(after) = filter.after {
            query.and_where(Expr::col("uid").gt(after.to_string()));
        }
        query.order_by("uid", Order::Asc).limit(limit + 1);
        let mut items: Vec<TenantRowData> = self.fetch_all(&query).await?;
        let more = items.len() as u64 > limit;
        if more {
            items.pop();
        }
        let next = if more {
            items.last().map(TenantRowData::uid).transpose()?
        } else {
            None
        };
        Ok(Page { items, next })
    }

    /// How long some process may still serve a tenant that was deleted: its record last changed then.
    pub(crate) async fn until_unserved(
        &self,
        tx: &mut CentralTx,
        row: &TenantRowData,
        stale_max: Duration,
    ) -> Result<Duration> {
        let stale = i64::try_from(stale_max.as_millis()).unwrap_or(i64::MAX / 4);
        let query = Query::select()
            .expr(Expr::val(row.updated_at.saturating_add(stale)).sub(self.now()))
            .to_owned();
        let left: Option<(i64,)> = tx.fetch_optional(&query).await?;
        let left = u64::try_from(left.map_or(stale, |l| l.0)).unwrap_or(0);
        Ok(Duration::from_millis(left))
    }

    /// The uids of all tenants that may have a place: every one but the purged, and but the failed that were undone.
    pub(crate) async fn placed_uids(&self) -> Result<Vec<String>> {
        let undone = Expr::col("state")
            .eq(TenantState::Failed.as_str())
            .and(Expr::col("placement").is_null());
        let query = Query::select()
            .column("uid")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("state").ne(TenantState::Purged.as_str()))
            .and_where(undone.not())
            .to_owned();
        let rows: Vec<(String,)> = self.fetch_all(&query).await?;
        Ok(rows.into_iter().map(|r| r.0).collect())
    }

    /// Tenants whose uid ends so; reads the whole table.
    pub(crate) async fn tenants_by_uid_end(&self, end: &str) -> Result<Vec<TenantRowData>> {
        if !end.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
            return Ok(Vec::new());
        }
        self.fetch_all(self.tenants().and_where(Expr::col("uid").like(format!("%{end}"))))
            .await
    }

    /// Tenants whose retention time is over.
    pub(crate) async fn tenants_to_purge(&self, limit: u64) -> Result<Vec<TenantRowData>> {
        self.fetch_all(
            self.tenants()
                .and_where(Expr::col("state").eq(TenantState::Deleting.as_str()))
                .and_where(Expr::col("purge_after").lte(self.now()))
                .limit(limit),
        )
        .await
    }
}
