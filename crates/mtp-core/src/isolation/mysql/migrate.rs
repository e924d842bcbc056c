//! A service's migrations, applied as the owner, statement by statement, told to the ledger before and after; then the
//! provisioner makes views and rights follow the tables.

use super::{
    MySqlServer, fence, grants,
    ledger::{self, Entry, Ledger, Resume},
    views,
};
use crate::{
    db::{Conn, DatabaseFault, FaultKind},
    error::{Error, Result},
    ident::SqlIdent,
    isolation::{Applied, Tenancy},
    limits::FENCE_TIMEOUT,
    migrate::{Dialect, Migration, MigrationError, MigrationSet, SqlStatement},
};

/// What the server says where a change of a table was made before: the table (1050), column (1060), key (1061), or
/// primary key (1068) is there; what is to be dropped (1051, 1091) or renamed (1146, 1054) is not; the reference or
/// check has its name taken (1826, 3822).
const MADE_BEFORE: [u16; 10] = [1050, 1051, 1054, 1060, 1061, 1068, 1091, 1146, 1826, 3822];
/// MariaDB's answer to a reference whose name is taken: "Can't create table … (errno: 121)".
const CANNOT_CREATE: u16 = 1005;

/// Where tables are made, and who will use them.
pub(super) struct Ground {
    pub(super) database: SqlIdent,
    /// The login that serves what is made.
    pub(super) user: SqlIdent,
    /// Whether tenants share that login, so that it sees views and not the tables.
    pub(super) sealed: bool,
}

/// Applies what is pending and answers the newest version.
pub(super) async fn run(server: &MySqlServer, tenancy: &Tenancy, ground: &Ground, set: &MigrationSet) -> Result<i64> {
    // Outside of an operation there is no turn before this one whose sessions would have to go, and a pass over many
    // tenants takes the provisioner's session from one to the next: it runs nothing but our own statements.
    let kept = tenancy.fence == 0;
    let mut provisioner = match kept_session(server, kept).await {
        Some(conn) => conn,
        None => fence::advance(server, tenancy).await?,
    };
    let options = server.owner.options.clone().database(ground.database.as_str());
    let mut conn = fence::session(server, &options, tenancy).await?;
    take_turn(&mut conn, ground).await?;
    let ledger = Ledger::of(&ground.database);
    let entries = if let Some(entries) = ledger.entries(&mut conn).await? {
        entries
    } else {
        ledger.create(&mut conn).await?;
        Vec::new()
    };
    let pending = set.verify(&ledger::applied(&entries))?;
    for migration in &pending {
        if ground.sealed && drops_keys(migration)? {
            views::loosen(server, &mut provisioner).await?;
        }
        let applied = apply(&mut conn, &ledger, &entries, migration).await;
        // What was changed is served, also where the file failed in its middle.
        let raised = raise(server, &mut provisioner, ground).await;
        applied?;
        raised?;
        ledger
            .finish(&mut conn, migration.version(), &migration.statements(Dialect::MySql)?)
            .await?;
    }
    if pending.is_empty() {
        raise(server, &mut provisioner, ground).await?;
    }
    conn.close().await;
    if kept {
        server.kept.give(provisioner, false);
    } else {
        provisioner.close().await;
    }
    Ok(set.latest().unwrap_or(0))
}

/// A session of the provisioner's that the tenant before left, if it still answers.
async fn kept_session(server: &MySqlServer, wanted: bool) -> Option<Conn> {
    let mut conn = if wanted { server.kept.take() } else { None }?.conn;
    conn.ping().await.then_some(conn)
}

/// What the ledger says was applied.
pub(super) async fn applied(server: &MySqlServer, tenancy: &Tenancy, ground: &Ground) -> Result<Vec<Applied>> {
    let mut conn = fence::session(server, &server.owner.options, tenancy).await?;
    let applied = Ledger::of(&ground.database).applied(&mut conn).await?;
    conn.close().await;
    Ok(applied)
}

