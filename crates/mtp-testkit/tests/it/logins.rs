//! Fresh databases and logins are what they say, apart from each other, and gone afterwards.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};

async fn text(connection: &mut PgConnection, sql: &str) -> String {
    connection
        .fetch_one(AssertSqlSafe(sql.to_owned()))
        .await
        .unwrap()
        .get(0)
}

#[tokio::test]
async fn a_fresh_login_provisions_but_is_no_superuser() {
    let server = mtp_testkit::postgres();
    let login = server.fresh_login("Provisioner of X!").await;
    let mut connection = PgConnection::connect(&login.url()).await.unwrap();
    let rights = "SELECT concat_ws(' ', rolsuper, rolcreatedb, rolcreaterole, rolbypassrls) FROM pg_roles \
                  WHERE rolname = current_user";
    assert_eq!(text(&mut connection, rights).await, "f t t f");
    assert_eq!(
        text(&mut connection, "SELECT current_database()::text").await,
        login.name()
    );
    assert!(login.prefix().len() <= 16 && login.service().starts_with(|c: char| c.is_ascii_lowercase()));
}

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let server = mtp_testkit::postgres();
    let login = server.fresh_login("refused").await;
    let wrong = server.url_as(login.name(), "wrong", login.name());
    assert!(PgConnection::connect(&wrong).await.is_err());
}

#[tokio::test]
async fn what_a_fresh_login_made_goes_with_it() {
    let server = mtp_testkit::postgres();
    let login = server.fresh_login("maker").await;
    let (name, tenant) = (login.name().to_owned(), format!("{}acme", login.prefix()));
    let mut connection = PgConnection::connect(&login.url()).await.unwrap();
    for sql in [
        format!("CREATE ROLE {tenant} LOGIN"),
        format!("CREATE DATABASE {tenant}"),
    ] {
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    // The open connection must not keep the database alive.
    drop(login);
    let left = format!(
        "SELECT datname::text FROM pg_database WHERE datname IN ('{name}', '{tenant}') \
         UNION ALL SELECT rolname::text FROM pg_roles WHERE rolname IN ('{name}', '{tenant}')"
    );
    assert_eq!(server.texts("postgres", &left).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_fresh_database_is_empty_and_goes() {
    let server = mtp_testkit::postgres();
    let database = server.fresh_database("empty").await;
    let name = database.name().to_owned();
    let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert!(server.texts(&name, tables).await.is_empty());
    drop(database);
    let left = format!("SELECT datname::text FROM pg_database WHERE datname = '{name}'");
    assert!(server.texts("postgres", &left).await.is_empty());
}

#[tokio::test]
async fn the_log_and_the_views_show_texts_but_no_bound_parameters() {
    let server = mtp_testkit::postgres();
    let (text, value) = (mtp_testkit::unique("text"), mtp_testkit::unique("value"));
    let mut connection = PgConnection::connect(&server.url()).await.unwrap();
    let sql = format!("SELECT '{text}', $1::text");
    sqlx::query(AssertSqlSafe(format!("/* {text} */ {sql}")))
        .bind(&value)
        .execute(&mut connection)
        .await
        .unwrap();
    let (log, seen) = (server.log(), server.statement_texts().await.join("\n"));
    assert!(log.contains(&text) && seen.contains(&text));
    assert!(!log.contains(&value) && !seen.contains(&value));
}
