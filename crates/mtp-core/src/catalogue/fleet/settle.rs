//! What came of units of the fleet, written down.

use sea_query::{Condition, Expr, ExprTrait, OnConflict, Query, SelectStatement};

use super::{APPLIED, FAILED, FleetUnit};
use crate::{
    catalogue::central::{Central, CentralTx},
    error::{Error, Result},
};

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

impl Central {
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
