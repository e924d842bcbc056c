//! A service's migrations, applied as the owner: one transaction a file, the wall raised in the same transaction.

use std::fmt::Write;

use super::{
    fence::{self, Ways},
    wall::{self, Relation},
};
use crate::{
    db::Conn,
    error::Result,
    ident::SqlIdent,
    isolation::{
        Tenancy,
        ledger::{self, Ledger},
    },
    limits::MIGRATION_LOCK_TIMEOUT,
    migrate::{Dialect, Migration, MigrationSet},
};

/// Where tables are made, and who will use them.
pub(super) struct Ground<'a> {
    pub(super) database: &'a str,
    pub(super) schema: &'a SqlIdent,
    /// The login that serves what is made, where it is another than the one that owns it.
    pub(super) user: Option<&'a SqlIdent>,
    /// Whether tenants share that login, so that rows are sealed.
    pub(super) sealed: bool,
}

/// A schema of the owner's that one login may look into.
pub(super) fn make_schema(name: &str, user: Option<&str>) -> String {
    let name = wall::quote(name);
    let mut sql = format!("CREATE SCHEMA IF NOT EXISTS {name}; REVOKE ALL ON SCHEMA {name} FROM PUBLIC;");
    if let Some(user) = user {
        let _ = write!(sql, " GRANT USAGE ON SCHEMA {name} TO {};", wall::quote(user));
    }
    sql
}

fn ledger_of(ground: &Ground<'_>) -> Ledger {
    Ledger {
        table: format!("{}.{}", ground.schema, ledger::TABLE),
        bytes: "BYTEA",
    }
}

/// Applies what is pending and answers the newest version.
pub(super) async fn run(server: &impl Ways, tenancy: &Tenancy, ground: &Ground<'_>, set: &MigrationSet) -> Result<i64> {
    fence::advance(server, tenancy).await?.close().await;
    let options = server.owner(tenancy, ground.database)?;
    let mut conn = fence::session(server, &options, tenancy).await?;
    let ledger = ledger_of(ground);
    loop {
        begin(&mut conn, ground).await?;
        conn.run(ledger.create()).await?;
        let Some(migration) = ledger.pending(&mut conn, set).await?.first().copied() else {
            raise(&mut conn, ground).await?;
            conn.run("COMMIT").await?;
            break;
        };
        if migration.is_transactional() {
            if changes_rows(migration)? {
                lift(&mut conn, ground).await?;
            }
            conn.run(migration.sql()).await?;
        } else {
            conn.run("COMMIT").await?;
            alone(&mut conn, ground, migration).await?;
            begin(&mut conn, ground).await?;
        }
        raise(&mut conn, ground).await?;
        ledger.write(&mut conn, migration).await?;
        conn.run("COMMIT").await?;
    }
    conn.close().await;
    Ok(set.latest().unwrap_or(0))
}

/// What the ledger says was applied.
pub(super) async fn applied(server: &impl Ways, tenancy: &Tenancy, ground: &Ground<'_>) -> Result<Vec<(i64, Vec<u8>)>> {
    let options = server.owner(tenancy, ground.database)?;
    let mut conn = fence::session(server, &options, tenancy).await?;
    let applied = ledger_of(ground).read(&mut conn).await?;
    conn.close().await;
    Ok(applied)
}

/// Opens a transaction in which names mean this tenant's; two who migrate the same schema take turns.
async fn begin(conn: &mut Conn, ground: &Ground<'_>) -> Result<()> {
    conn.run("BEGIN").await?;
    let lock = format!("mtp-migrate:{}", ground.schema.as_str());
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
    conn.execute(sql.into(), vec![lock.into()], false).await?;
    // A migration that waits for a table makes all who come after it wait too: better that it fails soon.
    conn.run(format!(
        "SET LOCAL search_path = {}, pg_temp; SET LOCAL lock_timeout = {}",
        ground.schema,
        MIGRATION_LOCK_TIMEOUT.as_millis()
    ))
    .await?;
    Ok(())
}

/// A file that no transaction can hold (CREATE INDEX CONCURRENTLY), statement by statement. Broken off, it is run
/// again from its beginning, so each of its statements must bear that (IF NOT EXISTS).
async fn alone(conn: &mut Conn, ground: &Ground<'_>, migration: &Migration) -> Result<()> {
    conn.run(format!("SET search_path = {}, pg_temp", ground.schema))
        .await?;
    for statement in migration.statements(Dialect::Postgres)? {
        conn.run(statement.text()).await?;
    }
    conn.run("RESET search_path").await?;
    Ok(())
}

fn changes_rows(migration: &Migration) -> Result<bool> {
    let statements = migration.statements(Dialect::Postgres)?;
    Ok(statements.iter().any(|statement| {
        let word: String = statement
            .text()
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        ["INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "DO", "SELECT", "CALL"]
            .iter()
            .any(|w| word.eq_ignore_ascii_case(w))
    }))
}

/// Lets the owner at every tenant's rows for the length of a migration that changes rows. Nobody else sees it: the
/// tables are locked until the wall stands again.
async fn lift(conn: &mut Conn, ground: &Ground<'_>) -> Result<()> {
    let Some(user) = ground.user else { return Ok(()) };
    for relation in wall::relations(conn, ground.schema.as_str(), user).await? {
        if relation.is_table() && relation.forced {
            conn.run(format!("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", relation.quoted()))
                .await?;
        }
    }
    Ok(())
}

/// Brings the wall of every table in the schema into order; what stands already is not touched, so not locked.
async fn raise(conn: &mut Conn, ground: &Ground<'_>) -> Result<()> {
    let Some(user) = ground.user else { return Ok(()) };
    let relations: Vec<Relation> = wall::relations(conn, ground.schema.as_str(), user).await?;
    for relation in relations {
        if ground.sealed
            && let Some(sql) = relation.mend_policy()
        {
            conn.run(sql).await?;
        }
        if let Some(sql) = relation.mend_grants(user) {
            conn.run(sql).await?;
        }
    }
    Ok(())
}
