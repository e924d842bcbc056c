//! No seal is found where MariaDB shows or keeps statements: not in its process list, and not in its general log, which
//! holds every statement with its bound values.

use mtp_core::{Error, Isolation, TenantConfig, TenantDb};

use crate::place::{Place, note};

/// One reader's and writer's work, in every form that statements have.
async fn work(db: TenantDb, n: usize) {
    for i in 0..50 {
        let _: Vec<(String,)> = db.query("SELECT body FROM notes").fetch_all().await.unwrap();
        let insert = db.query("INSERT INTO notes (id, body) VALUES (?, 'x')");
        insert.bind(format!("alone-{n}-{i}")).execute().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.query("INSERT INTO notes (id, body) VALUES (?, 'x')")
            .bind(format!("{n}-{i}"))
            .execute()
            .await
            .unwrap();
        tx.query("UPDATE notes SET body = 'y' WHERE id IN (SELECT id FROM notes WHERE id = ?)")
            .bind(format!("{n}-{i}"))
            .execute()
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // A statement that fails is one that logs.
        let failed = db
            .query("INSERT INTO notes (id, body) VALUES ('1', 'again')")
            .execute()
            .await;
        assert!(matches!(failed, Err(Error::Database(_))));
    }
}

#[tokio::test]
async fn no_seal_is_found_where_mariadb_keeps_statements() {
    let place = Place::mariadb(Isolation::Shared).await;
    let server = place.mariadb_login().server();
    let begun = server.log_path().map(|_| server.log_len());
    // The lifecycle shows seals too: it tries the wall, and empties shared tables behind it.
    let manager = place.builder().start().await.unwrap();
    let acme = manager.create(TenantConfig::new("Acme")).await.unwrap();
    let gone = manager.create(TenantConfig::new("Gone")).await.unwrap();
    note(&manager.handle(&gone.id).await.unwrap(), "1", "x").await;
    manager.delete(&gone.id).await.unwrap();
    manager.purge(&gone.id).await.unwrap();

    let handle = manager.handle(&acme.id).await.unwrap();
    note(&handle, "1", "x").await;
    let mark = format!("{}:{}", acme.id, acme.uid);
    let workers = (0..4).map(|n| work(handle.db().clone(), n));
    let mut seen = Vec::new();
    let all = futures::future::join_all(workers);
    tokio::pin!(all);
    loop {
        tokio::select! {
            _ = &mut all => break,
            texts = server.statement_texts() => seen.extend(texts),
        }
    }
    assert!(
        seen.iter().any(|t| t.contains("notes")),
        "tenants' statements were looked at"
    );
    for text in &seen {
        assert!(!text.contains(&mark), "{text}");
    }
    if let Some(begun) = begun {
        let log = server.log_since(begun);
        assert!(log.contains("mtp_seal") && log.contains("alone-3-"));
        for line in log.lines() {
            assert!(!line.contains(&mark), "{line}");
            // A purged tenant's name stands beside its uid in the catalogue, but not with a seal's parts around them.
            assert!(!line.contains(&format!(":{}:{}:", gone.id, gone.uid)), "{line}");
        }
    }
}
