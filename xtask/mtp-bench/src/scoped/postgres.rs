//! PostgreSQL, in its three isolations.

use std::sync::Arc;

use mtp::{Dsn, Isolation, MasterKey, TenantManager};
use sqlx::{Connection, PgPool, postgres::PgPoolOptions};

use super::{
    CONNECTIONS, Named, ROWS,
    raw::raw,
    walled::{Texts, Walled},
};
use crate::{Failure, ground};

const TABLE: &str = "CREATE TABLE items (
    tenant_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    qty INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id)
);";
const TEXTS: Texts = Texts {
    point: "SELECT id, name, qty FROM items WHERE id = $1",
    list: "SELECT id, name, qty FROM items WHERE id >= $1 ORDER BY id LIMIT 100",
    insert: "INSERT INTO items (id, name, qty) VALUES ($1, $2, $3)",
    update: "UPDATE items SET qty = qty + 1 WHERE id = $1",
};
const RAW: Texts = Texts {
    point: "SELECT id, name, qty FROM items WHERE tenant_id = $1 AND id = $2",
    list: "SELECT id, name, qty FROM items WHERE tenant_id = $1 AND id >= $2 ORDER BY id LIMIT 100",
    insert: "INSERT INTO items (tenant_id, id, name, qty) VALUES ($1, $2, $3, $4)",
    update: "UPDATE items SET qty = qty + 1 WHERE tenant_id = $1 AND id = $2",
};

raw!(PgPool, RAW);

/// The ways, raw sqlx first.
pub(super) async fn variants(superuser: &str) -> Result<Vec<Named>, Failure> {
    let url = ground::provisioner(superuser).await?;
    // Without its ping before each statement, which a service that counts round trips switches off too.
    let raw = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .test_before_acquire(false)
        .connect(&url)
        .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(TABLE)).execute(&raw).await?;
    sqlx::query("INSERT INTO items SELECT t, n, 'item ' || n, 1 FROM unnest(ARRAY['acme', 'bolt']) t, generate_series(0, $1 - 1) n")
        .bind(ROWS)
        .execute(&raw)
        .await?;
    let mut variants: Vec<Named> = vec![("raw".into(), Arc::new(Raw(raw.clone())))];
    let manager = TenantManager::builder("bench", Dsn::parse(url)?)
        .master_key(MasterKey::generate()?)
        .migrations(&[(1, "items", TABLE)])
        .pool_size(CONNECTIONS)
        .start()
        .await?;
    for isolation in [Isolation::Database, Isolation::Schema, Isolation::Shared] {
        let (walled, database) = Walled::with_rows(&manager, isolation, &TEXTS).await?;
        variants.push((isolation.to_string(), Arc::new(walled)));
        // Every side plans by statistics, as on a server that has run for a while.
        let options = superuser
            .parse::<sqlx::postgres::PgConnectOptions>()?
            .database(&database);
        let mut conn = sqlx::PgConnection::connect_with(&options).await?;
        sqlx::query("ANALYZE").execute(&mut conn).await?;
    }
    sqlx::query("ANALYZE").execute(&raw).await?;
    Ok(variants)
}
