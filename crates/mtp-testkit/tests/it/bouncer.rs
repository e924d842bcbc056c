//! The poolers pool by transaction, know logins made at run time, and share one backend where they are told to.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Executor, Row};

async fn connect(url: &str) -> PgConnection {
    // Below 1.21 a prepared statement is not found again on another backend.
    url.parse::<PgConnectOptions>()
        .unwrap()
        .statement_cache_capacity(0)
        .connect()
        .await
        .unwrap()
}

async fn backend(connection: &mut PgConnection) -> i32 {
    connection.fetch_one("SELECT pg_backend_pid()").await.unwrap().get(0)
}

#[tokio::test]
async fn a_login_made_at_run_time_is_served_on_one_backend() {
    let login = mtp_testkit::postgres().fresh_login("pooled").await;
    let url = mtp_testkit::pgbouncer_one().through(&login.url());
    let (mut a, mut b) = (connect(&url).await, connect(&url).await);
    assert_eq!(backend(&mut a).await, backend(&mut b).await);
}

#[tokio::test]
async fn two_transactions_at_once_have_two_backends() {
    let login = mtp_testkit::postgres().fresh_login("pooled").await;
    let url = mtp_testkit::pgbouncer().through(&login.url());
    let (mut a, mut b) = (connect(&url).await, connect(&url).await);
    let (mut a, mut b) = (a.begin().await.unwrap(), b.begin().await.unwrap());
    assert_ne!(backend(&mut a).await, backend(&mut b).await);
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_the_pooler_too() {
    let server = mtp_testkit::postgres();
    let login = server.fresh_login("refused").await;
    let wrong = mtp_testkit::pgbouncer().through(&server.url_as(login.name(), "wrong", login.name()));
    assert!(PgConnection::connect(&wrong).await.is_err());
}
