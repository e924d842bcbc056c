//! Everything on the server that carries a tenant's mark in its comment, found without the catalogue.

use super::{PgServer, fence, marker, schema};
use crate::{
    error::{Error, Result},
    ident::SqlIdent,
    isolation::{Marked, PlaceKind, Tenancy},
    tenant::{Isolation, Placement, TenantId, TenantUid},
};

/// Databases and logins are the whole server's, schemas the common database's.
const LIST: &str = "SELECT 'database', datname::text, shobj_description(oid, 'pg_database') FROM pg_database \
    WHERE starts_with(shobj_description(oid, 'pg_database'), $1) \
    UNION ALL SELECT 'schema', nspname::text, obj_description(oid, 'pg_namespace') FROM pg_namespace \
    WHERE starts_with(obj_description(oid, 'pg_namespace'), $1) \
    UNION ALL SELECT 'login', rolname::text, shobj_description(oid, 'pg_authid') FROM pg_roles \
    WHERE starts_with(shobj_description(oid, 'pg_authid'), $1)";

/// Databases first, logins last: a login that has rights in a database cannot be dropped.
pub(super) async fn list(server: &PgServer) -> Result<Vec<Marked>> {
    let start = format!("mtp:{}:", server.service);
    let way = server.provisioner.clone().database(server.common.as_str());
    let mut conn = fence::plain(&way).await?;
    let rows: Vec<(String, String, String)> = conn.fetch_all(LIST.into(), vec![start.as_str().into()], false).await?;
    conn.close().await;
    let mut places: Vec<Marked> = rows
        .into_iter()
        .filter_map(|(kind, name, mark)| {
            // What is the service's own carries the service's mark, which ends in no uid.
            let uid: TenantUid = mark.strip_prefix(&start)?.parse().ok()?;
            Some(Marked {
                kind: match kind.as_str() {
                    "database" => PlaceKind::Database,
                    "schema" => PlaceKind::Schema,
                    _ => PlaceKind::Login,
                },
                name,
                uid_end: uid.to_string(),
                changed: None,
            })
        })
        .collect();
    places.sort_by(|a, b| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
    Ok(places)
}

pub(super) async fn remove(server: &PgServer, place: &Marked) -> Result<()> {
    let name = SqlIdent::new(place.name.as_str())?;
    let uid: TenantUid = place
        .uid_end
        .parse()
        .map_err(|_| Error::Internal("a mark on PostgreSQL holds no uid"))?;
    let mark = server.mark(uid);
    if place.kind == PlaceKind::Schema {
        // The very way of a purge, outside of any operation.
        let mut placement = Placement::new("", Isolation::Schema, server.common.as_str());
        placement.schema = Some(place.name.clone());
        let tenancy = Tenancy {
            id: TenantId::parse("orphan")?,
            uid,
            placement,
            fence: 0,
            schema_version: 0,
            password: None,
            url: None,
            unserved: false,
        };
        return schema::erase(server, &tenancy).await;
    }
    let mut conn = fence::plain(&server.provisioner).await?;
    if place.kind == PlaceKind::Database {
        match marker::owner_and_marker(&mut conn, &name).await? {
            Some((_, Some(found))) if found == mark => {
                conn.run(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
            }
            None => {}
            Some(_) => return Err(Error::Internal("a database without our mark was to be removed")),
        }
    } else {
        let sql = "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1";
        let role: Option<(Option<String>,)> = conn.fetch_first(sql.into(), vec![name.as_str().into()], false).await?;
        match role {
            Some((Some(found),)) if found == mark => conn.run(format!("DROP ROLE IF EXISTS {name}")).await?,
            None => {}
            Some(_) => return Err(Error::Internal("a login without our mark was to be removed")),
        }
    }
    conn.close().await;
    Ok(())
}
