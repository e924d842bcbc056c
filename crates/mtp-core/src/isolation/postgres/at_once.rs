//! Migrations in one message each: for the many tenants of a pass whose files cannot touch a wall.
//!
//! What the catalogue says of a tenant is believed until its ledger, which the same message reads under the lock, says
//! otherwise. Then nothing was done, and the tenant is migrated step by step.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use super::{
    beside,
    migrate::{self, Ground},
};
use crate::{
    db::{Conn, FaultKind},
    error::Result,
    isolation::ledger::{Contents, Ledger},
    migrate::{Checksum, Dialect, Migration, MigrationSet},
};

/// Which files cannot touch a wall, once they were read.
#[derive(Default)]
pub(super) struct Plain(Mutex<HashMap<Checksum, bool>>);

impl Plain {
    fn is(&self, migration: &Migration) -> Result<bool> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plain) = known.get(migration.checksum()) {
            return Ok(*plain);
        }
        let plain = migration.is_transactional() && beside::leaves_walls(&migration.statements(Dialect::Postgres)?);
        known.insert(migration.checksum().clone(), plain);
        Ok(plain)
    }
}

/// Applies what comes after the version `known`, each file in a transaction of its own. `Ok(false)`, and nothing done
/// that the ledger does not say, where a file is another kind or the ledger is not what the catalogue says; the session
/// is as it was.
pub(super) async fn apply(
    conn: &mut Conn,
    ground: &Ground<'_>,
    ledger: &Ledger,
    set: &MigrationSet,
    (plain, known): (&Plain, i64),
) -> Result<bool> {
    // A tenant without any is being made.
    if set.get(known).is_none() || set.latest() == Some(known) {
        return Ok(false);
    }
    for migration in set {
        if migration.version() > known && !plain.is(migration)? {
            return Ok(false);
        }
    }
    let mut before = Contents::default();
    for migration in set {
        if migration.version() > known {
            // On a line of its own, since the file may end with a comment.
            let sql = format!(
                "{}; {}\n;{}; COMMIT",
                migrate::begin_sql(ground),
                migration.sql(),
                ledger.entry_after(before.clone(), migration)
            );
            if let Err(fault) = conn.run(sql).await {
                let waited = matches!(
                    fault.kind(),
                    FaultKind::Collision | FaultKind::Connection | FaultKind::Locked | FaultKind::Timeout
                );
                if waited {
                    return Err(fault.into());
                }
                // The ledger is another, or the file is wrong: step by step it is seen which.
                conn.run("ROLLBACK").await?;
                return Ok(false);
            }
        }
        before.add(migration);
    }
    Ok(true)
}
