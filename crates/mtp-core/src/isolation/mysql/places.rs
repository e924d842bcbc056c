//! Everything on the server that carries a tenant's mark, found without the catalogue.

use super::{MySqlServer, database, fence, marks};
use crate::{
    error::{Error, Result},
    ident::SqlIdent,
    isolation::{Marked, PlaceKind},
    tenant::TenantUid,
};

/// Databases first, logins last.
pub(super) async fn list(server: &MySqlServer) -> Result<Vec<Marked>> {
    let start = format!("mtp:{}:", server.service);
    let mut conn = fence::plain(&server.provisioner).await?;
    let mut places = Vec::new();
    for (kind, name, mark) in marks::all(server, &mut conn, &start).await? {
        // What is the service's own carries the service's mark, which ends in no uid.
        let Some(uid) = mark.strip_prefix(&start).and_then(|end| end.parse::<TenantUid>().ok()) else {
            continue;
        };
        let kind = if kind == PlaceKind::Login.to_string() {
            PlaceKind::Login
        } else {
            PlaceKind::Database
        };
        // A mark alone is no place: it was written before something that was never made.
        if marks::exists(&mut conn, kind, &SqlIdent::new(name.as_str())?).await? {
            places.push(Marked {
                kind,
                name,
                uid_end: uid.to_string(),
                changed: None,
            });
        }
    }
    conn.close().await;
    places.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    Ok(places)
}

pub(super) async fn remove(server: &MySqlServer, place: &Marked) -> Result<()> {
    let name = SqlIdent::new(place.name.as_str())?;
    let uid: TenantUid = place
        .uid_end
        .parse()
        .map_err(|_| Error::Internal("a mark on the MySQL wire holds no uid"))?;
    let mark = server.mark(uid);
    let mut conn = fence::plain(&server.provisioner).await?;
    if place.kind == PlaceKind::Database {
        server.forget(name.as_str());
        database::drop_database(server, &mut conn, &name, &mark).await?;
    } else {
        database::drop_login(server, &mut conn, &name, &mark).await?;
    }
    conn.close().await;
    Ok(())
}
