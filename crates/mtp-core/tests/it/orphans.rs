//! The sweeper: it finds what no tenant should have by our mark, and destroys only what is a purged tenant's.

use std::time::Duration;

use mtp_core::{Isolation, OrphanCause, PlaceKind};

use crate::world::{World, config, end, id, read, write};

#[cfg(feature = "sqlite")]
#[tokio::test]
async fn only_a_purged_tenants_place_is_swept() {
    use std::fs;
    let world = World::sqlite(Isolation::Database);
    let files = world.files().unwrap();
    let manager = world.idle().await;
    let (lives, gone) = (id("lives"), id("gone"));
    manager.create(config(&lives)).await.unwrap();
    write(&manager, &lives, "hello").await;
    let purged = manager.create(config(&gone)).await.unwrap();
    end(&world, &manager, &gone, purged.uid).await;
    assert!(manager.orphans().await.unwrap().is_empty());

    // As a process that was held up for long would leave it.
    let place = format!("notes_gone_{}", purged.uid.short());
    for ending in ["sqlite", "sqlite-wal"] {
        fs::write(files.join(format!("{place}.{ending}")), "late").unwrap();
    }
    let foreign = [
        // Of a tenant that this catalogue does not know; another's, or ours from before a restore.
        "notes_other_0a1b2c3d.sqlite".to_owned(),
        // The end of a purged tenant's uid with another id.
        format!("notes_else_{}.sqlite", purged.uid.short()),
        // Not of our shape.
        format!("gone_{}.sqlite", purged.uid.short()),
        format!("notes_gone_{}.sqlite.bak", purged.uid.short()),
        format!("notes_gone_{}", purged.uid.short()),
        "mtp_notes.sqlite".to_owned(),
    ];
    for name in &foreign {
        fs::write(files.join(name), "not to be touched").unwrap();
    }
    let mut found = manager.orphans().await.unwrap();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let seen: Vec<_> = found.iter().map(|o| (o.name.as_str(), o.cause, o.uid)).collect();
    let other = foreign.clone().map(|name| name.split('.').next().unwrap().to_owned());
    let mut expected = vec![
        (place.as_str(), OrphanCause::Purged, Some(purged.uid)),
        (&other[0], OrphanCause::Unknown, None),
        (&other[1], OrphanCause::Unknown, None),
    ];
    expected.sort_by_key(|e| e.0);
    assert_eq!(seen, expected);
    assert!(found.iter().all(|o| o.kind == PlaceKind::File));

    let young = manager.sweep_orphans(Duration::from_mins(1)).await.unwrap();
    assert!(young.is_empty(), "{young:?}");
    assert!(files.join(format!("{place}.sqlite")).exists());
    tokio::time::sleep(Duration::from_millis(20)).await;
    let swept = manager.sweep_orphans(Duration::from_millis(10)).await.unwrap();
    assert_eq!(
        swept.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(),
        [place.as_str()]
    );
    for ending in ["sqlite", "sqlite-wal"] {
        assert!(!files.join(format!("{place}.{ending}")).exists());
    }
    for name in &foreign {
        assert_eq!(fs::read(files.join(name)).unwrap(), b"not to be touched", "{name}");
    }
    assert_eq!(read(&manager, &lives).await, ["hello"]);
    let events = world
        .central(&format!(
            "SELECT detail FROM {{audit}} WHERE action = 'tenant.orphan' AND uid = '{}'",
            purged.uid
        ))
        .await;
    assert_eq!(events, [format!("file {place} on default: its tenant was purged")]);
}

