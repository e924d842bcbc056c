//! Migrating one place, and naming what failed.

use std::sync::Arc;

use super::plan::PlannedPlace;
use crate::{
    catalogue::{FailedMigration, TenantRowData},
    db::FaultKind,
    error::describe,
    error::{Error, Result},
    isolation::{Storage, Tenancy},
    limits::{FLEET_ATTEMPTS, FLEET_PAUSE},
    manager::Inner,
    migrate::{Migration, MigrationError, MigrationSet},
};

/// Applies what a place lacks. Where its database is busy or away it is tried again.
pub(super) async fn migrate(inner: &Inner, place: &PlannedPlace, row: &TenantRowData) -> Result<(), FailedMigration> {
    let mut pause = FLEET_PAUSE;
    for attempt in 1.. {
        match once(inner, place, row).await {
            Ok(()) => return Ok(()),
            Err((error, _)) if attempt < FLEET_ATTEMPTS && is_passing(&error) => {
                tracing::debug!(target: "mtp::fleet", place = %place.name, attempt, error = %error, "a place is tried again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            Err((error, at)) => return Err(name(inner, place, &error, at).await),
        }
    }
    // The loop above has no other end.
    Ok(())
}

type At = Option<(Arc<dyn Storage>, Tenancy)>;

async fn once(inner: &Inner, place: &PlannedPlace, row: &TenantRowData) -> Result<(), (Error, At)> {
    let found = async {
        let set = inner.migrations(place.dialect)?;
        let placement = row.placement()?.ok_or(Error::Internal("a tenant has no place"))?;
        let (server, tenancy) = inner.place_for_owner(row, placement).await?;
        Ok((set, server, tenancy))
    };
    let (set, server, tenancy) = found.await.map_err(|e| (e, None))?;
    match server.migrate(&tenancy, set).await {
        Ok(_) => Ok(()),
        Err(e) => Err((e, Some((server, tenancy)))),
    }
}

/// Names the file that failed: the first that the ledger lacks.
async fn name(inner: &Inner, place: &PlannedPlace, error: &Error, at: At) -> FailedMigration {
    let text = describe(error);
    let unknown = |error| FailedMigration {
        version: None,
        checksum: Vec::new(),
        error,
    };
    // Such an error names its files itself.
    if matches!(error, Error::Migration(MigrationError::Ledger { .. })) {
        return unknown(text);
    }
    let (Some((server, tenancy)), Ok(set)) = (at, inner.migrations(place.dialect)) else {
        return unknown(text);
    };
    match server.applied(&tenancy).await {
        Ok(applied) => match first_lacking(set, &applied) {
            Some(migration) => FailedMigration {
                version: Some(migration.version()),
                checksum: migration.checksum().as_bytes().to_vec(),
                error: format!("{}: {text}", migration.file()),
            },
            None => unknown(text),
        },
        Err(_) => unknown(text),
    }
}

fn first_lacking<'s>(set: &'s MigrationSet, applied: &[(i64, Vec<u8>)]) -> Option<&'s Migration> {
    set.verify(applied).ok()?.first().copied()
}

fn is_passing(error: &Error) -> bool {
    match error {
        Error::Database(fault) => matches!(
            fault.kind(),
            FaultKind::Collision | FaultKind::Locked | FaultKind::Connection | FaultKind::Timeout
        ),
        Error::Unavailable { .. } => true,
        _ => false,
    }
}
