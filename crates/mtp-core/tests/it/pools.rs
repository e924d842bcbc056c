//! A budget of connections that is far too small is waited for, never waited for by itself; and operators see it.

use std::time::Duration;

use mtp_core::{AuditEntry, Isolation, Purpose, TenantConfig, TenantManager};

use crate::{place::Place, world::until};

/// Requests at once.
const REQUESTS: usize = 50;

async fn all_end_on_a_budget_of_two(place: Place) {
    let manager = place.builder().max_connections(2).start().await.unwrap();
    let mut handles = Vec::new();
    for name in ["ant", "bee", "cat"] {
        let tenant = manager.create(TenantConfig::new(name)).await.unwrap();
        handles.push(manager.handle(&tenant.id).await.unwrap());
    }
    let [first, _] = place.placeholders();
    let requests = (0..REQUESTS).map(|n| {
        let (manager, handle) = (manager.clone(), handles[n % handles.len()].clone());
        tokio::spawn(async move {
            let mut tx = handle.db().begin().await?;
            let id = format!("n{n}");
            let insert = tx
                .query(format!("INSERT INTO notes (id, body) VALUES ({first}, 'x')"))
                .bind(id.as_str());
            insert.execute().await?;
            // While the transaction holds its connection: a secret that nobody has in memory, and a row of the audit.
            let make = || Ok(zeroize::Zeroizing::new(b"cold".to_vec()));
            manager.service_secret(&Purpose::STORED_ANSWER, &id, make).await?;
            manager.audit(AuditEntry::new("test", "pools.cold", "done")).await?;
            tx.commit().await
        })
    });
    let ends = futures::future::join_all(requests.collect::<Vec<_>>());
    let ends = tokio::time::timeout(Duration::from_mins(1), ends)
        .await
        .expect("all end");
    for end in ends {
        end.unwrap().unwrap();
    }
    let gauges = of_default(&manager);
    assert!(
        gauges.open <= 2 && gauges.timeouts == 0 && gauges.waiting == 0,
        "{gauges:?}"
    );
    // What an operator sees, from another process.
    let beside = place.builder().background(false).start().await.unwrap();
    until("its pools are told", async || {
        let pools = beside.pools().await.unwrap();
        pools
            .iter()
            .any(|pool| pool.server == "default" && pool.gauges.opened == of_default(&manager).opened)
    })
    .await;
}

fn of_default(manager: &TenantManager) -> mtp_core::PoolGauges {
    let gauges = manager.pool_gauges();
    gauges.into_iter().find(|(name, _)| name == "default").unwrap().1
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_two_on_sqlite() {
    all_end_on_a_budget_of_two(Place::sqlite(Isolation::Database)).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_two_on_postgres() {
    all_end_on_a_budget_of_two(Place::postgres(Isolation::Database).await).await;
    all_end_on_a_budget_of_two(Place::postgres(Isolation::Shared).await).await;
}

#[cfg(feature = "mysql")]
#[tokio::test(flavor = "multi_thread")]
async fn a_budget_of_two_on_mariadb() {
    all_end_on_a_budget_of_two(Place::mariadb(Isolation::Database).await).await;
    all_end_on_a_budget_of_two(Place::mariadb(Isolation::Shared).await).await;
}
