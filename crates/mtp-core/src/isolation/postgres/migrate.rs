//! A service's migrations, applied as the owner: one transaction a file, the wall raised in the same transaction.

use std::fmt::Write;

use super::{
    PgServer, at_once,
    fence::{self, Ways},
    kept,
    wall::{self, Look, Relation},
};
use crate::{
    db::Conn,
    error::Result,
    ident::SqlIdent,
    isolation::{
        Applied, Tenancy,
        ledger::{self, Ledger},
    },
    limits::MIGRATION_LOCK_TIMEOUT,
    migrate::{Dialect, Migration, MigrationSet},
};

/// Where tables are made, and who will use them.
pub(super) struct Ground<'a> {
    pub(super) database: &'a str,
    pub(super) schema: &'a SqlIdent,
    /// The login that serves what is made, where it is another than the one that owns it; none in a template, which
    /// nobody is served from.
    pub(super) user: Option<&'a SqlIdent>,
    /// Whether tenants share that login, so that rows are sealed.
    pub(super) sealed: bool,
}

/// The path while the wall is looked at and raised, where every name is said in full. The same for all tenants, since a
/// statement that a session keeps is planned anew under another path; and once is enough.
const WALL_PATH: &str = "SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL plan_cache_mode = force_generic_plan";

/// A schema of the owner's that one login may look into.
pub(super) fn make_schema(name: &str, user: Option<&str>) -> String {
    let name = wall::quote(name);
    let mut sql = format!("CREATE SCHEMA IF NOT EXISTS {name}; REVOKE ALL ON SCHEMA {name} FROM PUBLIC;");
    if let Some(user) = user {
        let _ = write!(sql, " GRANT USAGE ON SCHEMA {name} TO {};", wall::quote(user));
    }
    sql
}

/// The same where nobody else has anything in `public` either: a database of one tenant's.
pub(super) fn private_schema(name: &str, user: Option<&str>) -> String {
    format!("REVOKE ALL ON SCHEMA public FROM PUBLIC; {}", make_schema(name, user))
}

fn ledger_of(ground: &Ground<'_>) -> Ledger {
    Ledger {
        table: format!("{}.{}", ground.schema, ledger::TABLE),
        bytes: "BYTEA",
    }
}

/// While a tenant is made its wall was never up: it may be a copy of a template, with tables that nobody is granted.
fn look(tenancy: &Tenancy) -> Look {
    if tenancy.fence == 0 { Look::Changed } else { Look::All }
}

/// As [`run`], by a way of the tenant's own, which no other tenant's session goes.
pub(super) async fn run_apart(
    server: &impl Ways,
    tenancy: &Tenancy,
    ground: &Ground<'_>,
    set: &MigrationSet,
) -> Result<i64> {
    fence::advance(server, tenancy).await?.close().await;
    let options = server.owner(tenancy, ground.database)?;
    let mut conn = fence::session(server, &options, tenancy).await?;
    apply(&mut conn, ground, set, look(tenancy), false).await?;
    conn.close().await;
    Ok(set.latest().unwrap_or(0))
}

/// Applies what is pending and answers the newest version.
///
/// Over many tenants the round trips count, and the sessions: what can go in one message does, and in the common
/// database the fleet runner's next tenant takes over the session of the one before.
pub(super) async fn run(server: &PgServer, tenancy: &Tenancy, ground: &Ground<'_>, set: &MigrationSet) -> Result<i64> {
    let latest = set.latest().unwrap_or(0);
    // Outside of an operation there is no turn before this one whose sessions would have to go.
    if tenancy.fence == 0 {
        let common = ground.database == server.common.as_str();
        let left = if common { kept::take(&server.kept).await } else { None };
        let mut conn = match left {
            Some(conn) => conn,
            None => fence::plain(&server.owner.options.clone().database(ground.database)).await?,
        };
        let known = (&server.plain, tenancy.schema_version);
        let at_once = at_once::apply(&mut conn, ground, &ledger_of(ground), set, known).await?;
        if !at_once {
            let keep = common && server.ready()?.way.keeps_statements;
            apply(&mut conn, ground, set, Look::Changed, keep).await?;
        }
        if common {
            server.kept.give(conn, at_once);
        } else {
            conn.close().await;
        }
        return Ok(latest);
    }
    fence::pass(server, tenancy).await?;
    let left = if ground.database == server.common.as_str() {
        None
    } else {
        server.waiting.take(tenancy)
    };
    let mut conn = if let Some(conn) = left {
        fence::again(server, conn, tenancy).await?
    } else {
        let options = server.owner.options.clone().database(ground.database);
        fence::session(server, &options, tenancy).await?
    };
    apply(&mut conn, ground, set, Look::All, false).await?;
    conn.close().await;
    Ok(latest)
}