#[cfg(feature = "postgres")]
#[tokio::test]
async fn only_what_carries_a_purged_tenants_mark_is_swept_on_postgres() {
    let world = World::postgres(Isolation::Schema).await;
    let (login, service) = (world.login(), world.spec.service.clone());
    let manager = world.idle().await;
    let (lives, gone) = (id("lives"), id("gone"));
    manager.create(config(&lives)).await.unwrap();
    write(&manager, &lives, "hello").await;
    let purged = manager.create(config(&gone)).await.unwrap();
    end(&world, &manager, &gone, purged.uid).await;
    assert!(manager.orphans().await.unwrap().is_empty());

    // As a process that was held up for long would leave it: by the service's owner, with the tenant's mark.
    let (common, owner) = (format!("mtp_{service}"), format!("mtp_{service}_owner"));
    let schema = format!("{service}_gone_{}", purged.uid.short());
    let late = format!(
        "SET ROLE {owner}; CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS 'mtp:{service}:{}'; \
         CREATE TABLE {schema}.t (); CREATE SCHEMA {service}_foreign; \
         COMMENT ON SCHEMA {service}_foreign IS 'mtp:another:{}'",
        purged.uid, purged.uid
    );
    login.server().execute(&common, &late).await;
    let found = manager.orphans().await.unwrap();
    let seen: Vec<_> = found.iter().map(|o| (o.kind, o.name.as_str(), o.cause)).collect();
    assert_eq!(seen, [(PlaceKind::Schema, schema.as_str(), OrphanCause::Purged)]);
    assert!(manager.sweep_orphans(Duration::from_mins(1)).await.unwrap().is_empty());
    assert_eq!(manager.sweep_orphans(Duration::ZERO).await.unwrap().len(), 1);
    assert!(manager.orphans().await.unwrap().is_empty());
    let left = login
        .server()
        .texts(
            &common,
            &format!("SELECT nspname::text FROM pg_namespace WHERE nspname LIKE '{service}_%' ORDER BY 1"),
        )
        .await;
    assert_eq!(left.len(), 2, "the other service's and the living tenant's: {left:?}");
    assert_eq!(read(&manager, &lives).await, ["hello"]);
}

#[cfg(feature = "mysql")]
#[tokio::test]
async fn only_what_carries_a_purged_tenants_mark_is_swept_on_mariadb() {
    let world = World::mariadb(Isolation::Database).await;
    let (login, service) = (world.mariadb_login(), world.spec.service.clone());
    let manager = world.idle().await;
    let (lives, gone) = (id("lives"), id("gone"));
    manager.create(config(&lives)).await.unwrap();
    write(&manager, &lives, "hello").await;
    let purged = manager.create(config(&gone)).await.unwrap();
    end(&world, &manager, &gone, purged.uid).await;
    assert!(manager.orphans().await.unwrap().is_empty());

    // As a process that was held up for long would leave it: marked, then made. Beside it one that another service
    // marked, and one that nobody did.
    let (wall, account) = (format!("mtp_{service}_wall"), crate::place::account_of(purged.uid));
    let place = format!("{service}_gone_{}", purged.uid.short());
    let late = format!(
        "INSERT INTO {wall}.mark (kind, name, mark) VALUES ('database', '{place}', 'mtp:{service}:{uid}'), \
           ('login', '{account}', 'mtp:{service}:{uid}'), ('database', '{service}_another', 'mtp:another:{uid}'); \
         CREATE DATABASE {place}; CREATE TABLE {place}.t (id INT); CREATE USER {account}@'%'; \
         GRANT SELECT ON {place}.* TO {account}@'%'; CREATE DATABASE {service}_another; CREATE DATABASE {service}_nobodys",
        uid = purged.uid
    );
    login.server().execute("mysql", &late).await;
    let mut found = manager.orphans().await.unwrap();
    found.sort_by_key(|o| o.kind.to_string());
    let seen: Vec<_> = found.iter().map(|o| (o.kind, o.name.as_str(), o.cause)).collect();
    let expected = [
        (PlaceKind::Database, place.as_str(), OrphanCause::Purged),
        (PlaceKind::Login, account.as_str(), OrphanCause::Purged),
    ];
    assert_eq!(seen, expected);
    assert!(manager.sweep_orphans(Duration::from_mins(1)).await.unwrap().is_empty());
    assert_eq!(manager.sweep_orphans(Duration::ZERO).await.unwrap().len(), 2);
    assert!(manager.orphans().await.unwrap().is_empty());
    let left = format!(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE '{service}\\_%' \
         UNION SELECT user FROM mysql.user WHERE user = '{account}' ORDER BY 1"
    );
    let left = login.server().texts("mysql", &left).await;
    assert_eq!(left.len(), 3, "the two others' and the living tenant's: {left:?}");
    assert_eq!(read(&manager, &lives).await, ["hello"]);
}
