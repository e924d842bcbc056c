//! Migrations that stopped in their middle.

use super::ledger::Ledger;
use crate::{db::Conn, doctor::Finding, error::Result, ident::SqlIdent};

/// A migration that stopped in its middle: served as it is, and better finished.
pub(super) async fn applied(conn: &mut Conn, database: &SqlIdent, findings: &mut Vec<Finding>) -> Result<()> {
    for begun in Ledger::of(database).begun(conn).await? {
        findings.push(Finding::warning(
            "migration-half-applied",
            format!(
                "migration {} of {} stopped after {} of its statements",
                begun.version,
                database.as_str(),
                begun.done
            ),
            "run `migrate up`, which goes on there; where it fails, mend the cause that it names first",
        ));
    }
    Ok(())
}
