//! The plain programs that a pass of the fleet runner is measured against: the same DDL, sent where it must be sent.

use std::time::{Duration, Instant};

use mtp::Isolation;
use sqlx::{Connection, Executor, MySqlConnection, PgConnection, SqliteConnection};

use crate::Failure;

/// What the plain program needs to know of a tenant.
pub(super) struct Ground {
    pub(super) database: String,
    pub(super) schema: String,
}

/// The same DDL by one plain program: one connection for all schemas, one for each database.
pub(super) async fn postgres(
    url: &str,
    isolation: Isolation,
    grounds: &[Ground],
    name: &str,
) -> Result<Duration, Failure> {
    let options: sqlx::postgres::PgConnectOptions = url.parse()?;
    let began = Instant::now();
    let mut shared: Option<PgConnection> = None;
    for ground in grounds {
        let sql = change(name, &format!("{}.", ground.schema));
        let mut own = None;
        let conn = if isolation == Isolation::Schema {
            match &mut shared {
                Some(conn) => conn,
                empty => empty.insert(PgConnection::connect_with(&options.clone().database(&ground.database)).await?),
            }
        } else {
            own.insert(PgConnection::connect_with(&options.clone().database(&ground.database)).await?)
        };
        conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await?;
        if let Some(own) = own {
            own.close().await?;
        }
    }
    Ok(began.elapsed())
}

/// The same DDL by one plain program: one connection for each file, opened as ours are.
pub(super) async fn sqlite(files: &[Ground], name: &str) -> Result<Duration, Failure> {
    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
    let began = Instant::now();
    for file in files {
        let options = SqliteConnectOptions::new()
            .filename(&file.database)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true);
        let mut conn = SqliteConnection::connect_with(&options).await?;
        conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(change(name, ""))))
            .await?;
        conn.close().await?;
    }
    Ok(began.elapsed())
}

/// The same DDL by one plain program: one connection for each database.
pub(super) async fn mariadb(url: &str, grounds: &[Ground], name: &str) -> Result<Duration, Failure> {
    let options: sqlx::mysql::MySqlConnectOptions = url.parse()?;
    let sql =
        format!("ALTER TABLE t01 ADD COLUMN {name} VARCHAR(100); CREATE INDEX t01_{name} ON t01 (tenant_id, {name})");
    let began = Instant::now();
    for ground in grounds {
        let mut conn = MySqlConnection::connect_with(&options.clone().database(&ground.database)).await?;
        conn.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()))).await?;
        conn.close().await?;
    }
    Ok(began.elapsed())
}

/// The DDL in one transaction and one message, with names that nobody has used yet.
fn change(name: &str, place: &str) -> String {
    format!(
        "BEGIN; ALTER TABLE {place}t01 ADD COLUMN {name} TEXT; CREATE INDEX t01_{name} ON {place}t01 (tenant_id, {name}); \
         COMMIT"
    )
}
