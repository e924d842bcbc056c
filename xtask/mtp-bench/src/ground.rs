//! What several benches stand on: a login, twelve tables, tenants that have them.

use std::fmt::Write as _;

use mtp::{
    Dsn, Isolation, MasterKey, TenantConfig, TenantManager,
    core::{HashParams, TenantManagerBuilder},
};
use sqlx::PgPool;

use crate::Failure;

/// Tables of each tenant.
pub(crate) const TABLES: usize = 12;
/// Tenants that are made at once while a bench is set up.
const AT_ONCE: usize = 4;

/// A login as an operator would make it: it may make databases and logins, and is no superuser. The server's logging
/// of every statement, which the tests want, is put off: it would make both sides equally slow.
pub(crate) async fn provisioner(superuser: &str) -> Result<String, Failure> {
    let options: sqlx::postgres::PgConnectOptions = superuser.parse()?;
    let pool = PgPool::connect_with(options.clone()).await?;
    let password = format!("{:x}", std::process::id() ^ 0x5eed_5eed);
    for sql in [
        // For every login, since a flag of the server's beats its file.
        "ALTER ROLE ALL SET log_statement = 'none'".to_owned(),
        format!("CREATE ROLE bench LOGIN CREATEDB CREATEROLE PASSWORD '{password}'"),
        "CREATE DATABASE bench_central OWNER bench".to_owned(),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await?;
    }
    Ok(format!(
        "postgres://bench:{password}@{}:{}/bench_central",
        options.get_host(),
        options.get_port()
    ))
}

/// The same on MariaDB, where whoever makes accounts can take any right.
pub(crate) async fn mariadb_provisioner(superuser: &str) -> Result<String, Failure> {
    let options: sqlx::mysql::MySqlConnectOptions = superuser.parse()?;
    let pool = sqlx::MySqlPool::connect_with(options.clone()).await?;
    let password = format!("{:x}", std::process::id() ^ 0x5eed_5eed);
    for sql in [
        "SET GLOBAL general_log = 0".to_owned(),
        "CREATE DATABASE bench_central CHARACTER SET utf8mb4 COLLATE utf8mb4_bin".to_owned(),
        format!("CREATE USER bench@'%' IDENTIFIED BY '{password}'"),
        "GRANT ALL PRIVILEGES ON *.* TO bench@'%' WITH GRANT OPTION".to_owned(),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&pool).await?;
    }
    Ok(format!(
        "mysql://bench:{password}@{}:{}/bench_central",
        options.get_host(),
        options.get_port()
    ))
}

/// The first migration: twelve tables, as a service would have them.
pub(crate) fn tables() -> String {
    twelve("TEXT", "TEXT")
}

/// The same on MariaDB, where keys need a length and the tenant's a collation that tells all names apart.
pub(crate) fn mariadb_tables() -> String {
    twelve("VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin", "VARCHAR(64)")
}

fn twelve(tenant: &str, id: &str) -> String {
    let mut sql = String::new();
    for n in 1..=TABLES {
        // Writing to a String cannot fail.
        let _ = writeln!(
            sql,
            "CREATE TABLE t{n:02} (tenant_id {tenant} NOT NULL, id {id} NOT NULL, name TEXT NOT NULL, qty INTEGER NOT NULL, \
             note TEXT, PRIMARY KEY (tenant_id, id));"
        );
    }
    sql
}

/// A manager as the benches of making and migrating use it. Its passwords' hashes are as cheap as they can be where
/// many tenants are only the ground of a bench; where their making is measured the default stands.
pub(crate) fn builder(url: &str, files: &[(i64, &'static str, &'static str)]) -> Result<TenantManagerBuilder, Failure> {
    Ok(TenantManager::builder("bench", Dsn::parse(url)?)
        .master_key(master_key()?)
        .migrations(files))
}

/// The benches' master key.
pub(crate) fn master_key() -> Result<MasterKey, Failure> {
    Ok(MasterKey::parse(
        "6f1d2c3b4a59687786957483726150c1d2e3f405162738495a6b7c8d9eafb0c1",
    )?)
}

/// The cheapest hashes that are allowed.
pub(crate) fn cheap_hashes() -> Result<HashParams, Failure> {
    Ok(HashParams::new(mtp::core::limits::MIN_HASH_MEMORY_KIB, 5, 1)?)
}

/// Makes `n` tenants called `PREFIX0`, `PREFIX1`, …
pub(crate) async fn tenants(
    manager: &TenantManager,
    prefix: &str,
    isolation: Isolation,
    n: usize,
) -> Result<(), Failure> {
    let next = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut running = Vec::new();
    for _ in 0..AT_ONCE {
        let (manager, next, prefix) = (manager.clone(), next.clone(), prefix.to_owned());
        running.push(tokio::spawn(async move {
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if at >= n {
                    return Ok::<_, Failure>(());
                }
                let config = TenantConfig::new("T")
                    .id(format!("{prefix}{at}").parse()?)
                    .isolation(isolation);
                manager.create(config).await?;
            }
        }));
    }
    for task in running {
        task.await??;
    }
    Ok(())
}