/// Two who migrate the same tables take turns; the lock goes with the session.
async fn take_turn(conn: &mut Conn, ground: &Ground) -> Result<()> {
    let wait = i64::try_from(FENCE_TIMEOUT.as_secs()).unwrap_or(i64::MAX);
    loop {
        let values = vec![format!("mtp-m:{}", ground.database.as_str()).into(), wait.into()];
        let got: Option<(Option<i64>,)> = conn.fetch_first("SELECT GET_LOCK(?, ?)".into(), values, false).await?;
        // Whoever has it works, or its session ends: there is an end to the waiting.
        if matches!(got, Some((Some(1),))) {
            return Ok(());
        }
    }
}

/// Brings views and rights into order; what stands already is not touched.
pub(super) async fn raise(server: &MySqlServer, provisioner: &mut Conn, ground: &Ground) -> Result<()> {
    if ground.sealed {
        views::raise(server, provisioner).await?;
        grants::raise(provisioner, &server.common, &ground.user).await
    } else {
        grants::raise(provisioner, &ground.database, &ground.user).await
    }
}

async fn apply(conn: &mut Conn, ledger: &Ledger, entries: &[Entry], migration: &Migration) -> Result<()> {
    let statements = migration.statements(Dialect::MySql)?;
    let version = migration.version();
    let Resume { from, unsure, told } = ledger.begin(conn, entries, migration, &statements).await?;
    for (at, statement) in statements.iter().enumerate().skip(from) {
        if at > from || !told {
            ledger.sending(conn, version, &statements, at).await?;
        }
        match send(conn, ledger, version, statement, at).await {
            Ok(()) => {}
            Err(fault) if at == from && unsure && was_done(statement, &fault) => {}
            Err(fault) => {
                if fault.connection_survives() {
                    // Of a transaction that failed nothing is left.
                    conn.run("ROLLBACK").await?;
                    ledger.refused(conn, version, &statements, at).await?;
                }
                return Err(failed(migration, at, statements.len(), fault));
            }
        }
    }
    Ok(())
}

/// Sends one statement; one that changes rows in one transaction with the ledger.
async fn send(
    conn: &mut Conn,
    ledger: &Ledger,
    version: i64,
    statement: &SqlStatement,
    at: usize,
) -> Result<(), DatabaseFault> {
    if !changes_rows(statement) {
        return conn.run(statement.text()).await;
    }
    conn.run("START TRANSACTION").await?;
    conn.run(statement.text()).await?;
    match ledger.did(conn, version, at).await {
        Ok(()) => conn.run("COMMIT").await,
        Err(Error::Database(fault)) => Err(fault),
        // The ledger is asked by statements alone, so nothing else can fail.
        Err(_) => Ok(()),
    }
}

fn changes_rows(statement: &SqlStatement) -> bool {
    let first: String = statement
        .text()
        .trim_start()
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    ["INSERT", "UPDATE", "DELETE", "REPLACE", "WITH", "SELECT"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word))
}

fn was_done(statement: &SqlStatement, fault: &DatabaseFault) -> bool {
    !changes_rows(statement)
        && fault
            .number()
            .is_some_and(|n| MADE_BEFORE.contains(&n) || n == CANNOT_CREATE)
}

/// What passes is told as it is, to be tried again; anything else with how far the file came.
fn failed(migration: &Migration, done: usize, of: usize, fault: DatabaseFault) -> Error {
    let passing = matches!(
        fault.kind(),
        FaultKind::Collision | FaultKind::Locked | FaultKind::Timeout | FaultKind::Connection
    );
    if passing || done == 0 {
        return fault.into();
    }
    MigrationError::HalfApplied {
        file: migration.file_name().clone(),
        version: migration.version(),
        done: i64::try_from(done).unwrap_or(i64::MAX),
        of,
        advice:
            "and the next one failed: mend its cause (what is not applied may be changed in the file), and migrate \
                 again, which goes on there"
                .into(),
        source: Some(Box::new(fault)),
    }
    .into()
}

/// Whether a file drops or renames a key, perhaps: more is harmless.
fn drops_keys(migration: &Migration) -> Result<bool> {
    let statements = migration.statements(Dialect::MySql)?;
    Ok(statements.iter().any(|statement| {
        let text = statement.text().to_ascii_uppercase();
        ["DROP", "RENAME", "CHANGE", "MODIFY"]
            .iter()
            .any(|word| text.contains(word))
    }))
}
