//! MariaDB, in both its isolations.

use std::sync::Arc;

use mtp::{Dsn, Isolation, MasterKey, TenantManager};
use sqlx::{Connection, MySqlPool, mysql::MySqlPoolOptions};

use super::{
    CONNECTIONS, Named, ROWS, TENANT,
    raw::raw,
    walled::{Texts, Walled},
};
use crate::{Failure, ground};

const TABLE: &str = "CREATE TABLE items (
    tenant_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    id BIGINT NOT NULL,
    name VARCHAR(190) NOT NULL,
    qty INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);";
const TEXTS: Texts = Texts {
    point: "SELECT id, name, qty FROM items WHERE id = ?",
    list: "SELECT id, name, qty FROM items WHERE id >= ? ORDER BY id LIMIT 100",
    insert: "INSERT INTO items (id, name, qty) VALUES (?, ?, ?)",
    update: "UPDATE items SET qty = qty + 1 WHERE id = ?",
};
const RAW: Texts = Texts {
    point: "SELECT id, name, qty FROM items WHERE tenant_id = ? AND id = ?",
    list: "SELECT id, name, qty FROM items WHERE tenant_id = ? AND id >= ? ORDER BY id LIMIT 100",
    insert: "INSERT INTO items (tenant_id, id, name, qty) VALUES (?, ?, ?, ?)",
    update: "UPDATE items SET qty = qty + 1 WHERE tenant_id = ? AND id = ?",
};

raw!(MySqlPool, RAW);

/// The ways, raw sqlx first.
pub(super) async fn variants(superuser: &str) -> Result<Vec<Named>, Failure> {
    let url = ground::mariadb_provisioner(superuser).await?;
    // Without its ping before each statement, which a service that counts round trips switches off too.
    let raw = MySqlPoolOptions::new()
        .max_connections(CONNECTIONS)
        .test_before_acquire(false)
        .connect(&url)
        .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(TABLE)).execute(&raw).await?;
    let fill = format!(
        "INSERT INTO items SELECT t.id, n.seq, CONCAT('item ', n.seq), 1 \
         FROM (SELECT '{TENANT}' AS id UNION SELECT 'bolt') t JOIN seq_0_to_{} n",
        ROWS - 1
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(fill)).execute(&raw).await?;
    let mut variants: Vec<Named> = vec![("raw".into(), Arc::new(Raw(raw.clone())))];
    let manager = TenantManager::builder("bench", Dsn::parse(url)?)
        .master_key(MasterKey::generate()?)
        .migrations(&[(1, "items", TABLE)])
        .pool_size(CONNECTIONS)
        .start()
        .await?;
    for isolation in [Isolation::Database, Isolation::Shared] {
        let (walled, database) = Walled::with_rows(&manager, isolation, &TEXTS).await?;
        variants.push((isolation.to_string(), Arc::new(walled)));
        // The shared tables themselves lie beside the database of their views.
        let database = if isolation == Isolation::Shared {
            format!("{database}_data")
        } else {
            database
        };
        analyze(superuser, &database).await?;
    }
    sqlx::query("ANALYZE TABLE items").execute(&raw).await?;
    Ok(variants)
}

/// Every side plans by statistics, as on a server that has run for a while.
async fn analyze(superuser: &str, database: &str) -> Result<(), Failure> {
    let options = superuser
        .parse::<sqlx::mysql::MySqlConnectOptions>()?
        .database(database);
    let mut conn = sqlx::MySqlConnection::connect_with(&options).await?;
    sqlx::query("ANALYZE TABLE items").execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}
