//! A seal that MariaDB has been shown is not shown again, and is never met by another tenant, nor when it is not known
//! to be there any more.

use std::time::{Duration, Instant};

use mtp_core::{Error, Isolation, TenantConfig, TenantHandle, TenantManager, limits};

use crate::place::{Place, bodies, note};

/// Two tenants on a pool of one.
async fn two(place: &Place) -> (TenantManager, [TenantHandle; 2]) {
    let manager = place.builder().max_connections(1).pool_size(1).start().await.unwrap();
    let mut handles = Vec::new();
    for name in ["ant", "bee"] {
        let tenant = manager.create(TenantConfig::new(name)).await.unwrap();
        let handle = manager.handle(&tenant.id).await.unwrap();
        note(&handle, "1", name).await;
        handles.push(handle);
    }
    (manager, handles.try_into().unwrap())
}

fn opened(manager: &TenantManager) -> u64 {
    manager.pool_gauges().iter().map(|(_, gauges)| gauges.opened).sum()
}

/// What a tenant reads alone, in a transaction and in a stream.
async fn reads_its_own(handle: &TenantHandle) {
    let own = [handle.id().to_string()];
    assert_eq!(bodies(handle).await, own);
    let mut tx = handle.db().begin().await.unwrap();
    let rows: Vec<(String,)> = tx.query("SELECT body FROM notes").fetch_all().await.unwrap();
    assert_eq!(rows, [(own[0].clone(),)]);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn runs_of_two_tenants_in_turn_see_their_own() {
    let place = Place::mariadb(Isolation::Shared).await;
    let (manager, handles) = two(&place).await;
    let before = opened(&manager);
    // Runs of every length up to four, and whatever may stand between them.
    for round in 0..40_usize {
        let handle = &handles[round % 2];
        for turn in 0..=(round / 2) % 4 {
            reads_its_own(handle).await;
            let between = handle.db();
            match (round + turn) % 4 {
                0 => {
                    let twice = between.query("INSERT INTO notes (id, body) VALUES ('1', 'x')");
                    assert!(matches!(twice.execute().await, Err(Error::Database(_))));
                }
                1 => {
                    let mut tx = between.begin().await.unwrap();
                    tx.query("DELETE FROM notes").execute().await.unwrap();
                    tx.rollback().await.unwrap();
                }
                2 => {
                    let refused = between.query("SELECT @mtp_seal := NULL").execute().await;
                    assert!(matches!(refused, Err(Error::Statement(_))), "{refused:?}");
                }
                _ => {}
            }
        }
    }
    assert_eq!(opened(&manager), before, "one connection served both");
}

#[tokio::test]
async fn a_lent_connection_that_changed_its_seal_is_met_by_nobody() {
    let place = Place::mariadb(Isolation::Shared).await;
    let (manager, handles) = two(&place).await;
    for (n, poison) in [
        "SET @mtp_seal = NULL",
        "SET @mtp_seal = ''",
        "SET @mtp_seal = '1:1:1:1:3:bee:'",
        "SET max_statement_time = 0.001",
        "SELECT '' INTO @mtp_seal",
    ]
    .into_iter()
    .enumerate()
    {
        for keep in [true, false] {
            let before = opened(&manager);
            let mut lent = handles[n % 2].db().begin_raw().await.unwrap();
            sqlx::raw_sql(poison)
                .execute(lent.mysql_connection().unwrap())
                .await
                .unwrap();
            if keep {
                // A poisoned session may not even be able to do this; it is closed all the same.
                let _ = lent.commit().await;
            } else {
                drop(lent);
            }
            for handle in &handles {
                reads_its_own(handle).await;
            }
            assert_eq!(opened(&manager), before + 1, "{poison}: another connection");
        }
    }
}

#[tokio::test]
async fn statements_that_were_given_up_leave_nothing_behind() {
    let place = Place::mariadb(Isolation::Shared).await;
    let (manager, handles) = two(&place).await;
    for round in 0..20 {
        let (one, other) = (&handles[round % 2], &handles[1 - round % 2]);
        let before = opened(&manager);
        let read = one
            .db()
            .query("SELECT count(*) FROM notes a CROSS JOIN notes b")
            .fetch_one::<(i64,)>();
        // Given up anywhere: before it was sent, in the middle, or after its end.
        let _ = tokio::time::timeout(Duration::from_micros(round as u64 * 40), read).await;
        reads_its_own(other).await;
        reads_its_own(one).await;
        assert!(opened(&manager) <= before + 1);
    }
}

#[tokio::test]
async fn a_seal_whose_secret_was_replaced_is_shown_no_more() {
    let place = Place::mariadb(Isolation::Shared).await;
    let (manager, handles) = two(&place).await;
    let before = opened(&manager);
    for _ in 0..3 {
        reads_its_own(&handles[0]).await;
        // The old secret is refused from now on, and the connection shows a seal of it.
        manager.rotate_seals("default", Some(Duration::ZERO)).await.unwrap();
        reads_its_own(&handles[0]).await;
        reads_its_own(&handles[1]).await;
    }
    assert_eq!(opened(&manager), before, "one connection served all of it");
}

/// A tenant that never rests is served past the end of each of its seals.
#[tokio::test]
async fn long_a_seal_that_expires_meanwhile_was_replaced_before() {
    let place = Place::mariadb(Isolation::Shared).await;
    let (_manager, handles) = two(&place).await;
    let began = Instant::now();
    while began.elapsed() < limits::SEAL_LIFETIME + Duration::from_secs(30) {
        reads_its_own(&handles[0]).await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// What a session was sent, as the server's log has it.
fn sent(log: &str, session: &str) -> Vec<String> {
    let of_session = format!("{session} ");
    log.lines()
        .filter(|line| {
            line.split('\t')
                .any(|part| part.trim_start().starts_with(&of_session) && part.contains("Execute"))
        })
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_tenants_next_statement_costs_one_trip() {
    let place = Place::mariadb(Isolation::Shared).await;
    let server = place.mariadb_login().server();
    // Without a log there is nothing to count in.
    if server.log_path().is_none() {
        return;
    }
    let (_manager, handles) = two(&place).await;
    let session = format!(
        "SELECT CAST(id AS CHAR) FROM information_schema.processlist WHERE user = 'mtp_{}_runtime'",
        place.service()
    );
    let session = server.texts("information_schema", &session).await;
    let [session] = session.as_slice() else {
        panic!("one session serves: {session:?}")
    };
    bodies(&handles[0]).await;
    for (rounds, seals) in [([0, 0, 0], 0), ([1, 1, 1], 1), ([0, 1, 0], 3), ([0, 0, 0], 0)] {
        let begun = server.log_len();
        for tenant in rounds {
            bodies(&handles[tenant]).await;
        }
        let log = server.log_since(begun);
        let sent = sent(&log, session);
        let shown = sent.iter().filter(|line| line.contains("mtp_seal")).count();
        assert_eq!((shown, sent.len()), (seals, 3 + seals), "{rounds:?}: {sent:?}");
    }
}
