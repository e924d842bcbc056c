//! How the pools of all instances stand, as rows.

use std::time::Duration;

use sea_query::{Expr, ExprTrait, OnConflict, Order, Query};

use super::central::Central;
use crate::{error::Result, limits::POOL_REPORT_LIFETIME};

/// What an instance last wrote down of its connections to a server.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct PoolRow {
    pub(crate) instance: String,
    pub(crate) server: String,
    pub(crate) gauges: String,
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX / 4)
}

impl Central {
    /// Writes down how an instance's pools stand, and removes what instances wrote that are gone.
    pub(crate) async fn report_pools(&self, instance: &str, gauges: &[(String, String)]) -> Result<()> {
        let gone = Query::delete()
            .from_table(self.table("pools"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("at").lt(self.now().sub(millis(POOL_REPORT_LIFETIME))))
            .to_owned();
        self.execute(&gone).await?;
        if gauges.is_empty() {
            return Ok(());
        }
        let mut put = Query::insert();
        put.into_table(self.table("pools"))
            .columns(["service", "instance", "server", "gauges", "at"])
            .on_conflict(
                OnConflict::columns(["service", "instance", "server"])
                    .update_columns(["gauges", "at"])
                    .to_owned(),
            );
        for (server, gauges) in gauges {
            put.values_panic([
                self.service().into(),
                instance.into(),
                server.as_str().into(),
                gauges.as_str().into(),
                self.now(),
            ]);
        }
        self.execute(&put).await.map(drop)
    }

    /// What the instances that are there wrote down.
    pub(crate) async fn pools(&self) -> Result<Vec<PoolRow>> {
        let query = Query::select()
            .columns(["instance", "server", "gauges"])
            .from(self.table("pools"))
            .and_where(Expr::col("service").eq(self.service()))
            .and_where(Expr::col("at").gte(self.now().sub(millis(POOL_REPORT_LIFETIME))))
            .order_by("server", Order::Asc)
            .order_by("instance", Order::Asc)
            .to_owned();
        self.fetch_all(&query).await
    }
}
