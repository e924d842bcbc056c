//! The database that tenants' own databases are copied from: the service's tables at their newest version, no rows, and
//! nobody may connect to it, so that it can be copied at any time.

use std::sync::{Mutex, PoisonError};

use super::{PgServer, fence, marker, migrate, migrate::Ground, server, wall::Look};
use crate::{
    db::Conn,
    error::{Error, Result},
    ident::SqlIdent,
    isolation::template::digest,
    migrate::MigrationSet,
};

/// Templates of a service that are kept: this release's, and that of the one before, which may still run beside it.
const KEPT: usize = 2;

/// The template that this process has found or made, if any.
#[derive(Default)]
pub(super) struct Template(Mutex<Option<SqlIdent>>);

impl Template {
    pub(super) fn get(&self) -> Option<SqlIdent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, name: Option<SqlIdent>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = name;
    }
}

/// Finds the template of a set of migrations, or makes it; of several processes one makes it.
pub(super) async fn ready(server: &PgServer, set: &MigrationSet) -> Result<()> {
    let Some(digest) = digest(set).filter(|_| server.template.get().is_none()) else {
        return Ok(());
    };
    let start = format!("mtp_{}_template_", server.service);
    let name = SqlIdent::new(format!("{start}{digest}"))?;
    let mut conn = fence::plain(&server.provisioner).await?;
    let lock = vec![start.as_str().into()];
    conn.execute("SELECT pg_advisory_lock(hashtextextended($1, 0))".into(), lock, false)
        .await?;
    match marker::owner_and_marker(&mut conn, &name).await? {
        None => {
            make(server, &mut conn, &name, set).await?;
            drop_older(server, &mut conn, &start, &name).await?;
        }
        Some((owner, Some(mark))) if marker::is_ours(server, &owner, Some(&mark), &server.marker) => {}
        Some(_) => {
            return Err(Error::Internal(
                "a database with a template's name is not this service's",
            ));
        }
    }
    conn.close().await;
    server.template.set(Some(name));
    Ok(())
}

/// Under another name until it is whole: what a process left half-made that was killed is made anew.
async fn make(server: &PgServer, conn: &mut Conn, name: &SqlIdent, set: &MigrationSet) -> Result<()> {
    let half = SqlIdent::new(format!("{}_half", name.as_str()))?;
    if let Some((owner, found)) = marker::owner_and_marker(conn, &half).await? {
        if !marker::is_ours(server, &owner, found.as_deref(), &server.marker) {
            return Err(Error::Internal(
                "a database with a template's name is not this service's",
            ));
        }
        conn.run(format!("DROP DATABASE IF EXISTS {half} WITH (FORCE)")).await?;
    }
    server::database(conn, server, &half, &server.marker, None).await?;
    let options = server.owner.options.clone().database(half.as_str());
    let mut inside = fence::plain(&options).await?;
    inside
        .run(format!(
            "BEGIN; {} COMMIT",
            migrate::private_schema(super::database::SCHEMA, None)
        ))
        .await?;
    let schema = SqlIdent::new(super::database::SCHEMA)?;
    let ground = Ground {
        database: half.as_str(),
        schema: &schema,
        user: None,
        sealed: false,
    };
    migrate::apply(&mut inside, &ground, set, Look::All, false).await?;
    inside.close().await;
    conn.run(format!("ALTER DATABASE {half} WITH ALLOW_CONNECTIONS false"))
        .await?;
    // The server needs a moment to see that the last session is gone.
    let mut left = 50;
    while let Err(fault) = conn.run(format!("ALTER DATABASE {half} RENAME TO {name}")).await {
        if left == 0 {
            return Err(fault.into());
        }
        left -= 1;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Drops the templates of releases that are gone; a database's number grows with each that is made.
async fn drop_older(server: &PgServer, conn: &mut Conn, start: &str, name: &SqlIdent) -> Result<()> {
    let sql = "SELECT datname::text FROM pg_database WHERE starts_with(datname, $1) AND datname <> $2 \
               AND shobj_description(oid, 'pg_database') = $3 AND NOT datname LIKE '%\\_half' ORDER BY oid::bigint DESC";
    let values = vec![start.into(), name.as_str().into(), server.marker.as_str().into()];
    let others: Vec<(String,)> = conn.fetch_all(sql.into(), values, false).await?;
    for (other,) in others.into_iter().skip(KEPT - 1) {
        conn.run(format!("DROP DATABASE IF EXISTS {}", SqlIdent::new(other)?))
            .await?;
    }
    Ok(())
}
