//! The fleet as rows: who is behind, who is being migrated by whom, and what came of it.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use sea_query::{Condition, Expr, ExprTrait, OnConflict, Order, Query, SelectStatement};

use super::{
    central::{Central, CentralTx},
    servers::ServerKind,
    tenants::TenantRowData,
};
use crate::{
    error::{Error, Result},
    rewrite::Dialect,
    tenant::{Isolation, TenantId, TenantState},
};

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

/// What came of a unit, to be written down.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) unit: FleetUnit,
    pub(crate) result: UnitResult,
}

/// It has every migration, or one failed, or nothing is known of it that is not known already.
pub(crate) type UnitResult = Option<Result<(), FailedMigration>>;

/// A migration that failed.
#[derive(Debug)]
pub(crate) struct FailedMigration {
    /// Which, as far as that is known.
    pub(crate) version: Option<i64>,
    /// The checksum of its file.
    pub(crate) checksum: Vec<u8>,
    /// Why, in words for the operator.
    pub(crate) error: String,
}

const APPLIED: &str = "applied";
const FAILED: &str = "failed";

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

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
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

    /// Writes down what came of some units of one kind of database and lets them go. `files`: every migration of the
    /// set, which each that succeeded now has.
    pub(crate) async fn settle_units(&self, owner: &str, settled: &[Settled], files: &[(i64, Vec<u8>)]) -> Result<()> {
        let mut tx = self.begin().await?;
        let own = |unit: &&FleetUnit| matches!(unit, FleetUnit::Own(_));
        let done: Vec<&FleetUnit> = settled
            .iter()
            .filter(|s| matches!(s.result, Some(Ok(()))))
            .map(|s| &s.unit)
            .collect();
        let mut groups: Vec<Condition> = done
            .iter()
            .filter(|unit| !own(unit))
            .map(|unit| unit.condition())
            .collect();
        let uids: Vec<String> = done.iter().filter(|unit| own(unit)).map(|unit| unit.key()).collect();
        if !uids.is_empty() {
            groups.push(Condition::all().add(Expr::col("uid").is_in(uids)));
        }
        let mut all = Condition::any();
        for group in groups {
            self.note_applied(&mut tx, &group, files).await?;
            all = all.add(group);
        }
        if !all.is_empty() {
            // Instances look such tenants up again: they may serve them now, or no more. After the tenants' rows, as
            // everywhere, so that two never wait for each other.
            let generation = self.raise_generation(&mut tx).await?;
            let heard = Query::update()
                .table(self.table("tenants"))
                .value("generation", generation)
                .and_where(Expr::col("service").eq(self.service()))
                .cond_where(all)
                .to_owned();
            tx.execute(&heard).await?;
        }
        for s in settled {
            if let Some(Err(failed)) = &s.result {
                self.note_failed(&mut tx, &s.unit, failed).await?;
            }
        }
        let release = Query::delete()
            .from_table(self.table("fleet_leases"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("owner").eq(owner))
            .and_where(Expr::col("unit").is_in(settled.iter().map(|s| s.unit.key())))
            .to_owned();
        tx.execute(&release).await?;
        tx.commit().await
    }

    async fn note_applied(&self, tx: &mut CentralTx, group: &Condition, files: &[(i64, Vec<u8>)]) -> Result<()> {
        let members = Query::select()
            .column("uid")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .cond_where(group.clone())
            .to_owned();
        let forget = Query::delete()
            .from_table(self.table("tenant_migrations"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("state").eq(FAILED))
            .and_where(Expr::col("uid").in_subquery(members))
            .to_owned();
        tx.execute(&forget).await?;
        let newest = files.last().map_or(0, |f| f.0);
        for (version, checksum) in files {
            // What the catalogue knows a tenant to have is written down already, or came with its making.
            let rows = self.migration_rows(group, *version, checksum, APPLIED, None, Some(*version));
            self.insert_migrations(tx, rows).await?;
        }
        let told = Query::update()
            .table(self.table("tenants"))
            .value("schema_version", newest)
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("schema_version").lt(newest))
            .cond_where(group.clone())
            .to_owned();
        tx.execute(&told).await.map(drop)
    }

    async fn note_failed(&self, tx: &mut CentralTx, unit: &FleetUnit, failed: &FailedMigration) -> Result<()> {
        // No migration has the number 0.
        let version = failed.version.unwrap_or(0);
        let members = Query::select()
            .column("uid")
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .cond_where(unit.condition())
            .to_owned();
        let earlier = Query::delete()
            .from_table(self.table("tenant_migrations"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("state").eq(FAILED).or(Expr::col("version").eq(version)))
            .and_where(Expr::col("uid").in_subquery(members))
            .to_owned();
        tx.execute(&earlier).await?;
        let rows = self.migration_rows(
            &unit.condition(),
            version,
            &failed.checksum,
            FAILED,
            Some(&failed.error),
            None,
        );
        self.insert_migrations(tx, rows).await
    }

    /// One row for each tenant of a group, those below a version only where one is given.
    fn migration_rows(
        &self,
        group: &Condition,
        version: i64,
        checksum: &[u8],
        state: &str,
        error: Option<&str>,
        below: Option<i64>,
    ) -> SelectStatement {
        let mut select = Query::select();
        select
            .column("service")
            .column("uid")
            .expr(Expr::val(version))
            .expr(Expr::val(checksum.to_vec()))
            .expr(Expr::val(state))
            .expr(Expr::val(error.map(str::to_owned)))
            .expr(self.now())
            .from(self.table("tenants"))
            .and_where(Expr::col("service").eq(self.service()))
            .cond_where(group.clone());
        if let Some(below) = below {
            select.and_where(Expr::col("schema_version").lt(below));
        }
        select
    }

    async fn insert_migrations(&self, tx: &mut CentralTx, rows: SelectStatement) -> Result<()> {
        let mut insert = Query::insert();
        insert
            .into_table(self.table("tenant_migrations"))
            .columns(["service", "uid", "version", "checksum", "state", "error", "updated_at"])
            .select_from(rows)
            .map_err(|_| Error::Internal("a migration's row has other columns than its table"))?
            .on_conflict(
                OnConflict::columns(["service", "uid", "version"])
                    // A column that the tenants' table has not: MySQL asks whose it is.
                    .do_nothing_on(["version"])
                    .to_owned(),
            );
        tx.execute(&insert).await.map(drop)
    }
}
