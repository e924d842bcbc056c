//! The catalogue's own migrations, and the service's row in it.

use sea_query::{ExprTrait, OnConflict, Query};

use super::central::{Central, CentralTx};
use crate::{
    error::{Error, Result},
    limits::INSTALL_TIMEOUT,
    rewrite::Dialect,
};

struct File {
    version: i64,
    name: &'static str,
    postgres: &'static str,
    mysql: &'static str,
    sqlite: &'static str,
}

/// In order; a file that has been released is never changed.
const FILES: &[File] = &[
    File {
        version: 1,
        name: "catalogue",
        postgres: include_str!("../../migrations/central/postgres/0001_catalogue.sql"),
        mysql: include_str!("../../migrations/central/mysql/0001_catalogue.sql"),
        sqlite: include_str!("../../migrations/central/sqlite/0001_catalogue.sql"),
    },
    File {
        version: 2,
        name: "fleet",
        postgres: include_str!("../../migrations/central/postgres/0002_fleet.sql"),
        mysql: include_str!("../../migrations/central/mysql/0002_fleet.sql"),
        sqlite: include_str!("../../migrations/central/sqlite/0002_fleet.sql"),
    },
    File {
        version: 3,
        name: "pools",
        postgres: include_str!("../../migrations/central/postgres/0003_pools.sql"),
        mysql: include_str!("../../migrations/central/mysql/0003_pools.sql"),
        sqlite: include_str!("../../migrations/central/sqlite/0003_pools.sql"),
    },
];

#[derive(sqlx::FromRow)]
struct Applied {
    version: i64,
    checksum: String,
}

/// On the MySQL wire: waits until no other process installs into this database. The lock is the connection's, not the
/// transaction's.
async fn take_turn(tx: &mut CentralTx) -> Result<()> {
    let sql = format!(
        "SELECT GET_LOCK(CONCAT('mtp:', MD5(DATABASE())), {})",
        INSTALL_TIMEOUT.as_secs()
    );
    let got: Option<(Option<i64>,)> = tx.fetch_optional(sql).await?;
    match got {
        Some((Some(1),)) => Ok(()),
        Some((None,)) => Err(Error::Config(
            "the URL of the central database names no database; write mysql://user:password@host/name".into(),
        )),
        _ => Err(Error::Unavailable {
            what: "the central database, which another process is installing into,",
            retry_after: std::time::Duration::from_secs(1),
            source: None,
        }),
    }
}

impl Central {
    /// Brings the catalogue to this release's version and makes the service known in it. Processes that
    /// start together take turns.
    pub(crate) async fn install(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        match self.dialect() {
            Dialect::Postgres => {
                // The number is "mtp" in ASCII; the lock goes with the transaction.
                tx.run("SELECT pg_advisory_xact_lock(7173232); CREATE SCHEMA IF NOT EXISTS mtp_central;")
                    .await?;
                tx.run("CREATE TABLE IF NOT EXISTS mtp_central.ledger (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)").await?;
            }
            Dialect::MySql => {
                take_turn(&mut tx).await?;
                // A statement that changes a table commits by itself, so each of them may be run again.
                tx.run(
                    "CREATE TABLE IF NOT EXISTS mtp_central_ledger (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) \
                     ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
                )
                .await?;
            }
            Dialect::Sqlite => {
                tx.run("CREATE TABLE IF NOT EXISTS mtp_central_ledger (version BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)").await?;
            }
        }
        let ledger = self.table("ledger");
        let applied: Vec<Applied> = tx
            .fetch_all(
                &Query::select()
                    .columns(["version", "checksum"])
                    .from(ledger.clone())
                    .to_owned(),
            )
            .await?;
        if let Some(newer) = applied.iter().find(|a| FILES.iter().all(|f| f.version != a.version)) {
            return Err(Error::Config(format!(
                "the central database was brought to version {} by a newer release; update this one",
                newer.version
            )));
        }
        for file in FILES {
            let sql = match self.dialect() {
                Dialect::Postgres => file.postgres,
                Dialect::MySql => file.mysql,
                Dialect::Sqlite => file.sqlite,
            };
            let checksum = crate::migrate::checksum(sql);
            match applied.iter().find(|a| a.version == file.version) {
                Some(a) if a.checksum == checksum => {}
                Some(_) => {
                    return Err(Error::Config(format!(
                        "the central database has another version {} than this release; was it changed by hand?",
                        file.version
                    )));
                }
                None => {
                    tx.run(sql).await?;
                    let row = Query::insert()
                        .into_table(ledger.clone())
                        .columns(["version", "name", "checksum"])
                        .values_panic([file.version.into(), file.name.into(), checksum.into()])
                        .to_owned();
                    tx.execute(&row).await?;
                }
            }
        }
        let service = Query::insert()
            .into_table(self.table("services"))
            .columns(["service", "generation", "created_at"])
            .values_panic([self.service().into(), 1_i64.into(), self.now()])
            .on_conflict(OnConflict::column("service").do_nothing_on(["service"]).to_owned())
            .to_owned();
        tx.execute(&service).await?;
        if self.dialect() == Dialect::MySql {
            tx.run("DO RELEASE_LOCK(CONCAT('mtp:', MD5(DATABASE())))").await?;
        }
        tx.commit().await
    }

    /// The service's generation: it grows with each change that other instances must hear of.
    pub(crate) async fn generation(&self) -> Result<i64> {
        let query = Query::select()
            .column("generation")
            .from(self.table("services"))
            .and_where(sea_query::Expr::col("service").eq(self.service()))
            .to_owned();
        let row: Option<(i64,)> = self.fetch_optional(&query).await?;
        row.map(|r| r.0)
            .ok_or(Error::Internal("the service is not in its catalogue"))
    }

    /// Raises the generation within a transaction and says what it is now.
    pub(crate) async fn raise_generation(&self, tx: &mut super::CentralTx) -> Result<i64> {
        use sea_query::Expr;
        let own = Expr::col("service").eq(self.service());
        let raise = Query::update()
            .table(self.table("services"))
            .value("generation", Expr::col("generation").add(1))
            .and_where(own.clone())
            .to_owned();
        tx.execute(&raise).await?;
        let read = Query::select()
            .column("generation")
            .from(self.table("services"))
            .and_where(own)
            .to_owned();
        let row: Option<(i64,)> = tx.fetch_optional(&read).await?;
        row.map(|r| r.0)
            .ok_or(Error::Internal("the service is not in its catalogue"))
    }
}