/// Applies what is pending in a session of the owner's, and raises the wall. `look`: at what of it after a file, where
/// nothing but that file can have touched it. `keep`: the session is used again, and may keep statements.
pub(super) async fn apply(
    conn: &mut Conn,
    ground: &Ground<'_>,
    set: &MigrationSet,
    look: Look,
    keep: bool,
) -> Result<()> {
    let ledger = ledger_of(ground);
    loop {
        let rows = begin(conn, ground, &format!("{}; {}", ledger.create(), ledger.select())).await?;
        let pending = set.verify(&rows)?;
        let Some(migration) = pending.first().copied() else {
            conn.run(WALL_PATH).await?;
            raise(conn, ground, Look::All, keep).await?;
            conn.run("COMMIT").await?;
            return Ok(());
        };
        let look = if migration.is_transactional() {
            if changes_rows(migration)? {
                lift(conn, ground).await?;
            }
            // In one message; on a line of its own, since the file may end with a comment.
            conn.run(format!("{}\n;{WALL_PATH}", migration.sql())).await?;
            look
        } else {
            conn.run("COMMIT").await?;
            alone(conn, ground, migration).await?;
            begin(conn, ground, WALL_PATH).await?;
            // Made in other transactions, perhaps by a process that was killed.
            Look::All
        };
        raise(conn, ground, look, keep).await?;
        conn.run(format!("{}; COMMIT", ledger.entry(migration))).await?;
        if pending.len() == 1 {
            // Nothing was left besides, under the same lock, and the wall stands.
            return Ok(());
        }
    }
}

/// What the ledger says was applied.
pub(super) async fn applied(server: &impl Ways, tenancy: &Tenancy, ground: &Ground<'_>) -> Result<Vec<Applied>> {
    let options = server.owner(tenancy, ground.database)?;
    let mut conn = fence::session(server, &options, tenancy).await?;
    let applied = ledger_of(ground).read(&mut conn).await?;
    conn.close().await;
    Ok(applied)
}

/// Opens a transaction in which names mean this tenant's, and begins it with `first`, whose rows it answers; two who
/// migrate the same schema take turns.
async fn begin(conn: &mut Conn, ground: &Ground<'_>, first: &str) -> Result<Vec<Applied>> {
    // The lock's own row has one column. What such a message answers is text, so bytes are in the form that is read.
    let sql = format!("{}; SET LOCAL bytea_output = hex; {first}", begin_sql(ground));
    Ok(conn.run_for_rows(sql, 2).await?)
}

/// The statements that open such a transaction.
pub(super) fn begin_sql(ground: &Ground<'_>) -> String {
    // A migration that waits for a table makes all who come after it wait too: better that it fails soon. A schema's
    // name is a `SqlIdent`, so it may stand in a text.
    // In one statement, which costs less than three. The lock is waited for under the session's own limit.
    format!(
        "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('mtp-migrate:{}', 0)), \
         set_config('search_path', '{}, pg_temp', true), set_config('lock_timeout', '{}', true)",
        ground.schema.as_str(),
        ground.schema,
        MIGRATION_LOCK_TIMEOUT.as_millis()
    )
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
    for relation in wall::relations(conn, ground.schema.as_str(), user, Look::All, false).await? {
        if relation.is_table() && relation.forced {
            conn.run(format!("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY", relation.quoted()))
                .await?;
        }
    }
    Ok(())
}

/// Brings the wall of the tables in the schema into order; what stands already is not touched, so not locked.
async fn raise(conn: &mut Conn, ground: &Ground<'_>, look: Look, keep: bool) -> Result<()> {
    let Some(user) = ground.user else { return Ok(()) };
    let relations: Vec<Relation> = wall::relations(conn, ground.schema.as_str(), user, look, keep).await?;
    // In one message: a template's copy has all its tables to be granted on at once.
    let mut mend = String::new();
    for relation in relations {
        if ground.sealed
            && let Some(sql) = relation.mend_policy()
        {
            mend.push_str(&sql);
        }
        if let Some(sql) = relation.mend_grants(user) {
            mend.push_str(&sql);
        }
    }
    if !mend.is_empty() {
        conn.run(mend).await?;
    }
    Ok(())
}
