//! Units of the fleet as their runners take them, one runner each.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use sea_query::{Condition, Expr, ExprTrait, OnConflict, Order, Query};

use super::{FleetUnit, migrated};
use crate::{
    catalogue::{
        central::{Central, CentralTx},
        tenants::TenantRowData,
    },
    error::Result,
};

/// What came of taking a unit.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// It is ours; the row is its tenant, or one of those that share it.
    Ours(Box<TenantRowData>),
    /// Another runner works on it.
    Busy,
    /// It needs nothing more: it has the version by now.
    Current,
    /// It is being destroyed, or is gone.
    Gone,
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Central {
    /// Takes those of the units that still need the version `to` and that nobody works on, in one transaction.
    pub(crate) async fn claim_units(
        &self,
        units: &[FleetUnit],
        to: i64,
        recheck: bool,
        owner: &str,
        lease: Duration,
    ) -> Result<Vec<Claimed>> {
        let mut tx = self.begin().await?;
        let mut claimed = self.still_needed(&mut tx, units, to, recheck).await?;
        // In one order in every runner, so that two of them do not wait for each other.
        let wanted: BTreeSet<String> = units
            .iter()
            .zip(&claimed)
            .filter(|(_, claimed)| matches!(claimed, Claimed::Ours(_)))
            .map(|(unit, _)| unit.key())
            .collect();
        if wanted.is_empty() {
            return Ok(claimed);
        }
        let mut insert = Query::insert();
        insert
            .into_table(self.table("fleet_leases"))
            .columns(["service", "unit", "owner", "lease_until"])
            .on_conflict(
                OnConflict::columns(["service", "unit"])
                    .do_nothing_on(["unit"])
                    .to_owned(),
            );
        for key in &wanted {
            insert.values_panic([self.service().into(), key.as_str().into(), "".into(), 0_i64.into()]);
        }
        tx.execute(&insert).await?;
        let these = Condition::all()
            .add(Expr::col("service").eq(self.service()))
            .add(Expr::col("unit").is_in(wanted.iter().map(String::as_str)));
        let take = Query::update()
            .table(self.table("fleet_leases"))
            .value("owner", owner)
            .value("lease_until", self.now().add(millis(lease)))
            .cond_where(these.clone())
            .and_where(Expr::col("lease_until").lte(self.now()))
            .to_owned();
        tx.execute(&take).await?;
        let taken = Query::select()
            .column("unit")
            .from(self.table("fleet_leases"))
            .cond_where(these)
            .and_where(Expr::col("owner").eq(owner))
            .to_owned();
        let taken: BTreeSet<String> = tx
            .fetch_all::<(String,)>(&taken)
            .await?
            .into_iter()
            .map(|r| r.0)
            .collect();
        tx.commit().await?;
        for (unit, claimed) in units.iter().zip(&mut claimed) {
            if matches!(claimed, Claimed::Ours(_)) && !taken.contains(&unit.key()) {
                *claimed = Claimed::Busy;
            }
        }
        Ok(claimed)
    }

    /// How each unit stands now: the plan may be old.
    async fn still_needed(
        &self,
        tx: &mut CentralTx,
        units: &[FleetUnit],
        to: i64,
        recheck: bool,
    ) -> Result<Vec<Claimed>> {
        let own = units.iter().filter_map(|unit| match unit {
            FleetUnit::Own(uid) => Some(uid.as_str()),
            FleetUnit::Shared(_) => None,
        });
        let mut query = self.tenants();
        query.and_where(Expr::col("uid").is_in(own)).cond_where(migrated());
        let mut rows: HashMap<String, TenantRowData> = tx
            .fetch_all::<TenantRowData>(&query)
            .await?
            .into_iter()
            .map(|row| (row.uid.clone(), row))
            .collect();
        let mut standing = Vec::with_capacity(units.len());
        for unit in units {
            let row = match unit {
                FleetUnit::Own(uid) => rows.remove(uid),
                FleetUnit::Shared(_) => {
                    let mut query = self.tenants();
                    query
                        .cond_where(unit.condition())
                        .cond_where(migrated())
                        .order_by("schema_version", Order::Asc)
                        .limit(1);
                    tx.fetch_optional(&query).await?
                }
            };
            standing.push(match row {
                None => Claimed::Gone,
                Some(row) if row.schema_version >= to && !recheck => Claimed::Current,
                Some(row) => Claimed::Ours(Box::new(row)),
            });
        }
        Ok(standing)
    }

    /// Whether a unit still has a tenant whose place must keep up.
    pub(crate) async fn is_migrated(&self, unit: &FleetUnit) -> Result<bool> {
        let mut query = self.tenants();
        query.cond_where(unit.condition()).cond_where(migrated()).limit(1);
        Ok(self.fetch_optional::<TenantRowData>(&query).await?.is_some())
    }

    /// Gives a sign of life for everything that a runner has taken.
    pub(crate) async fn renew_units(&self, owner: &str, lease: Duration) -> Result<()> {
        let update = Query::update()
            .table(self.table("fleet_leases"))
            .value("lease_until", self.now().add(millis(lease)))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("owner").eq(owner))
            .to_owned();
        self.execute(&update).await.map(drop)
    }

    /// Removes the leases of runners that are gone.
    pub(crate) async fn remove_expired_leases(&self) -> Result<()> {
        let delete = Query::delete()
            .from_table(self.table("fleet_leases"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("lease_until").lte(self.now()))
            .to_owned();
        self.execute(&delete).await.map(drop)
    }
}
